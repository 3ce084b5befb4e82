#include "explore/mapper/traffic_curve.hpp"

#include <algorithm>
#include <set>

namespace tilewright {

namespace {

// The best with at most so much buffer; nullptr where all hold more.
const FoundMapping* best_within(const std::vector<FoundMapping>& found, double buffer_B) {
  const FoundMapping* best = nullptr;
  for (const FoundMapping& mapping : found)
    if (mapping.buffer_B <= buffer_B && (best == nullptr || mapping.traffic_B < best->traffic_B)) best = &mapping;
  return best;
}

Record point_of(const std::string& series, double capacity_B, double traffic_B) {
  Record record;
  record.add("series", series);
  record.add("point.buffer_B", capacity_B);
  record.add("map.buffer_B", capacity_B);
  record.add("map.traffic_B", traffic_B);
  return record;
}

}  // namespace

std::vector<Record> traffic_curve(const MapResult& result) {
  std::set<double> capacities;
  for (const FoundMapping& mapping : result.found) capacities.insert(mapping.buffer_B);
  for (const double bend : result.floor.bends_B())
    if (bend > *capacities.begin() && bend < *capacities.rbegin()) capacities.insert(bend);
  std::vector<Record> records;
  for (const double capacity : capacities) {
    const FoundMapping* best = best_within(result.found, capacity);
    Record record = point_of("found", capacity, best->traffic_B);
    for (const auto& [name, value] : best->record.fields())
      if (record.find(name) == nullptr) record.add(name, value);
    records.push_back(std::move(record));
  }
  for (const double capacity : capacities)
    records.push_back(point_of("floor", capacity, result.floor.least_B(capacity)));
  return records;
}

}  // namespace tilewright
