#include "kernels/reference/permutation.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace tilewright::kernels::reference::TEST_FILE {

namespace {

std::vector<std::int64_t> places(const Permutation& order) {
  std::vector<std::int64_t> all;
  for (std::int64_t token = 0; token < order.extent[0] * order.extent[1] * order.extent[2]; ++token)
    all.push_back(order.place(token));
  return all;
}

}  // namespace

TEST_CASE("whole tiles of one axis stay as they are") {
  const Permutation order{{1, 1, 10}, {1, 1, 4}, {1, 1, 1}};
  CHECK(order.places() == 12);
  CHECK(places(order) == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("the tokens of a tile are contiguous, in row-major order") {
  const Permutation order{{1, 4, 4}, {1, 2, 2}, {1, 1, 1}};
  CHECK(places(order) == std::vector<std::int64_t>{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15});
}

TEST_CASE("a tile that reaches beyond the layout keeps its room") {
  const Permutation order{{1, 3, 3}, {1, 2, 2}, {1, 1, 1}};
  CHECK(order.places() == 16);
  CHECK(places(order) == std::vector<std::int64_t>{0, 1, 4, 2, 3, 6, 8, 9, 12});
}

TEST_CASE("the groups of a dilation lie one after the other, each with the room of the largest") {
  const Permutation order{{1, 1, 7}, {1, 1, 2}, {1, 1, 3}};
  CHECK(order.places() == 12);
  CHECK(places(order) == std::vector<std::int64_t>{0, 4, 8, 1, 5, 9, 2});
}

TEST_CASE("no two tokens share a place") {
  const Permutation order{{5, 6, 7}, {2, 3, 2}, {2, 1, 3}};
  std::vector<std::int64_t> all = places(order);
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  CHECK(all.front() == 0);
  CHECK(all.back() < order.places());
}

}  // namespace tilewright::kernels::reference::TEST_FILE
