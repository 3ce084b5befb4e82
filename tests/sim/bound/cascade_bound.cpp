#include "sim/bound/cascade_bound.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "sim/nest/estimator.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// M = 8, K = 6, N = 4 in the order of the ranks M, K, N; elements of 2 bytes.
Bound product_bound(const std::string& bandwidth, const std::string& units,
                    ByTensor<double> element_B = {2, 2, 2}) {
  const Arch arch = arch_of("  levels:\n    - {name: HBM, access_B: 1, bandwidth_B_per_s: " + bandwidth +
                            "}\n  units: [" + units + "]\n");
  return time_bound(product_cascade(), arch, {8, 6, 4}, {std::move(element_B)});
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

TEST_CASE("operands of shorter words take the cycles of these") {
  const std::string both =
      slow + ", {name: b, lanes: 3, operations: {multiply_add: {cycles: 1, cycles_by_word_B: {1: 0.5}}}}";
  CHECK(product_bound("1 TB/s", both).time_s == Approx(192 / 4.0 / 1e9));
  CHECK(product_bound("1 TB/s", both, {1, 2, 1}).time_s == Approx(192 / 4.0 / 1e9));
  CHECK(product_bound("1 TB/s", both, {1, 1, 2}).time_s == Approx(192 / 7.0 / 1e9));
}

TEST_CASE("products of several words take the sum of their times on one unit, and on several no more than that") {
  // 192 products of words of A and B, 64 of T and C.
  const auto bound = [](const std::string& units, double a_B, double c_B) {
    const Arch arch = arch_of("  levels: [{name: HBM, access_B: 1}]\n  units: [" + units + "]\n");
    const Cascade cascade = chain_cascade();
    ByTensor<double> element_B(cascade.tensors.size(), 1);
    element_B[cascade.tensor("A")] = a_B;
    element_B[cascade.tensor("C")] = c_B;
    return time_bound(cascade, arch, {8, 6, 4, 2}, {element_B}).time_s * 1e9;
  };
  const auto unit = [](const std::string& name, const std::string& short_cycles) {
    return "{name: " + name +
           ", lanes: 1, operations: {multiply_add: {cycles: 1, cycles_by_word_B: {1: " + short_cycles + "}}}}";
  };
  CHECK(bound(unit("a", "0.5"), 2, 2) == Approx(192 + 64));
  CHECK(bound(unit("a", "0.5"), 1, 1) == Approx(96 + 32));
  CHECK(bound(unit("a", "0.5"), 1, 2) == Approx(96 + 64));
  CHECK(bound(unit("a", "0.5"), 2, 1) == Approx(192 + 32));
  // The second would do short words alone for 40 cycles, while the first does long ones.
  CHECK(bound(unit("a", "1") + ", " + unit("b", "0.25"), 1, 2) <= 64);
}

TEST_CASE("hardware that is used in another way adds nothing") {
  const std::string other = "{name: c, alternative_to: b, lanes: 3, operations: {multiply_add: {cycles: 1.5}}}";
  CHECK(product_bound("1 TB/s", fast + ", " + other).time_s == product_bound("1 TB/s", fast).time_s);
}

TEST_CASE("intermediates need not move") {
  const Arch arch =
      arch_of("  levels: [{name: HBM, access_B: 1, bandwidth_B_per_s: 1 MB/s}]\n  units: [" + slow + "]\n");
  CHECK(time_bound(chain_cascade(), arch, {8, 6, 4, 2}, {{1, 1, 1, 1, 1}}).time_s ==
        Approx((48 + 24 + 8 + 16) / 1e6));
}

namespace {

/// Of the scores of 8 queries and 8 keys, and what they weigh, with a projection of the keys; elements of 1 byte,
/// 1 MB/s.
Bound masked_bound(const std::string& pattern, const std::string& cycles) {
  const Cascade cascade = cascade_of(
      "  inputs: {Q: [P], X: [M], W: [M], BIAS: [M, P]}\n"
      "  outputs: [Z]\n"
      "  einsums:\n"
      "    - K[m] = X[m] * W[m]\n"
      "    - S[m,p] = K[m] + BIAS[m,p]\n"
      "    - Z[p] = S[m,p] * Q[p]\n");
  const Arch arch = arch_of(
      "  levels: [{name: HBM, access_B: 1, bandwidth_B_per_s: 1 MB/s, instances: 64}]\n"
      "  units: [{name: a, lanes: 1, operations: {multiply: {cycles: 1}, add: {cycles: 1}, multiply_add: "
      "{cycles: " +
      cycles + "}}}]\n");
  const std::string all = "keep: {HBM: [X, W, BIAS, Q, Z, K, S]}";
  const Model model(cascade, arch,
                    mapping_text("[" + all +
                                 ", each: [[for: [m: M], {compute: K, on: a}], [for: [m: M, p: P], "
                                 "{compute: S, on: a}], [for: [m: M, p: P], {compute: Z, on: a}]]]"),
                    {{"M", 8}, {"P", 8}});
  const WorkloadMask mask{"P", "M", "", {pattern, parse_mask(pattern), {}, {}}, {}};
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask);
  Result result;
  estimator.evaluate(model.given, result);
  return time_bound(model.cascade, model.arch, model.frame.shapes, {model.element_B}, estimator.mask());
}

}  // namespace

TEST_CASE("with a mask only its pairs, and the queries and keys that have one, move and count") {
  CHECK(masked_bound("dense", "1").time_s == Approx((8 + 8 + 8 + 64 + 8) / 1e6));
  CHECK(masked_bound("causal", "1").time_s == Approx((8 + 8 + 8 + 36 + 8) / 1e6));
  // Queries 0 to 3 see keys 4 to 7, and the rest nothing.
  CHECK(masked_bound("(blocked,window=4) >> 0/4 & !(blocked,window=4)", "1").time_s ==
        Approx((4 + 4 + 4 + 16 + 4) / 1e6));
  CHECK(masked_bound("causal", "1 << 20").resource == "multiply_add");
  CHECK(masked_bound("causal", "1 << 20").time_s == Approx(36 * 0x1p20 / 1e9));
}

}  // namespace tilewright::test::TEST_FILE
