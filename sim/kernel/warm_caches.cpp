#include "sim/kernel/warm_caches.hpp"

#include "sim/kernel/traffic.hpp"

namespace tilewright {

bool is_warm(const PreparedKernel& prepared) {
  const Level& level = prepared.arch.levels[below_outermost(prepared.arch)];
  if (level.runs_blocks()) return false;
  const Attention& problem = prepared.problem;
  const double footprint_B = problem.query_rows() * (problem.query_row_B() + problem.output_row_B()) +
                             problem.key_rows() * problem.token_B();
  return footprint_B <= level.capacity_B * level.instances / level.partitions;
}

}  // namespace tilewright
