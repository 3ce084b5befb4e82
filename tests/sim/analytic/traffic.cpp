#include "sim/analytic/traffic.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/analytic/estimator.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"
#include "tests/sim/loop_nest_walker.hpp"
#include "tests/sim/random_mapping.hpp"

using namespace tilewright;
using namespace tilewright::test;

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
  for (int l = 0; l < static_cast<int>(model.arch.levels.size()) && !refused; ++l)
    for (int t = 0; t < result.tensors; ++t)
      for (int e = 0; e < result.einsums; ++e) {
        const auto at = result.index(l, t, e);
        if (result.read_B[at] == Approx(walked.read[at]) && result.write_B[at] == Approx(walked.written[at])) continue;
        text += fmt::format("{} {} {}: estimated {} {}, walked {} {}; ", model.arch.levels[l].name,
                            model.cascade.tensors[t].name, model.cascade.einsums[e].name, result.read_B[at],
                            result.write_B[at], walked.read[at], walked.written[at]);
      }
  return text;
}

std::string random_arch(Random& random) {
  std::string levels;
  std::string parent;
  for (const std::string name : {"DRAM", "L2", "L1", "RF"}) {
    levels += "    - {name: " + name + parent + ", access_B: 1, multicast: " + (random.chance(70) ? "true" : "false") +
              ", reduction: " + (random.chance(70) ? "true" : "false") + "}\n";
    parent = ", parent: " + name;
  }
  return "  levels:\n" + levels +
         "  units:\n    - {name: array, lanes: 100000, operations: {multiply_add: {cycles: 1}, add: {cycles: 1}, "
         "subtract: {cycles: 1}, max: {cycles: 1}, exp: {cycles: 1}, divide: {cycles: 1}}}\n";
}

/// At least a third of the mappings must be such that their tiles are there when they are read.
void compare(const Cascade& cascade, std::uint32_t seed, int mappings) {
  Random random(seed);
  int estimated = 0;
  for (int i = 0; i < mappings; ++i) {
    Shapes shapes;
    std::vector<int> by_rank;
    for (const Rank& rank : cascade.ranks) {
      by_rank.push_back(std::vector<int>{1, 2, 3, 4, 6}[static_cast<std::size_t>(random.below(5))]);
      shapes.emplace_back(rank.name, by_rank.back());
    }
    const Arch arch = arch_of(random_arch(random));
    const std::string text = RandomMapping(random, cascade, {"DRAM", "L2", "L1", "RF"}, "array", by_rank).text();
    const Model model(cascade, arch, text, shapes);
    INFO(text);
    const bool refused = LoopNestWalker(cascade, arch, model.mapping, model.frame).run().lost;
    CHECK(differences(model) == "");
    estimated += refused ? 0 : 1;
  }
  CHECK(estimated > mappings / 3);
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
  const Cascade cascade = cascade_of(
      "  inputs: {Q: [E, P], K: [E, M], V: [F, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[m,p] = Q[e,p] * K[e,m]\n"
      "    - GM[p] = max[m] QK[m,p]\n"
      "    - SN[m,p] = exp(QK[m,p] - GM[p])\n"
      "    - SD[p] = SN[m,p]\n"
      "    - A[m,p] = SN[m,p] / SD[p]\n"
      "    - AV[f,p] = A[m,p] * V[f,m]\n");
  compare(cascade, 3, 300);
}

TEST_CASE("the closed form counts what a walk over the loops of the shipped mappings counts") {
  const Shapes small{{"B", 2}, {"H", 1}, {"E", 3}, {"F", 2}, {"M", 8}, {"P", 12}};
  for (const std::string mapping : {"unfused", "flat-output-stationary"}) compare_shipped(mapping, "baseline", small);
  compare_shipped("cascade", "cascade", small);
  for (const std::string mapping : {"architecture", "binding"}) compare_shipped(mapping, "proposal", small);
  const Shapes tall{{"B", 1}, {"H", 1}, {"E", 2}, {"F", 2}, {"M", 4}, {"P", 2048}};
  compare_shipped("flat-weight-stationary", "baseline", tall);
  compare_shipped("linear", "baseline", {{"T", 8}, {"D", 4}, {"G", 6}, {"U", 10}});
}
