#include "einsum/interpret.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "einsum/iteration.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

constexpr double most_points = 1 << 26;

/// An access with all that can be known before the loops: where in the values of its tensor a point lies.
struct Address {
  struct Coordinate {
    RankId rank;         // none: fixed
    long long offset;    // or the fixed coordinate
    long long extent;    // of the dimension as accessed
    std::size_t stride;  // in values
  };
  TensorId tensor;
  std::vector<Coordinate> coordinates;
};

/// A term with its accesses as addresses.
struct Node {
  Term::Kind kind;
  Address address;
  double value = 0;
  OperationId operation = {};
  std::vector<Node> operands;
};

/// The values of the variables of all ranks.
using Point = ByRank<long long>;
using Value = std::optional<double>;

class Interpreter {
 public:
  Interpreter(const Cascade& cascade, const ByRank<double>& shapes) : cascade_(cascade), shapes_(shapes) {}

  std::map<std::string, DenseTensor> run(const std::map<std::string, std::vector<double>>& inputs) {
    check_sizes();
    allocate();
    fill(inputs);
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

  /// Views get their shape too, for the strides of their accesses, but no values.
  void allocate() {
    for (const Tensor& tensor : cascade_.tensors) {
      DenseTensor dense;
      std::size_t size = 1;
      for (const RankId rank : tensor.ranks) {
        dense.shape.push_back(static_cast<std::size_t>(shapes_[rank]) + (rank == tensor.iterated ? 1 : 0));
        size *= dense.shape.back();
      }
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

  /// Row-major.
  std::vector<std::size_t> strides(TensorId id) const {
    const Tensor& tensor = cascade_.tensors[id];
    std::vector<std::size_t> result(tensor.ranks.size());
    std::size_t stride = 1;
    for (std::size_t i = result.size(); i-- > 0;) {
      result[i] = stride;
      stride *= tensors_[id].shape[i];
    }
    return result;
  }

  /// The parts of a partition stand where the whole stood and are as many, so a view has the row-major strides
  /// of its own shape.
  Address address(const Access& access) const {
    const std::vector<std::size_t> stride = strides(access.tensor);
    const auto& view_of = cascade_.tensors[access.tensor].view_of;
    Address result{view_of ? view_of->tensor : access.tensor, {}};
    for (std::size_t i = 0; i < access.indices.size(); ++i) {
      const Index& index = access.indices[i];
      const auto extent = static_cast<long long>(tensors_[access.tensor].shape[i]);
      const long long offset = index.fixed ? fixed(access, index, extent) : index.offset;
      result.coordinates.push_back({index.fixed ? RankId() : index.rank, offset, extent, stride[i]});
    }
    return result;
  }

  long long fixed(const Access& access, const Index& index, long long extent) const {
    const double at = index.at.evaluate(shapes_);
    if (at >= 0 && at < static_cast<double>(extent) && at == std::floor(at)) return static_cast<long long>(at);
    index.at.fail("index '" + index.at.text() + "' of '" + cascade_.tensors[access.tensor].name +
                  "' is not a whole number from 0 to " + std::to_string(extent - 1));
  }

  Node node(const Term& term) const {
    Node result{term.kind, {}, term.value, term.operation, {}};
    if (term.kind == Term::Kind::access) result.address = address(term.access);
    for (const Term& operand : term.operands) result.operands.push_back(node(operand));
    return result;
  }

  static std::optional<std::size_t> locate(const Address& address, const Point& point) {
    std::size_t at = 0;
    for (const Address::Coordinate& each : address.coordinates) {
      const long long coordinate = (each.rank ? point[each.rank] : 0) + each.offset;
      if (coordinate < 0 || coordinate >= each.extent) return std::nullopt;
      at += static_cast<std::size_t>(coordinate) * each.stride;
    }
    return at;
  }

  Value load(const Address& address, const Point& point) const {
    const auto at = locate(address, point);
    if (!at || !tensors_[address.tensor].present[*at]) return std::nullopt;
    return tensors_[address.tensor].values[*at];
  }

  /// `accumulates`: an operation whose absent operands are skipped, or none.
  Value evaluate(const Node& node, const Point& point, OperationId accumulates) const {
    if (node.kind == Term::Kind::number) return node.value;
    if (node.kind == Term::Kind::access) return load(node.address, point);
    if (node.operation == accumulates) {
      return accumulate(accumulates, evaluate(node.operands[0], point, accumulates),
                        evaluate(node.operands[1], point, accumulates));
    }
    double operands[3] = {};
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      const Value value = evaluate(node.operands[i], point, {});
      if (!value) return std::nullopt;
      operands[i] = *value;
    }
    return operations()[node.operation].apply(operands);
  }

  static Value accumulate(OperationId operation, const Value& left, const Value& right) {
    if (!left || !right) return left ? left : right;
    const double operands[] = {*left, *right};
    return operations()[operation].apply(operands);
  }

  void run(const Group& group) {
    if (!group.iterated) {
      for (const EinsumId id : group.einsums) run(cascade_.einsums[id], std::nullopt, {});
      return;
    }
    const auto steps = static_cast<long long>(shapes_[group.iterated]);
    for (long long step = 0; step < steps; ++step) {
      for (const EinsumId id : group.einsums) run(cascade_.einsums[id], step, group.iterated);
    }
  }

  /// All points of an Einsum, or those of one step of the iteration over `stepped`.
  void run(const Einsum& einsum, std::optional<long long> step, RankId stepped) {
    const Node body = node(einsum.body);
    const Address output = address(einsum.output);
    const std::optional<Address> filter = einsum.filter ? std::optional(address(*einsum.filter)) : std::nullopt;
    const OperationId accumulates = accumulating_operation(einsum);
    Point point(cascade_.ranks.size(), 0);
    if (step) point[stepped] = *step;
    DenseTensor& result = tensors_[output.tensor];
    do {
      if (filter && load(*filter, point).value_or(0) == 0) continue;
      const Value value = evaluate(body, point, accumulates);
      const auto at = locate(output, point);
      if (!value || !at) continue;
      const Value before = result.present[*at] ? Value(result.values[*at]) : std::nullopt;
      result.values[*at] = einsum.reduce ? *accumulate(einsum.reduce, before, value) : *value;
      result.present[*at] = 1;
    } while (advance(einsum, stepped, point));
  }

  OperationId accumulating_operation(const Einsum& einsum) const {
    const bool running(cascade_.tensors[einsum.output.tensor].iterated);
    const bool reduces = einsum.body.kind == Term::Kind::operation && operations()[einsum.body.operation].reduces;
    return running && reduces ? einsum.body.operation : OperationId();
  }

  /// The next point in row-major order; false after the last.
  bool advance(const Einsum& einsum, RankId stepped, Point& point) const {
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
  ByTensor<DenseTensor> tensors_;
};

}  // namespace

std::map<std::string, DenseTensor> interpret(const Cascade& cascade, const ByRank<double>& shapes,
                                             const std::map<std::string, std::vector<double>>& inputs) {
  return Interpreter(cascade, shapes).run(inputs);
}

}  // namespace tilewright
