#include "explore/kernel_point.hpp"

#include <fmt/format.h>

#include <utility>

#include "explore/kernel_fit.hpp"
#include "mappings/kernel/call.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/kernel/selection_passes.hpp"

namespace tilewright {

namespace {

const Yaml& call_of(const std::string& name, Library& library) {
  try {
    (void)find_call(name);
  } catch (const InputError& error) {
    throw InputError(fmt::format("--call: {}", error.what()));
  }
  return library.call(name);
}

}  // namespace

KernelCandidate kernel_candidate(const Point& point, const Yaml& mapping, const Workload& workload,
                                 const Cascade& cascade, const Arch& arch, Library& library) {
  KernelCandidate candidate;
  const bool attention = workload.ranks && has_ranks(*workload.ranks, cascade);
  candidate.kernel = parse_kernel(mapping, cascade, arch, attention ? workload.ranks : std::nullopt);
  if (!attention && needs_attention(candidate.kernel)) (void)find_ranks(roles_of(workload), cascade);
  if (!point.query_tile.empty()) candidate.tiling.query_tile = parse_extents(point.query_tile, "--q-tile");
  if (!point.key_tile.empty()) candidate.tiling.key_tile = parse_extents(point.key_tile, "--kv-tile");
  if (!point.call.empty())
    candidate.kernel = with_call(std::move(candidate.kernel), call_of(point.call, library), mapping, cascade, arch);
  if (workload.selection)
    candidate.kernel = with_selection(std::move(candidate.kernel), *workload.selection, cascade, arch);
  // Passes of other cascades have no parameters.
  if (attention || !point.calibration.empty())
    candidate.fit = fit_of(point, mapping, arch, library, candidate.warnings, candidate.kernel.call);
  return candidate;
}

void refuse_kernel_options(const Point& point) {
  for (const auto& [option, value] :
       {std::pair("--q-tile", &point.query_tile), std::pair("--kv-tile", &point.key_tile),
        std::pair("--calibration", &point.calibration), std::pair("--call", &point.call)})
    if (!value->empty())
      throw InputError(
          fmt::format("{}: is for mappings that are kernels; '{}' is a nest of loops", option, point.mapping));
}

}  // namespace tilewright
