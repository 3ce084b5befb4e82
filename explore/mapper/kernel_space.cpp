#include "explore/mapper/kernel_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "explore/advice/tile_choices.hpp"

namespace tilewright {

namespace {

bool is_allowed(const auto& demand, const auto& value) {
  return std::ranges::all_of(
      demand, [&](const auto& each) { return std::ranges::find(each.values, value) != each.values.end(); });
}

bool has(const auto& demand, const auto& size) {
  return std::ranges::all_of(demand, [&](const auto& each) { return each.values.has(size); });
}

struct SpaceTiles {
  TileChoice tiles;
  bool has;
};

// Those of the file first.
std::vector<SpaceTiles> all_tiles(const SearchedKernel& kernel) {
  std::vector<SpaceTiles> all;
  std::set<std::pair<Count, Count>> sizes;
  std::set<std::pair<Extents, Extents>> known;
  for (const TileChoice& tiles : kernel.tiles) {
    all.push_back({tiles, true});
    known.emplace(tiles.query, tiles.key);
    sizes.emplace(tokens_of(tiles.query), tokens_of(tiles.key));
  }
  const std::size_t dimensions = kernel.tiles.front().query.size();
  if (kernel.chooses_tiles || dimensions == 1) return all;
  for (const auto& [query, key] : sizes)
    for (TileChoice& tiles : tiles_of_size(query, key, dimensions))
      if (known.emplace(tiles.query, tiles.key).second) all.push_back({std::move(tiles), false});
  return all;
}

std::vector<std::optional<KeyTiles>> all_key_tiles(const SearchedKernel& kernel, const KernelMapspace& demands) {
  std::vector<std::optional<KeyTiles>> all;
  for (const KeyTiles each : key_tiles_of(kernel.kernel))
    if (is_allowed(demands.key_tiles, each))
      all.push_back(each == kernel.kernel.key_tiles ? std::nullopt : std::optional(each));
  return all;
}

std::vector<std::optional<Count>> all_stages(const SearchedKernel& kernel, const KernelMapspace& demands) {
  std::vector<std::optional<Count>> all;
  if (has(demands.stages, kernel.kernel.stages)) all.emplace_back();
  if (!has_stages(kernel.kernel)) return all;
  for (Count stages = 1; stages <= most_stages_tried; ++stages)
    if (static_cast<double>(stages) != kernel.kernel.stages && has(demands.stages, static_cast<double>(stages)))
      all.emplace_back(stages);
  return all;
}

double most_keys(const Attention& problem) {
  double keys = 0;
  for (const Request& request : problem.requests) keys = std::max(keys, request.keys());
  return keys;
}

std::vector<std::optional<Count>> all_splits(const SearchedKernel& kernel, const TileChoice& tiles,
                                             const KernelMapspace& demands) {
  if (!adds_splits(kernel.kernel)) {  // none
    if (has(demands.splits, 1)) return {std::nullopt};
    return {};
  }
  std::vector<std::optional<Count>> all;
  if (demands.splits.empty()) all.emplace_back();  // the kernel's own rule
  const double visits = std::ceil(most_keys(kernel.problem) / static_cast<double>(tokens_of(tiles.key)));
  const auto most = static_cast<Count>(std::min(visits, static_cast<double>(most_splits)));
  for (Count splits = 1; splits <= most; ++splits)
    if (has(demands.splits, static_cast<double>(splits))) all.emplace_back(splits);
  return all;
}

// The kernel's own first. Longest first is of all heads, whatever is outer.
std::vector<KernelOrder> all_orders(const KernelSchedule& own, const KernelMapspace& demands) {
  std::vector<KernelOrder> all;
  const QueryOrder own_order = query_order_of(own);
  const auto add = [&](QueryOrder queries, bool outer) {
    const bool any_outer = queries == QueryOrder::longest_first;
    if (!is_allowed(demands.queries, queries) || (!any_outer && !is_allowed(demands.queries_outer, outer))) return;
    KernelOrder order;
    if (queries != own_order) order.queries = queries;
    if (!any_outer && outer != own.queries_outer) order.outer = outer;
    all.push_back(order);
  };
  add(own_order, own.queries_outer);
  for (const bool outer : {false, true})
    for (const QueryOrder queries : query_orders) {
      const bool longest = queries == QueryOrder::longest_first;
      if (queries == own_order && (longest || outer == own.queries_outer)) continue;
      if (!longest || outer) add(queries, outer);
    }
  return all;
}

}  // namespace

KernelSpace space_of(const SearchedKernel& kernel, const KernelMapspace& demands) {
  KernelSpace space;
  if (kernel.tiles.empty()) {
    if (demands.any()) return space;
    return {{KernelCell{}}, {KernelOrder{}}};
  }
  space.orders = all_orders(kernel.kernel.schedule, demands);
  const auto key_tilings = all_key_tiles(kernel, demands);
  const auto stages = all_stages(kernel, demands);
  for (const auto& [tiles, is_its_own] : all_tiles(kernel)) {
    if (!has(demands.query_tile, tiles.query) || !has(demands.key_tile, tiles.key)) continue;
    for (const auto& key_tiles : key_tilings)
      for (const auto& of_stages : stages)
        for (const auto& splits : all_splits(kernel, tiles, demands))
          space.cells.push_back({{tiles, key_tiles, of_stages, splits, {}, {}}, is_its_own});
  }
  return space;
}

KernelChoice with(KernelChoice choice, const KernelOrder& order) {
  choice.queries = order.queries;
  choice.queries_outer = order.outer;
  return choice;
}

std::vector<std::string> changes_of(const KernelChoice& choice, const Kernel& kernel) {
  std::vector<std::string> changes;
  if (choice.key_tiles) changes.push_back(fmt::format("KV tiles {}", to_text(*choice.key_tiles)));
  if (choice.stages) changes.push_back(fmt::format("{} stages", *choice.stages));
  if (choice.splits && kernel.splits.kind == KernelSplits::Kind::stream) changes.emplace_back("no stream");
  if (choice.queries) changes.push_back(fmt::format("Q tiles {}", to_text(*choice.queries)));
  if (choice.queries_outer)
    changes.emplace_back(*choice.queries_outer ? "all heads of a Q tile before the next"
                                               : "all Q tiles of a head before the next");
  return changes;
}

InfeasibleError excluded(const std::vector<SearchedKernel>& kernels, const KernelMapspace& demands) {
  const auto all_excluded = [&](const KernelMapspace& some) {
    return std::ranges::none_of(kernels, [&](const auto& kernel) { return space_of(kernel, some).size() > 0; });
  };
  std::set<std::string> tiles;
  for (const SearchedKernel& kernel : kernels)
    for (const TileChoice& each : kernel.tiles)
      tiles.insert(fmt::format("Q {} by KV {}", tokens_of(each.query), tokens_of(each.key)));
  std::vector<std::string> paths;
  const auto offer = [&](const auto& demand, const KernelMapspace& alone, const std::string& known) {
    if (demand.empty()) return;
    if (all_excluded(alone))
      throw InfeasibleError(demand.front().place, demand.front().path,
                            "no kernel that is searched has it; " + known);
    paths.push_back(demand.front().path);
  };
  const std::string sizes = fmt::format("tiles have {}", fmt::join(tiles, ", "));
  try {
    offer(demands.query_tile, {.query_tile = demands.query_tile}, sizes);
    offer(demands.key_tile, {.key_tile = demands.key_tile}, sizes);
    offer(demands.key_tiles, {.key_tiles = demands.key_tiles}, "the files of kernels allow others");
    offer(demands.stages, {.stages = demands.stages}, "few say what a stage takes");
    offer(demands.splits, {.splits = demands.splits}, "few add parts of a split up");
    offer(demands.queries, {.queries = demands.queries}, "");
    offer(demands.queries_outer, {.queries_outer = demands.queries_outer}, "");
  } catch (const InfeasibleError& error) {
    return error;
  }
  return InfeasibleError(fmt::format("no kernel keeps to all of {}; {}", fmt::join(paths, ", "), sizes));
}

}  // namespace tilewright
