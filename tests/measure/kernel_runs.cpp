#include "measure/kernel_runs.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MeasuredKernel parsed(const std::string& runs, const std::string& tiles = "  chooses_tiles: true\n") {
  return parse_measured_kernel(
      parse_kernel_file(Yaml::parse("kernel:\n  name: n\n  runs: " + runs + "\n" + tiles, "k.yaml")));
}

std::string error(const std::string& runs, const std::string& tiles = "  chooses_tiles: true\n") {
  return message_of([&] { (void)parsed(runs, tiles); });
}

const std::string usual = "{operation: attention, kernels: [a], head_dims: [64, 128], dtypes: [bf16, fp16]}";

}  // namespace

TEST_CASE("a kernel says what of the runner it is") {
  const KernelRuns runs =
      parsed("{operation: decode, kernels: [a, b], head_dims: [64, 2 * 64], dtypes: [fp16]}").runs;
  CHECK(runs.operation == "decode");
  CHECK(runs.kernels == std::vector<std::string>{"a", "b"});
  CHECK(runs.head_dims == std::vector<Count>{64, 128});
  CHECK(runs.dtypes == std::vector<std::string>{"fp16"});
  CHECK(parsed("{operation: micro, kernels: [read]}", "").runs.head_dims.empty());
}

TEST_CASE("what the runner does not know is refused") {
  CHECK(error("{operation: decod, kernels: [a]}") ==
        "k.yaml:3:21: kernel.runs.operation: no 'decod'; did you mean 'decode'?");
  CHECK(error("{operation: decode, kernels: []}") ==
        "k.yaml:3:38: kernel.runs.kernels: expected at least one value");
  CHECK(error("{operation: decode, kernels: [a, a]}") == "k.yaml:3:42: kernel.runs.kernels[1]: 'a' is there twice");
  CHECK(error("{operation: decode, kernels: [a]}") == "k.yaml:3:9: kernel.runs: missing key 'head_dims'");
  CHECK(error("{operation: decode, kernels: [a], head_dims: [64], dtypes: [int8]}") ==
        "k.yaml:3:69: kernel.runs.dtypes[0]: no 'int8'; known: bf16, fp16, fp8");
  CHECK(error("{operation: micro, kernels: [a], dtypes: [bf16]}").find("unknown key") != std::string::npos);
  CHECK(message_of([] {
          (void)parse_measured_kernel(parse_kernel_file(Yaml::parse("kernel: {name: n, model: {}}", "k.yaml")));
        }) == "kernel 'n' is none that the runner has: its file says nothing under 'runs'");
}

TEST_CASE("a kernel that runs has tiles to ask for, or chooses them") {
  CHECK(error(usual, "") ==
        "k.yaml:2:3: kernel: a kernel that runs has 'tiles' to ask for, or says 'chooses_tiles: true'");
  CHECK(error(usual, "  tiles: [{q: 4, kv: 4, dtypes: [fp8]}]\n") ==
        "k.yaml:4:33: kernel.tiles[0].dtypes: 'runs' has no 'fp8'; known: bf16, fp16");
  CHECK(error(usual, "  tiles: [{q: 4, kv: 4, when: causal}]\n") ==
        "k.yaml:4:31: kernel.tiles[0].when: which instances there are cannot depend on the mask: no 'causal' here");
}

TEST_CASE("instances are of heads and data types") {
  const MeasuredKernel kernel =
      parsed(usual, "  tiles: [{q: 4, kv: 4, when: E <= 64}, {q: 8, kv: 4, dtypes: [bf16]}]\n");
  CHECK(kernel.has({{4}, {4}}, 64, "fp16"));
  CHECK_FALSE(kernel.has({{4}, {4}}, 128, "fp16"));
  CHECK(kernel.has({{8}, {4}}, 128, "bf16"));
  CHECK_FALSE(kernel.has({{8}, {4}}, 128, "fp16"));
  CHECK_FALSE(kernel.has({{4}, {8}}, 64, "bf16"));
}

TEST_CASE("every shipped kernel that runs is one that the runner can be asked for") {
  int kernels = 0;
  for (const std::string& name : list_configs("kernels")) {
    INFO(name);
    const KernelFile file = load_kernel_file(find_kernel(name));
    if (!file.runs) continue;
    CHECK_NOTHROW(parse_measured_kernel(file));
    ++kernels;
  }
  CHECK(kernels >= 15);
}

}  // namespace tilewright::test::TEST_FILE
