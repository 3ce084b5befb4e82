#include "sim/bound/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/error.hpp"
#include "common/units.hpp"
#include "sim/bound/memory_traffic.hpp"

namespace tilewright {

namespace {

constexpr Count usual_tile = 128;

std::vector<Census> censuses_of(const Attention& problem, const Tiling& tiling) {
  std::vector<Census> censuses;
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks) censuses.push_back(count_tiles(mask.mask, tiling));
  return censuses;
}

double pairs_of(const Attention& problem, const std::vector<Census>& censuses) {
  double pairs = 0;
  std::size_t at = 0;
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks)
      pairs += request.times * static_cast<double>(mask.heads) * static_cast<double>(censuses[at++].pairs);
  return pairs;
}

}  // namespace

std::string to_text(Baseline::Kind kind) {
  return kind == Baseline::Kind::mask ? "mask" : kind == Baseline::Kind::kernel ? "kernel" : "time";
}

Attention with_mask(Attention problem, const MaskSpec& mask) {
  for (Request& request : problem.requests) {
    if (!mask.keys.empty() || !mask.queries.empty()) (void)mask.layout(request.layout.keys, request.layout.queries);
    request.masks = make_masks(mask.runs, request.layout, static_cast<Count>(request.heads()));
  }
  return without_selection(std::move(problem));
}

Baseline mask_baseline(const Attention& problem, const MaskSpec& mask, const Tiling& tiling,
                       const TileMachine* machine) {
  const Attention masked = with_mask(problem, mask);
  const std::vector<Census> censuses = censuses_of(masked, tiling);
  const double pairs = pairs_of(masked, censuses);
  if (pairs == 0) throw InputError(fmt::format("baseline '{}': it has no pairs", mask.text));
  Baseline baseline;
  baseline.name = mask.text;
  baseline.tiling = tiling;
  baseline.pairs = pairs / masked.heads() / masked.sequences();
  if (machine == nullptr) return baseline;
  const ComputeTime compute = machine->least_time(masked, pairs);
  const auto traffic = least_traffic(masked, tiling, least_query_tiles(masked, tiling, censuses), *machine);
  const MemoryTraffic* slowest = longest(traffic, compute.time_s);
  baseline.by_compute = slowest == nullptr;
  baseline.time_s = slowest == nullptr ? compute.time_s : slowest->time_s;
  baseline.limit = slowest == nullptr ? compute.units : "bytes of " + slowest->level;
  return baseline;
}

Baseline dense_baseline(const Attention& problem, const Tiling& tiling, const TileMachine* machine) {
  return mask_baseline(problem, {"dense", parse_mask("dense"), {}, {}}, tiling, machine);
}

Baseline time_baseline(double time_s) {
  Baseline baseline;
  baseline.kind = Baseline::Kind::time;
  baseline.name = pretty(time_s, dimension::seconds);
  baseline.time_s = time_s;
  return baseline;
}

Tiling baseline_tiling(const Attention& problem) {
  Count queries = 1;
  Count keys = 1;
  for (const Request& request : problem.requests) {
    queries = std::max(queries, request.layout.flattened().queries * static_cast<Count>(problem.group()));
    keys = std::max(keys, request.layout.flattened().keys);
  }
  return {TileOrder::flat, KeyTiles::fixed, {std::min(usual_tile, queries)}, {std::min(usual_tile, keys)}};
}

}  // namespace tilewright
