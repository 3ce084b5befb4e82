#include "sim/kernel/warm_caches.hpp"

#include <cmath>

#include "sim/kernel/traffic.hpp"

namespace tilewright {

double warm_share(double footprint_B, double capacity_B) {
  const double times = footprint_B / capacity_B;
  if (times <= 1) return 1;
  // The larger solution is 1; the other one is where the iteration from below ends.
  double share = 0;
  for (double next = std::exp(-times); next - share > 1e-9; next = std::exp(-(1 - next) * times)) share = next;
  return share;
}

double warm_share(const PreparedKernel& prepared) {
  const Level& level = prepared.arch.levels[below_outermost(prepared.arch)];
  if (level.runs_blocks()) return 0;
  const Attention& problem = prepared.problem;
  const double footprint_B = problem.query_rows() * (problem.query_row_B() + problem.output_row_B()) +
                             problem.key_rows() * problem.token_B();
  return warm_share(footprint_B, level.capacity_B * level.instances / level.partitions);
}

}  // namespace tilewright
