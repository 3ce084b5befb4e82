// Values that are the first elements of the rows of keys, in nests.
#include "mappings/stored_tensor.hpp"

#include <numeric>
#include <string>

#include <catch2/catch.hpp>

#include "sim/bound/cascade_bound.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade two_tensors() {
  return cascade_of(
      "  inputs: {Q: [H, E, P], K: [H, E, M], V: [H, F, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[h,m,p] = Q[h,e,p] * K[h,e,m]\n"
      "    - SN[h,m,p] = exp(QK[h,m,p])\n"
      "    - AV[h,f,p] = SN[h,m,p] * V[h,f,m]\n");
}

/// The same where values are whole rows of keys.
Cascade one_tensor() {
  return cascade_of(
      "  inputs: {Q: [H, E, P], K: [H, E, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[h,m,p] = Q[h,e,p] * K[h,e,m]\n"
      "    - SN[h,m,p] = exp(QK[h,m,p])\n"
      "    - AV[h,e,p] = SN[h,m,p] * K[h,e,m]\n");
}

const std::string each =
    "{each: [[for: [e: E], {compute: QK, on: array}], [{compute: SN, on: array}], [for: [f: F], {compute: AV, on: "
    "array}]]}]";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// V of F elements, in K of 6 or of its own.
Model two(const std::string& above, double values, bool stored, const std::string& below = each) {
  Model model(two_tensors(), small_arch("instances: 64, "),
              mapping_text("[keep: {DRAM: [Q, V, K, AV]}, " + above + below),
              {{"H", 4}, {"E", 6}, {"F", values}, {"M", 8}, {"P", 5}});
  if (stored) model.mapping.stored = StoredTensor{model.cascade.tensor("V"), model.cascade.tensor("K")};
  return model;
}

Model one(std::string above) {
  std::string nest = "[keep: {DRAM: [Q, V, K, AV]}, " + above + each;
  for (const auto& [from, to] : {std::pair("V, K", "K"), std::pair("K, V", "K"), std::pair("f: F", "e: E")})
    replace_all(nest, from, to);
  return {
      one_tensor(), small_arch("instances: 64, "), mapping_text(nest), {{"H", 4}, {"E", 6}, {"M", 8}, {"P", 5}}};
}

Result result_of(const Model& model) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  return result;
}

/// Elements read of a tensor from a level, by all Einsums.
double read_of(const Model& model, const Result& result, const char* level, const char* tensor) {
  double sum = 0;
  for (const EinsumId einsum : result.einsums)
    sum += result.read_B[result.index(model.arch.level(level), model.cascade.tensor(tensor), einsum)];
  return sum;
}

}  // namespace

TEST_CASE("values that are whole keys count as one tensor for both does") {
  for (const std::string above :
       {"for: [h: H, m: M], keep: {L2: [K, V, QK, SN]}, for: [p: P], ",
        "for: [h: H, p: P, m: 4], keep: {L2: [V, K]}, for: [m: 2], keep: {RF: [QK, SN]}, ",
        "for: [h: H], keep: {L2: [K, V]}, for: [p: P, m: M], keep: {RF: [K, V, QK, SN]}, ",
        "spatial: [h: H], for: [m: M], keep: {L2: [K, V, QK, SN]}, for: [p: P], "}) {
    INFO(above);
    const Result a = result_of(two(above, 6, true));
    const Result b = result_of(one(above));
    CHECK(a.time_s == b.time_s);
    for (const LevelId l : a.footprints.ids()) {
      CHECK(a.footprints[l].used_B == b.footprints[l].used_B);
      CHECK(a.groups.front().level_bytes[l].read_B == b.groups.front().level_bytes[l].read_B);
      CHECK(a.groups.front().level_bytes[l].write_B == b.groups.front().level_bytes[l].write_B);
    }
  }
}

TEST_CASE("values come with the keys that they are part of, and take no room") {
  const std::string above = "for: [h: H, m: M], keep: {L2: [K, V, QK, SN]}, for: [p: P], ";
  const Model stored = two(above, 2, true);
  const Model apart = two(above, 2, false);
  const Result with = result_of(stored);
  const Result without = result_of(apart);
  CHECK(read_of(stored, with, "DRAM", "K") == 4 * 8 * 6);
  CHECK(read_of(stored, with, "DRAM", "V") == 0);
  CHECK(read_of(apart, without, "DRAM", "V") == 4 * 8 * 2);
  CHECK(read_of(stored, with, "L2", "V") == read_of(apart, without, "L2", "V"));
  CHECK(without.footprints[LevelId::at(0)].used_B - with.footprints[LevelId::at(0)].used_B == 4 * 8 * 2);
  CHECK(without.footprints[LevelId::at(1)].used_B - with.footprints[LevelId::at(1)].used_B == 2);
}

TEST_CASE("values that are kept without their keys, or with parts of their rows, are read on their own") {
  const auto values = [](const std::string& above, bool stored, const std::string& below = each) {
    const Model model = two(above, 2, stored, below);
    return read_of(model, result_of(model), "DRAM", "V");
  };
  const std::string alone = "for: [h: H, m: M], keep: {L2: [V, QK, SN]}, for: [p: P], ";
  CHECK(values(alone, true) == values(alone, false));
  const std::string nested =
      "for: [h: H, m: 4], keep: {L2: [K]}, for: [m: 2], keep: {L2: [V, QK, SN]}, for: [p: P], ";
  CHECK(values(nested, true) == values(nested, false));
  const std::string rest =
      "{each: [[{compute: QK, on: array}], [{compute: SN, on: array}], [for: [f: F], {compute: AV, on: array}]]}]";
  const std::string parts = "for: [h: H, p: P, m: M], keep: {L2: [QK, SN]}, for: [e: E], keep: {L2: [K, V]}, ";
  CHECK(values(parts, true, rest) == values(parts, false, rest));
  const std::string each_value =
      "{each: [[for: [e: E], {compute: QK, on: array}], [{compute: SN, on: array}], [{compute: AV, on: array}]]}]";
  const std::string inner = "for: [h: H, p: P, m: M], keep: {L2: [QK, SN]}, for: [f: F], keep: {L2: [K, V]}, ";
  CHECK(values(inner, true, each_value) == 0);
  CHECK(values(inner, false, each_value) == 4 * 5 * 8 * 2);
  const std::string outer = "for: [h: H, p: P], keep: {L2: [QK, SN]}, for: [f: F, m: M], keep: {L2: [K, V]}, ";
  CHECK(values(outer, true, each_value) == values(outer, false, each_value));
}

TEST_CASE("a bound counts values once with the keys that they are part of") {
  const Model model = two("for: [h: H, m: M], keep: {L2: [K, V, QK, SN]}, for: [p: P], ", 2, true);
  const auto bound = [&](const Arch& arch) {
    const Result result = result_of(model);
    return time_bound(model.cascade, arch, result.rank_shapes, {result.element_B, result.shared_by, result.stored});
  };
  Arch slow = model.arch;
  slow.levels.front().bandwidth_B_per_s = 1;
  CHECK(bound(slow).time_s == 4 * (6 * 5 + 6 * 8 + 2 * 5));
  CHECK(bound(slow).resource == "DRAM");
}

TEST_CASE("what a workload shares is values in keys") {
  const auto stored = [](const std::string& shared, const std::string& shapes) {
    const Workload workload = parse_workload(
        Yaml::parse("workload:\n  name: w\n  phase: prefill\n  cascades: [c]\n  word_B: 2 B\n  shapes: {" + shapes +
                        "}\n  ranks: {queries: P, keys: M, heads: H, head_dim: E, value_dim: F}\n" + shared,
                    "w.yaml"));
    return stored_values(workload, two_tensors());
  };
  const std::string shapes = "H: 4, E: 6, F: 2, M: 8, P: 5";
  CHECK_FALSE(stored("", shapes));
  const auto found = stored("  shared: {V: K}\n", shapes);
  REQUIRE(found);
  CHECK(found->tensor == two_tensors().tensor("V"));
  CHECK(found->in == two_tensors().tensor("K"));
  CHECK(message_of([&] { (void)stored("  shared: {K: V}\n", shapes); }).find("only values can be stored in keys") !=
        std::string::npos);
  CHECK(message_of([&] { (void)stored("  shared: {V: K}\n", "H: 4, E: 6, F: 8, M: 8, P: 5"); }) ==
        "w.yaml:7:10: workload.ranks: values of 8 elements are no part of keys of 6");
}

}  // namespace tilewright::test::TEST_FILE
