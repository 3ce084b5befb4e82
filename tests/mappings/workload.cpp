#include "einsum/workload.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

using namespace tilewright;

namespace {

/// A whole workload but for some of its keys.
std::string text(const std::string& shapes = "{B: 2, S: 8, M: S, T: B * S}", const std::string& more = "",
                 const std::string& phase = "prefill", const std::string& cascades = "[a, b]",
                 const std::string& word = "2 B") {
  return "workload:\n  name: w\n  phase: " + phase + "\n  cascades: " + cascades + "\n  shapes: " + shapes +
         "\n  word_B: " + word + "\n" + more;
}

Workload read(const std::string& yaml, const std::map<std::string, double>& set = {}) {
  return parse_workload(Yaml::parse(yaml, "w.yaml"), set);
}

std::string error(const std::string& yaml, const std::map<std::string, double>& set = {}) {
  return message_of([&] { read(yaml, set); });
}

}  // namespace

TEST_CASE("a workload has shapes, each of those before it") {
  const Workload workload = read(text());
  CHECK(workload.name == "w");
  CHECK(workload.file == "w.yaml");
  CHECK(workload.phase == "prefill");
  CHECK(workload.cascades == std::vector<std::string>{"a", "b"});
  CHECK(workload.shapes == std::map<std::string, double>{{"B", 2}, {"S", 8}, {"M", 8}, {"T", 16}});
}

TEST_CASE("a shape that is set changes what follows from it") {
  CHECK(read(text(), {{"S", 32}}).shapes ==
        std::map<std::string, double>{{"B", 2}, {"S", 32}, {"M", 32}, {"T", 64}});
  CHECK(read(text(), {{"M", 3}}).shapes.at("S") == 8);
  CHECK(read(text(), {{"M", 3}}).shapes.at("M") == 3);
}

TEST_CASE("tensors may have words of their own") {
  const Workload workload = read(text("{S: 8}", "  words_B: {RM: 4, QK: 4 bit}\n"));
  CHECK(workload.element_B("RM") == 4);
  CHECK(workload.element_B("QK") == 0.5);
  CHECK(workload.element_B("K") == 2);
}

TEST_CASE("every shipped workload reads") {
  for (const std::string& name : list_configs("workloads")) {
    INFO(name);
    CHECK_NOTHROW(load_workload(find_config("workloads", name)));
  }
}

TEST_CASE("wrong workloads are refused") {
  CHECK(error("wrokload: {}") == "w.yaml:1:1: wrokload: unknown key; did you mean 'workload'?");
  CHECK(error(text("{S: 8}", "  word: 2\n")) == "w.yaml:7:3: workload.word: unknown key; did you mean 'word_B'?");
  CHECK(error("workload: {name: w}") == "w.yaml:1:11: workload: missing key 'phase'");
  CHECK(error(text("{S: 8}", "", "prefil")) ==
        "w.yaml:3:10: workload.phase: expected prefill or decode, got 'prefil'; did you mean 'prefill'?");
  CHECK(error(text("{S: 8}", "", "decode", "[]")) ==
        "w.yaml:4:13: workload.cascades: expected at least one cascade");
  CHECK(error(text("{S: 8}", "", "decode", "a")) == "w.yaml:4:13: workload.cascades: expected a list, got 'a'");
  CHECK(error(text("{S: 8}", "", "decode", "[a]", "0 B")) ==
        "w.yaml:6:11: workload.word_B: expected a number from 0.125 to 1024 B, got '0 B'");
  CHECK(error(text("{S: 8}", "", "decode", "[a]", "2 GHz")) ==
        "w.yaml:6:11: workload.word_B: expected a value in B, got '2 GHz' (in Hz)");
  CHECK(error(text("{S: 8}", "  words_B: {RM: -4}\n")) ==
        "w.yaml:7:17: workload.words_B.RM: expected a number from 0.125 to 1024 B, got '-4'");
}

TEST_CASE("wrong shapes are refused") {
  CHECK(error(text("{S: 0}")) == "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 0");
  CHECK(error(text("{S: -4}")) == "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got -4");
  CHECK(error(text("{S: 8.5}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 8.5");
  CHECK(error(text("{S: 1 / 0}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got inf");
  CHECK(error(text("{S: 1e17}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 1e+17");
  CHECK(error(text("{S: 8 B}")) == "w.yaml:5:15: workload.shapes.S: expected a plain number, got '8 B' (in B)");
  CHECK(error(text("{M: S, S: 8}")) == "w.yaml:5:15: workload.shapes.M: unknown name 'S'");
  CHECK(error(text("{S: 8, S: 9}")) == "w.yaml:5:18: duplicate key 'S' (first at line 5)");
  CHECK(error(text(), {{"s", 4}}) == "w.yaml:5:11: workload.shapes: no shape 's' to set; did you mean 'S'?");
  CHECK(error(text(), {{"S", 4.5}}) ==
        "w.yaml:5:21: workload.shapes.S: expected a whole number of at least 1, set to 4.5");
}
