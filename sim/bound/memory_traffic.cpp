#include "sim/bound/memory_traffic.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// Of a token in a fetched KV tile, at least. The last unit of gathered ones may be cut off, which then takes fewer
// accesses.
double fetched_token_B(const Attention& problem, const Tiling& tiling, double access_B) {
  if (tiling.key_tiles != KeyTiles::gathered) return problem.token_B();
  double least_B = unlimited;
  for (const Request& request : problem.requests) {
    const Count keys = tokens_of(request.layout.keys);
    if (keys >= tiling.gather) least_B = std::min(least_B, problem.gathered_token_B(tiling.gather, access_B));
    if (const Count cut = keys % tiling.gather; cut > 0)
      least_B = std::min(least_B, problem.gathered_token_B(cut, access_B));
  }
  return least_B;
}

}  // namespace

std::vector<MemoryTraffic> least_traffic(const Attention& problem, const Tiling& tiling,
                                         const std::vector<QueryTiles>& tiles, const TileMachine& machine) {
  const AttentionNeeds needs = needs_of(problem);
  double fetched = 0;
  for (const QueryTiles& each : tiles) fetched += each.times * each.fetched_keys;
  std::vector<MemoryTraffic> all;
  for (const TileMachine::Memory& memory : machine.memories) {
    const bool once = all.empty();
    const double shared = memory.multicast ? machine.query_tiles_at_once : 1;
    const double token_B = fetched_token_B(problem, tiling, memory.access_B);
    const double once_B = needs.keys * problem.token_B();
    MemoryTraffic traffic;
    traffic.level = memory.name;
    traffic.query_B = needs.queries * problem.query_row_B();
    traffic.output_B = problem.query_rows() * problem.output_row_B();
    traffic.key_value_B = once ? once_B : std::max(once_B, fetched / shared * token_B);
    traffic.time_s = traffic.sum_B() / memory.bandwidth_B_per_s;
    all.push_back(traffic);
  }
  return all;
}

const MemoryTraffic* longest(const std::vector<MemoryTraffic>& traffic, double longer_than_s) {
  const auto found = std::ranges::max_element(traffic, {}, &MemoryTraffic::time_s);
  return found != traffic.end() && found->time_s > longer_than_s ? &*found : nullptr;
}

}  // namespace tilewright
