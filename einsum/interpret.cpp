#include "einsum/interpret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "einsum/iteration.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/resolved_einsum.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

constexpr double most_points = 1 << 26;

class Interpreter : private Elements {
 public:
  Interpreter(const Cascade& cascade, const ByRank<double>& shapes, const PointFilter& exists)
      : cascade_(cascade), shapes_(shapes), exists_(exists) {}

  std::map<std::string, DenseTensor> run(const std::map<std::string, std::vector<double>>& inputs) {
    check_sizes();
    allocate();
    fill(inputs);
    for (const Einsum& einsum : cascade_.einsums) resolved_.push_back({cascade_, shapes_, einsum});
    for (const Group& group : execution_groups(cascade_)) run(group);
    std::map<std::string, DenseTensor> result;
    for (const TensorId i : tensors_.ids()) {
      if (!cascade_.tensors[i].view_of) result[cascade_.tensors[i].name] = std::move(tensors_[i]);
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
      tensors_.push_back(std::move(dense));
    }
  }

  void fill(const std::map<std::string, std::vector<double>>& inputs) {
    std::vector<std::string> known;
    for (const TensorId i : tensors_.ids()) {
      const Tensor& tensor = cascade_.tensors[i];
      if (tensor.initial) fill_initial(tensor, tensors_[i]);
      if (tensor.role != Tensor::Role::input) continue;
      known.push_back(tensor.name);
      const auto given = inputs.find(tensor.name);
      if (given == inputs.end()) throw InputError("no values for input '" + tensor.name + "'");
      fill_input(tensor, given->second, tensors_[i]);
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

  void run(const Group& group) {
    if (!group.iterated) {
      for (const EinsumId id : group.einsums) run(id, std::nullopt, {});
      return;
    }
    const auto steps = static_cast<long long>(shapes_[group.iterated]);
    for (long long step = 0; step < steps; ++step) {
      for (const EinsumId id : group.einsums) run(id, step, group.iterated);
    }
  }

  /// All points of an Einsum, or those of one step of the iteration over `stepped`.
  void run(EinsumId id, std::optional<long long> step, RankId stepped) {
    const ResolvedEinsum& einsum = resolved_[id];
    Coordinates point(cascade_.ranks.size(), 0);
    if (step) point[stepped] = *step;
    DenseTensor& result = tensors_[einsum.output().tensor];
    do {
      if (exists_ && !exists_(id, point)) continue;
      const Value value = einsum.evaluate(point, *this);
      const auto at = einsum.output().locate(point);
      if (!value || !at) continue;
      const Value before = result.present[*at] ? Value(result.values[*at]) : std::nullopt;
      result.values[*at] = *einsum.reduced(before, value);
      result.present[*at] = 1;
    } while (advance(cascade_.einsums[id], stepped, point));
  }

  Value load(const Address& address, std::size_t at) override {
    const DenseTensor& tensor = tensors_[address.tensor];
    return tensor.present[at] ? Value(tensor.values[at]) : std::nullopt;
  }

  /// The next point in row-major order; false after the last.
  bool advance(const Einsum& einsum, RankId stepped, Coordinates& point) const {
    for (std::size_t i = einsum.iteration.size(); i-- > 0;) {
      const RankId rank = einsum.iteration[i];
      if (rank == stepped) continue;
      if (++point[rank] < static_cast<long long>(shapes_[rank])) return true;
      point[rank] = 0;
    }
    return false;
  }

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const PointFilter& exists_;
  ByEinsum<ResolvedEinsum> resolved_;
  ByTensor<DenseTensor> tensors_;
};

}  // namespace

std::map<std::string, DenseTensor> interpret(const Cascade& cascade, const ByRank<double>& shapes,
                                             const std::map<std::string, std::vector<double>>& inputs,
                                             const PointFilter& exists) {
  return Interpreter(cascade, shapes, exists).run(inputs);
}

}  // namespace tilewright
