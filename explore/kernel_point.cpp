#include "explore/kernel_point.hpp"

#include <fmt/format.h>

#include <utility>

#include "explore/kernel_fit.hpp"
#include "mappings/kernel/parse.hpp"

namespace tilewright {

KernelCandidate kernel_candidate(const Point& point, const Yaml& mapping, const Workload& workload,
                                 const Cascade& cascade, const Arch& arch) {
  KernelCandidate candidate;
  candidate.kernel = parse_kernel(mapping, cascade, arch, roles_of(workload));
  if (!point.query_tile.empty()) candidate.tiling.query_tile = parse_extents(point.query_tile, "--q-tile");
  if (!point.key_tile.empty()) candidate.tiling.key_tile = parse_extents(point.key_tile, "--kv-tile");
  candidate.fit = fit_of(point, mapping, arch, candidate.warnings);
  return candidate;
}

void refuse_kernel_options(const Point& point) {
  for (const auto& [option, value] :
       {std::pair("--q-tile", &point.query_tile), std::pair("--kv-tile", &point.key_tile),
        std::pair("--calibration", &point.calibration)})
    if (!value->empty())
      throw InputError(
          fmt::format("{}: is for mappings that are kernels; '{}' is a nest of loops", option, point.mapping));
}

}  // namespace tilewright
