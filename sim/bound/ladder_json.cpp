#include "sim/bound/ladder_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/bound/explain.hpp"

namespace tilewright {

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 0x1p53) return static_cast<std::int64_t>(value);
  return value;
}

void add_layout(Json& json, const Layout& layout) {
  const Extent all = layout.flattened();
  json["layout"] = to_text(layout.keys);
  json["query_layout"] = to_text(layout.queries);
  json["queries"] = all.queries;
  json["keys"] = all.keys;
}

void add_problem(Json& json, const Attention& problem, const Tiling& tiling) {
  if (problem.requests.size() == 1) add_layout(json, problem.requests.front().layout);
  json["sequences"] = number(problem.sequences());
  json["q_tile"] = to_text(tiling.query_tile);
  json["kv_tile"] = to_text(tiling.key_tile);
  json["kv_tiling"] = to_text(tiling.key_tiles);
  if (tiling.key_tiles == KeyTiles::gathered) json["gather"] = tiling.gather;
  json["tiling"] = tiling.order == TileOrder::multi ? "multi" : "flat";
  json["heads"] = number(problem.heads());
}

void add_counts(Json& json, const Ladder& ladder) {
  json["pairs"] = number(ladder.pairs);
  json["tiles_dense"] = number(ladder.tiles_dense);
  json["query_tiles"] = number(ladder.query_tiles);
  json["kv_tiles"] = number(ladder.key_tiles);
  json["tiles_visited"] = number(ladder.tiles_visited);
  json["tiles_visited_mean"] = number(ladder.tiles_visited / ladder.query_tiles);
  json["tiles_visited_worst"] = number(ladder.tiles_worst);
  json["tiles_full"] = number(ladder.tiles_full);
  json["tiles_partial"] = number(ladder.tiles_partial());
  json["tiles_empty"] = number(ladder.tiles_empty);
  json["tiles_computed"] = number(ladder.tiles_computed);
  json["rows_counted"] = ladder.rows_counted;
  json["fully_block_sparse"] = ladder.fully_block_sparse();
  json["pairs_wasted_by_mask"] = number(ladder.wasted_by_mask);
  json["pairs_wasted_by_padding"] = number(ladder.wasted_by_padding);
  json["speedup_flop"] = number(ladder.speedup_flop);
  json["speedup_tile_mean"] = number(ladder.speedup_tile_mean);
  json["speedup_tile_apart"] = number(ladder.speedup_tile_apart);
  json["speedup_tile_worst"] = number(ladder.speedup_tile_worst);
  json["speedup_tile_worst_is_bound"] = ladder.worst_is_bound;
}

// Of one request, whose censuses begin with the given one.
Json heads_json(const Request& request, std::size_t at, const Ladder& ladder) {
  Json heads = Json::array();
  for (const HeadMask& mask : request.masks) {
    const Census& census = ladder.censuses[at++];
    Json head{{"heads", mask.heads},
              {"mask", mask.text},
              {"pairs", census.pairs},
              {"tiles_visited", census.visited},
              {"tiles_visited_best", census.best},
              {"tiles_visited_worst", census.worst},
              {"tiles_full", census.full},
              {"distribution", distribution_json(census)}};
    heads.push_back(std::move(head));
  }
  return heads;
}

Json requests_json(const Attention& problem, const Ladder& ladder) {
  Json requests = Json::array();
  std::size_t at = 0;
  for (const Request& request : problem.requests) {
    Json each{{"times", number(request.times)}};
    add_layout(each, request.layout);
    each["heads_apart"] = heads_json(request, at, ladder);
    at += request.masks.size();
    requests.push_back(std::move(each));
  }
  return requests;
}

Json rungs_json(const Ladder& ladder) {
  Json rungs = Json::array();
  for (const Rung& rung : ladder.rungs) {
    Json each{{"name", rung.name},
              {"speedup", number(rung.speedup)},
              {"limit", rung.limit},
              {"holds_for", "kernels that " + rung.holds_for}};
    if (rung.time_s > 0) each["time_s"] = rung.time_s;
    rungs.push_back(std::move(each));
  }
  return rungs;
}

Json selection_json(const Selection& selection, const SelectionFloor& floor) {
  return {{"text", selection.text},
          {"share", floor.share},
          {"key_B", number(floor.key_B)},
          {"query_B", number(floor.query_B)},
          {"score_B", number(floor.score_B)},
          {"reused_B", number(floor.reused_B)},
          {"multiply_adds", number(floor.multiply_adds)}};
}

Json baseline_json(const Baseline& baseline) {
  Json json{{"name", baseline.name}, {"kind", to_text(baseline.kind)}};
  if (baseline.time_s > 0) json["time_s"] = baseline.time_s;
  if (!baseline.limit.empty()) json["limit"] = baseline.limit;
  if (baseline.pairs > 0) json["pairs"] = number(baseline.pairs);
  if (!baseline.tiling.query_tile.empty()) {
    json["q_tile"] = to_text(baseline.tiling.query_tile);
    json["kv_tile"] = to_text(baseline.tiling.key_tile);
  }
  return json;
}

void add_machine(Json& json, const Ladder& ladder) {
  for (const MemoryTraffic& traffic : ladder.traffic)
    json["traffic"].push_back({{"level", traffic.level},
                               {"query_B", number(traffic.query_B)},
                               {"key_value_B", number(traffic.key_value_B)},
                               {"output_B", number(traffic.output_B)},
                               {"time_s", traffic.time_s}});
  const WaveReport& waves = *ladder.waves;
  json["launch_order"] = {{"workers", number(waves.workers)}, {"query_tiles", number(waves.jobs)},
                          {"waves", number(waves.waves)},     {"imbalance", waves.imbalance},
                          {"speedup", waves.speedup},         {"dense_imbalance", waves.dense_imbalance}};
  json["tile_list_B"] = number(ladder.tile_list_B);
  json["permutation"] = {{"bytes", number(ladder.permutation_B)},
                         {"time_s", ladder.permutation_s},
                         {"speedup_with", ladder.speedup_with_permutation}};
}

// Entries from the given one on, each of one KV tile more than the one before it and of as many Q tiles.
std::size_t count_alike(const std::vector<VisitCount>& counts, std::size_t first) {
  std::size_t alike = 1;
  while (first + alike < counts.size() && counts[first + alike].query_tiles == counts[first].query_tiles &&
         counts[first + alike].visited == counts[first + alike - 1].visited + 1)
    ++alike;
  return alike;
}

}  // namespace

Json distribution_json(const Census& census) {
  constexpr std::size_t few = 3;
  const std::vector<VisitCount>& counts = census.distribution;
  Json json = Json::array();
  for (std::size_t at = 0; at < counts.size();) {
    const std::size_t alike = count_alike(counts, at);
    Json entry{{"tiles_visited", counts[at].visited}};
    if (alike >= few) entry["to"] = counts[at + alike - 1].visited;
    entry["query_tiles"] = counts[at].query_tiles;
    json.push_back(std::move(entry));
    at += alike >= few ? alike : 1;
  }
  return json;
}

Json ladder_json(const Attention& problem, const Tiling& tiling, const Ladder& ladder, const TileMachine* machine) {
  Json json;
  add_problem(json, problem, tiling);
  add_counts(json, ladder);
  json["baseline"] = baseline_json(ladder.baseline);
  json["baseline"]["text"] = text_of(ladder.baseline, problem, machine);
  json["rungs"] = rungs_json(ladder);
  if (ladder.selection) json["selection"] = selection_json(*problem.selection, *ladder.selection);
  if (problem.requests.size() == 1)
    json["heads_apart"] = heads_json(problem.requests.front(), 0, ladder);
  else
    json["requests"] = requests_json(problem, ladder);
  if (machine != nullptr) {
    json["arch"] = machine->name;
    json["levels_without_bandwidth"] = machine->unlimited_memories;
    add_machine(json, ladder);
  }
  return json;
}

}  // namespace tilewright
