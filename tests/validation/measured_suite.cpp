#include "validation/measured_suite.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"
#include "tests/measure/small_suite.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MeasuredSuite read(const std::string& predict) {
  const SmallSuite small;
  return parse_measured_suite(
      Yaml::load(small.write("s.yaml",
                             "measure: {name: s, seed: 1, cache: warm, warm_up: 0, repetitions: 1, checks: "
                             "{spread: 1}, groups: [{name: m, kernels: [micro.yaml]}]}\n" +
                                 predict)));
}

std::string error(const std::string& predict) {
  const std::string message = message_of([&] { (void)read(predict); });
  return message.substr(std::min(message.find("s.yaml"), message.size()));
}

const std::string head = "predict:\n  archs:\n    {H200: gpu/h200}\n  measurements: here\n";

}  // namespace

TEST_CASE("a suite says what calibrates, and what predicts bytes") {
  const MeasuredSuite suite =
      read(head +
           "  calibrate: {attention: keys < 4096 && heads == 1, decode: 1}\n"
           "  traffic: {three-pass: {workload: attention-passes, set: {S: keys}, mapping: gpu/three-pass, level: "
           "HBM}}\n");
  CHECK(suite.name == "s");
  CHECK(*suite.arch_of("an H200 of some kind") == "gpu/h200");
  CHECK(suite.arch_of("an H100") == nullptr);
  CHECK(suite.arch_of("NVIDIA GH200 480GB") == nullptr);
  CHECK(suite.arch_of("an H2000, no H200X") == nullptr);
  CHECK(suite.measurements == home() / "here");
  CHECK(suite.calibrate.size() == 2);
  CHECK(suite.traffic.at("three-pass").mapping == "gpu/three-pass");
  plan::Row row = plain_row();
  CHECK(row_scope(row).value(suite.calibrate.at("attention")) == 0);  // two heads
  row.heads = row.kv_heads = 1;
  CHECK(row_scope(row).value(suite.calibrate.at("attention")) == 1);
  row.keys = row.queries = {64, 64};
  CHECK(row_scope(row).value(suite.calibrate.at("attention")) == 0);
  CHECK(message_of([] { row_scope(micro_row("read")); }) == "point 'm/read': a microbenchmark has no shapes");
}

TEST_CASE("of texts in the name of a device the longest counts") {
  const MeasuredSuite suite = read(
      "predict: {archs: {H100: gpu/h100-sxm5, H100 PCIe: gpu/h100-pcie, PCIe: gpu/h200}, measurements: here, "
      "calibrate: {attention: 1}}\n");
  CHECK(*suite.arch_of("NVIDIA H100 80GB HBM3") == "gpu/h100-sxm5");
  CHECK(*suite.arch_of("NVIDIA H100 PCIe") == "gpu/h100-pcie");
  CHECK(error("predict: {archs: {}, measurements: b, calibrate: {attention: 1}}\n") ==
        "s.yaml:2:18: predict.archs: expected at least one device");
}

TEST_CASE("wrong predictions are refused at their place") {
  CHECK(error("") == "s.yaml:1:1: missing key 'predict'");
  CHECK(error(head) == "s.yaml:3:3: predict: missing key 'calibrate'");
  CHECK(error(head + "  calibrate: {}\n") == "s.yaml:6:14: predict.calibrate: expected at least one operation");
  CHECK(error(head + "  calibrate: {atention: 1}\n")
            .find("no operation 'atention' that is predicted; did you mean "
                  "'attention'?") != std::string::npos);
  CHECK(error(head + "  calibrate: {micro: 1}\n").find("no operation 'micro' that is predicted") !=
        std::string::npos);
  CHECK(error(head + "  calibrate: {attention: tokens < 4}\n").find("predict.calibrate.attention: unknown name") !=
        std::string::npos);
  CHECK(error(head + "  calibrate: {attention: 1}\n  traffic: {a: {workload: none, mapping: gpu/three-pass, level: "
                     "HBM}}\n")
            .find("predict.traffic.a.workload: no 'none' in configs/workloads") != std::string::npos);
  CHECK(error(head + "  calibrat: {}\n").find("predict.calibrat: unknown key; did you mean 'calibrate'?") !=
        std::string::npos);
  CHECK(error("predict: {archs: {a: gpu/h201}, measurements: b, calibrate: {attention: 1}}\n")
            .find("no 'gpu/h201' in configs/archs") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
