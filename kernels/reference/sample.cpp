#include "kernels/reference/sample.hpp"

#include <algorithm>
#include <set>

#include "kernels/reference/inputs.hpp"

namespace tilewright::kernels::reference {
namespace {

using Coordinates = std::array<std::int64_t, 3>;

std::int64_t token_at(const Coordinates& at, const Coordinates& extent) {
  return (at[0] * extent[1] + at[1]) * extent[2] + at[2];
}

/// The first and the last token of the first, middle and last tile, on all axes at once.
std::vector<std::int64_t> tile_corners(const Coordinates& extent, const Coordinates& tile) {
  std::vector<std::int64_t> tokens;
  for (const int half : {0, 1, 2}) {
    Coordinates first{};
    Coordinates last{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t tiles = (extent[axis] + tile[axis] - 1) / tile[axis];
      first[axis] = (tiles - 1) * half / 2 * tile[axis];
      last[axis] = std::min(first[axis] + tile[axis], extent[axis]) - 1;
    }
    tokens.push_back(token_at(first, extent));
    tokens.push_back(token_at(last, extent));
  }
  return tokens;
}

}  // namespace

std::vector<Row> sample_rows(const Sampling& sampling) {
  const std::int64_t queries = sampling.queries[0] * sampling.queries[1] * sampling.queries[2];
  const std::int64_t heads = std::int64_t{sampling.batch} * sampling.heads;
  std::set<Row> rows;
  const auto add = [&](std::int64_t head, std::int64_t query) {
    rows.insert({static_cast<int>(head / sampling.heads), static_cast<int>(head % sampling.heads), query});
  };
  if (heads * queries <= sampling.random_rows) {
    for (std::int64_t row = 0; row < heads * queries; ++row) add(row / queries, row % queries);
    return {rows.begin(), rows.end()};
  }
  for (const std::int64_t query : tile_corners(sampling.queries, sampling.q_tile)) {
    add(0, query);
    add(heads - 1, query);
  }
  for (std::int64_t i = 0; i < sampling.random_rows; ++i) {
    const std::uint64_t bits = mix(mix(sampling.seed) + static_cast<std::uint64_t>(i));
    add(heads * i / sampling.random_rows, static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(queries)));
  }
  return {rows.begin(), rows.end()};
}

}  // namespace tilewright::kernels::reference
