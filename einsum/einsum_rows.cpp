#include "einsum/einsum_rows.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace tilewright {

namespace {

// Of a row at a time: what an Einsum has at hand stays in the nearest cache.
constexpr std::size_t longest_part = 256;

const char* present_in(const char* present, std::size_t count) {
  return std::memchr(present, 0, count) == nullptr ? nullptr : present;
}

// Of a coordinate, from one element of a row to the next.
long long step_along(const Address::Coordinate& coordinate, RankId rank) {
  long long step = coordinate.rank && coordinate.rank == rank ? 1 : 0;
  for (const Sum::Part& part : coordinate.parts)
    if (part.rank == rank) step += part.times;
  return step;
}

long long stride_along(const Address& address, RankId rank) {
  long long stride = 0;
  for (const Address::Coordinate& each : address.coordinates)
    stride += step_along(each, rank) * static_cast<long long>(each.stride);
  return stride;
}

// The first whole number that `step` brings from `first` to at least `bound`.
long long first_at_least(long long bound, long long first, long long step) {
  const long long far = bound - first;
  return far <= 0 ? 0 : (far + step - 1) / step;
}

void collect(const ResolvedEinsum::Node& node, std::vector<const Address*>& found) {
  if (node.kind == Term::Kind::access) found.push_back(&node.address);
  for (const ResolvedEinsum::Node& operand : node.operands) collect(operand, found);
}

}  // namespace

EinsumRows::EinsumRows(const Cascade& cascade, const ByRank<double>& shapes, EinsumId id,
                       const ResolvedEinsum& einsum, RankId stepped, const PointFilter& exists)
    : cascade_(cascade),
      shapes_(shapes),
      einsum_(cascade.einsums[id]),
      resolved_(einsum),
      id_(id),
      stepped_(stepped),
      exists_(exists),
      along_(cheapest()),
      body_(compile(einsum.body(), einsum.accumulates())),
      point_(cascade.ranks.size(), 0) {
  for (Buffer* buffer : {&filter_, &before_, &after_}) {
    buffer->values.assign(longest_part, 0);
    buffer->present.assign(longest_part, 0);
  }
  if (!einsum_.reduce) return;
  reduce_ = &cascade.operations[einsum_.reduce];
  reduce_rows_ = row_operation(*reduce_);
}

EinsumRows::Node EinsumRows::compile(const ResolvedEinsum::Node& node, OperationId accumulates) const {
  Node result{&node, false, nullptr, nullptr, {}, {}};
  result.buffer.values.assign(longest_part, node.value);
  result.buffer.present.assign(longest_part, 0);
  if (node.kind != Term::Kind::operation) return result;
  result.accumulates = accumulates && node.operation == accumulates;
  result.operation = &cascade_.operations[node.operation];
  result.rows = row_operation(*result.operation);
  for (const ResolvedEinsum::Node& operand : node.operands)
    result.operands.push_back(compile(operand, result.accumulates ? accumulates : OperationId()));
  return result;
}

std::vector<const Address*> EinsumRows::addresses() const {
  std::vector<const Address*> found{&resolved_.output()};
  collect(resolved_.body(), found);
  if (resolved_.filter()) found.push_back(&*resolved_.filter());
  return found;
}

// Rough times per point, in those of an operation within a row.
double EinsumRows::cost(RankId rank) const {
  constexpr double to_begin = 100;
  constexpr double apart = 1;  // what is not side by side is copied
  constexpr double one_after_another = 3;
  double cost = to_begin / std::min(shapes_[rank], static_cast<double>(longest_part));
  for (const Address* address : addresses())
    if (const long long stride = stride_along(*address, rank); stride != 0 && stride != 1) cost += apart;
  if (stride_along(resolved_.output(), rank) == 0) cost += one_after_another;
  return cost;
}

// The last rank, or any that the result has: then the values of an element of the result come in the same order.
RankId EinsumRows::cheapest() const {
  RankId best;
  double least = std::numeric_limits<double>::infinity();
  bool last = true;
  for (std::size_t i = einsum_.iteration.size(); i-- > 0;) {
    const RankId rank = einsum_.iteration[i];
    if (rank == stepped_) continue;
    const bool reduced = std::ranges::find(einsum_.reduced, rank) != einsum_.reduced.end();
    if ((last || !reduced) && cost(rank) < least) {
      best = rank;
      least = cost(rank);
    }
    last = false;
  }
  return best;
}

void EinsumRows::run(TensorValues& tensors, long long step) {
  std::fill(point_.begin(), point_.end(), 0);
  if (stepped_) point_[stepped_] = step;
  const auto length = along_ ? static_cast<std::size_t>(shapes_[along_]) : 1;
  do {
    for (std::size_t begin = 0; begin < length; begin += longest_part) {
      if (along_) point_[along_] = static_cast<long long>(begin);
      count_ = std::min(longest_part, length - begin);
      run_part(tensors);
    }
  } while (next_row());
}

/// In row-major order; false after the last.
bool EinsumRows::next_row() {
  for (std::size_t i = einsum_.iteration.size(); i-- > 0;) {
    const RankId rank = einsum_.iteration[i];
    if (rank == stepped_ || rank == along_) continue;
    if (++point_[rank] < static_cast<long long>(shapes_[rank])) return true;
    point_[rank] = 0;
  }
  return false;
}

void EinsumRows::run_part(TensorValues& tensors) {
  const Row row = filtered(evaluate(body_, tensors), tensors);
  write(row, tensors.dense[resolved_.output().tensor]);
}

EinsumRows::Span EinsumRows::span(const Address& address) const {
  long long begin = 0;
  auto end = static_cast<long long>(count_);
  long long at = 0;
  for (const Address::Coordinate& each : address.coordinates) {
    long long first = (each.rank ? point_[each.rank] : 0) + each.offset;
    for (const Sum::Part& part : each.parts) first += part.times * point_[part.rank];
    at += first * static_cast<long long>(each.stride);
    const long long step = along_ ? step_along(each, along_) : 0;
    if (step == 0 && (first < 0 || first >= each.extent)) return {0, 0, 0, 0};
    if (step > 0) {
      begin = std::max(begin, first_at_least(0, first, step));
      end = std::min(end, first_at_least(each.extent, first, step));
    } else if (step < 0) {  // the same, downwards
      begin = std::max(begin, first_at_least(1 - each.extent, -first, -step));
      end = std::min(end, first_at_least(1, -first, -step));
    }
  }
  const long long stride = along_ ? stride_along(address, along_) : 0;
  if (begin >= end) return {0, 0, 0, 0};
  at += begin * stride;
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end), static_cast<std::size_t>(at),
          static_cast<std::size_t>(stride)};
}

EinsumRows::Row EinsumRows::load(const Address& address, Buffer& buffer, const TensorValues& tensors) const {
  const DenseTensor& tensor = tensors.dense[address.tensor];
  const auto [begin, end, at, stride] = span(address);
  const bool whole = begin == 0 && end == count_;
  const bool complete = tensors.complete[address.tensor] != 0;
  if (whole && stride == 1)
    return {&tensor.values[at], complete ? nullptr : present_in(&tensor.present[at], count_)};
  for (std::size_t i = begin, from = at; i < end; ++i, from += stride) buffer.values[i] = tensor.values[from];
  if (whole && complete) return {buffer.values.data(), nullptr};
  std::fill_n(buffer.present.begin(), count_, 0);
  for (std::size_t i = begin, from = at; i < end; ++i, from += stride) buffer.present[i] = tensor.present[from];
  return {buffer.values.data(), present_in(buffer.present.data(), count_)};
}

EinsumRows::Row EinsumRows::evaluate(Node& node, const TensorValues& tensors) const {
  if (node.of->kind == Term::Kind::number) return {node.buffer.values.data(), nullptr};
  if (node.of->kind == Term::Kind::access) return load(node.of->address, node.buffer, tensors);
  std::array<Row, most_operands> rows{};
  for (std::size_t i = 0; i < node.operands.size(); ++i) rows[i] = evaluate(node.operands[i], tensors);
  if (node.accumulates) return accumulate(node, rows[0], rows[1]);
  OperandRows operands;
  operands.fill(rows[0].values);
  bool all = true;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    operands[i] = rows[i].values;
    all = all && rows[i].present == nullptr;
  }
  map(*node.operation, node.rows, operands, node.buffer.values.data());
  if (all) return {node.buffer.values.data(), nullptr};
  std::fill_n(node.buffer.present.begin(), count_, 1);
  for (const Row& row : rows) {
    if (row.present == nullptr) continue;
    for (std::size_t i = 0; i < count_; ++i) node.buffer.present[i] &= row.present[i];
  }
  return {node.buffer.values.data(), node.buffer.present.data()};
}

EinsumRows::Row EinsumRows::accumulate(Node& node, const Row& left, const Row& right) const {
  double* values = node.buffer.values.data();
  map(*node.operation, node.rows, {left.values, right.values, left.values}, values);
  if (left.present == nullptr && right.present == nullptr) return {values, nullptr};
  for (std::size_t i = 0; i < count_; ++i) {
    const bool has_left = left.present == nullptr || left.present[i] != 0;
    const bool has_right = right.present == nullptr || right.present[i] != 0;
    if (!has_left) values[i] = right.values[i];
    if (!has_right) values[i] = left.values[i];
    node.buffer.present[i] = has_left || has_right ? 1 : 0;
  }
  return {values, present_in(node.buffer.present.data(), count_)};
}

// Of elements that are absent it has numbers, too, which nobody looks at.
void EinsumRows::map(const Operation& operation, const RowOperation* rows, const OperandRows& operands,
                     double* result) const {
  if (rows != nullptr) return rows->map(operands, result, count_);
  for (std::size_t i = 0; i < count_; ++i) {
    const double x[] = {operands[0][i], operands[1][i], operands[2][i]};
    result[i] = operation.apply(x);
  }
}

EinsumRows::Row EinsumRows::filtered(const Row& row, const TensorValues& tensors) {
  if (!resolved_.filter() && !exists_) return row;
  std::vector<char>& present = after_.present;
  for (std::size_t i = 0; i < count_; ++i) present[i] = row.present == nullptr || row.present[i] != 0 ? 1 : 0;
  if (resolved_.filter()) {
    const Row filter = load(*resolved_.filter(), filter_, tensors);
    for (std::size_t i = 0; i < count_; ++i)
      if ((filter.present != nullptr && filter.present[i] == 0) || filter.values[i] == 0) present[i] = 0;
  }
  if (exists_) {
    const long long begin = along_ ? point_[along_] : 0;
    for (std::size_t i = 0; i < count_; ++i) {
      if (along_) point_[along_] = begin + static_cast<long long>(i);
      if (present[i] != 0 && !exists_(id_, point_)) present[i] = 0;
    }
    if (along_) point_[along_] = begin;
  }
  return {row.values, present_in(present.data(), count_)};
}

void EinsumRows::write(const Row& row, DenseTensor& result) {
  const Span where = span(resolved_.output());
  if (where.begin == where.end) return;
  if (reduce_ != nullptr && where.stride == 0) return fold_into(row, where.at, result);
  if (reduce_ != nullptr) return reduce_into(row, where, result);
  for (std::size_t i = where.begin, at = where.at; i < where.end; ++i, at += where.stride) {
    if (row.present != nullptr && row.present[i] == 0) continue;
    result.values[at] = row.values[i];
    result.present[at] = 1;
  }
}

/// Element by element.
void EinsumRows::reduce_into(const Row& row, const Span& span, DenseTensor& result) {
  const auto& [begin, end, first, stride] = span;
  for (std::size_t i = begin, at = first; i < end; ++i, at += stride) before_.values[i] = result.values[at];
  map(*reduce_, reduce_rows_, {before_.values.data(), row.values, row.values}, after_.values.data());
  for (std::size_t i = begin, at = first; i < end; ++i, at += stride) {
    if (row.present != nullptr && row.present[i] == 0) continue;
    result.values[at] = result.present[at] != 0 ? after_.values[i] : row.values[i];
    result.present[at] = 1;
  }
}

/// All into one.
void EinsumRows::fold_into(const Row& row, std::size_t at, DenseTensor& result) {
  const double* values = row.values;
  std::size_t count = count_;
  if (row.present != nullptr) {
    count = 0;
    for (std::size_t i = 0; i < count_; ++i)
      if (row.present[i] != 0) before_.values[count++] = row.values[i];
    values = before_.values.data();
  }
  if (count == 0) return;
  std::size_t next = 0;
  if (result.present[at] == 0) result.values[at] = values[next++];
  result.present[at] = 1;
  if (reduce_rows_ != nullptr) {
    result.values[at] = reduce_rows_->fold(result.values[at], values + next, count - next);
    return;
  }
  for (; next < count; ++next) {
    const double x[] = {result.values[at], values[next]};
    result.values[at] = reduce_->apply(x);
  }
}

}  // namespace tilewright
