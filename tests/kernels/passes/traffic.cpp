#include "kernels/passes/traffic.hpp"

#include <catch2/catch.hpp>
#include <numeric>

namespace tilewright::kernels::TEST_FILE {
namespace {

constexpr PassesShape shape{2, 8, 4, 1000, 4000, 128, 64};
constexpr std::int64_t queries_B = 2LL * 8 * 1000 * 128 * 2, keys_B = 2LL * 4 * 4000 * 128 * 2;
constexpr std::int64_t scores_B = 2LL * 8 * 1000 * 4000 * 2, row_B = 2LL * 8 * 1000 * 4;

std::int64_t total_B(const std::vector<PassTraffic>& passes) {
  return std::accumulate(
      passes.begin(), passes.end(), std::int64_t{0},
      [](std::int64_t sum, const PassTraffic& pass) { return sum + pass.read_B + pass.write_B; });
}

}  // namespace

TEST_CASE("Three passes write scores and exponentials, and read each once", "[passes]") {
  CHECK(total_B(traffic_of(shape, Passes::three)) == 2 * queries_B + 2 * keys_B + 4 * scores_B + 4 * row_B);
  CHECK(traffic_of(shape, Passes::three).size() == 3);
}

TEST_CASE("Two passes write exponentials, and maxima and sums by the tile, and read each once", "[passes]") {
  const std::int64_t tiles = 63;
  CHECK(total_B(traffic_of(shape, Passes::two)) == 2 * queries_B + 2 * keys_B + 2 * scores_B + 4 * row_B * tiles);
  CHECK(traffic_of(shape, Passes::two).size() == 2);
}

TEST_CASE("One pass moves inputs and output alone", "[passes]") {
  CHECK(fused_traffic_of(shape).read_B == queries_B + 2 * keys_B);
  CHECK(fused_traffic_of(shape).write_B == queries_B);
}

TEST_CASE("What one pass writes, apart from O, the next reads", "[passes]") {
  for (const Passes passes : {Passes::two, Passes::three}) {
    const std::vector<PassTraffic> traffic = traffic_of(shape, passes);
    std::int64_t read_B = 0, write_B = 0;
    for (const PassTraffic& pass : traffic) {
      read_B += pass.read_B;
      write_B += pass.write_B;
    }
    CHECK(read_B - queries_B - 2 * keys_B == write_B - queries_B);
  }
}

TEST_CASE("Rows of scores are padded to 16 bytes, in the traffic too", "[passes]") {
  PassesShape odd = shape;
  odd.keys = 4001;
  CHECK(score_stride(4001) == 4008);
  CHECK(workspace_of(odd, Passes::three).scores_B == 2LL * 8 * 1000 * 4008 * 2);
}

}  // namespace tilewright::kernels::TEST_FILE
