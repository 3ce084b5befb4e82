#include "explore/mapper/first_mappings.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tilewright {

std::vector<GroupBlocks::Block> sorted_blocks(GroupBlocks& group, GroupBlocks::Sizes sizes, FoundOptions& found) {
  std::vector<GroupBlocks::Block> blocks = group.list(
      sizes, [&](const Score& least) { return found.is_excluded(least); }, [&] { return found.is_stopped(); });
  std::ranges::stable_sort(blocks, [&](const GroupBlocks::Block& a, const GroupBlocks::Block& b) {
    return found.before(found.with_rest(a.least), found.with_rest(b.least));
  });
  return blocks;
}

std::vector<GroupBlocks::Block> FirstMappings::find() {
  std::vector<Block> blocks = sorted_blocks(group_, GroupBlocks::Sizes::few, found_);
  std::vector<std::pair<Score, Block>> dived;
  for (Block& block : blocks) {
    const std::optional<Score> score = dive(block);
    if (score) dived.emplace_back(*score, std::move(block));
    if (found_.is_stopped()) break;
  }
  std::ranges::stable_sort(dived, [&](const auto& a, const auto& b) { return found_.before(a.first, b.first); });
  constexpr std::size_t improved = 16;
  blocks.clear();
  for (auto& [score, block] : dived) {
    if (blocks.size() < improved) improve(block = climbed(std::move(block), score));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// A mapping at once: every tensor in the first place that has room.
std::optional<Score> FirstMappings::dive(const Block& block) {
  if (found_.is_excluded(block.least) || !placed_.begin(block)) return std::nullopt;
  for (std::size_t t = 0; t < group_.tensors().size(); ++t)
    for (const TensorPlace& place : group_.places()[t])
      if (placed_.put(t, place)) break;
  return at_places(PlacedBlock::Places(placed_.places()));
}

// Goes on to a block beside as long as a mapping found at once is better there.
GroupBlocks::Block FirstMappings::climbed(Block block, Score best) {
  for (bool higher = true; higher && !found_.is_stopped();) {
    higher = false;
    for (Block& beside : group_.beside(block)) {
      const std::optional<Score> score = dive(beside);
      if (!score || !found_.before(*score, best)) continue;
      best = *score;
      block = std::move(beside);
      higher = true;
      break;
    }
  }
  return block;
}

// Tensors move one by one, as long as that makes the mapping better.
void FirstMappings::improve(const Block& block) {
  std::optional<Score> best = dive(block);
  if (!best) return;
  const std::size_t tensors = group_.tensors().size();
  PlacedBlock::Places chosen = placed_.places();
  for (std::size_t t = 0, moved = 0; moved < tensors; ++moved, t = (t + 1) % tensors)
    for (const TensorPlace& place : group_.places()[t]) {
      if (found_.is_stopped()) return;
      PlacedBlock::Places other = chosen;
      other[t] = &place;
      const std::optional<Score> score = at_places(other);
      if (!score || !found_.before(*score, *best)) continue;
      best = score;
      chosen = std::move(other);
      moved = 0;
    }
}

// With every Einsum in a quick way on the unit that is busy least with it.
std::optional<Score> FirstMappings::at_places(const PlacedBlock::Places& places) {
  placed_.clear();
  for (std::size_t t = 0; t < places.size(); ++t)
    if (places[t] == nullptr || !placed_.put(t, *places[t])) return std::nullopt;
  if (placed_.is_avoided(found_.around().avoid)) return std::nullopt;
  const std::optional<JoinedWays> joined = quick_ways();
  if (!joined) return std::nullopt;
  return placed_.finish(*joined, found_);
}

std::optional<JoinedWays> FirstMappings::quick_ways() {
  std::vector<std::vector<const LaneOption*>> ways(group_.einsums().size());
  std::vector<std::size_t> longest_first(ways.size());
  for (std::size_t e = 0; e < ways.size(); ++e) {
    longest_first[e] = e;
    ways[e] = quick_ways(e);
    if (ways[e].empty()) return std::nullopt;
  }
  std::ranges::stable_sort(longest_first, std::greater<>(), [&](std::size_t e) {
    return placed_.share(e) * std::ranges::min(ways[e], {}, &LaneOption::cycles)->cycles;
  });
  JoinedWays joined;
  joined.unit_cycles.assign(problem_.arch.units.size(), 0);
  joined.chosen.assign(ways.size(), nullptr);
  for (const std::size_t e : longest_first) {
    const auto busy = [&](const LaneOption* way) {
      return joined.unit_cycles[way->plan.unit] + placed_.share(e) * way->cycles;
    };
    joined.chosen[e] = std::ranges::min(ways[e], {}, busy);
    joined.add(*joined.chosen[e], placed_.share(e));
  }
  return joined;
}

// One on each unit that can compute it.
std::vector<const LaneOption*> FirstMappings::quick_ways(std::size_t e) {
  const auto score = [&](const LaneOption& way) {
    return Score{way.cycles / problem_.arch.clock_Hz, way.energy_J, way.moved_B[0], 0};
  };
  const auto is_better = [&](const LaneOption& a, const LaneOption& b) {
    return found_.before(score(a), score(b));
  };
  std::vector<const LaneOption*> ways;
  const LaneContext& in = placed_.context(e, false);
  for (const UnitId unit : problem_.arch.units.ids())
    if (const LaneOption* way = lanes_.quick(in, unit, is_better)) ways.push_back(way);
  return ways;
}

}  // namespace tilewright
