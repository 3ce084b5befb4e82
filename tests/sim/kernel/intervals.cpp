#include "sim/kernel/intervals.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string file =
    "# Written by: tilewright calibrate serving\n"
    "intervals:\n"
    "  suite: serving\n"
    "  share: 0.9\n"
    "  kernels: [fused, other]\n"
    "  kinds:\n"
    "    - {kernel: fused, arch: machine, problem: masked, launches: few, times: [0.8, 1.3], rows: 40, shapes: "
    "31}\n"
    "    - {kernel: fused, problem: masked, launches: few, times: [0.7, 1.4], rows: 90, shapes: 40}\n"
    "    - {problem: masked, launches: few, times: [0.6, 1.5], rows: 400, shapes: 120}\n"
    "    - {launches: few, times: [0.5, 1.6], rows: 800, shapes: 300}\n";

PredictionIntervals parsed(const std::string& text) { return parse_intervals(Yaml::parse(text, "i.yaml")); }

std::string error(const std::string& from, const std::string& to) {
  std::string text = file;
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  return message_of([&] { (void)parsed(text); });
}

double low_of(const PredictionKind& prediction) {
  const PredictionIntervals intervals = parsed(file);
  const PredictionInterval* found = intervals.of(prediction);
  return found == nullptr ? 0 : found->low;
}

// What the small kernel's prediction on so many queries and keys is of.
PredictionKind kind_of_small(const std::string& mask, Count queries, double launch_s) {
  Attention problem;
  problem.requests[0].layout = {{queries}, {64}};
  problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, 2);
  problem.kv_heads = 2;
  problem.head_dim = problem.value_dim = 8;
  problem.words = AttentionWords::all(2);
  KernelParameters parameters;
  parameters.launch_s = launch_s;
  const PreparedKernel prepared = prepare(small_kernel(), one_pass(), small_gpu(), problem);
  return kind_of(prepared, estimate(prepared, parameters));
}

}  // namespace

TEST_CASE("a prediction has the interval of the nearest kind") {
  CHECK(low_of({"fused", "machine", "masked", "few"}) == 0.8);
  CHECK(low_of({"fused", "never seen", "masked", "few"}) == 0.7);
  CHECK(low_of({"fused", "", "masked", "few"}) == 0.7);  // of a machine that is not to be known
  CHECK(low_of({"another", "machine", "masked", "few"}) == 0.6);
  CHECK(low_of({"fused", "machine", "dense", "few"}) == 0.5);
  CHECK(low_of({"fused", "machine", "masked", "many"}) == 0);
}

TEST_CASE("what is written is read again") {
  CHECK(to_yaml(parsed(file)) == file);
  CHECK(parsed(file).of({"fused", "machine", "masked", "few"})->kind.str() ==
        "fused on machine, masked, few launches");
  CHECK(PredictionKind{"", "", "", "many"}.str() == "all kernels, mostly launches");
}

TEST_CASE("a prediction is of a kernel, a machine, what is asked of it, and how much of it is launches") {
  CHECK(kind_of_small("causal", 64, 1e-7) == PredictionKind{"fused", "small", "masked", "few"});
  CHECK(kind_of_small("dense", 64, 1e-7).problem == "dense");
  CHECK(kind_of_small("causal", 1, 1e-7).problem == "decode");
  CHECK(kind_of_small("dense", 64, 1).launches == "many");
}

TEST_CASE("files of intervals that make no sense are refused") {
  CHECK(error("problem: masked", "problem: maskd") ==
        "i.yaml:7:47: intervals.kinds[0].problem: expected one of them, got 'maskd'; did you mean 'masked'?");
  CHECK(error("launches: few", "launches: some").find("expected one of them, got 'some'") != std::string::npos);
  CHECK(error("[0.8, 1.3]", "[1.3, 0.8]").find("times: expected the lower number first") != std::string::npos);
  CHECK(error("[0.8, 1.3]", "[0.8]").find("times: expected two numbers") != std::string::npos);
  CHECK(error("shapes: 31", "shape: 31").find("did you mean 'shapes'?") != std::string::npos);
  CHECK(error("share: 0.9", "share: 1.9").find("intervals.share: ") != std::string::npos);
}

TEST_CASE("intervals beside a file go before those that are shipped") {
  const TemporaryFolder folder;
  CHECK(find_intervals("gpu-serving", folder.path())->suite == "gpu-serving");
  CHECK(find_intervals("no such suite", folder.path()) == nullptr);
  write_file(folder.path() / "intervals" / "gpu-serving.yaml", file);
  CHECK(find_intervals("gpu-serving", folder.path())->suite == "serving");
}

}  // namespace tilewright::test::TEST_FILE
