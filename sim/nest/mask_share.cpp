#include "sim/nest/mask_share.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "einsum/mask/usage.hpp"
#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

template <class Item>
bool contains(const std::vector<Item>& all, Item one) {
  return std::ranges::find(all, one) != all.end();
}

bool divides(const Extents& tile, const Extents& layout) {
  return std::ranges::equal(tile, layout, [](Count part, Count whole) { return whole % part == 0; });
}

}  // namespace

MaskShare::MaskShare(const WorkloadMask& mask, const Cascade& cascade, const Mapping& mapping)
    : mask_(mask), cascade_(cascade), mapping_(mapping), queries_(find(mask.queries)), keys_(find(mask.keys)) {
  if (!mask.heads.empty()) heads_ = find(mask.heads).whole;
  masked_ = masked_einsums(cascade, queries_.whole, keys_.whole);
  if (std::ranges::count(masked_, 1) == 0)
    throw InputError(
        mask.place, "workload.mask",
        fmt::format("no Einsum of cascade '{}' runs over both {} and {}", cascade.name, mask.queries, mask.keys));
  for (const auto& [tiled, extents] : mapping.tiles)
    if (tiled != queries_.whole && tiled != keys_.whole)
      throw InputError(mapping.file + ": mapping.tiles: the mask is over " + mask.queries + " and " + mask.keys +
                       ", not over " + cascade.ranks[tiled].name);
  if ((queries_.tile == nullptr) != (keys_.tile == nullptr))
    throw InputError(mapping.file + ": mapping.tiles: expected the tiles of both " + mask.queries + " and " +
                     mask.keys + ", or none");
}

MaskShare::MaskedRank MaskShare::find(const std::string& name) const {
  const RankId whole = cascade_.ranks.id_of(std::ranges::find(cascade_.ranks, name, &Rank::name));
  if (!whole) {
    std::vector<std::string> known;
    for (const Rank& rank : cascade_.ranks) known.push_back(rank.name);
    throw InputError(mask_.place, "workload.mask",
                     "cascade '" + cascade_.name + "' has no rank '" + name + "'" + did_you_mean(name, known));
  }
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
  shares_.clear();
  time_shares_.clear();
  make_masks();
  find_base_tiles();
}

void MaskShare::make_masks() {
  const auto count = [&](RankId rank) { return static_cast<Count>(shape(rank)); };
  const Layout layout = mask_.layout(count(queries_.whole), count(keys_.whole));
  masks_ = mask_.masks(layout, heads_ ? count(heads_) : 0);
  check_groups();
  all_heads_ = pairs_left_ = keys_left_ = queries_left_ = 0;
  for (const HeadMask& head : masks_) all_heads_ += static_cast<double>(head.heads);
  const Extent all = layout.flattened();
  for (const HeadMask& head : masks_) {
    const double share = static_cast<double>(head.heads) / all_heads_;
    const Usage left = usage_of(head.mask);
    pairs_left_ +=
        share * static_cast<double>(left.pairs) / static_cast<double>(all.queries) / static_cast<double>(all.keys);
    keys_left_ += share * static_cast<double>(left.keys) / static_cast<double>(all.keys);
    queries_left_ += share * static_cast<double>(left.queries) / static_cast<double>(all.queries);
  }
}

// What heads share, they skip together.
void MaskShare::check_groups() const {
  if (!mapping_.shared || mapping_.shared->rank != heads_ || masks_.size() == 1) return;
  Count heads = 0;
  for (const HeadMask& mask : masks_) {
    heads += mask.heads;
    if (heads % static_cast<Count>(sized_->shared_by()) == 0) continue;
    throw InputError(mask_.place, "workload.mask",
                     fmt::format("the {} heads that share keys and values need the same mask, but it changes after "
                                 "{} heads",
                                 sized_->shared_by(), heads));
  }
}

// The coarsest tile that an Einsum of the group takes in one step.
void MaskShare::find_base_tiles() {
  group_of_.assign(cascade_.einsums.size(), {});
  base_.assign(mapping_.tree.groups.size(), {1, 1});
  for (const Leaf& leaf : sized_->flat().leaves) {
    group_of_[leaf.einsum] = leaf.group;
    if (!masked(leaf.einsum)) continue;
    const SkippingLoops loops = loops_of(leaf);
    auto& [queries, keys] = base_[leaf.group];
    queries = std::max(queries, extent(queries_, loops));
    keys = std::max(keys, extent(keys_, loops));
  }
  if (!states_tiles()) return;
  for (auto& [queries, keys] : base_) {
    queries = std::max(queries, tokens_of(*queries_.tile));
    keys = std::max(keys, tokens_of(*keys_.tile));
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

// Tokens of the rank in one iteration of the loops that skip. Coordinates are contiguous only as long as every loop
// over a more significant part of them skips too.
Count MaskShare::extent(const MaskedRank& rank, const SkippingLoops& loops) const {
  double tokens = shape(rank.whole);
  std::vector<NodeId> order = loops.skipping;
  order.insert(order.end(), loops.in_step.begin(), loops.in_step.end());
  std::ranges::sort(order);  // a node above stands before one below
  const auto skips = [&](NodeId node) { return contains(loops.skipping, node); };
  const auto take = [&](RankId part) {
    double left = shape(part);
    for (const NodeId node : order) {
      if (loop(node).rank != part) continue;
      const double factor = sized_->factor(node);
      if (factor == 1) continue;
      if (!skips(node)) return false;
      const double inner = sized_->extent(node, left);
      tokens /= left / inner;
      left = inner;
    }
    return left == 1;
  };
  const bool whole = std::ranges::any_of(order, [&](NodeId node) { return loop(node).rank == rank.whole; });
  if (whole || rank.parts.front() == rank.whole) {
    take(rank.whole);
  } else {
    for (const RankId part : rank.parts)
      if (!take(part)) break;
  }
  return static_cast<Count>(tokens);
}

MaskShare::TileSize MaskShare::tile(EinsumId einsum, const SkippingLoops& loops) const {
  const auto& [queries, keys] = base_[group_of_[einsum]];
  return {std::max(queries, extent(queries_, loops)), std::max(keys, extent(keys_, loops))};
}

double MaskShare::share(EinsumId einsum, const SkippingLoops& loops) { return visited_share(tile(einsum, loops)); }

double MaskShare::visited_share(const TileSize& tile) {
  const auto known = shares_.find(tile);
  if (known != shares_.end()) return known->second;
  double share = 0;
  const double key_tiles = static_cast<double>(ceil_div(masks_.front().mask.layout.flattened().keys, tile.second));
  const bool even = !cut_off(tile);
  for (const HeadMask& mask : masks_) {
    const double heads = static_cast<double>(mask.heads) / all_heads_;
    if (!even) {
      share += heads * most_visited_share(map(mask, tile));
      continue;
    }
    const auto tiles = visits(mask, tile);
    double visited = 0;
    for (const TileCount& count : tiles) visited += static_cast<double>(count.visited);
    share += heads * visited / key_tiles / static_cast<double>(tiles.size());
  }
  return shares_[tile] = share;
}

// Whether the last tile of a side is smaller than the others.
bool MaskShare::cut_off(const TileSize& tile) const {
  const Extent all = masks_.front().mask.layout.flattened();
  return all.queries % tile.first != 0 || all.keys % tile.second != 0;
}

// A last tile of a side weighs somewhere between its part of a full tile, as the points in it do, and a full tile,
// as a step of lanes does. The share is a ratio of two functions that are linear in either weight, so the most is
// where both are at an end.
double MaskShare::most_visited_share(const BlockMap& tiles) {
  const Count last_row = tiles.query_blocks() - 1;
  const Count last_column = tiles.key_blocks() - 1;
  std::array<std::array<double, 2>, 2> visited{};  // by whether in the last row, in the last column
  for (Count row = 0; row <= last_row; ++row)
    for (Count column = 0; column <= last_column; ++column)
      if (tiles.test(row, column)) ++visited[row == last_row ? 1 : 0][column == last_column ? 1 : 0];
  const auto part = [](Count in, Count of) { return static_cast<double>(in) / static_cast<double>(of); };
  double most = 0;
  for (const double row : {1.0, part(tiles.queries_in(last_row), tiles.query_block())})
    for (const double column : {1.0, part(tiles.keys_in(last_column), tiles.key_block())})
      most =
          std::max(most, (visited[0][0] + row * visited[1][0] + column * (visited[0][1] + row * visited[1][1])) /
                             (static_cast<double>(last_row) + row) / (static_cast<double>(last_column) + column));
  return most;
}

std::vector<TileCount> MaskShare::visits(const HeadMask& mask, const TileSize& tile) const {
  if (!states_tiles()) return visits_of(mask.mask, {TileOrder::flat, KeyTiles::fixed, {tile.first}, {tile.second}});
  return census_of(stated_tiles(mask, tile), in_stated_tiles(tile)).tiles;
}

BlockMap MaskShare::map(const HeadMask& mask, const TileSize& tile) const {
  if (!states_tiles())
    return map_tiles(mask.mask, {TileOrder::flat, KeyTiles::fixed, {tile.first}, {tile.second}}).visited;
  return map_tiles(stated_tiles(mask, tile), in_stated_tiles(tile)).visited;
}

AxisTiles MaskShare::in_stated_tiles(const TileSize& tile) const {
  return {tile.first / tokens_of(*queries_.tile), tile.second / tokens_of(*keys_.tile)};
}

// One block per pair of tiles that the mapping states, in a row; larger tiles are runs of them.
BlockMap MaskShare::stated_tiles(const HeadMask& mask, const TileSize& tile) const {
  const Tiling multi{TileOrder::multi, KeyTiles::fixed, *queries_.tile, *keys_.tile};
  const auto refuse = [&](const std::string& why) {
    throw InfeasibleError(mask_.place, "workload.mask",
                          fmt::format("tiles {} and {} of mapping '{}' {}", to_text(multi.query_tile),
                                      to_text(multi.key_tile), mapping_.name, why));
  };
  const Layout& layout = mask.mask.layout;
  if (multi.query_tile.size() != layout.dimensions() || multi.key_tile.size() != layout.dimensions())
    refuse(fmt::format("have not the {} dimensions of the layout {}", layout.dimensions(), to_text(layout.keys)));
  if (!divides(multi.query_tile, layout.queries) || !divides(multi.key_tile, layout.keys))
    refuse(fmt::format("do not divide the layout {} of the queries, {} of the keys", to_text(layout.queries),
                       to_text(layout.keys)));
  if (tile.first % multi.query_tile_size() != 0 || tile.second % multi.key_tile_size() != 0)
    refuse(fmt::format("do not divide its loops' tiles of {} and {} tokens", tile.first, tile.second));
  return map_tiles(mask.mask, multi).visited;
}

double MaskShare::time_share(const Leaf& leaf) {
  const TileSize size = tile(leaf.einsum, loops_of(leaf));
  const std::vector<TimedLoop> loops = timed_loops(leaf);
  if (std::ranges::none_of(loops, &TimedLoop::independent)) return visited_share(size);
  if (cut_off(size))
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
  const Extent all = masks_.front().mask.layout.flattened();
  const bool mapped = SlowestInstance::needs_map(loops);
  std::vector<HeadVisits> heads;
  for (const HeadMask& mask : masks_) {
    HeadVisits& head = heads.emplace_back(
        HeadVisits{mask.heads, tile.first, tile.second, ceil_div(all.keys, tile.second), {}, {}});
    if (mapped)
      head.map = map(mask, tile);
    else
      head.rows = visits(mask, tile);
  }
  return SlowestInstance(loops, heads).share({all.queries, all.keys, static_cast<Count>(all_heads_)});
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
    const bool of_heads = rank == heads_ && masks_.size() > 1;
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
