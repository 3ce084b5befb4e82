#include "mappings/order.hpp"

#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "mappings/flattener.hpp"
#include "mappings/parse.hpp"
#include "mappings/sized_tree.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

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
  const CascadeFacts facts(cascade);
  FlatTree flat;
  REQUIRE_FALSE(Flattener(facts, arch).flatten(mapping.tree, frame.active, flat));
  return order_warnings(cascade, flat, frame);
}

}  // namespace

TEST_CASE("a reader inside the loop that completes what it reads is named") {
  CHECK(warnings("2", "4") == std::vector<std::string>{"Y reads SUM inside the loop over m that completes it"});
}

TEST_CASE("a loop of one iteration completes at once") { CHECK(warnings("1", "8").empty()); }

namespace {

// The message for a cascade of one rank M = 8 below DRAM, mapped by the given groups.
std::string refusal(const std::string& einsums, const std::string& groups) {
  const Cascade cascade = parse_cascade(Yaml::parse("cascade:\n  name: c\n" + einsums, "cascade.yaml"));
  const Arch arch = ArchFile(Yaml::parse(machine, "arch.yaml")).with();
  const std::string text = "mapping:\n  name: m\n  cascade: c\n  groups:\n" + groups;
  const Mapping mapping = parse_mapping(Yaml::parse(text, "m.yaml"), cascade, arch, {"M"});
  Frame frame;
  const std::vector<double> given{8};
  evaluate_frame(mapping, cascade, given, frame);
  const CascadeFacts facts(cascade);
  FlatTree flat;
  Misfit misfit = Flattener(facts, arch).flatten(mapping.tree, frame.active, flat);
  SizedTree sized(ByTensor<double>(cascade.tensors.size(), 1));
  sized.set(flat, frame);
  if (!misfit) misfit = check_coverage(cascade, arch, sized);
  return message_of([&] {
    if (misfit) refuse(misfit, cascade, arch, mapping);
  });
}

std::string group(const std::string& name, const std::string& nest) {
  return "    - {name: " + name + ", schedule: sequential, nest: " + nest + "}\n";
}

const std::string two_steps =
    "  inputs: {X: [M]}\n  outputs: [Y]\n  einsums: [\"S[m] = exp(X[m])\", \"Y[m] = exp(S[m])\"]\n";
const std::string running =
    "  inputs: {X: [M]}\n  outputs: [Y]\n  initial: {C: 0}\n"
    "  einsums: [\"C[m+1] = C[m] + X[m]\", \"Y[m] = exp(C[m+1])\"]\n";

}  // namespace

TEST_CASE("a group that reads what a later group writes is refused") {
  const std::string reader = group("a", "[keep: {DRAM: [S, Y]}, for: [m: M], {compute: Y, on: unit}]");
  const std::string writer = group("b", "[keep: {DRAM: [X, S]}, for: [m: M], {compute: S, on: unit}]");
  CHECK(refusal(two_steps, reader + writer) ==
        "m.yaml:5:91: mapping.groups[0].nest[2].compute: reads 'S', which is written only further down");
  CHECK(refusal(two_steps, writer + reader) == "no error");
}

TEST_CASE("a branch that reads what a later branch writes is refused") {
  CHECK(
      refusal(two_steps, group("a",
                               "[keep: {DRAM: [X, S, Y]}, for: [m: M], "
                               "each: [[{compute: Y, on: unit}], [{compute: S, on: unit}]]]")) ==
      "m.yaml:5:102: mapping.groups[0].nest[2].each[0][0].compute: reads 'S', which is written only further down");
}

TEST_CASE("the history of a running value is refused as an output and in another group") {
  CHECK(refusal("  inputs: {X: [M]}\n  outputs: [C]\n  initial: {C: 0}\n  einsums: [\"C[m+1] = C[m] + X[m]\"]\n",
                group("a", "[keep: {DRAM: [X, C]}, for: [m: M], {compute: C, on: unit}]")) ==
        "m.yaml:5:91: mapping.groups[0].nest[2].compute: 'C' is a running value and an output; make its last value "
        "an "
        "output of its own, as in 'LAST[] = C[M]'");
  CHECK(
      refusal(running, group("a", "[keep: {DRAM: [X, C]}, for: [m: M], {compute: C, on: unit}]") +
                           group("b", "[keep: {DRAM: [C, Y]}, for: [m: M], {compute: Y, on: unit}]")) ==
      "m.yaml:6:91: mapping.groups[1].nest[2].compute: reads the history of the running value 'C', which ends with "
      "its group");
}

TEST_CASE("steps of an iteration do not run at once") {
  CHECK(refusal(running, group("a",
                               "[keep: {DRAM: [X, C, Y]}, spatial: [m: M], "
                               "each: [[{compute: C, on: unit}], [{compute: Y, on: unit}]]]")) ==
        "m.yaml:5:81: mapping.groups[0].nest[1].spatial[0]: the steps of the running value 'C' cannot run at once");
  const auto of = [](const std::string& loops) {
    return refusal(running, group("a", "[keep: {DRAM: [X, C, Y]}, " + loops +
                                           ", each: [[{compute: C, on: unit}], [{compute: Y, on: unit}]]]"));
  };
  CHECK(of("for: [m: M / 2], spatial: [m: 2]").find("the steps of the running value 'C' cannot run at once") !=
        std::string::npos);
  CHECK(of("for: [m: M], spatial: [m: 1]") == "no error");
}

}  // namespace tilewright::test::TEST_FILE
