// Heads that share keys and values, in nests.
#include "mappings/shared_rank.hpp"

#include <cmath>
#include <string>

#include <catch2/catch.hpp>

#include "sim/bound/cascade_bound.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/nest/loop_nest_walker.hpp"
#include "tests/sim/nest/random_mapping.hpp"
#include "tests/sim/nest/random_mask.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade heads() {
  return cascade_of(
      "  inputs: {Q: [H, E, P], K: [H, E, M], V: [H, F, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[h,m,p] = Q[h,e,p] * K[h,e,m]\n"
      "    - SN[h,m,p] = exp(QK[h,m,p])\n"
      "    - AV[h,f,p] = SN[h,m,p] * V[h,f,m]\n");
}

/// The same with the heads in two parts, and something that sees them whole.
Cascade heads_in_parts() {
  return cascade_of(
      "  shapes: {H: H1 * H0}\n"
      "  partitions: {H: [H1, H0]}\n"
      "  inputs: {Q: [H1, H0, E, P], K: [H1, H0, E, M], V: [H1, H0, F, M], D: [H]}\n"
      "  outputs: [AV, A]\n"
      "  einsums:\n"
      "    - QK[h1,h0,m,p] = Q[h1,h0,e,p] * K[h1,h0,e,m]\n"
      "    - SN[h1,h0,m,p] = exp(QK[h1,h0,m,p])\n"
      "    - AV[h1,h0,f,p] = SN[h1,h0,m,p] * V[h1,h0,f,m]\n"
      "    - A[h] = exp(D[h])\n");
}

/// The same with groups of R heads that read one of G heads of K and V.
Cascade groups() {
  return cascade_of(
      "  inputs: {Q: [G, R, E, P], K: [G, E, M], V: [G, F, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[g,r,m,p] = Q[g,r,e,p] * K[g,e,m]\n"
      "    - SN[g,r,m,p] = exp(QK[g,r,m,p])\n"
      "    - AV[g,r,f,p] = SN[g,r,m,p] * V[g,f,m]\n");
}

/// K and V have so many heads.
void share(Model& model, double heads) {
  SharedRank shared{model.cascade.rank("H"), ByTensor<char>(model.cascade.tensors.size(), 0), 0};
  shared.groups = model.mapping.symbols.add("heads of K and V");
  model.mapping.arch_values.emplace_back(shared.groups, heads);
  for (const char* tensor : {"K", "V"}) shared.tensors[model.cascade.tensor(tensor)] = 1;
  model.mapping.shared = std::move(shared);
  evaluate_frame(model.mapping, model.cascade, model.given, model.frame);
}

Result result_of(const Model& model) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B).evaluate(model.given, result);
  return result;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == Approx(y).epsilon(1e-12); });
}

int divisor_of(Random& random, double whole) {
  int divisor = 1 + random.below(static_cast<int>(whole));
  while (std::fmod(whole, divisor) != 0) --divisor;
  return divisor;
}

/// Random mappings, groups of random size. At least a third must be such that tiles divide the groups and are there
/// when they are read.
void compare(const Cascade& cascade, std::uint32_t seed, int mappings) {
  Random random(seed);
  int compared = 0;
  for (int i = 0; i < mappings; ++i) {
    Model model = random_model(random, cascade);
    share(model, divisor_of(random, model.frame.shapes[model.cascade.rank("H")]));
    INFO("seed " << seed << ", mapping " << i);
    Result result;
    const std::string refusal = message_of([&] { result = result_of(model); });
    const bool apart = refusal.find("do not divide them") != std::string::npos;
    const auto walked = LoopNestWalker(model.cascade, model.arch, model.mapping, model.frame).run();
    if (apart || walked.lost) continue;
    CHECK(refusal == "no error");
    if (refusal != "no error") continue;
    compared += result.shared_by[model.cascade.tensor("K")] > 1 ? 1 : 0;
    CHECK(same(result.read_B, walked.read));
    CHECK(same(result.write_B, walked.written));
    CHECK(same(result.fill_B, walked.filled));
    ByTensor<double> element_B(model.element_B.size(), 1);
    const Bound bound = time_bound(model.cascade, model.arch, model.frame.shapes, {element_B, result.shared_by});
    CHECK(result.time_s >= bound.time_s * (1 - 1e-12));
  }
  CHECK(compared > mappings / 4);
}

/// On four levels, with the words of `nest` for the loops over groups (g) and over heads within one (r).
Model nest_of(const Cascade& cascade, std::string nest, const Shapes& shapes) {
  if (cascade.ranks.front().name == "H")
    for (const std::string loop : {"[g: ", "[r: ", " r: "})
      for (auto at = nest.find(loop); at != std::string::npos; at = nest.find(loop, at)) nest[at + 1] = 'h';
  return {cascade, small_arch("instances: 64, "), mapping_text(nest), shapes};
}

}  // namespace

TEST_CASE("the closed form counts what a walk over loops counts where heads share keys and values") {
  compare(heads(), 21, 400);
}

TEST_CASE("the closed form counts what a walk over loops counts where heads in two parts share") {
  compare(heads_in_parts(), 22, 400);
}

TEST_CASE("shared heads count as a cascade does that names groups and the heads within them") {
  const std::string each =
      "{each: [[for: [e: E], {compute: QK, on: array}], [{compute: SN, on: array}], [for: [f: F], "
      "{compute: AV, on: array}]]}]";
  for (const std::string above :
       {"for: [g: 3, r: 4, p: P, m: M], keep: {L2: [K, V, QK, SN]}, ",
        "for: [g: 3], keep: {L2: [K, V]}, for: [r: 2, p: P, r: 2, m: M], keep: {RF: [QK, SN]}, ",
        "for: [g: 3, m: M], keep: {L2: [K, V]}, for: [p: P, r: 4], keep: {RF: [K, QK, SN]}, ",
        "spatial: [g: 3], keep: {L2: [K, V]}, for: [m: M], spatial: [r: 4], keep: {RF: [K, V, QK, SN]}, for: [p: "
        "P], ",
        "for: [g: 3], spatial: [r: 4], keep: {L2: [K, V]}, for: [m: M, p: P], keep: {RF: [QK, SN]}, "}) {
    const std::string nest = "[keep: {DRAM: [Q, K, V, AV]}, " + above + each;
    Model shared = nest_of(heads(), nest, {{"H", 12}, {"E", 4}, {"F", 2}, {"M", 6}, {"P", 5}});
    share(shared, 3);
    const Model explicit_groups =
        nest_of(groups(), nest, {{"G", 3}, {"R", 4}, {"E", 4}, {"F", 2}, {"M", 6}, {"P", 5}});
    INFO(above);
    const Result a = result_of(shared);
    const Result b = result_of(explicit_groups);
    CHECK(a.read_B == b.read_B);
    CHECK(a.write_B == b.write_B);
    CHECK(a.fill_B == b.fill_B);
    CHECK(a.time_s == b.time_s);
    for (const LevelId l : a.footprints.ids()) CHECK(a.footprints[l].used_B == b.footprints[l].used_B);
    CHECK(time_bound(shared.cascade, shared.arch, shared.frame.shapes, {a.element_B, a.shared_by}).time_s ==
          time_bound(explicit_groups.cascade, explicit_groups.arch, explicit_groups.frame.shapes, {b.element_B})
              .time_s);
  }
}

TEST_CASE("one loop may go over groups and within them") {
  const auto with = [](const std::string& loops) {
    Model model =
        nest_of(heads(),
                "[keep: {DRAM: [Q, K, V, AV]}, for: [" + loops +
                    ", m: M, p: P], keep: {L2: [QK, SN]}, {each: [[for: [e: E], {compute: QK, on: array}], "
                    "[{compute: SN, on: array}], [for: [f: F], {compute: AV, on: array}]]}]",
                {{"H", 12}, {"E", 4}, {"F", 2}, {"M", 6}, {"P", 5}});
    share(model, 3);
    return result_of(model);
  };
  CHECK(with("h: 12").read_B == with("h: 3, h: 4").read_B);
  CHECK(with("h: 6, h: 2").read_B == with("h: 3, h: 4").read_B);
}

TEST_CASE("tiles of heads that do not divide groups, and heads that do not divide, are refused") {
  const auto error = [](double kv_heads, const std::string& loops) {
    return message_of([&] {
      Model model =
          nest_of(heads(),
                  "[keep: {DRAM: [Q, K, V, AV]}, for: [" + loops +
                      ", p: P, m: M], keep: {L2: [QK, SN]}, {each: [[for: [e: E], {compute: QK, on: array}], "
                      "[{compute: SN, on: array}], [for: [f: F], {compute: AV, on: array}]]}]",
                  {{"H", 12}, {"E", 4}, {"F", 2}, {"M", 6}, {"P", 5}});
      share(model, kv_heads);
      result_of(model);
    });
  };
  CHECK(error(4, "h: 12") == "no error");
  CHECK(
      error(4, "h: 6, h: 2") ==
      "m.yaml:7:49: mapping.groups[0].nest[1].for[0]: 3 coordinates of H share 'K', and tiles of this loop do not "
      "divide them");
  CHECK(error(5, "h: 12") == "m.yaml: H = 12 does not divide into heads of K and V = 5 groups that share");
}

namespace {

Workload workload_of(const std::string& more) {
  return parse_workload(
      Yaml::parse("workload:\n  name: w\n  phase: prefill\n  cascades: [c]\n  word_B: 2 B\n"
                  "  shapes: {H: 12, G: 3, E: 4, F: 2, M: 6, P: 6}\n" +
                      more,
                  "w.yaml"));
}

}  // namespace

TEST_CASE("a workload's kv_heads are those of inputs over keys and heads") {
  Symbols symbols;
  for (const char* name : {"E", "G"}) symbols.add(name);
  const Cascade cascade = heads_in_parts();
  CHECK_FALSE(shared_heads(workload_of("  ranks: {queries: P, keys: M, heads: H}\n"), cascade, symbols));
  const auto shared =
      shared_heads(workload_of("  ranks: {queries: P, keys: M, heads: H, kv_heads: G}\n"), cascade, symbols);
  REQUIRE(shared);
  CHECK(shared->groups == 1);
  for (const TensorId t : cascade.tensors.ids())
    CHECK((shared->tensors[t] != 0) == (cascade.tensors[t].name == "K" || cascade.tensors[t].name == "V"));
  CHECK(message_of([&] {
          (void)shared_heads(workload_of("  ranks: {queries: P, keys: M, kv_heads: G}\n"), cascade, symbols);
        }) == "w.yaml:7:10: workload.ranks: kv_heads are shared by heads; say which rank these are");
}

TEST_CASE("heads that share keys and values have one mask") {
  const auto error = [](const std::string& pattern) {
    Model model(heads(), small_arch(),
                mapping_text("[keep: {DRAM: [Q, K, V, AV]}, for: [h: H, p: P, m: M], keep: {L2: [QK, SN]}, {each: "
                             "[[for: [e: E], {compute: QK, on: array}], [{compute: SN, on: array}], [for: [f: F], "
                             "{compute: AV, on: array}]]}]"),
                {{"H", 12}, {"E", 4}, {"F", 2}, {"M", 6}, {"P", 6}});
    share(model, 3);
    WorkloadMask mask = workload_mask("dense", "H");
    mask.spec = find_mask(pattern);
    return message_of([&] {
      Result result;
      Estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask).evaluate(model.given, result);
    });
  };
  CHECK(error("8*causal + 4*dense") == "no error");
  CHECK(error("6*causal + 6*dense") ==
        "workload.mask: the 4 heads that share keys and values need the same mask, "
        "but it changes after 6 heads");
}

}  // namespace tilewright::test::TEST_FILE
