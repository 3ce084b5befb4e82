#include "sim/bound/memory_traffic.hpp"

#include <algorithm>

namespace tilewright {

std::vector<MemoryTraffic> least_traffic(const Attention& problem, const std::vector<QueryTiles>& tiles,
                                         const TileMachine& machine) {
  const AttentionNeeds needs = needs_of(problem);
  double fetched = 0;
  for (const QueryTiles& each : tiles) fetched += each.times * each.fetched_keys;
  std::vector<MemoryTraffic> all;
  for (const TileMachine::Memory& memory : machine.memories) {
    const bool once = all.empty();
    const double shared = memory.multicast ? machine.query_tiles_at_once : 1;
    const double keys = once ? needs.keys : std::max(needs.keys, fetched / shared);
    MemoryTraffic traffic;
    traffic.level = memory.name;
    traffic.query_B = needs.queries * problem.query_row_B();
    traffic.output_B = problem.query_rows() * problem.output_row_B();
    traffic.key_value_B = keys * problem.token_B();
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
