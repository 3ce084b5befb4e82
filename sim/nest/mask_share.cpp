#include "sim/nest/mask_share.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

template <class Item>
bool contains(const std::vector<Item>& all, Item one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

MaskShare::MaskShare(const WorkloadMask& mask, const Cascade& cascade, const Mapping& mapping)
    : mask_(mask), cascade_(cascade), mapping_(mapping), queries_(find(mask.queries)), keys_(find(mask.keys)) {
  if (!mask.heads.empty()) heads_ = find(mask.heads).whole;
  masked_ = masked_einsums(cascade, mask);
  for (const auto& [tiled, extents] : mapping.tiles)
    if (tiled != queries_.whole && tiled != keys_.whole)
      throw InputError(mapping.file + ": mapping.tiles: the mask is over " + mask.queries + " and " + mask.keys +
                       ", not over " + cascade.ranks[tiled].name);
  if ((queries_.tile == nullptr) != (keys_.tile == nullptr))
    throw InputError(mapping.file + ": mapping.tiles: expected the tiles of both " + mask.queries + " and " +
                     mask.keys + ", or none");
}

MaskShare::MaskedRank MaskShare::find(const std::string& name) const {
  const RankId whole = masked_rank(cascade_, mask_, name);
  MaskedRank rank{whole, parts_of(cascade_, whole), nullptr};
  for (const auto& [tiled, extents] : mapping_.tiles)
    if (tiled == rank.whole) rank.tile = &extents;
  return rank;
}

bool MaskShare::is_query(RankId rank) const { return rank == queries_.whole || contains(queries_.parts, rank); }
bool MaskShare::is_key(RankId rank) const { return rank == keys_.whole || contains(keys_.parts, rank); }

double MaskShare::shape(RankId rank) const { return sized_->numbers().shapes[rank]; }

void MaskShare::prepare(const SizedTree& sized) {
  sized_ = &sized;
  time_shares_.clear();
  make_masks();
  find_base_tiles();
}

void MaskShare::make_masks() {
  const auto count = [&](RankId rank) { return static_cast<Count>(shape(rank)); };
  const Layout layout = mask_.layout(count(queries_.whole), count(keys_.whole));
  std::optional<StatedTiles> stated;
  if (queries_.tile != nullptr) stated = StatedTiles{*queries_.tile, *keys_.tile, mapping_.name};
  tiles_ = VisitedShare(mask_.masks(layout, heads_ ? count(heads_) : 0), std::move(stated), mask_.place);
  if (mapping_.shared && mapping_.shared->rank == heads_)
    tiles_.require_alike(static_cast<Count>(sized_->shared_by()));
}

// The coarsest tile that an Einsum of the group takes in one step.
void MaskShare::find_base_tiles() {
  group_of_.assign(cascade_.einsums.size(), {});
  base_.assign(mapping_.tree.groups.size(), {1, 1});
  for (const Leaf& leaf : sized_->flat().leaves) {
    group_of_[leaf.einsum] = leaf.group;
    if (!masked(leaf.einsum)) continue;
    base_[leaf.group] = tile(leaf.einsum, loops_of(leaf));
  }
  if (queries_.tile != nullptr)
    for (auto& [queries, keys] : base_) {
      queries = std::max(queries, tokens_of(*queries_.tile));
      keys = std::max(keys, tokens_of(*keys_.tile));
    }
  for (const GroupId group : base_.ids()) widen_base(group, base_[group]);
}

// To the tile that the group states, of whole steps.
void MaskShare::widen_base(GroupId id, TileSize& base) const {
  const FusionGroup& group = mapping_.tree.groups[id];
  const std::string key_path = fmt::format("mapping.groups[{}].tiles", id.index());
  for (const auto& [rank, stated] : group.tiles) {
    if (rank != queries_.whole && rank != keys_.whole)
      throw InputError(group.place, key_path,
                       fmt::format("the mask is over {} and {}, not over {}", mask_.queries, mask_.keys,
                                   cascade_.ranks[rank].name));
    Count& tokens = rank == queries_.whole ? base.first : base.second;
    if (stated % tokens != 0)
      throw InfeasibleError(group.place, key_path,
                            fmt::format("{} tokens of {} are skipped at once, but one step of an Einsum takes {}, "
                                        "which do not divide them",
                                        stated, cascade_.ranks[rank].name, tokens));
    tokens = std::min(stated, static_cast<Count>(shape(rank)));
  }
}

const Loop& MaskShare::loop(NodeId node) const { return std::get<Loop>(mapping_.tree.nodes[node].what); }

void MaskShare::add_lanes(SkippingLoops& loops, NodeId node) const {
  (loop(node).independent ? loops.skipping : loops.in_step).push_back(node);
}

SkippingLoops MaskShare::loops_of(const Leaf& leaf) const {
  SkippingLoops loops{{leaf.temporal.begin(), leaf.temporal.end()}, {}};
  for (const NodeId node : leaf.spatial) add_lanes(loops, node);
  return loops;
}

std::vector<MaskShare::Step> MaskShare::steps_of(const SkippingLoops& loops) const {
  std::vector<Step> steps;
  steps.reserve(loops.skipping.size() + loops.in_step.size());
  const auto add = [&](const std::vector<NodeId>& nodes, bool skips) {
    for (const NodeId node : nodes) steps.push_back({node, skips});
  };
  add(loops.skipping, true);
  add(loops.in_step, false);
  std::ranges::sort(steps, {}, &Step::node);  // a node above stands before one below
  return steps;
}

// Tokens of the rank in one iteration of the loops that skip. Coordinates are contiguous only as long as every loop
// over a more significant part of them skips too.
Count MaskShare::extent(const MaskedRank& rank, const std::vector<Step>& steps) const {
  double tokens = shape(rank.whole);
  const auto take = [&](RankId part) {
    double left = shape(part);
    for (const Step& step : steps) {
      if (loop(step.node).rank != part || sized_->factor(step.node) == 1) continue;
      if (!step.skips) return false;
      const double inner = sized_->extent(step.node, left);
      tokens /= left / inner;
      left = inner;
    }
    return left == 1;
  };
  const bool whole =
      std::ranges::any_of(steps, [&](const Step& step) { return loop(step.node).rank == rank.whole; });
  if (whole || rank.parts.front() == rank.whole) {
    take(rank.whole);
  } else {
    for (const RankId part : rank.parts)
      if (!take(part)) break;
  }
  return static_cast<Count>(tokens);
}

TileSize MaskShare::tile(EinsumId einsum, const SkippingLoops& loops) const {
  const auto& [queries, keys] = base_[group_of_[einsum]];
  const std::vector<Step> steps = steps_of(loops);
  return {std::max(queries, extent(queries_, steps)), std::max(keys, extent(keys_, steps))};
}

double MaskShare::share(EinsumId einsum, const SkippingLoops& loops) { return tiles_.of(tile(einsum, loops)); }

double MaskShare::time_share(const Leaf& leaf) {
  const TileSize size = tile(leaf.einsum, loops_of(leaf));
  const std::vector<TimedLoop> loops = timed_loops(leaf);
  if (std::ranges::none_of(loops, &TimedLoop::independent)) return tiles_.of(size);
  if (tiles_.cut_off(size))
    throw InfeasibleError(
        mask_.place, "workload.mask",
        fmt::format("tiles of {} queries and {} keys of mapping '{}' do not divide them; independent "
                    "instances under a mask need such that do",
                    size.first, size.second, mapping_.name));
  const auto [known, fresh] = time_shares_.try_emplace({size, loops}, 0);
  if (fresh) known->second = slowest_share(loops, size);
  return known->second;
}

double MaskShare::slowest_share(const std::vector<TimedLoop>& loops, const TileSize& tile) const {
  const Extent all = tiles_.masks().front().mask.layout.flattened();
  const bool mapped = SlowestInstance::needs_map(loops);
  std::vector<HeadVisits> heads;
  for (const HeadMask& mask : tiles_.masks()) {
    HeadVisits& head = heads.emplace_back(
        HeadVisits{mask.heads, tile.first, tile.second, ceil_div(all.keys, tile.second), {}, {}});
    if (mapped)
      head.map = tiles_.map(mask, tile);
    else
      head.rows = tiles_.visits(mask, tile);
  }
  return SlowestInstance(loops, heads).share({all.queries, all.keys, static_cast<Count>(tiles_.heads())});
}

// Those over queries, keys, and heads that differ; without lanes in step.
std::vector<TimedLoop> MaskShare::timed_loops(const Leaf& leaf) const {
  std::vector<NodeId> order(leaf.temporal.begin(), leaf.temporal.end());
  order.insert(order.end(), leaf.spatial.begin(), leaf.spatial.end());
  std::ranges::sort(order);
  std::map<RankId, Count> left;
  std::vector<TimedLoop> loops;
  for (const NodeId node : order) {
    const auto& [rank, spatial, independent] = loop(node);
    const auto times = static_cast<Count>(sized_->factor(node));
    const bool of_heads = rank == heads_ && tiles_.masks().size() > 1;
    if (times == 1 || !(is_query(rank) || is_key(rank) || of_heads)) continue;
    Count& apart = left.try_emplace(rank, static_cast<Count>(shape(rank))).first->second;
    apart /= times;
    if (spatial && !independent) continue;
    loops.push_back({is_query(rank) ? query_side
                     : is_key(rank) ? key_side
                                    : head_side,
                     apart * tokens_apart(rank), times, independent});
  }
  return loops;
}

// How many tokens apart two coordinates of a rank are.
Count MaskShare::tokens_apart(RankId rank) const {
  Count tokens = 1;
  for (const auto* of : {&queries_, &keys_}) {
    const auto part = std::ranges::find(of->parts, rank);
    if (part == of->parts.end()) continue;
    for (auto below = part + 1; below != of->parts.end(); ++below) tokens *= static_cast<Count>(shape(*below));
  }
  return tokens;
}

}  // namespace tilewright
