#include "einsum/interpret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/einsum_rows.hpp"
#include "einsum/iteration.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/resolved_einsum.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

constexpr double most_points = 1 << 26;

class Interpreter {
 public:
  Interpreter(const Cascade& cascade, const ByRank<double>& shapes, const PointFilter& exists)
      : cascade_(cascade), shapes_(shapes), exists_(exists) {}

  std::map<std::string, DenseTensor> run(const std::map<std::string, std::vector<double>>& inputs) {
    check_sizes();
    allocate();
    fill(inputs);
    for (const Einsum& einsum : cascade_.einsums) resolved_.push_back({cascade_, shapes_, einsum});
    check_presence();
    for (const Group& group : execution_groups(cascade_)) run(group);
    std::map<std::string, DenseTensor> result;
    for (const TensorId i : tensors_.dense.ids()) {
      if (!cascade_.tensors[i].view_of) result[cascade_.tensors[i].name] = std::move(tensors_.dense[i]);
    }
    return result;
  }

 private:
  void check_sizes() const {
    for (const Einsum& einsum : cascade_.einsums) check_size(einsum.name, points(einsum, shapes_), "points");
    for (const Tensor& tensor : cascade_.tensors) {
      check_size(tensor.name, elements(cascade_, tensor, shapes_), "elements");
    }
  }

  static void check_size(const std::string& name, double size, const char* of_what) {
    if (size <= most_points) return;
    throw InputError(fmt::format("'{}' has {:.0f} {}; the interpreter takes at most 2^26", name, size, of_what));
  }

  /// Views have no values.
  void allocate() {
    for (const Tensor& tensor : cascade_.tensors) {
      DenseTensor dense{dense_shape(tensor, shapes_), {}, {}};
      std::size_t size = 1;
      for (const std::size_t extent : dense.shape) size *= extent;
      if (!tensor.view_of) {
        dense.values.assign(size, 0);
        dense.present.assign(size, 0);
      }
      tensors_.dense.push_back(std::move(dense));
    }
  }

  void fill(const std::map<std::string, std::vector<double>>& inputs) {
    std::vector<std::string> known;
    for (const TensorId i : tensors_.dense.ids()) {
      const Tensor& tensor = cascade_.tensors[i];
      if (tensor.initial) fill_initial(tensor, tensors_.dense[i]);
      if (tensor.role != Tensor::Role::input) continue;
      known.push_back(tensor.name);
      const auto given = inputs.find(tensor.name);
      if (given == inputs.end()) throw InputError("no values for input '" + tensor.name + "'");
      fill_input(tensor, given->second, tensors_.dense[i]);
    }
    for (const auto& [name, values] : inputs) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw InputError("'" + name + "' is not an input" + did_you_mean(name, known));
      }
    }
  }

  static void fill_input(const Tensor& tensor, const std::vector<double>& values, DenseTensor& dense) {
    if (values.size() != dense.values.size()) {
      throw InputError("input '" + tensor.name + "' has " + std::to_string(values.size()) +
                       " values, its shape has " + std::to_string(dense.values.size()));
    }
    dense.values = values;
    dense.present.assign(values.size(), 1);
  }

  /// At coordinate 0 of the iterated rank.
  static void fill_initial(const Tensor& tensor, DenseTensor& dense) {
    if (std::isinf(*tensor.initial)) return;
    std::size_t inner = 1;
    std::size_t extent = 1;
    for (std::size_t i = tensor.ranks.size(); i-- > 0;) {
      if (tensor.ranks[i] == tensor.iterated) {
        extent = dense.shape[i];
        break;
      }
      inner *= dense.shape[i];
    }
    for (std::size_t at = 0; at < dense.values.size(); ++at) {
      if (at / inner % extent != 0) continue;
      dense.values[at] = *tensor.initial;
      dense.present[at] = 1;
    }
  }

  /// Before anything runs, inputs alone are complete.
  void check_presence() {
    tensors_.complete.assign(cascade_.tensors.size(), 0);
    for (const TensorId i : tensors_.complete.ids())
      tensors_.complete[i] = cascade_.tensors[i].role == Tensor::Role::input ? 1 : 0;
  }

  void run(const Group& group) {
    std::vector<EinsumRows> rows;
    rows.reserve(group.einsums.size());
    for (const EinsumId id : group.einsums)
      rows.emplace_back(cascade_, shapes_, id, resolved_[id], group.iterated, exists_);
    const long long steps = group.iterated ? static_cast<long long>(shapes_[group.iterated]) : 1;
    for (long long step = 0; step < steps; ++step) {
      for (EinsumRows& each : rows) each.run(tensors_, step);
    }
    for (const EinsumId id : group.einsums) complete(resolved_[id].output().tensor);
  }

  /// Nothing writes it any more.
  void complete(TensorId tensor) {
    const std::vector<char>& present = tensors_.dense[tensor].present;
    tensors_.complete[tensor] = std::find(present.begin(), present.end(), 0) == present.end() ? 1 : 0;
  }

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const PointFilter& exists_;
  ByEinsum<ResolvedEinsum> resolved_;
  TensorValues tensors_;
};

}  // namespace

std::map<std::string, DenseTensor> interpret(const Cascade& cascade, const ByRank<double>& shapes,
                                             const std::map<std::string, std::vector<double>>& inputs,
                                             const PointFilter& exists) {
  return Interpreter(cascade, shapes, exists).run(inputs);
}

}  // namespace tilewright
