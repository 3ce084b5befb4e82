#include "sim/nest/mask_share.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "einsum/masked_einsums.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/nest/masked_nest.hpp"
#include "tests/sim/nest/random_mapping.hpp"
#include "tests/sim/nest/random_mask.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Result result_of(const Model& model, const WorkloadMask* mask) {
  Result result;
  Estimator(model.cascade, model.arch, model.mapping, model.element_B, mask).evaluate(model.given, result);
  return result;
}

/// Compares number by number, as far as the walk can be compared.
class Comparison {
 public:
  Comparison(const Model& model, const MaskedNest::Counts& counted, const Result& estimated)
      : model_(model), counted_(counted), estimated_(estimated) {}

  /// In words; empty where there are none.
  std::string differences() {
    for (const EinsumId e : model_.cascade.einsums.ids()) {
      const std::string& name = model_.cascade.einsums[e].name;
      const double points = estimated_.einsum_points[e];
      const double cycles_of_point = points == 0 ? 1 : estimated_.einsum_lane_cycles[e] / points;
      compare(name + " points", points, counted_.points[e], counted_.trust_einsum[e]);
      compare(name + " steps", estimated_.einsum_cycles[e] / cycles_of_point, counted_.steps[e],
              counted_.trust_einsum[e]);
    }
    for (const LevelId l : model_.arch.levels.ids())
      for (const TensorId t : estimated_.tensors)
        for (const EinsumId e : estimated_.einsums) elements(l, t, e);
    return text_;
  }
  [[nodiscard]] int equal() const { return equal_; }
  [[nodiscard]] int compared() const { return compared_; }

 private:
  void elements(LevelId level, TensorId tensor, EinsumId einsum) {
    const auto at = estimated_.index(level, tensor, einsum);
    const Trust trust = counted_.trust[at];
    const std::string name = model_.arch.levels[level].name + " " + model_.cascade.tensors[tensor].name + " " +
                             model_.cascade.einsums[einsum].name;
    compare(name + " read", estimated_.read_B[at], counted_.read[at], trust);
    compare(name + " written", estimated_.write_B[at], counted_.written[at], trust);
    compare(name + " filled", estimated_.fill_B[at], counted_.filled[at], trust);
  }
  void compare(const std::string& name, double estimated, double counted, Trust trust) {
    if (estimated == 0 && counted == 0) return;
    ++compared_;
    const bool same = estimated == Approx(counted).epsilon(1e-9);
    equal_ += same ? 1 : 0;
    if (same || trust == Trust::unknown || (trust == Trust::at_least && estimated > counted)) return;
    text_ += fmt::format("{}: estimated {}, counted {}; ", name, estimated, counted);
  }

  const Model& model_;
  const MaskedNest::Counts& counted_;
  const Result& estimated_;
  std::string text_;
  int equal_ = 0;
  int compared_ = 0;
};

struct Tally {
  int refused = 0;
  int equal = 0;
  int compared = 0;
};

void compare(const Model& model, const TestMask& mask, const Result& estimated, Tally& tally) {
  const auto counted = MaskedNest(model, mask.pairs).run();
  Comparison comparison(model, counted, estimated);
  INFO("mask " << mask.mask.spec.text);
  CHECK(comparison.differences() == "");
  tally.equal += comparison.equal();
  tally.compared += comparison.compared();
}

Tally compare_random(std::uint32_t seed, int mappings) {
  Random random(seed);
  Tally tally;
  for (int i = 0; i < mappings; ++i) {
    const Model model = random_attention(random, i % 2 == 0 ? small_attention() : scores_in_parts());
    const TestMask mask(model, random_pattern(random, model));
    Result estimated;
    INFO("seed " << seed << ", mapping " << i);
    if (message_of([&] { estimated = result_of(model, &mask.mask); }) == "no error")
      compare(model, mask, estimated, tally);
    else
      ++tally.refused;
  }
  return tally;
}

void compare(const Model& model, const TestMask& mask) {
  Tally tally;
  compare(model, mask, result_of(model, &mask.mask), tally);
  CHECK(tally.equal == tally.compared);
}

/// A shipped mapping on a shipped architecture with 2 x 2 lanes.
Model shipped(const std::string& mapping, const std::string& arch, const Shapes& shapes) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  return {load_cascade(find_config("cascades", mapped_cascade(root))),
          ArchFile::load(find_config("archs", "fusemax/" + arch)).with({{"N", 2}}), root, shapes};
}

const std::vector<std::pair<std::string, std::string>> shipped_mappings{{"unfused", "baseline"},
                                                                        {"flat-output-stationary", "baseline"},
                                                                        {"cascade", "cascade"},
                                                                        {"architecture", "proposal"},
                                                                        {"binding", "proposal"}};
const Shapes square{{"B", 2}, {"H", 2}, {"E", 3}, {"F", 2}, {"M", 8}, {"P", 8}};

/// Numbers of a result, all that a mask may change.
std::vector<double> numbers(const Result& result) {
  std::vector<double> all{result.time_s, result.cycles, result.energy_J};
  const auto add = [&](const auto&... lists) { (all.insert(all.end(), lists.begin(), lists.end()), ...); };
  add(result.read_B, result.write_B, result.fill_B, result.einsum_points, result.einsum_cycles,
      result.einsum_lane_cycles, result.level_energy_J);
  return all;
}

bool same(const Result& a, const Result& b) {
  const auto equal = [](double x, double y) {
    return x == y || (x != x && y != y);
  };  // unknown energy is no number
  return std::ranges::equal(numbers(a), numbers(b), equal);
}

/// Scores of H heads, and what they weigh.
Cascade scores() {
  return cascade_of(
      "  inputs: {Q: [H, E, P], K: [H, E, M], V: [H, M]}\n"
      "  outputs: [Z]\n"
      "  einsums:\n"
      "    - S[h,m,p] = Q[h,e,p] * K[h,e,m]\n"
      "    - Z[h,p] = S[h,m,p] * V[h,m]\n");
}

/// One group over 8 queries, 16 keys unless said otherwise, E = 3; `loops` end at the keep of K.
Model nest(const std::string& loops, const std::string& below, const Shapes& shapes = {},
           const std::string& in_L2 = "", const std::string& more = "") {
  Shapes all{{"H", 2}, {"E", 3}, {"M", 16}, {"P", 8}};
  for (const auto& [name, value] : shapes) std::ranges::find(all, name, &Shapes::value_type::first)->second = value;
  return {scores(), small_arch(in_L2 + "instances: 64, "),
          mapping_text("[keep: {DRAM: [Q, K, V, Z]}, " + loops + ", keep: {RF: [K, S]}, each: [[for: [e: E], " +
                           below + ", {compute: S, on: array}], [" + below + ", {compute: Z, on: array}]]]",
                       more),
          all};
}

const std::vector<std::string> patterns_of_tokens{
    "causal",
    "sliding,left=3,right=1",
    "gna,window=5,stride=2",
    "blocked,window=4",
    "(blocked,window=2) >> 1/5 | (blocked,window=1) >> 3/0 | (blocked,window=3) >> 0/2",
    "(blocked,window=4) >> 4/4",
    "causal & !(sliding,left=2)",
};

/// At DRAM.
double read_B(const Model& model, const Result& result, const std::string& tensor, const std::string& einsum) {
  return result.read_B[result.index(LevelId::at(0), model.cascade.tensor(tensor), model.cascade.einsum(einsum))];
}

}  // namespace

TEST_CASE("a mask leaves what a walk over the loops and the pairs of tokens counts, for random mappings") {
  for (const std::uint32_t seed : {1u, 2u}) {
    const Tally tally = compare_random(seed, 300);
    CHECK(tally.refused < 100);
    CHECK(tally.equal > 0.9 * tally.compared);
  }
}

TEST_CASE("a mask of ones counts exactly as no mask") {
  for (const auto& [mapping, arch] : shipped_mappings) {
    INFO(mapping);
    const Model model = shipped(mapping, arch, square);
    for (const std::string ones : {"dense", "causal | !causal", "blocked,window=8"}) {
      const WorkloadMask mask = workload_mask(ones);
      CHECK(same(result_of(model, &mask), result_of(model, nullptr)));
    }
  }
  Random random(3);
  const WorkloadMask mask = workload_mask("dense");
  for (int i = 0; i < 300; ++i) {
    const Model model = random_attention(random, i % 2 == 0 ? small_attention() : scores_in_parts());
    Result without;
    if (message_of([&] { without = result_of(model, nullptr); }) != "no error") continue;
    CHECK(same(result_of(model, &mask), without));
  }
}

TEST_CASE("shipped mappings count what a walk over loops and pairs counts") {
  for (const auto& [mapping, arch] : shipped_mappings)
    for (const std::string& pattern : patterns_of_tokens) {
      INFO(mapping);
      const Model model = shipped(mapping, arch, square);
      compare(model, TestMask(model, pattern));
    }
}

TEST_CASE("tiles of a causal mask, by hand") {
  // Of 4 x 4 tiles 10 are visited; every Q tile is.
  const Model model = nest("for: [h: H, p: 4, m: 4]", "spatial: [p: 2, m: 2]", {{"M", 8}});
  const WorkloadMask mask = workload_mask("causal");
  const Result result = result_of(model, &mask);
  CHECK(result.einsum_points == ByEinsum<double>{2 * 10 * 4 * 3, 2 * 10 * 4});
  CHECK(result.einsum_cycles == ByEinsum<double>{2 * 10 * 3, 2 * 10});
  CHECK(read_B(model, result, "K", "S") == 2 * 10 * 2 * 3);
  // Z is read at every visited tile but the first of its Q tile; lanes over keys add up on the way.
  CHECK(read_B(model, result, "Z", "Z") == 2 * (10 - 4) * 2);
}

TEST_CASE("loops over queries and keys in any order, lanes in step over either") {
  const std::vector<std::pair<std::string, std::string>> nests{
      {"for: [h: H, p: 4, m: 4]", "for: [m: 2], spatial: [p: 2, m: 2]"},
      {"for: [h: H, m: 8, p: 2]", "for: [p: 2], spatial: [p: 2, m: 2]"},
      {"for: [p: 2, h: H, m: 4, p: 2]", "for: [m: 4], spatial: [p: 2]"},
      {"for: [m: 2, p: 4, h: H, m: 2]", "for: [p: 2], spatial: [m: 4]"},
      {"for: [h: H, p: 8]", "for: [m: M]"},
      {"for: [h: H, m: 16]", "spatial: [p: P]"},
      {"spatial: [h: H], for: [m: 4, p: 8]", "for: [m: 4]"},
  };
  for (const std::string& pattern : patterns_of_tokens)
    for (const auto& [loops, below] : nests) {
      INFO(loops);
      const Model model = nest(loops, below);
      compare(model, TestMask(model, pattern));
    }
}

TEST_CASE("the coarsest step of a group is everyone's tile") {
  const auto model = [](const std::string& groups) {
    return Model(scores(), small_arch("instances: 64, "), "mapping:\n  name: m\n  cascade: c\n  groups:\n" + groups,
                 {{"H", 1}, {"E", 1}, {"M", 8}, {"P", 8}});
  };
  const std::string first = "for: [p: 2, m: 2], spatial: [p: 4, m: 4], {compute: S, on: array}";
  const std::string second = "for: [p: P, m: M], {compute: Z, on: array}";
  const Model fused = model("    - {name: g, schedule: sequential, nest: [keep: {DRAM: [Q, K, V, S, Z]}, each: [[" +
                            first + "], [" + second + "]]]}\n");
  const Model apart =
      model("    - {name: g, schedule: sequential, nest: [keep: {DRAM: [Q, K, S]}, " + first +
            "]}\n    - {name: h, schedule: sequential, nest: [keep: {DRAM: [S, V, Z]}, " + second + "]}\n");
  const TestMask mask(fused, "causal");
  CHECK(result_of(fused, &mask.mask).einsum_points == ByEinsum<double>{3 * 16, 3 * 16});
  CHECK(result_of(apart, &mask.mask).einsum_points == ByEinsum<double>{3 * 16, 8 * 9 / 2});
  compare(fused, mask);
  compare(apart, mask);
}

TEST_CASE("queries are the last ones where there are fewer than keys") {
  const Model model = nest("for: [h: H, p: P, m: 8]", "spatial: [m: 2]", {{"P", 2}});
  const WorkloadMask mask = workload_mask("causal");
  CHECK(result_of(model, &mask).einsum_points[EinsumId::at(1)] == 2 * 2 * 16);  // keys 0 to 14, and 0 to 15
  for (const std::string pattern : {"causal", "sliding,left=4", "gna,window=7"})
    compare(model, TestMask(model, pattern));
}

TEST_CASE("heads may differ") {
  const Model model = nest("for: [h: H, p: 4, m: 8]", "spatial: [p: 2, m: 2]", {{"H", 4}});
  const WorkloadMask mask = workload_mask("causal + 2 * sliding,left=1 + blocked,window=2", "H");
  compare(model, TestMask(model, mask));
  // The mixture is of 4 heads, and stretches to 8.
  const Model more = nest("for: [h: H, p: 4, m: 8]", "spatial: [p: 2, m: 2]", {{"H", 8}});
  CHECK(result_of(more, &mask).einsum_points[EinsumId::at(0)] ==
        2 * result_of(model, &mask).einsum_points[EinsumId::at(0)]);
  compare(more, TestMask(more, mask));
}

TEST_CASE("one estimator evaluates many shapes with a mask, with nothing left of the shapes before") {
  const Model model = nest("for: [h: H], independent: [p: 2]", "for: [p: P / 2, m: M]");
  const WorkloadMask mask = workload_mask("causal");
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask);
  Result result;
  for (const double tokens : {8, 16, 4, 8}) {
    estimator.evaluate(std::vector<double>{1, 1, tokens, tokens}, result);
    CHECK(result.einsum_points[EinsumId::at(1)] == tokens * (tokens + 1) / 2);
    CHECK(result.einsum_cycles[EinsumId::at(1)] == tokens / 2 * (tokens / 2 + tokens + 1) / 2);
  }
}

TEST_CASE("instances that are independent skip on their own, and a round is as long as its slowest") {
  // 4 Q tiles that visit 1, 2, 3 and 4 key tiles.
  const WorkloadMask mask = workload_mask("causal");
  const auto cycles = [&](const std::string& loops) {
    const Model model = nest("for: [h: H]", loops, {{"M", 8}});
    Tally tally;
    compare(model, TestMask(model, mask), result_of(model, &mask), tally);
    return result_of(model, &mask).einsum_cycles[EinsumId::at(1)] / 2;
  };
  const std::string lanes = ", spatial: [p: 2, m: 2]";
  CHECK(cycles("for: [p: 4, m: 4]" + lanes) == 1 + 2 + 3 + 4);
  CHECK(cycles("independent: [p: 4], for: [m: 4]" + lanes) == 4);
  CHECK(cycles("for: [p: 2], independent: [p: 2], for: [m: 4]" + lanes) == 2 + 4);
  CHECK(cycles("independent: [p: 2], for: [p: 2, m: 4]" + lanes) == 3 + 4);
  CHECK(cycles("for: [p: 2, m: 4], independent: [p: 2]" + lanes) == 2 + 4);
  CHECK(cycles("for: [m: 4], independent: [p: 4]" + lanes) == 4);
  CHECK(cycles("for: [p: 4], independent: [m: 2], for: [m: 2]" + lanes) == 1 + 2 + 2 + 2);
  CHECK(cycles("independent: [m: 2], for: [p: 4, m: 2]" + lanes) == 1 + 2 + 2 + 2);
  CHECK(cycles("spatial: [p: 4], for: [m: 4]" + lanes) == 4);
}

TEST_CASE("heads that differ and run at once wait for the slowest") {
  const Model model = nest("for: [h: 2], independent: [h: 2]", "for: [p: P, m: M]", {{"H", 4}, {"M", 8}});
  const WorkloadMask mask = workload_mask("causal + sliding,left=0 + 2 * dense", "H");
  compare(model, TestMask(model, mask));
  CHECK(result_of(model, &mask).einsum_cycles[EinsumId::at(1)] == 36 + 64);
  const Model in_turn = nest("independent: [p: 2]", "for: [h: H, p: 4, m: M]", {{"H", 4}, {"M", 8}});
  CHECK(result_of(in_turn, &mask).einsum_cycles[EinsumId::at(1)] == 26 + 4 + 2 * 32);
}

TEST_CASE("a parent that multicasts reads once what any instance needs") {
  for (const std::string multicast : {"true", "false"})
    for (const std::string kind : {"spatial", "independent"})
      for (const std::string& pattern : patterns_of_tokens) {
        INFO(kind << " " << multicast);
        const Model model = Model(
            scores(), small_arch("instances: 64, multicast: " + multicast + ", "),
            mapping_text("[keep: {DRAM: [Q, K, V, S, Z]}, for: [h: H], keep: {L2: [K]}, for: [p: 2], " + kind +
                         ": [p: 2], for: [m: 8], keep: {RF: [K]}, each: [[for: [e: E], spatial: [p: 2, m: 2], "
                         "{compute: S, on: array}], [spatial: [p: 2, m: 2], {compute: Z, on: array}]]]"),
            {{"H", 2}, {"E", 3}, {"M", 16}, {"P", 8}});
        compare(model, TestMask(model, pattern));
      }
}

TEST_CASE("instances with the same tile but tokens apart never read more together than each for itself") {
  const auto K_read = [](const std::string& multicast) {
    const Model model(
        scores(), small_arch("instances: 64, multicast: " + multicast + ", "),
        mapping_text("[keep: {DRAM: [Q, K, V, S, Z], L2: [K]}, independent: [p: 2], for: [p: 4, m: 8], "
                     "keep: {RF: [K]}, each: [[for: [e: E, h: H], {compute: S, on: array}], [for: [h: H], "
                     "{compute: Z, on: array}]]]"),
        {{"H", 1}, {"E", 1}, {"M", 8}, {"P", 8}});
    const WorkloadMask mask = workload_mask("sliding,left=0");
    const Result result = result_of(model, &mask);
    return result.read_B[result.index(LevelId::at(1), model.cascade.tensor("K"), EinsumId::at(0))];
  };
  CHECK(K_read("false") == 8);
  CHECK(K_read("true") == 8);
}

TEST_CASE("tiles of several dimensions are those that the mapping states, in a row", "[slow]") {
  const std::string tiles = "  tiles: {P: 2x4, M: 2x2}\n";
  const Extents layout{4, 8};
  const std::vector<std::pair<std::string, std::string>> nests{
      {"for: [h: H, p: 4, m: 8]", "for: [p: 8], spatial: [m: 4]"},
      {"for: [h: H, p: 2, m: 2]", "for: [p: 2, m: 4], spatial: [p: 8, m: 4]"},
      {"for: [h: H, m: 4, p: 4]", "spatial: [p: 8], for: [m: 8]"},
      {"independent: [p: 2], for: [h: H, p: 2, m: 8]", "spatial: [p: 8, m: 4]"},
      {"for: [m: 2], independent: [p: 2]", "for: [h: H, p: 2, m: 4], spatial: [p: 8, m: 4]"},
  };
  for (const std::string pattern : {"gna,window=3x3", "gna,window=3x5,stride=1x2", "blocked,window=2x4", "causal",
                                    "(blocked,window=2x2) >> 2x0/0x4 | blocked,window=1x1"})
    for (const auto& [loops, below] : nests) {
      INFO(loops);
      const Model model = nest(loops, below, {{"M", 32}, {"P", 32}}, "", tiles);
      TestMask mask(model, workload_mask(pattern, "", layout));
      mask.permute({layout, layout}, {2, 4}, {2, 2});
      Tally tally;
      compare(model, mask, result_of(model, &mask.mask), tally);
    }
}

TEST_CASE("where last tiles are smaller a mask leaves at least its pairs, and all that exists without one") {
  const Model model = nest("for: [h: H, p: 2, m: 3]", "for: [p: 2], spatial: [p: 2, m: 3]", {{"M", 8}, {"P", 7}});
  const Result all = result_of(model, nullptr);
  for (const std::string& pattern : patterns_of_tokens) {
    INFO(pattern);
    const WorkloadMask mask = workload_mask(pattern);
    Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, &mask);
    Result left;
    estimator.evaluate(model.given, left);
    for (const EinsumId e : left.einsums) {
      if (!estimator.mask()->masked(e)) continue;
      CHECK(left.einsum_points[e] >= all.einsum_points[e] * estimator.mask()->pairs_left() * (1 - 1e-12));
      CHECK(left.einsum_points[e] <= all.einsum_points[e] * (1 + 1e-12));
      CHECK(left.einsum_cycles[e] <= all.einsum_cycles[e] * (1 + 1e-12));
    }
  }
  const WorkloadMask dense = workload_mask("dense");
  CHECK(result_of(model, &dense).read_B == all.read_B);
  CHECK(result_of(model, &dense).einsum_cycles == all.einsum_cycles);
}

TEST_CASE("independent instances under a mask need tiles that divide the tokens") {
  const Model model = nest("for: [h: H], independent: [p: 2], for: [p: 2, m: 3]", "for: [p: 2], spatial: [m: 3]",
                           {{"M", 8}, {"P", 7}});
  const WorkloadMask mask = workload_mask("causal");
  CHECK(message_of([&] { result_of(model, &mask); })
            .find("do not divide them; independent instances under a mask "
                  "need such that do") != std::string::npos);
}

namespace {

std::string refusal(const Model& model, const WorkloadMask& mask) {
  return message_of([&] { result_of(model, &mask); });
}

WorkloadMask over(const std::string& queries, const std::string& keys, const std::string& heads = "") {
  return {queries, keys, heads, {"causal", parse_mask("causal"), {}, {}}, {"w.yaml", 3, 5}};
}

}  // namespace

TEST_CASE("masks that do not fit the cascade are refused") {
  const Model model = nest("for: [h: H]", "for: [p: P, m: M]");
  CHECK(refusal(model, over("P", "M", "H")) == "no error");
  CHECK(refusal(model, over("p", "M")) ==
        "w.yaml:3:5: workload.mask: cascade 'c' has no rank 'p'; did you mean 'P'?");
  CHECK(refusal(model, over("P", "MM")) ==
        "w.yaml:3:5: workload.mask: cascade 'c' has no rank 'MM'; did you mean 'M'?");
  CHECK(refusal(model, over("P", "M", "HEAD")) ==
        "w.yaml:3:5: workload.mask: cascade 'c' has no rank 'HEAD'; known: H, E, P, M");
  CHECK(refusal(Model(product_cascade(), small_arch(),
                      mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: M, n: N, k: K], {compute: Z, on: array}]"),
                      {{"M", 8}, {"K", 6}, {"N", 4}}),
                over("M", "K")) == "no error");
  const Model linear = shipped("linear", "baseline", {{"T", 8}, {"D", 4}, {"G", 6}, {"U", 10}});
  CHECK(refusal(linear, over("T", "G")) == "no error");
  CHECK(refusal(linear, over("D", "D3")) ==
        "w.yaml:3:5: workload.mask: no Einsum of cascade 'encoder-linear' runs over both D and D3");
}

TEST_CASE("masks that do not fit the shapes are refused") {
  const Model model = nest("for: [h: H]", "for: [p: P, m: M]");
  const auto error = [&](WorkloadMask mask) {
    mask.place = {"w.yaml", 3, 5};
    return refusal(model, mask);
  };
  CHECK(error(workload_mask("gna,window=3x3", "", {4, 4}, {2, 4})) == "no error");
  CHECK(error(workload_mask("gna,window=3x3", "", {4, 5}, {2, 4})) ==
        "w.yaml:3:5: workload.mask: layout 4x5 has 20 tokens, but M is 16");
  CHECK(error(workload_mask("gna,window=3x3", "", {4, 4}, {2, 5})) ==
        "w.yaml:3:5: workload.mask: layout 2x5 has 10 tokens, but P is 8");
  CHECK(
      error(workload_mask("gna,window=3x3", "", {4, 4})) ==
      "w.yaml:3:5: workload.mask: keys are laid out as 4x4; give the queries a query_layout of as many dimensions");
  CHECK(error(workload_mask("gna,window=17")) ==
        "w.yaml:3:5: workload.mask: gna: window: 17 is more than the 16 keys of its dimension");
  CHECK(error(workload_mask("3 * causal", "H")) ==
        "w.yaml:3:5: workload.mask: 2 heads do not share out among the 3 that the mask names");
}

TEST_CASE("tiles that do not fit the loops, or the mask, are refused") {
  const auto error = [](const std::string& tiles, const std::string& loops, const Extents& layout = {4, 4}) {
    const Model model =
        nest(loops, "for: [p: P / 4, m: M / 4]",
             {{"P", static_cast<double>(tokens_of(layout))}, {"M", static_cast<double>(tokens_of(layout))}}, "",
             tiles.empty() ? "" : "  tiles: " + tiles + "\n");
    WorkloadMask mask = workload_mask("gna,window=3x3", "", layout);
    mask.place = {"w.yaml", 3, 5};
    return refusal(model, mask);
  };
  const std::string loops = "for: [h: H, p: 4, m: 4]";
  CHECK(error("{P: 2x2, M: 2x2}", loops) == "no error");
  CHECK(error("{P: 2x2}", loops) == "m.yaml: mapping.tiles: expected the tiles of both P and M, or none");
  CHECK(error("{M: 2x2}", loops) == "m.yaml: mapping.tiles: expected the tiles of both P and M, or none");
  CHECK(error("{P: 2x2, M: 2x2, E: 3}", loops) == "m.yaml: mapping.tiles: the mask is over P and M, not over E");
  const std::string at = "w.yaml:3:5: workload.mask: tiles ";
  CHECK(error("{P: 4, M: 2x2}", loops) ==
        at + "4 and 2x2 of mapping 'm' have not the 2 dimensions of the layout 4x4");
  CHECK(error("{P: 2x2, M: 3x1}", loops) ==
        at + "2x2 and 3x1 of mapping 'm' do not divide the layout 4x4 of the queries, 4x4 of the keys");
  CHECK(error("{P: 2x3, M: 2x2}", loops, {6, 6}) ==
        at + "2x3 and 2x2 of mapping 'm' do not divide its loops' tiles of 9 and 9 tokens");
}

TEST_CASE("a group that states tiles skips no fewer tokens at once") {
  const auto model = [](const std::string& tiles, const std::string& nest) {
    return Model(scores(), small_arch("instances: 64, "),
                 "mapping:\n  name: m\n  cascade: c\n  groups:\n    - {name: g, " + tiles +
                     "schedule: sequential, nest: [keep: {DRAM: [Q, K, V, Z]}, " + nest + "]}\n",
                 {{"H", 1}, {"E", 1}, {"M", 8}, {"P", 8}});
  };
  const std::string fine =
      "keep: {DRAM: [S]}, for: [p: 2, m: 2], each: [[for: [p: 4, m: 4], {compute: S, on: array}], [for: [m: 4, p: "
      "4], {compute: Z, on: array}]]";
  for (const char* pattern : {"causal", "sliding,left=1", "strided,stride=3"})
    for (const char* tiles : {"", "tiles: {P: 2, M: 4}, ", "tiles: {P: 4, M: 4}, ", "tiles: {M: 8}, "}) {
      INFO(pattern << " " << tiles);
      const Model stated = model(tiles, fine);
      compare(stated, TestMask(stated, pattern));
    }
  const WorkloadMask causal = workload_mask("causal");
  const auto error = [&](const std::string& tiles) { return refusal(model(tiles, fine), causal); };
  CHECK(error("tiles: {M: 4}, ") == "no error");
  CHECK(error("tiles: {E: 1}, ") == "m.yaml:5:7: mapping.groups[0].tiles: the mask is over P and M, not over E");
  const std::string steps =
      "for: [p: 2, m: 2], each: [[spatial: [p: 4, m: 4], {compute: S, on: array}], [for: [m: 4, "
      "p: 4], {compute: Z, on: array}]]";
  CHECK(
      refusal(model("tiles: {P: 6}, ", "keep: {DRAM: [S]}, " + steps), causal) ==
      "m.yaml:5:7: mapping.groups[0].tiles: 6 tokens of P are skipped at once, but one step of an Einsum takes 4, "
      "which do not divide them");
}

}  // namespace tilewright::test::TEST_FILE
