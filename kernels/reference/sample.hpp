// Which rows of a result are checked where all of them would take too long.
#pragma once

#include <array>

#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// Queries in a row-major layout; axes that it lacks have extent and tile 1.
struct Sampling {
  int batch = 1;
  int heads = 1;
  std::array<std::int64_t, 3> queries{1, 1, 1};
  std::array<std::int64_t, 3> q_tile{1, 1, 1};
  int random_rows = 64;
  std::uint64_t seed = 0;
};

/// For the first and the last head of all: the first and the last query, and the first and last of the first, the
/// middle and the last Q tile. Then `random_rows` more, spread evenly over all heads. All rows if there are no more
/// of them than that. In order, each once.
std::vector<Row> sample_rows(const Sampling& sampling);

}  // namespace tilewright::kernels::reference
