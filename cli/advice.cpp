#include "cli/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/log.hpp"
#include "einsum/mask/pattern.hpp"
#include "mappings/kernel/file.hpp"
#include "sim/kernel/shape.hpp"

namespace tilewright::cli {

namespace {

std::string times(double speedup) { return fmt::format("{:.2f}x", speedup); }

// What of the candidates is not known, or alike, has no column.
Table table_of(const std::vector<MaskCandidate>& candidates) {
  const auto differs = [&](const MaskCandidate& each) { return each.layout != candidates.front().layout; };
  const bool padded = std::ranges::any_of(candidates, differs);
  const bool timed = std::ranges::any_of(candidates, [](const auto& each) { return each.time_s.has_value(); });
  const bool laddered = candidates.front().ladder.has_value();
  Table table{{{"changes"}, {"window"}, {"stride"}}, {}};
  if (padded) table.columns.push_back({"layout"});
  for (const char* name : {"Q tile", "KV tile", "at most"}) table.columns.push_back({name});
  if (laddered) table.columns.push_back({"last rung"});
  if (timed) table.columns.push_back({"time_s", dimension::seconds});
  table.columns.push_back({"pairs changed", {}, true});
  table.columns.push_back({"why"});
  for (const MaskCandidate& each : candidates) {
    std::vector<Cell> row{each.change, to_text(each.window), to_text(each.stride)};
    if (padded) row.emplace_back(to_text(each.layout.keys));
    for (const std::string& text : {to_text(each.tiles.query), to_text(each.tiles.key), times(each.speedup_tile)})
      row.emplace_back(text);
    if (laddered) row.emplace_back(times(each.ladder->rungs.back().speedup));
    if (timed) row.emplace_back(each.time_s ? Cell(*each.time_s) : Cell());
    row.emplace_back(each.deviation);
    row.emplace_back(each.reason);
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Of the heads. A mask that can be advised on may be causal in some of its dimensions, which no kernel's tiles know
// of.
KernelShape heads_of(const Attention& problem) {
  KernelShape shape;
  shape.head_dim = problem.head_dim;
  shape.value_dim = problem.value_dim;
  shape.word_B = std::max({problem.words.query_B, problem.words.key_B, problem.words.value_B});
  return shape;
}

// What a person reads: the ends, and steps of about equal gain between them.
std::vector<MaskCandidate> thinned(const std::vector<MaskCandidate>& pareto, std::size_t most) {
  if (pareto.size() <= most) return pareto;
  std::vector<MaskCandidate> kept;
  const double least = pareto.front().speedup_tile;
  const double step = (pareto.back().speedup_tile - least) / static_cast<double>(most - 1);
  for (const MaskCandidate& each : pareto)
    if (each.speedup_tile >= least + step * static_cast<double>(kept.size()) || &each == &pareto.back())
      kept.push_back(each);
  return kept;
}

// The first, and where the request stands.
std::vector<MaskCandidate> some_of(const std::vector<MaskCandidate>& ranked) {
  constexpr std::size_t most = 10;
  std::vector<MaskCandidate> kept;
  for (const MaskCandidate& each : ranked)
    if (kept.size() < most || each.change == "nothing") kept.push_back(each);
  return kept;
}

nlohmann::ordered_json json_of(const MaskCandidate& candidate) {
  nlohmann::ordered_json json{{"mask", candidate.mask},
                              {"change", candidate.change},
                              {"q_tile", to_text(candidate.tiles.query)},
                              {"kv_tile", to_text(candidate.tiles.key)},
                              {"layout", to_text(candidate.layout.keys)},
                              {"pairs", candidate.pairs},
                              {"tiles_visited", candidate.visited},
                              {"tiles_full", candidate.full},
                              {"fully_block_sparse", candidate.fully_block_sparse()},
                              {"deviation", candidate.deviation},
                              {"speedup_flop", candidate.speedup_flop},
                              {"speedup_tile_mean", candidate.speedup_tile},
                              {"reason", candidate.reason}};
  if (candidate.ladder) json["speedup_last_rung"] = candidate.ladder->rungs.back().speedup;
  if (candidate.time_s) json["time_s"] = *candidate.time_s;
  return json;
}

nlohmann::ordered_json json_of(const std::vector<MaskCandidate>& candidates) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const MaskCandidate& candidate : candidates) list.push_back(json_of(candidate));
  return list;
}

}  // namespace

void AdviceOptions::add(Inputs& inputs) {
  const std::string alone = "expected --advise as well";
  const std::string of_windows = "expected --advise of a pattern with a window and a stride";
  inputs.add_flag("--advise", wanted_, "search strides, tile shapes and windows for a better bound", alone);
  inputs.add("--tiles", tiles_,
             "with --advise: the tiles of a kernel, a name below configs/kernels or a file; with --arch, its model "
             "ranks what is advised",
             alone);
  inputs.add(
      "--tile-sizes", tile_sizes_,
      "with --advise: all tile shapes of so many queries and keys, as in 128x64,128x128; where neither is given, "
      "those of the sizes of --q-tile and --kv-tile; of a mask without window or stride, how tiles compare",
      alone);
  inputs
      .add("--within", within_,
           "with --advise: by which share the number of pairs may differ, as in 0.1; 0 keeps the window",
           of_windows)
      ->check(in_range(0.0, 1.0));
  inputs.add_flag("--pad", pad_, "with --advise: dimensions of the layout may be padded to whole tiles",
                  of_windows);
  inputs.add("--least-window", least_window_, "with --advise: no smaller window, as in 16x20x20", of_windows);
}

std::vector<std::pair<Count, Count>> AdviceOptions::tile_sizes() const {
  std::vector<std::pair<Count, Count>> all;
  if (!tile_sizes_.given()) return all;
  std::istringstream list(tile_sizes_.use());
  for (std::string each; std::getline(list, each, ',');) {
    const Extents sizes = parse_extents(each, "--tile-sizes");
    if (sizes.size() != 2)
      throw InputError("--tile-sizes: expected the sizes of a Q tile and a KV tile, as in 128x128, got '" + each +
                       "'");
    all.emplace_back(sizes[0], sizes[1]);
  }
  return all;
}

SearchSpace AdviceOptions::space(const Attention& problem, const Tiling& tiling, int jobs) const {
  SearchSpace space;
  space.jobs = jobs;
  space.pad = pad_.use();
  space.flops_within = within_.use();
  if (least_window_.given()) {
    if (space.flops_within == 0)
      throw InputError("--least-window: the window stays as it is; --within lets it change");
    space.least_window = parse_extents(least_window_.use(), "--least-window");
  }
  const Layout& layout = problem.only_request("--advise").layout;
  if (tiles_.given())
    space.tiles = tiles_for(load_kernel_file(find_kernel(tiles_.use())), layout, heads_of(problem));
  if (tiles_.given() && !tile_sizes_.given()) return space;
  std::vector<std::pair<Count, Count>> sizes = tile_sizes();
  if (sizes.empty()) sizes = {{tiling.query_tile_size(), tiling.key_tile_size()}};
  for (const auto& [query, key] : sizes) {
    const auto shapes = tiles_of_size(query, key, layout.dimensions());
    space.tiles.insert(space.tiles.end(), shapes.begin(), shapes.end());
  }
  return space;
}

std::vector<TileChoice> AdviceOptions::runs(const Attention& problem) const {
  const Extent tokens = problem.only_request("--advise").layout.flattened();
  std::vector<TileChoice> all;
  if (tiles_.given())
    all = tiles_for(load_kernel_file(find_kernel(tiles_.use())), {{tokens.queries}, {tokens.keys}},
                    shape_of(problem));
  for (const auto& [query, key] : tile_sizes()) all.push_back({{query}, {key}});
  return all;
}

std::optional<KernelTimes> AdviceOptions::kernel(const Arch& arch,
                                                 const std::optional<AttentionRanks>& roles) const {
  if (!tiles_.given() || !load_kernel_file(find_kernel(tiles_.use())).model) return {};
  std::vector<std::string> warnings;
  std::optional<KernelTimes> kernel(std::in_place, tiles_.use(), arch, roles, warnings);
  for (const std::string& warning : warnings) log_warning(fmt::format("--tiles: {}", warning));
  return kernel;
}

std::optional<AdviceRequest> advice_request(const MaskSpec& mask, const Attention& problem, const Tiling& tiling,
                                            const Arch* arch) {
  const Arguments* rule = mask.runs.size() == 1 ? mask.runs.front().expression->rule() : nullptr;
  const bool on_grid = tiling.order == TileOrder::multi && tiling.key_tiles != KeyTiles::gathered;
  if (rule == nullptr || !on_grid || problem.requests.size() != 1) return std::nullopt;
  if (!has_window_and_stride(pattern(rule->pattern()))) return std::nullopt;
  return AdviceRequest{.problem = problem, .tiling = tiling, .rule = *rule, .arch = arch};
}

void print_advice(const Advice& advice, const std::string& by, const Options& options) {
  fmt::print(
      "\nadvice, of {:.0f} candidates, by the tile rung over dense attention; first the best for each kind of "
      "change, then every better bound for more "
      "changed pairs\n\n",
      advice.candidates);
  std::vector<MaskCandidate> by_change{advice.requested};
  by_change.insert(by_change.end(), advice.by_change.begin(), advice.by_change.end());
  print(table_of(by_change), options);
  fmt::print("\n");
  print(table_of(thinned(advice.pareto, 12)), options);
  if (!advice.ranked.empty()) {
    fmt::print("\nof all these and the best of each choice of tiles, {} first\n\n",
               by.empty() ? "the best last rung" : "the shortest time of " + by);
    print(table_of(some_of(advice.ranked)), options);
  }
  if (!advice.do_not_fit.empty())
    fmt::print("\nleft out: {} choices of tiles that fewer workers hold, such as Q tile {}, KV tile {}\n",
               advice.do_not_fit.size(), to_text(advice.do_not_fit.front().query),
               to_text(advice.do_not_fit.front().key));
}

nlohmann::ordered_json advice_json(const Advice& advice) {
  nlohmann::ordered_json json{{"candidates", advice.candidates},        {"requested", json_of(advice.requested)},
                              {"best", json_of(advice.best)},           {"cheapest", json_of(advice.cheapest)},
                              {"by_change", json_of(advice.by_change)}, {"pareto", json_of(advice.pareto)}};
  if (!advice.ranked.empty()) json["ranked"] = json_of(advice.ranked);
  return json;
}

}  // namespace tilewright::cli
