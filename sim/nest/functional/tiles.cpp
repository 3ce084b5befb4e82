#include "sim/nest/functional/tiles.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace tilewright {

namespace {

using State = Element::State;

}  // namespace

Tiles::Tiles(RunState& state, const ByTensor<DenseTensor>& right) : state_(state) {
  const auto& ports = state.ports.ports;
  versions_.assign(ports.size(), 0);
  home_.assign(state.nest.facts.cascade().tensors.size(), {});
  for (const PortId id : ports.ids()) {
    std::size_t instances = 1;
    for (const NodeId loop : ports[id].lanes)
      instances *= static_cast<std::size_t>(state.nest.numbers.factors[loop]);
    buffers_.push_back(std::vector<Buffer>(instances));
    if (!ports[id].whole || ports[id].inside) continue;
    PortId& home = home_[ports[id].tensor];
    if (home) continue;
    home = id;
    settle(id, right);
  }
  feeding_.resize(ports.size());
  dirty_.assign(ports.size(), 0);
  for (const PortId id : ports.ids())
    if (ports[id].drains && ports[id].parent) feeding_[holder(ports[id].parent)].push_back(id);
}

// At home, inputs are there, and running values begin.
void Tiles::settle(PortId id, const ByTensor<DenseTensor>& right) {
  const Port& port = state_.ports.ports[id];
  const Tensor& tensor = state_.nest.facts.cascade().tensors[port.tensor];
  Buffer& buffer = buffers_[id].front();
  std::vector<long long> extent;
  for (const TileDimension& dimension : port.dimensions) extent.push_back(dimension.extent);
  buffer.take(std::vector<long long>(extent.size(), 0), extent);
  if (tensor.initial) begin_running(id, buffer);
  if (tensor.role != Tensor::Role::input) return;
  buffer.each(port, [&](std::size_t at, std::size_t local) {
    buffer.elements[local].now.set(right[port.tensor].values[at]);
  });
}

void Tiles::begin_running(PortId id, Buffer& buffer) const {
  const double initial = *state_.nest.facts.cascade().tensors[state_.ports.ports[id].tensor].initial;
  for (Element& element : buffer.elements) element.now.set(std::isinf(initial) ? std::nullopt : Value(initial));
}

PortId Tiles::holder(PortId port) const {
  const Port& at = state_.ports.ports[port];
  const PortId inside = at.inside ? at.inside : port;
  const Port& has = state_.ports.ports[inside];
  return has.whole ? home_[has.tensor] : inside;
}

std::size_t Tiles::instance(PortId port) const {
  std::size_t at = 0;
  for (const NodeId loop : state_.ports.ports[port].lanes)
    at = at * static_cast<std::size_t>(state_.nest.numbers.factors[loop]) +
         static_cast<std::size_t>(state_.index[loop]);
  return at;
}

// Whether the tile has any element.
bool Tiles::select(PortId id, std::vector<long long>& first, std::vector<long long>& extent) const {
  const Port& port = state_.ports.ports[id];
  for (const TileDimension& dimension : port.dimensions) {
    const auto shape = static_cast<long long>(state_.nest.shapes[dimension.rank]);
    long long from = 0;
    long long size = shape;
    for (const NodeId loop : dimension.loops) {
      size = state_.ports.below[loop];
      from += state_.index[loop] * size;
    }
    size = std::min(size, shape - from);
    if (size <= 0) return false;
    first.push_back(from / dimension.step);
    extent.push_back((from + size - 1) / dimension.step - first.back() + 1);
  }
  return true;
}

void Tiles::bring(PortId id) {
  const PortId holds = holder(id);
  if (holds != id) {
    if (!state_.ports.ports[holds].whole) bring(holds);
    return;
  }
  const Port& port = state_.ports.ports[id];
  if (port.whole) return;
  Buffer& buffer = buffers_[id][instance(id)];
  std::vector<long long> first;
  std::vector<long long> extent;
  if (!select(id, first, extent)) return;
  if (port.parent) bring(port.parent);
  if (buffer.held && buffer.first == first && buffer.extent == extent) return;
  leave_alike(id, instance(id));
  buffer.take(std::move(first), std::move(extent));
  if (!port.parent) {
    if (port.step_stride != 0) begin_running(id, buffer);
    return;
  }
  buffer.parent_instance = instance(holder(port.parent));
  if (port.fetches)
    fill(id, buffer);
  else if (port.accumulates)
    take_partial_sums(id, buffer);
}

void Tiles::fill(PortId id, Buffer& buffer) {
  const Port& port = state_.ports.ports[id];
  collect(port.parent, buffer.parent_instance, id);
  buffer.each(port, [&](std::size_t at, std::size_t local) {
    const Element* above = find(port.parent, buffer.parent_instance, at);
    if (above != nullptr) buffer.elements[local].copy(*above);
    overwrite(id, instance(id), local);
  });
  state_.count.fill(id, buffer);
}

// The first instance that adds to an element has what is there already.
void Tiles::take_partial_sums(PortId id, Buffer& buffer) {
  const Port& port = state_.ports.ports[id];
  buffer.each(port, [&](std::size_t at, std::size_t local) {
    Element* above = find(port.parent, buffer.parent_instance, at);
    if (above == nullptr || !above->now.known()) return;
    buffer.elements[local].copy(*above);
    above->now.state = State::none;
    mark_dirty(id, buffer);
  });
}

void Tiles::mark_dirty(PortId port, Buffer& buffer) {
  if (!buffer.dirty) ++dirty_[port];
  buffer.dirty = true;
}

void Tiles::clean(PortId port, Buffer& buffer) {
  if (buffer.dirty) --dirty_[port];
  buffer.dirty = false;
}

bool Tiles::has_results_below(PortId holder) const {
  return std::ranges::any_of(feeding_[holder],
                             [&](PortId below) { return dirty_[below] != 0 || has_results_below(below); });
}

void Tiles::drain(PortId id, Buffer& buffer) {
  const Port& port = state_.ports.ports[id];
  const Cascade& cascade = state_.nest.facts.cascade();
  const OperationId reduce = cascade.einsums[port.writer].reduce;
  const PortId holds = holder(port.parent);
  buffer.each(port, [&](std::size_t at, std::size_t local) {
    const Element& element = buffer.elements[local];
    if (!element.now.known()) return;
    Element* above = find(port.parent, buffer.parent_instance, at);
    if (above == nullptr) throw std::logic_error("results leave for a tile that has gone");
    const Value before = above->now.get();
    if (!port.accumulates || port.fetches || !before) {
      above->copy(element);
    } else if (element.now.state == State::present) {
      const double operands[] = {*before, element.now.value};
      above->now.value = cascade.operations[reduce].apply(operands);
    }
    if (const Buffer& parent = buffers_[holds][buffer.parent_instance]; !parent.elements.empty())
      overwrite(holds, buffer.parent_instance, static_cast<std::size_t>(above - parent.elements.data()));
  });
  mark_dirty(holds, buffers_[holds][buffer.parent_instance]);
  clean(id, buffer);
  state_.count.drain(id, buffer);
}

// With all that came up to it.
void Tiles::leave(PortId id, std::size_t instance) {
  Buffer& buffer = buffers_[id][instance];
  if (!buffer.held) return;
  collect(id, instance);
  if (buffer.dirty && state_.ports.ports[id].drains && state_.ports.ports[id].parent) drain(id, buffer);
  clean(id, buffer);
  buffer.held = false;
  ++versions_[id];
}

// Instances that add to the same tile give it up together, also one that has nothing to do next.
void Tiles::leave_alike(PortId id, std::size_t instance) {
  const Buffer& leaving = buffers_[id][instance];
  if (!leaving.held) return;
  const std::size_t parent = leaving.parent_instance;
  const std::vector<long long> first = leaving.first;
  leave(id, instance);
  if (!state_.ports.ports[id].accumulates) return;
  for (std::size_t other = 0; other < buffers_[id].size(); ++other) {
    const Buffer& each = buffers_[id][other];
    if (each.held && each.parent_instance == parent && each.first == first) leave(id, other);
  }
}

void Tiles::collect(PortId id, std::size_t instance, PortId but_from) {
  for (const PortId below : feeding_[holder(id)]) {
    if (below == but_from || (dirty_[below] == 0 && !has_results_below(below))) continue;
    for (std::size_t i = 0; i < buffers_[below].size(); ++i) {
      Buffer& buffer = buffers_[below][i];
      if (!buffer.held || buffer.parent_instance != instance) continue;
      collect(below, i);
      if (!buffer.dirty) continue;
      drain(below, buffer);
      if (!state_.ports.ports[below].accumulates) continue;
      buffer.held = false;
      ++versions_[below];
    }
  }
}

// Elements of a stored tensor are those of the other one at the same coordinates, its own dimension that of the
// other which it has not.
std::size_t Tiles::index_in(PortId inside, PortId of, std::size_t at) const {
  const Cascade& cascade = state_.nest.facts.cascade();
  const Port& port = state_.ports.ports[of];
  const Port& holds = state_.ports.ports[inside];
  if (port.tensor == holds.tensor) return at;
  const Tensor& tensor = cascade.tensors[port.tensor];
  const Tensor& other = cascade.tensors[holds.tensor];
  const auto has = [](const Tensor& of_ranks, RankId rank) {
    return std::ranges::find(of_ranks.ranks, rank) != of_ranks.ranks.end();
  };
  std::vector<std::size_t> coordinates(other.ranks.size(), 0);
  for (std::size_t i = tensor.ranks.size(); i-- > 0;) {
    const auto shape = static_cast<std::size_t>(state_.nest.shapes[tensor.ranks[i]]);
    const RankId rank = tensor.ranks[i];
    for (std::size_t o = 0; o < other.ranks.size(); ++o)
      if (other.ranks[o] == rank || (!has(other, rank) && !has(tensor, other.ranks[o])))
        coordinates[o] = at % shape;
    at /= shape;
  }
  std::size_t result = 0;
  for (std::size_t o = 0; o < other.ranks.size(); ++o)
    result = result * static_cast<std::size_t>(state_.nest.shapes[other.ranks[o]]) + coordinates[o];
  return result;
}

Element* Tiles::find(PortId id, std::size_t instance, std::size_t at) {
  const PortId holds = holder(id);
  Buffer& buffer = buffers_[holds][instance];
  const auto local = buffer.find(state_.ports.ports[holds], index_in(holds, id, at));
  return local ? &buffer.elements[*local] : nullptr;
}

void Tiles::overwrite(PortId id, std::size_t instance, std::size_t local) {
  for (const PortId other : state_.ports.ports[id].in_place) {
    if (instance >= buffers_[other].size()) continue;
    Buffer& buffer = buffers_[other][instance];
    if (!buffer.held || local >= buffer.elements.size()) continue;
    if (buffer.dirty && state_.ports.ports[other].drains && state_.ports.ports[other].parent) drain(other, buffer);
    buffer.elements[local].now.state = State::overwritten;
    buffer.elements[local].before = {};
  }
}

void Tiles::leave(PortId id) {
  for (std::size_t i = 0; i < buffers_[id].size(); ++i) leave(id, i);
}

// Ports below stand after those above.
void Tiles::end_group(GroupId group) {
  state_.count.next_time();
  const auto& ports = state_.ports.ports;
  for (std::size_t i = ports.size(); i-- > 0;) {
    const PortId id = PortId::at(i);
    if (ports[id].group == group && !ports[id].whole) leave(id);
  }
}

ByTensor<DenseTensor> Tiles::outputs() const {
  const Cascade& cascade = state_.nest.facts.cascade();
  ByTensor<DenseTensor> all(cascade.tensors.size());
  for (const TensorId t : cascade.tensors.ids()) {
    if (cascade.tensors[t].role != Tensor::Role::output || !home_[t]) continue;
    DenseTensor& dense = all[t];
    dense.shape = dense_shape(cascade.tensors[t], state_.nest.shapes);
    const Buffer& buffer = buffers_[home_[t]].front();
    dense.values.assign(buffer.elements.size(), 0);
    dense.present.assign(buffer.elements.size(), 0);
    buffer.each(state_.ports.ports[home_[t]], [&](std::size_t at, std::size_t local) {
      const Value value = buffer.elements[local].now.get();
      dense.values[at] = value.value_or(0);
      dense.present[at] = static_cast<char>(value.has_value());
    });
  }
  return all;
}

}  // namespace tilewright
