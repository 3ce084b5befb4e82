#include "sim/nest/estimator.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Arch priced(const std::string& in_L2) {
  return arch_of(
      "  levels:\n"
      "    - {name: DRAM, access_B: 8, read_J: 3, write_J: 5}\n"
      "    - {name: L2, parent: DRAM, access_B: 4, " +
      in_L2 +
      "}\n"
      "  units: [{name: array, lanes: 64, operations: {multiply_add: {cycles: 1, energy_J: 7}}}]\n");
}

/// M = 8, K = 6, N = 4: DRAM reads A once (48 B) and B for every m (192 B) and writes Z once (32 B); L2 is filled
/// with A once and read once for every n.
Model product_at(const std::string& in_L2) {
  return {product_cascade(),
          priced(in_L2),
          mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M], keep: {L2: [A]}, for: [n: N], spatial: [k: K], "
                       "{compute: Z, on: array}]"),
          {{"M", 8}, {"K", 6}, {"N", 4}}};
}

Result result_of(const Model& model) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  return result;
}

}  // namespace

TEST_CASE("energy is that of accesses, pro rata, and of operations") {
  const Result result = result_of(product_at("read_J: 2, write_J: 1"));
  const double dram = (48 + 192) / 8.0 * 3 + 32 / 8.0 * 5;
  const double l2 = 192 / 4.0 * 2 + 48 / 4.0 * 1;
  CHECK(result.level_energy_J == ByLevel<double>{dram, l2});
  CHECK(result.einsum_energy_J == ByEinsum<double>{192 * 7});
  CHECK(result.energy_J == Approx(dram + l2 + 192 * 7));
}

TEST_CASE("a level that charges fewer instances costs that share") {
  const double all = result_of(product_at("read_J: 2, write_J: 1, instances: 8")).level_energy_J[LevelId::at(1)];
  CHECK(result_of(product_at("read_J: 2, write_J: 1, instances: 8, charged_instances: 2"))
            .level_energy_J[LevelId::at(1)] == Approx(all / 4));
  CHECK(result_of(product_at("read_J: 2, write_J: 1")).level_energy_J[LevelId::at(1)] == Approx(all));
}

TEST_CASE("energy that a file does not say is unknown, and so is the sum") {
  const Result result = result_of(product_at(""));
  CHECK(std::isnan(result.level_energy_J[LevelId::at(1)]));
  CHECK_FALSE(std::isnan(result.level_energy_J.front()));
  CHECK(std::isnan(result.energy_J));
  CHECK(result.time_s == Approx(32e-9));
}

TEST_CASE("bytes scale with the bytes of an element") {
  const Model model = product_at("read_J: 2, write_J: 1");
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, {2, 0.5, 4}).evaluate(model.given, result);
  const auto at = [&](const std::string& tensor) {
    return result.index(LevelId::at(0), model.cascade.tensor(tensor), EinsumId::at(0));
  };
  CHECK(result.read_B[at("A")] == 96);
  CHECK(result.read_B[at("B")] == 96);
  CHECK(result.write_B[at("Z")] == 128);
}

TEST_CASE("one estimator evaluates many shapes, with nothing left of the shapes before") {
  const Model model = product_at("read_J: 2, write_J: 1");
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  Result first;
  estimator.evaluate(model.given, first);
  Result again;
  estimator.evaluate(std::vector<double>{1, 1, 1}, again);
  CHECK(again.energy_J == Approx(2 / 8.0 * 3 + 5 / 8.0 + 3 / 4.0 + 7));
  estimator.evaluate(model.given, again);
  CHECK(again.read_B == first.read_B);
  CHECK(again.write_B == first.write_B);
  CHECK(again.energy_J == first.energy_J);
  CHECK(again.time_s == first.time_s);
}

TEST_CASE("a keep that holds for some shapes only is there for those") {
  const Model model(product_cascade(), small_arch(),
                    mapping_text("[keep: {DRAM: [A, B, Z]}, {keep: {L2: [B]}, when: K * N <= 24}, "
                                 "for: [m: M, n: N, k: K], {compute: Z, on: array}]"),
                    {{"M", 8}, {"K", 6}, {"N", 4}});
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  const auto dram_B = [&](double M, double N, double K) {
    Result result;
    estimator.evaluate(std::vector<double>{M, K, N}, result);
    return result.read_B[result.index(LevelId::at(0), model.cascade.tensor("B"), EinsumId::at(0))];
  };
  CHECK(dram_B(8, 4, 6) == 24);
  CHECK(dram_B(8, 4, 7) == 28 * 8);
  CHECK(dram_B(8, 4, 6) == 24);
}

TEST_CASE("a mapping that does not cover or does not fit is refused") {
  const auto error = [](const std::string& loops, const std::string& in_L2) {
    const Model model(product_cascade(), small_arch(in_L2),
                      mapping_text("[keep: {DRAM: [A, B, Z], L2: [B]}, " + loops + ", {compute: Z, on: array}]"),
                      {{"M", 8}, {"K", 6}, {"N", 4}});
    return message_of([&] { result_of(model); });
  };
  CHECK(error("for: [m: M, n: N, k: K]", "") == "no error");
  CHECK(error("for: [m: M, n: N]", "") ==
        "m.yaml:7:77: mapping.groups[0].nest[2].compute: the loops of Z cover 1 of K = 6");
  CHECK(error("for: [m: M, n: N, k: K]", "capacity_B: 23, ") ==
        "m.yaml:7:42: mapping.groups[0].nest[0].keep.L2: does not fit 'L2': 24 B of 23 B, 1 B too many (B 24 B)");
}

}  // namespace tilewright::test::TEST_FILE
