#include "explore/model/model.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string text_of(const std::string& part) {
  return "model:\n  name: mine\n  description: d\n  source: s\n  shapes: {S: 64, L: S / 16}\n"
         "  phases: {once: {}}\n  parts:\n    - {name: a, workload: layer, mapping: product" +
         part + "}\n";
}

std::string error_of(const std::string& text) {
  return message_of([&] { (void)parse_model(Yaml::parse(text, "m.yaml")); });
}

std::string from(const std::string& rest) {
  return "model:\n  name: mine\n  description: d\n  source: s\n  from: encoder\n" + rest;
}

}  // namespace

TEST_CASE("a part is in all phases and groups of its own, unless it says others") {
  const Model model = parse_model(Yaml::parse(text_of(""), "m.yaml"));
  CHECK(model.parts[0].group == "a");
  CHECK(model.parts[0].is_in(model.phases[0]));
  CHECK(model.baseline == "dense");
}

TEST_CASE("what is wrong in a model is named where it stands") {
  CHECK(error_of(text_of(", times: K")) == "m.yaml:8:59: model.parts[0].times: no shape 'K'; known: S, L");
  CHECK(error_of(text_of(", mask: \"sliding,left={l}\"")) ==
        "m.yaml:8:58: model.parts[0].mask: no shape 'l'; did you mean 'L'?");
  CHECK(error_of(text_of(", phases: [one]")) ==
        "m.yaml:8:60: model.parts[0].phases: no phase 'one'; did you mean 'once'?");
  CHECK(error_of(text_of(", maping: x")).find("model.parts[0].maping: unknown key; did you mean 'mapping'?") !=
        std::string::npos);
  CHECK(error_of(text_of("}\n    - {name: a, workload: layer, mapping: product")).find("part 'a' is there twice") !=
        std::string::npos);
}

TEST_CASE("phases and baselines that change nothing are refused") {
  std::string text = text_of("");
  text.replace(text.find("{once: {}}"), 10, "{once: {}, idle: {times: 2}}");
  CHECK(error_of(text) == "no error");
  CHECK(error_of(text_of(", phases: [once]")) == "no error");
  std::string other = text_of(", phases: [once]");
  other.replace(other.find("{once: {}}"), 10, "{once: {}, idle: {times: 2}}");
  CHECK(error_of(other) == "m.yaml:6:28: model.phases.idle: no part is in this phase");
  std::string baseline = text_of("");
  baseline.replace(baseline.find("  phases"), 0, "  baseline: causal\n");
  CHECK(error_of(baseline) ==
        "m.yaml:6:13: model.baseline: no part has a mask or a selection that it could be compared with");
}

TEST_CASE("a model from another one says other shapes and nothing else") {
  const Model model = parse_model(Yaml::parse(from("  shapes: {L: 3, U: 5 * D}\n  baseline: causal\n"), "m.yaml"));
  CHECK(model.name == "mine");
  CHECK(model.baseline == "causal");
  CHECK(model.parts.size() == 4);
  CHECK(error_of(from("  shapes: {Z: 3}\n")).find("model.shapes.Z: no shape 'Z' in model 'encoder'") !=
        std::string::npos);
  CHECK(error_of(from("  shapes: {L: U}\n")).find("model.shapes.L: no shape 'U'") != std::string::npos);
  CHECK(error_of(from("  parts: []\n")).find("model.parts: unknown key") != std::string::npos);
  CHECK(error_of("model: {name: m, description: d, source: s, from: bert-base}\n") ==
        "m.yaml:1:51: model.from: it is from another model itself");
}

}  // namespace tilewright::test::TEST_FILE
