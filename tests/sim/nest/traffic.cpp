#include "sim/nest/traffic.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/nest/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"
#include "tests/sim/nest/loop_nest_walker.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Where the estimate and the walk differ, in words; empty if nowhere.
std::string differences(const Model& model) {
  const auto walked = LoopNestWalker(model.cascade, model.arch, model.mapping, model.frame).run();
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  Result result;
  const std::string refusal = message_of([&] { estimator.evaluate(model.given, result); });
  const bool refused = refusal.find("is written and read below, but") != std::string::npos;
  if (refused != walked.lost) return "walked " + std::string(walked.lost ? "lost; " : "not lost; ") + refusal;
  std::string text = refused || refusal == "no error" ? "" : refusal;
  if (refused) return text;
  for (const LevelId l : model.arch.levels.ids())
    for (const TensorId t : result.tensors)
      for (const EinsumId e : result.einsums) {
        const auto at = result.index(l, t, e);
        const bool same = result.read_B[at] == Approx(walked.read[at]) &&
                          result.write_B[at] == Approx(walked.written[at]) &&
                          result.fill_B[at] == Approx(walked.filled[at]);
        if (same) continue;
        text += fmt::format("{} {} {}: estimated {} {} {}, walked {} {} {}; ", model.arch.levels[l].name,
                            model.cascade.tensors[t].name, model.cascade.einsums[e].name, result.read_B[at],
                            result.write_B[at], result.fill_B[at], walked.read[at], walked.written[at],
                            walked.filled[at]);
      }
  for (const EinsumId e : result.einsums)  // cycles are steps times those of a point
    if (result.einsum_cycles[e] * result.einsum_points[e] != Approx(walked.steps[e] * result.einsum_lane_cycles[e]))
      text += fmt::format("{}: estimated {} cycles of {} points, {} lane cycles; walked {} steps",
                          model.cascade.einsums[e].name, result.einsum_cycles[e], result.einsum_points[e],
                          result.einsum_lane_cycles[e], walked.steps[e]);
  return text;
}

/// Whether the loops of a mapping have iterations for nothing, or divide a rank in two ways.
bool covers(const Model& model) {
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B);
  Totals totals;
  const Misfit misfit = estimator.evaluate_totals(model.given, totals);
  return misfit.kind != Misfit::Kind::uncovered && misfit.kind != Misfit::Kind::other_tiles;
}

/// At least half of the mappings must be such that their tiles are there when they are read.
void compare(const Cascade& cascade, std::uint32_t seed, int mappings) {
  Random random(seed);
  int estimated = 0;
  for (int i = 0; i < mappings; ++i) {
    const Model model = random_model(random, cascade);
    INFO("seed " << seed << ", mapping " << i);
    CHECK(differences(model) == "");
    estimated += LoopNestWalker(model.cascade, model.arch, model.mapping, model.frame).run().lost ? 0 : 1;
  }
  CHECK(estimated > mappings / 2);
}

/// The same where last tiles are smaller, of ranks that loops divide once, twice, or over instances.
void compare_imperfect(const Cascade& cascade, std::uint32_t seed, int mappings, bool turns = false) {
  Random random(seed);
  for (int compared = 0; compared < mappings;) {
    const Model model = random_model(random, cascade, "", true, turns);
    if (!covers(model)) continue;
    ++compared;
    INFO("seed " << seed << ", mapping " << compared);
    CHECK(differences(model) == "");
  }
}

/// A shipped mapping on a shipped architecture with 2 x 2 lanes.
void compare_shipped(const std::string& mapping, const std::string& arch, const Shapes& shapes) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  const Model model(load_cascade(find_config("cascades", mapped_cascade(root))),
                    ArchFile::load(find_config("archs", "fusemax/" + arch)).with({{"N", 2}}), root, shapes);
  INFO(mapping);
  CHECK(differences(model) == "");
}

}  // namespace

TEST_CASE("the closed form counts what a walk over the loops of a matrix product counts") {
  compare(product_cascade(), 1, 300);
}

TEST_CASE("the closed form counts what a walk over the loops of two fused products counts") {
  compare(chain_cascade(), 2, 300);
}

TEST_CASE("the closed form counts what a walk over the loops of a small attention counts") {
  compare(small_attention(), 3, 300);
}

TEST_CASE("the closed form counts what a walk counts where loops do not divide ranks") {
  compare_imperfect(product_cascade(), 11, 150);
  compare_imperfect(chain_cascade(), 12, 150);
  compare_imperfect(small_attention(), 13, 150);
}

TEST_CASE("the closed form counts what a walk counts where tiles make room for others", "[slow]") {
  compare_imperfect(chain_cascade(), 14, 150, true);
  compare_imperfect(small_attention(), 15, 150, true);
}

TEST_CASE("the closed form counts what a walk over the loops of the shipped mappings counts") {
  const Shapes small{{"B", 2}, {"H", 1}, {"E", 3}, {"F", 2}, {"M", 8}, {"P", 12}};
  for (const std::string mapping : {"unfused", "flat-output-stationary"})
    compare_shipped(mapping, "baseline", small);
  compare_shipped("cascade", "cascade", small);
  for (const std::string mapping : {"architecture", "binding"}) compare_shipped(mapping, "proposal", small);
  const Shapes tall{{"B", 1}, {"H", 1}, {"E", 2}, {"F", 2}, {"M", 4}, {"P", 2048}};
  compare_shipped("flat-weight-stationary", "baseline", tall);
  compare_shipped("linear", "baseline", {{"T", 8}, {"D", 4}, {"G", 6}, {"U", 10}});
}

namespace {

/// Bytes of one tensor at one level, of all Einsums.
struct Bytes {
  double read = 0;
  double written = 0;
  bool operator==(const Bytes&) const = default;
};

Bytes bytes_of(const Model& model, const std::string& level, const std::string& tensor,
               const ByTensor<double>& element_B = {1, 1, 1}) {
  Estimator estimator(model.cascade, model.arch, model.mapping, element_B);
  Result result;
  estimator.evaluate(model.given, result);
  const auto at = result.index(model.arch.level(level), model.cascade.tensor(tensor), EinsumId::at(0));
  return {result.read_B[at], result.write_B[at]};
}

Model product_of(const std::string& nest, const std::string& in_L2 = "", const std::string& more = "") {
  return {product_cascade(), small_arch(in_L2), mapping_text(nest, more), {{"M", 8}, {"K", 6}, {"N", 4}}};
}

}  // namespace

TEST_CASE("a tile stays while only loops turn that do not select it") {
  const std::string below = ", keep: {L2: [A]}, for: [m: 2, k: K, n: 2], {compute: Z, on: array}]";
  CHECK(bytes_of(product_of("[keep: {DRAM: [A, B, Z]}, for: [m: 4, n: 2]" + below), "DRAM", "A").read == 48);
  CHECK(bytes_of(product_of("[keep: {DRAM: [A, B, Z]}, for: [n: 2, m: 4]" + below), "DRAM", "A").read == 96);
  CHECK(bytes_of(product_of("[keep: {DRAM: [A, B, Z]}, for: [n: 2, m: 4, n: 1]" + below), "DRAM", "A").read == 96);
}

TEST_CASE("partial sums are read back but for the first time") {
  const std::string below = ", keep: {L2: [Z]}, for: [m: 2, k: 3], {compute: Z, on: array}]";
  const Model outer = product_of("[keep: {DRAM: [A, B, Z]}, for: [k: 2, m: 4, n: N]" + below);
  CHECK(bytes_of(outer, "DRAM", "Z", {1, 1, 2}) == Bytes{64, 128});
  // 128 bytes leave for DRAM. 192 points write; 32 first touches are not read back; 32 partial sums come from DRAM.
  CHECK(bytes_of(outer, "L2", "Z", {1, 1, 2}) == Bytes{2 * (192 - 32) + 128, 2 * (192 + 32)});
  const Model inner = product_of("[keep: {DRAM: [A, B, Z]}, for: [m: 4, n: N, k: 2]" + below);
  CHECK(bytes_of(inner, "DRAM", "Z", {1, 1, 2}) == Bytes{0, 64});
}

TEST_CASE("instances that want the same are served by one read where the level multicasts") {
  const std::string nest =
      "[keep: {DRAM: [A, B, Z], L2: [A]}, for: [m: M], spatial: [n: N], keep: {RF: [A]}, for: [k: K], "
      "{compute: Z, on: array}]";
  CHECK(bytes_of(product_of(nest), "L2", "A") == Bytes{48, 48});
  CHECK(bytes_of(product_of(nest, "multicast: false, "), "L2", "A") == Bytes{192, 48});
  CHECK(bytes_of(product_of(nest), "RF", "A") == Bytes{192, 192});
}

TEST_CASE("partial sums of instances arrive as one where the level reduces") {
  const std::string nest =
      "[keep: {DRAM: [A, B, Z], L2: [Z]}, for: [m: M, n: N], spatial: [k: K], {compute: Z, on: array}]";
  CHECK(bytes_of(product_of(nest), "L2", "Z") == Bytes{32, 32});
  CHECK(bytes_of(product_of(nest, "reduction: false, "), "L2", "Z") == Bytes{160 + 32, 192});
}

TEST_CASE("the share that spills moves between the users of a level and its parent") {
  const std::string nest = "[keep: {DRAM: [A, B, Z], L2: [A]}, for: [n: N, m: M, k: K], {compute: Z, on: array}]";
  const Model model = product_of(nest, "capacity_B: 36, ", "  overbook: [L2]\n");  // a quarter of 48 B spills
  CHECK(bytes_of(model, "L2", "A") == Bytes{192, 36});
  CHECK(bytes_of(model, "DRAM", "A") == Bytes{36 + 48, 0});
}

}  // namespace tilewright::test::TEST_FILE
