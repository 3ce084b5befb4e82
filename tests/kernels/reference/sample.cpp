#include "kernels/reference/sample.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

namespace tilewright::kernels::reference::TEST_FILE {

namespace {

bool has(const std::vector<Row>& rows, const Row& row) { return std::binary_search(rows.begin(), rows.end(), row); }

}  // namespace

TEST_CASE("few rows are all checked") {
  const std::vector<Row> rows = sample_rows({2, 3, {1, 1, 10}, {1, 1, 4}, 60, 1});
  CHECK(rows.size() == 60);
  CHECK(rows.front() == Row{0, 0, 0});
  CHECK(rows.back() == Row{1, 2, 9});
}

TEST_CASE("the first and last query and the edges of tiles are checked in the first and the last head") {
  const std::vector<Row> rows = sample_rows({2, 3, {1, 1, 1000}, {1, 1, 128}, 16, 1});
  for (const std::int64_t query : {0, 127, 384, 511, 896, 999}) {
    CHECK(has(rows, {0, 0, query}));
    CHECK(has(rows, {1, 2, query}));
  }
}

TEST_CASE("edges of tiles of several dimensions are those of each") {
  const std::vector<Row> rows = sample_rows({1, 1, {30, 48, 80}, {4, 8, 8}, 16, 1});
  const auto at = [](std::int64_t t, std::int64_t h, std::int64_t w) { return Row{0, 0, (t * 48 + h) * 80 + w}; };
  for (const Row& row : {at(0, 0, 0), at(3, 7, 7), at(12, 16, 32), at(28, 40, 72), at(29, 47, 79)})
    CHECK(has(rows, row));
}

TEST_CASE("random rows lie in every head and differ with the seed") {
  const Sampling sampling{4, 8, {1, 1, 65536}, {1, 1, 128}, 64, 1};
  const std::vector<Row> rows = sample_rows(sampling);
  std::set<std::pair<int, int>> heads;
  std::int64_t high = 0;
  for (const Row& row : rows) {
    heads.insert({row.batch, row.head});
    REQUIRE(row.query >= 0);
    REQUIRE(row.query < 65536);
    high += row.query >= 32768;
  }
  CHECK(heads.size() == 32);
  CHECK(high > 20);
  CHECK(high < 56);
  CHECK(rows.size() <= 64 + 12);
  CHECK(std::is_sorted(rows.begin(), rows.end()));
  CHECK(rows == sample_rows(sampling));
  CHECK(rows != sample_rows({4, 8, {1, 1, 65536}, {1, 1, 128}, 64, 2}));
}

TEST_CASE("with more heads than random rows they are spread over the heads") {
  int last = -1;
  for (const Row& row : sample_rows({100, 1, {1, 1, 64}, {1, 1, 64}, 10, 1})) last = std::max(last, row.batch % 99);
  CHECK(last == 90);
}

}  // namespace tilewright::kernels::reference::TEST_FILE
