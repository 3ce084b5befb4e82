#include "einsum/resolved_einsum.hpp"

#include <cmath>

namespace tilewright {

namespace {

/// Row-major.
std::vector<std::size_t> strides(const std::vector<std::size_t>& shape) {
  std::vector<std::size_t> result(shape.size());
  std::size_t stride = 1;
  for (std::size_t i = result.size(); i-- > 0;) {
    result[i] = stride;
    stride *= shape[i];
  }
  return result;
}

long long fixed(const Cascade& cascade, const ByRank<double>& shapes, const Access& access, std::size_t i,
                long long extent) {
  const Index& index = access.indices[i];
  const double at = index.at.evaluate(shapes);
  if (at >= 0 && at < static_cast<double>(extent) && at == std::floor(at)) return static_cast<long long>(at);
  index.at.fail("index '" + index.at.text() + "' of '" + cascade.tensors[access.tensor].name +
                "' is not a whole number from 0 to " + std::to_string(extent - 1));
}

Value accumulate(const Cascade& cascade, OperationId operation, const Value& left, const Value& right) {
  if (!left || !right) return left ? left : right;
  const double operands[] = {*left, *right};
  return cascade.operations[operation].apply(operands);
}

}  // namespace

std::optional<std::size_t> Address::locate(const Coordinates& point) const {
  std::size_t at = 0;
  for (const Coordinate& each : coordinates) {
    long long coordinate = (each.rank ? point[each.rank] : 0) + each.offset;
    for (const Sum::Part& part : each.parts) coordinate += part.times * point[part.rank];
    if (coordinate < 0 || coordinate >= each.extent) return std::nullopt;
    at += static_cast<std::size_t>(coordinate) * each.stride;
  }
  return at;
}

std::vector<std::size_t> dense_shape(const Tensor& tensor, const ByRank<double>& shapes) {
  std::vector<std::size_t> shape;
  for (const RankId rank : tensor.ranks)
    shape.push_back(static_cast<std::size_t>(shapes[rank]) + (rank == tensor.iterated ? 1 : 0));
  return shape;
}

ResolvedEinsum::ResolvedEinsum(const Cascade& cascade, const ByRank<double>& shapes, const Einsum& einsum)
    : cascade_(cascade), shapes_(shapes), einsum_(einsum), output_(address(einsum.output)) {
  operands_ = 0;
  body_ = node(einsum.body);
  if (einsum.filter) filter_ = address(*einsum.filter);
  accumulates_ = accumulating_operation();
}

// The parts of a partition stand where the whole stood and are as many, so a view has the row-major strides of its
// own shape.
Address ResolvedEinsum::address(const Access& access) {
  const Tensor& tensor = cascade_.tensors[access.tensor];
  if (is_sum_view(tensor)) return sum_address(*tensor.view_of);
  const std::vector<std::size_t> shape = dense_shape(tensor, shapes_);
  const std::vector<std::size_t> stride = strides(shape);
  Address result{tensor.view_of ? tensor.view_of->tensor : access.tensor, operands_++, {}};
  for (std::size_t i = 0; i < access.indices.size(); ++i) {
    const Index& index = access.indices[i];
    const auto extent = static_cast<long long>(shape[i]);
    const long long offset = index.fixed ? fixed(cascade_, shapes_, access, i, extent) : index.offset;
    result.coordinates.push_back({index.fixed ? RankId() : index.rank, offset, extent, stride[i]});
  }
  return result;
}

Address ResolvedEinsum::sum_address(const Access& shown) {
  const std::vector<std::size_t> shape = dense_shape(cascade_.tensors[shown.tensor], shapes_);
  const std::vector<std::size_t> stride = strides(shape);
  Address result{shown.tensor, operands_++, {}};
  for (std::size_t i = 0; i < shown.indices.size(); ++i) {
    Sum sum = sum_of(cascade_, shown.indices[i], shapes_);
    result.coordinates.push_back({{}, sum.plus, static_cast<long long>(shape[i]), stride[i], std::move(sum.parts)});
  }
  return result;
}

ResolvedEinsum::Node ResolvedEinsum::node(const Term& term) {
  Node result{term.kind, {}, term.value, term.operation, {}};
  if (term.kind == Term::Kind::access) result.address = address(term.access);
  for (const Term& operand : term.operands) result.operands.push_back(node(operand));
  return result;
}

/// An operation whose absent operands are skipped, or none.
OperationId ResolvedEinsum::accumulating_operation() const {
  const bool running(cascade_.tensors[einsum_.output.tensor].iterated);
  const bool reduces =
      einsum_.body.kind == Term::Kind::operation && !cascade_.operations[einsum_.body.operation].reduction.empty();
  return running && reduces ? einsum_.body.operation : OperationId();
}

Value ResolvedEinsum::evaluate(const Coordinates& point, Elements& elements) const {
  const Value value = evaluate(body_, point, accumulates_, elements);
  if (!filter_) return value;
  const auto at = filter_->locate(point);
  return at && elements.load(*filter_, *at).value_or(0) != 0 ? value : std::nullopt;
}

Value ResolvedEinsum::evaluate(const Node& node, const Coordinates& point, OperationId accumulates,
                               Elements& elements) const {
  if (node.kind == Term::Kind::number) return node.value;
  if (node.kind == Term::Kind::access) {
    const auto at = node.address.locate(point);
    return at ? elements.load(node.address, *at) : std::nullopt;
  }
  if (node.operation == accumulates) {
    const Value left = evaluate(node.operands[0], point, accumulates, elements);
    return accumulate(cascade_, accumulates, left, evaluate(node.operands[1], point, accumulates, elements));
  }
  double operands[most_operands] = {};
  bool absent = false;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const Value value = evaluate(node.operands[i], point, {}, elements);
    absent = absent || !value;
    operands[i] = value.value_or(0);
  }
  return absent ? std::nullopt : Value(cascade_.operations[node.operation].apply(operands));
}

Value ResolvedEinsum::reduced(const Value& before, const Value& value) const {
  return einsum_.reduce ? accumulate(cascade_, einsum_.reduce, before, value) : value;
}

}  // namespace tilewright
