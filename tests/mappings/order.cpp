#include "mappings/order.hpp"

#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "mappings/parse.hpp"

namespace tilewright {

namespace {

const char* const softmax = R"(cascade:
  name: softmax
  inputs: {X: [M]}
  outputs: [Y]
  einsums:
    - SUM[] = exp(X[m])
    - Y[m] = exp(X[m]) / SUM[]
)";

const char* const machine = R"(arch:
  name: machine
  clock_Hz: 1 GHz
  levels:
    - {name: DRAM, access_B: 8 B}
  units:
    - name: unit
      lanes: 1
      operations:
        exp: {cycles: 1}
        add: {cycles: 1}
        divide: {cycles: 1}
)";

// Warnings for M = 8 of a nest in which both Einsums stand below `outer` and above `inner`.
std::vector<std::string> warnings(const std::string& outer, const std::string& inner) {
  const Cascade cascade = parse_cascade(Yaml::parse(softmax, "cascade.yaml"));
  const Arch arch = ArchFile(Yaml::parse(machine, "arch.yaml")).with();
  const std::string text = "mapping:\n  name: m\n  cascade: c\n  groups:\n    - name: g\n      nest:\n" +
                           std::string("        - keep: {DRAM: [X, SUM, Y]}\n        - for: [m: ") + outer +
                           "]\n        - each:\n            - [for: [m: " + inner +
                           "], {compute: SUM, on: unit}]\n            - [for: [m: " + inner +
                           "], {compute: Y, on: unit}]\n      schedule: sequential\n";
  const Mapping mapping = parse_mapping(Yaml::parse(text, "mapping.yaml"), cascade, arch, {"M"});
  Frame frame;
  const std::vector<double> given{8};
  evaluate_frame(mapping, cascade, given, frame);
  return order_warnings(cascade, mapping, make_plan(cascade, arch, mapping, frame.active), frame);
}

}  // namespace

TEST_CASE("a reader inside the loop that completes what it reads is named") {
  CHECK(warnings("2", "4") == std::vector<std::string>{"Y reads SUM inside the loop over m that completes it"});
}

TEST_CASE("a loop of one iteration completes at once") { CHECK(warnings("1", "8").empty()); }

}  // namespace tilewright
