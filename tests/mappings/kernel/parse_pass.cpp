#include "mappings/kernel/parse_pass.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string bind = "bind: {multiply_add: matrix, exp: special, add: vector, max: free}";

// Of a model of nothing but passes.
KernelPass pass(const std::string& keys) {
  const Yaml model = Yaml::parse(bind + "\nafter: [{name: a, " + keys + "}]\n", "k.yaml");
  return parse_pass(model.at("after").items().front(), model, one_pass(), small_gpu());
}

std::string error(const std::string& keys) {
  return message_of([&] { (void)pass(keys); });
}

std::string kernel_error(const std::string& model) {
  const std::string text = "kernel:\n  name: a\n  model:\n    cascade: attention-1pass\n" + model;
  return message_of(
      [&] { (void)parse_kernel(Yaml::parse(text, "k.yaml"), one_pass(), small_gpu(), attention_roles()); });
}

}  // namespace

TEST_CASE("a pass is Einsums, moved tensors, the sum of a split, or counts") {
  CHECK(pass("einsums: [LM, RM]").einsums.size() == 2);
  CHECK(pass("moves: [K], bandwidth: 0.5").moves.size() == 1);
  CHECK(pass("reduces: splits").reduces_splits);
  CHECK_FALSE(pass("reduces: splits").counts);
  const KernelPass bytes = pass("read_B: queries * word_B, bandwidth: 0.5");
  REQUIRE(bytes.counts);
  CHECK(bytes.bandwidth == 0.5);
  CHECK(bytes.counts->read_B.text() == "queries * word_B");
  CHECK(bytes.counts->write_B.text() == "0");
  CHECK(bytes.counts->work.empty());
  CHECK_FALSE(bytes.counts->blocks);
  CHECK(bytes.counts->when.evaluate({}) == 1);
}

TEST_CASE("operations of a pass are on the units of their kind, or free") {
  const KernelPass all = pass(
      "write_B: 1, multiply_adds: E * F, operations: {exp: keys, add: 3, max: 7}, blocks: heads, steps: longest, "
      "step_cycles: 40, resident: 4, when: requests > 1");
  REQUIRE(all.counts);
  REQUIRE(all.counts->work.size() == 3);
  const Arch arch = small_gpu();
  CHECK(arch.units[all.counts->work[0].unit].name == "matrix");
  CHECK(all.counts->work[0].count.text() == "E * F");
  CHECK(arch.units[all.counts->work[1].unit].name == "special");
  CHECK(arch.units[all.counts->work[2].unit].name == "vector");
  REQUIRE(all.counts->blocks);
  CHECK(all.counts->blocks->step_cycles == 40);
  CHECK(all.counts->blocks->resident == 4);
  CHECK(all.counts->when.text() == "requests > 1");
  CHECK(pass("read_B: 1, blocks: 2, steps: 3, step_cycles: 4").counts->blocks->resident == 1);
  CHECK(pass("read_B: 1, blocks: 2").counts->blocks->step_cycles == 0);
  CHECK_FALSE(pass("read_B: 1, blocks: 2, steps: 3, step_cycles: 4").counts->blocks->fitted);
  CHECK(pass("read_B: 1, blocks: 2, steps: 3, step_cycles: fitted").counts->blocks->fitted);
}

TEST_CASE("operations of a pass may be on words of a length") {
  const KernelPass pass_of_words =
      pass("multiply_adds: E * F, operations: {exp: keys}, operand_B: \"max(word_B, 1 B)\"");
  for (const PassWork& work : pass_of_words.counts->work) CHECK(work.operand_B->text() == "max(word_B, 1 B)");
  CHECK_FALSE(pass("multiply_adds: E * F").counts->work[0].operand_B);
  CHECK(error("read_B: 1, operand_B: 2") ==
        "k.yaml:2:41: after[0].operand_B: expected operations beside it: 'multiply_adds' or 'operations'");
  CHECK(error("moves: [K], operand_B: 2") ==
        "k.yaml:2:42: after[0].operand_B: expected a count beside it: 'read_B', 'write_B', 'multiply_adds', "
        "'operations'");
}

TEST_CASE("a pass says whether it is of a selection") {
  CHECK(pass("read_B: keys * score_B").counts->names_selection());
  CHECK(pass("multiply_adds: products").counts->names_selection());
  CHECK(pass("read_B: 1, when: made_B > 0").counts->names_selection());
  CHECK_FALSE(pass("read_B: keys * cache_B").counts->names_selection());
}

TEST_CASE("what is wrong in a pass is refused where it stands") {
  const std::string kinds =
      "expected 'einsums' or 'moves' or 'reduces', or counts: 'read_B', 'write_B', 'multiply_adds', 'operations'";
  CHECK(error("bandwidth: 1") == "k.yaml:2:9: after[0]: " + kinds);
  CHECK(error("moves: [LM]") ==
        "k.yaml:2:27: after[0].moves[0]: the cascade has no input or output 'LM'; known: Q, K, "
        "V, AV");
  CHECK(error("moves: [K], read_B: 1") == "k.yaml:2:9: after[0]: " + kinds);
  CHECK(
      error("moves: [K], when: causal") ==
      "k.yaml:2:37: after[0].when: expected a count beside it: 'read_B', 'write_B', 'multiply_adds', 'operations'");
  CHECK(error("read_B: query * 2") ==
        "k.yaml:2:27: after[0].read_B: unknown name 'query'; did you mean 'queries'?");
  CHECK(error("read_B: 3 us") == "k.yaml:2:27: after[0].read_B: expected a value in B, got '3 us' (in s)");
  CHECK(error("operations: {add: q}").starts_with("k.yaml:2:37: after[0].operations.add: unknown name 'q'"));
  CHECK(error("operations: {expp: 1}") ==
        "k.yaml:2:38: after[0].operations.expp: no kind of operation 'expp'; did you mean 'exp'?");
  CHECK(error("operations: {divide: 1}") ==
        "k.yaml:2:40: after[0].operations.divide: operation 'divide' has no unit in 'bind', nor is it 'free'");
  CHECK(error("multiply_adds: 1, operations: {multiply_add: 1}") ==
        "k.yaml:2:64: after[0].operations.multiply_add: 'multiply_add' is counted twice: 'multiply_adds' has them "
        "too");
  CHECK(error("read_B: 1, steps: 3, step_cycles: 4") == "k.yaml:2:9: after[0]: missing key 'blocks'");
  CHECK(error("read_B: 1, blocks: 3, step_cycles: 4") == "k.yaml:2:9: after[0]: missing key 'steps'");
  CHECK(error("read_B: 1, blocks: 3, resident: 4") ==
        "k.yaml:2:51: after[0].resident: expected 'steps' and 'step_cycles' beside it");
  CHECK(error("read_B: 1, blocks: 3, steps: 4") == "k.yaml:2:9: after[0]: missing key 'step_cycles'");
  CHECK(error("read_B: 1, blocks: 3, steps: 4, step_cycles: 0") ==
        "k.yaml:2:64: after[0].step_cycles: expected more than 0, got 0");
  CHECK(error("read_B: 1, bandwith: 1") ==
        "k.yaml:2:30: after[0].bandwith: unknown key; did you mean 'bandwidth'?");
}

TEST_CASE("a kernel of counts alone needs no unit for what it does not count") {
  const std::string after = "    after: [{name: a, read_B: keys}]\n";
  CHECK(kernel_error(after) == "no error");
  CHECK(kernel_error("    bind: {exp: special}\n" + after) == "no error");
  CHECK(kernel_error("    bind: {exp: specal}\n" + after) ==
        "k.yaml:5:17: kernel.model.bind.exp: 'small' has no unit 'specal'; did you mean 'special'?");
  CHECK(kernel_error("    bind: {exp: vector}\n    after: [{name: a, operations: {exp: keys}}]\n") ==
        "k.yaml:5:17: kernel.model.bind.exp: unit 'vector' of 'small' has no operation 'exp'");
  CHECK(
      kernel_error("    after: [{name: a, multiply_adds: keys}]\n") ==
      "k.yaml:5:38: kernel.model.after[0].multiply_adds: operation 'multiply_add' has no unit in 'bind', nor is it "
      "'free'");
  CHECK(kernel_error("    extra: {SLN: {convert: 1}}\n" + after) != "no error");
  // Beside others that are Einsums, all of these have their pass.
  CHECK(kernel_error(
            "    bind: {multiply_add: free, max: free, subtract: free, exp: free, add: free, multiply: free, "
            "divide: free}\n    before: [{name: b, einsums: [LM]}]\n" +
            after)
            .find("is in no pass") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
