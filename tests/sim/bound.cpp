#include "sim/bound.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/mappings/model.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

/// M = 8, K = 6, N = 4 in the order of the ranks M, K, N; elements of 2 bytes.
Bound product_bound(const std::string& bandwidth, const std::string& units) {
  const Arch arch = arch_of("  levels:\n    - {name: HBM, access_B: 1, bandwidth_B_per_s: " + bandwidth +
                            "}\n  units: [" + units + "]\n");
  return time_bound(product_cascade(), arch, {8, 6, 4}, {2, 2, 2});
}

const std::string slow = "{name: a, lanes: 2, operations: {multiply_add: {cycles: 2}}}";
const std::string fast = "{name: b, lanes: 3, operations: {multiply_add: {cycles: 1}, exp: {cycles: 9}}}";

}  // namespace

TEST_CASE("inputs and outputs move at least once") {
  const Bound bound = product_bound("1 MB/s", slow);
  CHECK(bound.time_s == Approx(2 * (48 + 24 + 32) / 1e6));
  CHECK(bound.resource == "HBM");
}

TEST_CASE("operations spread over all units that can do them") {
  const Bound bound = product_bound("1 TB/s", slow + ", " + fast);
  CHECK(bound.time_s == Approx(192 / 4.0 / 1e9));
  CHECK(bound.resource == "multiply_add");
  CHECK(product_bound("1 TB/s", slow).time_s == Approx(192e-9));
}

TEST_CASE("intermediates need not move") {
  const Arch arch =
      arch_of("  levels: [{name: HBM, access_B: 1, bandwidth_B_per_s: 1 MB/s}]\n  units: [" + slow + "]\n");
  CHECK(time_bound(chain_cascade(), arch, {8, 6, 4, 2}, {1, 1, 1, 1, 1}).time_s ==
        Approx((48 + 24 + 8 + 16) / 1e6));
}
