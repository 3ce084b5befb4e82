#include "sim/nest/functional/leaf_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "einsum/operation_count.hpp"
#include "sim/nest/functional/tolerance.hpp"

namespace tilewright {

namespace {

using State = Element::State;

constexpr double poison = std::numeric_limits<double>::quiet_NaN();

}  // namespace

LeafRuns::LeafRuns(RunState& state, Tiles& tiles, const NestData& data)
    : state_(state), tiles_(tiles), data_(data), cascade_(state.nest.facts.cascade()) {
  for (const Einsum& einsum : cascade_.einsums) {
    resolved_.push_back({cascade_, state.nest.shapes, einsum});
    ran_.push_back(std::vector<char>(static_cast<std::size_t>(tilewright::points(einsum, state.nest.shapes)), 0));
  }
  for (const RunLeaf& leaf : state.ports.leaves) brought_.push_back(std::vector<Brought>(leaf.operands.size() + 1));
  for (const DenseTensor& tensor : data.right) largest_.push_back(largest_value(tensor));
}

void LeafRuns::step(LeafId id) {
  const RunLeaf& leaf = state_.ports.leaves[id];
  if (!runs_now(leaf)) return;
  leaf_ = id;
  find_lanes(leaf);
  const auto has_pair = [&](const Lane& lane) { return data_.skips->any(leaf.einsum, lane.point); };
  const bool masked = data_.skips != nullptr && data_.skips->masked(leaf.einsum);
  if (lane_count_ == 0 || (masked && std::ranges::none_of(lanes(), has_pair))) return;
  state_.count.next_time();
  bring(id);
  for (const Lane& lane : lanes()) {
    enter(leaf, lane);
    if (!masked || data_.skips->exists(leaf.einsum, lane.point)) run(id, lane.point);
  }
  for (const NodeId loop : leaf.lanes) state_.index[loop] = 0;
}

bool LeafRuns::runs_now(const RunLeaf& leaf) const {
  return std::ranges::all_of(leaf.others, [&](const auto& other) {
    return other.second ? state_.is_last[other.first] != 0 : state_.index[other.first] == 0;
  });
}

// Those with a point, the innermost loop fastest.
void LeafRuns::find_lanes(const RunLeaf& leaf) {
  lane_count_ = 0;
  while (true) {
    add_lane(leaf);
    std::size_t l = leaf.lanes.size();
    while (l > 0) {
      long long& index = state_.index[leaf.lanes[l - 1]];
      if (++index < static_cast<long long>(state_.nest.numbers.factors[leaf.lanes[l - 1]])) break;
      index = 0;
      --l;
    }
    if (l == 0) return;
  }
}

void LeafRuns::add_lane(const RunLeaf& leaf) {
  if (lane_count_ == all_lanes_.size()) all_lanes_.push_back({Coordinates(cascade_.ranks.size(), 0), {}});
  Lane& lane = all_lanes_[lane_count_];
  for (const auto& [rank, loops] : leaf.loops) {
    long long at = 0;
    for (const NodeId loop : loops) at += state_.index[loop] * state_.ports.below[loop];
    if (at >= static_cast<long long>(state_.nest.shapes[rank])) return;
    lane.point[rank] = at;
  }
  lane.index.clear();
  for (const NodeId loop : leaf.lanes) lane.index.push_back(state_.index[loop]);
  ++lane_count_;
}

void LeafRuns::enter(const RunLeaf& leaf, const Lane& lane) {
  for (std::size_t l = 0; l < leaf.lanes.size(); ++l) state_.index[leaf.lanes[l]] = lane.index[l];
}

void LeafRuns::bring(LeafId id) {
  const RunLeaf& leaf = state_.ports.leaves[id];
  for (std::size_t o = 0; o < leaf.operands.size(); ++o) bring(id, o, leaf.operands[o]);
  bring(id, leaf.operands.size(), leaf.result);
}

void LeafRuns::bring(LeafId id, std::size_t operand, PortId port) {
  const RunLeaf& leaf = state_.ports.leaves[id];
  const NodeId loop = state_.ports.loop_above[state_.ports.ports[port].node];
  std::uint64_t era = 0;  // of the innermost temporal loop above: lanes have none
  for (NodeId above = loop; above; above = state_.ports.loop_above[above]) era = std::max(era, state_.era[above]);
  const PortId holder = tiles_.holder(port);
  Brought& brought = brought_[id][operand];
  if (brought == Brought{era, tiles_.version(holder)}) return;
  for (const Lane& lane : lanes()) {
    enter(leaf, lane);
    tiles_.bring(port);
  }
  brought = {era, tiles_.version(holder)};
}

void LeafRuns::run(LeafId id, const Coordinates& point) {
  const RunLeaf& leaf = state_.ports.leaves[id];
  const ResolvedEinsum& einsum = resolved_[leaf.einsum];
  point_ = &point;
  ++points_;
  char& ran = ran_[leaf.einsum][point_number(leaf.einsum, point)];
  if (ran != 0) fail(fmt::format("{} runs twice", at_point(leaf.einsum, point)));
  ran = 1;
  const Value value = einsum.evaluate(point, *this);
  if (const auto at = einsum.output().locate(point)) write(id, point, *at, value);
}

void LeafRuns::write(LeafId id, const Coordinates& point, std::size_t at, const Value& value) {
  const RunLeaf& leaf = state_.ports.leaves[id];
  const PortId holder = tiles_.holder(leaf.result);
  const Port& port = state_.ports.ports[holder];
  const std::size_t instance = tiles_.instance(holder);
  Element* element = tiles_.find(holder, instance, at);
  if (element == nullptr)
    return fail(fmt::format("{} writes {} in {}, where its tile is not", at_point(leaf.einsum, point),
                            element_name(port.tensor, at), state_.nest.arch.levels[port.level].name));
  Buffer& buffer = tiles_.buffer(holder, instance);
  tiles_.overwrite(holder, instance, static_cast<std::size_t>(element - buffer.elements.data()));
  const bool adds = static_cast<bool>(cascade_.einsums[leaf.einsum].reduce);
  if (port.step_stride != 0) {
    const auto step = static_cast<std::uint32_t>(at / port.step_stride % port.steps);
    if (element->now.step != step) element->before = element->now;
    element->now.step = step;
  }
  element->now.set(resolved_[leaf.einsum].reduced(adds ? element->now.get() : std::nullopt, value));
  tiles_.mark_dirty(holder, buffer);
  std::size_t index = at;
  if (port.step_stride != 0) index -= at / port.step_stride % port.steps * port.step_stride;
  state_.count.write(id, port, instance, index, *element);
}

Value LeafRuns::load(const Address& address, std::size_t at) {
  const RunLeaf& leaf = state_.ports.leaves[leaf_];
  const PortId id = leaf.operands[address.operand];
  const std::size_t instance = tiles_.instance(tiles_.holder(id));
  tiles_.collect(id, instance);
  Element* element = tiles_.find(id, instance, at);
  if (element != nullptr) state_.count.read(leaf, address.operand, state_.ports.ports[id], *element);
  return judged(address, at, element);
}

// What it should be, or told. Of what a mask filters out nothing is there; nor of running values that no step
// has reached, where nothing was there yet.
Value LeafRuns::judged(const Address& address, std::size_t at, const Element* element) {
  const DenseTensor& right = data_.right[address.tensor];
  const bool wanted = right.present[at] != 0;
  const RunLeaf& leaf = state_.ports.leaves[leaf_];
  const Port& port = state_.ports.ports[leaf.operands[address.operand]];
  const auto found = [&](const std::string& what) {
    if (!state_.fault.empty()) return;
    fail(fmt::format("{} reads {} in {}: {}", at_point(leaf.einsum, *point_), element_name(address.tensor, at),
                     state_.nest.arch.levels[port.level].name, what));
  };
  if (element == nullptr) return found("it is not in the tile there"), poison;
  const Tensor& tensor = cascade_.tensors[address.tensor];
  const bool filtered = data_.pairs != nullptr && tensor.producer && data_.pairs->masked(tensor.producer);
  const std::size_t step = port.step_stride == 0 ? 0 : at / port.step_stride % port.steps;
  const Element::Content& content = element->of_step(step);
  if (!wanted && filtered && (!content.known() || (tensor.iterated && content.step == 0))) return std::nullopt;
  if (content.state == State::overwritten) return found("another tensor has taken its place in the buffer"), poison;
  if (!content.known())
    return found("nothing is there: it was never filled or written, or has gone with its tile"), poison;
  if (content.step > step) found(fmt::format("it is of step {} already", content.step));
  const Value value = content.get();
  const auto text = [](const Value& of) { return of ? fmt::format("{:.6g}", *of) : std::string("absent"); };
  const bool same = static_cast<bool>(value) == wanted &&
                    (!wanted || is_close(*value, right.values[at], largest_[address.tensor]));
  if (!same && state_.fault.empty())
    found(fmt::format("it is {}, and {} when it is complete", text(value),
                      text(wanted ? Value(right.values[at]) : std::nullopt)));
  return value;
}

std::size_t LeafRuns::point_number(EinsumId einsum, const Coordinates& point) const {
  std::size_t number = 0;
  for (const RankId rank : cascade_.einsums[einsum].iteration)
    number = number * static_cast<std::size_t>(state_.nest.shapes[rank]) + static_cast<std::size_t>(point[rank]);
  return number;
}

void LeafRuns::check_all_ran() {
  for (const EinsumId id : cascade_.einsums.ids()) {
    const std::vector<char>& ran = ran_[id];
    const auto& iteration = cascade_.einsums[id].iteration;
    for (std::size_t number = 0; number < ran.size(); ++number) {
      if (ran[number] != 0) continue;
      Coordinates point(cascade_.ranks.size(), 0);
      std::size_t rest = number;
      for (std::size_t i = iteration.size(); i-- > 0;) {
        const auto shape = static_cast<std::size_t>(state_.nest.shapes[iteration[i]]);
        point[iteration[i]] = static_cast<long long>(rest % shape);
        rest /= shape;
      }
      if (data_.pairs != nullptr && data_.pairs->masked(id) && !data_.pairs->any(id, point)) continue;
      return fail(fmt::format("{} never runs", at_point(id, point)));
    }
  }
}

std::string LeafRuns::at_point(EinsumId einsum, const Coordinates& point) const {
  std::string text;
  for (const RankId rank : cascade_.einsums[einsum].iteration)
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", cascade_.ranks[rank].variable, point[rank]);
  return fmt::format("{} at {}", cascade_.einsums[einsum].name, text.empty() ? "its point" : text);
}

std::string LeafRuns::element_name(TensorId tensor, std::size_t at) const {
  const DenseTensor& right = data_.right[tensor];
  std::string text;
  for (std::size_t i = right.shape.size(); i-- > 0;) {
    text = fmt::format("{}{}{}", at % right.shape[i], text.empty() ? "" : ",", text);
    at /= right.shape[i];
  }
  return fmt::format("{}[{}]", cascade_.tensors[tensor].name, text);
}

void LeafRuns::fail(const std::string& what) {
  if (state_.fault.empty()) state_.fault = what;
}

}  // namespace tilewright
