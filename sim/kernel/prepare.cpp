#include "sim/kernel/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "common/error.hpp"
#include "sim/kernel/prepare_blocks.hpp"
#include "sim/kernel/traffic.hpp"
#include "sim/kernel/warm_caches.hpp"

namespace tilewright {

namespace {

constexpr double most_tokens_of_a_kernel = 1 << 27;  // memory grows with Q tiles: about 1 GB

void prepare_fused(const Cascade& cascade, PreparedKernel& prepared) {
  choose_tiles(prepared.kernel, prepared.problem, prepared.tiling);
  const KernelShape shape = computed_shape(prepared.kernel, shape_of(prepared.problem, prepared.tiling));
  prepared.work = visit_work(prepared.kernel, cascade, prepared.arch, prepared.problem, shape);
  prepared.needs = needs_of(*prepared.kernel.block, shape, prepared.kernel.stages);
  prepared.occupancy = occupancy_of(prepared.arch, prepared.needs);
  prepared.view = view_of_blocks(prepared.kernel, cascade, prepared.problem, prepared.tiling);
  prepared.blocks = blocks_of(prepared.kernel, prepared.view, shape,
                              {prepared.multiprocessors, prepared.occupancy.blocks * prepared.multiprocessors});
  prepared.resident =
      std::min(prepared.occupancy.blocks, std::ceil(prepared.blocks.count() / prepared.multiprocessors));
}

void require_few_tokens(const Attention& problem) {
  double queries = 0;
  double keys = 0;
  for (const Request& request : problem.requests) {
    queries += request.queries();
    keys = std::max(keys, request.keys());
  }
  for (const auto& [what, tokens] : {std::pair("queries", queries), std::pair("keys", keys)})
    if (tokens > most_tokens_of_a_kernel)
      throw InputError(
          fmt::format("{:.0f} {}: kernels are modelled up to {:.0f}", tokens, what, most_tokens_of_a_kernel));
}

PreparedKernel prepared_on(const Kernel& kernel, const Arch& arch) {
  PreparedKernel prepared;
  prepared.kernel = kernel;
  prepared.arch = arch;
  prepared.fused = kernel.block.has_value();
  prepared.multiprocessors = arch.levels[block_level(arch)].instances;
  prepared.read_B.assign(arch.levels.size(), 0);
  prepared.write_B.assign(arch.levels.size(), 0);
  prepared.sum_B.assign(arch.levels.size(), 0);
  return prepared;
}

void prepare_passes(const Cascade& cascade, PreparedKernel& prepared) {
  for (const auto* passes : {&prepared.kernel.before, &prepared.kernel.after})
    for (const KernelPass& pass : *passes)
      if (happens(pass, prepared)) prepared.passes.push_back(prepare_pass(pass, cascade, prepared));
}

}  // namespace

PreparedKernel prepare_blocks(const Kernel& kernel, const Cascade& cascade, const Arch& arch, Attention problem,
                              Tiling tiling) {
  require_whole(problem);
  if (problem.selection.has_value() != chooses_keys(kernel))
    throw std::logic_error("kernel '" + kernel.name + "': with_selection() was left out");
  require_few_tokens(problem);
  PreparedKernel prepared = prepared_on(kernel, arch);
  prepared.problem = std::move(problem);
  prepared.tiling = std::move(tiling);
  prepared.warm = kernel.warm_caches && is_warm(prepared);
  if (prepared.fused) {
    prepare_fused(cascade, prepared);
    count_least_traffic(prepared);
  }
  prepare_passes(cascade, prepared);
  if (!prepared.fused && prepared.passes.empty())
    throw InputError(
        fmt::format("kernel '{}' does nothing here: the 'when' of none of its passes holds", kernel.name));
  return prepared;
}

PreparedKernel prepare(const Kernel& kernel, const Cascade& cascade, const Arch& arch, Attention problem,
                       Tiling tiling) {
  PreparedKernel prepared = prepare_blocks(kernel, cascade, arch, std::move(problem), std::move(tiling));
  if (prepared.fused) count_traffic(prepared);
  return prepared;
}

PreparedKernel prepare(const Kernel& kernel, const Cascade& cascade, const Arch& arch, CascadeSizes sizes) {
  PreparedKernel prepared = prepared_on(kernel, arch);
  prepared.other = std::move(sizes);
  prepare_passes(cascade, prepared);
  return prepared;
}

}  // namespace tilewright
