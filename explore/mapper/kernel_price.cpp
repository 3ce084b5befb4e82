#include "explore/mapper/kernel_price.hpp"

#include "sim/kernel/estimate.hpp"
#include "sim/kernel/least_time.hpp"
#include "sim/kernel/prepare_blocks.hpp"

namespace tilewright {

namespace {

double held_B(const PreparedKernel& prepared) { return prepared.needs.shared_B * prepared.resident; }

}  // namespace

KernelPrice price_of(const SearchedKernel& kernel, const KernelChoice& choice, const Arch& arch) {
  const PreparedKernel prepared = prepare(with(kernel.kernel, choice), *kernel.of, arch, kernel.problem_of(choice));
  const KernelResult result = estimate(prepared, kernel.fit.parameters);
  const double traffic_B = result.level_read_B.front() + result.level_write_B.front();
  return {{result.time_s, 0, traffic_B, held_B(prepared)}, name_of(result.binding, arch)};
}

double least_traffic_of(const SearchedKernel& kernel, const Attention& problem) {
  if (!kernel.kernel.block) return 0;
  return problem.query_rows() * (problem.query_row_B() + problem.output_row_B()) +
         needs_of(problem).keys * problem.token_B();
}

Score least_of(const SearchedKernel& kernel, const KernelChoice& choice, const Arch& arch, double traffic_B) {
  const PreparedKernel prepared =
      prepare_blocks(with(kernel.kernel, choice), *kernel.of, arch, kernel.problem_of(choice));
  return {least_time_s(prepared, kernel.fit.parameters), 0, traffic_B, held_B(prepared)};
}

}  // namespace tilewright
