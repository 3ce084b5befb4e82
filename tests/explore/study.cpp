#include "explore/study.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

using namespace tilewright;

namespace {

const std::string two_axes = "{model: [BERT, T5], rows: [8, 1 << 4]}";

/// A whole series named s; `mapping` and `more` are as they stand in the file.
std::string series(const std::string& mapping = "m", const std::string& more = "") {
  return "    - {name: s, over: [model, rows], workload: \"{model}\", arch: a, mapping: " + mapping + more + "}\n";
}

/// Axes are on line 3 from column 9, series from line 5 on.
Study read(const std::string& axes, const std::string& all_series, const std::string& name = "n") {
  return parse_study(
      Yaml::parse("study:\n  name: " + name + "\n  axes: " + axes + "\n  series:\n" + all_series, "s.yaml"));
}

std::string axes_error(const std::string& axes) {
  return message_of([&] { read(axes, series()); });
}

std::string series_error(const std::string& all_series) {
  return message_of([&] { read(two_axes, all_series); });
}

}  // namespace

TEST_CASE("an axis has numbers or names") {
  const Study study = read(two_axes, series());
  REQUIRE(study.axes.size() == 2);
  CHECK(study.name == "n");
  CHECK(study.file == "s.yaml");
  CHECK(study.axes[0].name == "model");
  CHECK(study.axes[0].values[1].text == "T5");
  CHECK_FALSE(study.axes[0].values[1].number);
  CHECK(study.axes[1].values[1].text == "16");
  CHECK(study.axes[1].values[1].number == 16);
}

TEST_CASE("a value is a number where it is an expression without names or units") {
  const auto is_number = [](const std::string& text, double number, const std::string& shown) {
    const AxisValue value = axis_value(text);
    CHECK(value.number == number);
    CHECK(value.text == shown);
  };
  is_number("1024", 1024, "1024");
  is_number("1 << 20", 1 << 20, "1048576");
  is_number("0.10", 0.1, "0.1");
  is_number("-3 * 2", -6, "-6");
  is_number("1e16", 1e16, "1e+16");
  for (const std::string name : {"BERT", "T5", "4 KiB", "2 * rows", "fusemax/proposal", "3 +", "a b"}) {
    INFO(name);
    CHECK(axis_value(name).text == name);
    CHECK_FALSE(axis_value(name).number);
  }
}

TEST_CASE("a series is over axes and has a mapping, always or when a condition holds") {
  const Study study = read(two_axes, series("m", ", set: {S: rows, T: 2 * rows}, arch_set: {N: rows}") +
                                         "    - {name: t, over: [rows], workload: w, arch: a-{rows}, mapping: "
                                         "[{use: x, when: rows < 9}, {use: y, when: 1}]}\n");
  const Series& first = study.series[0];
  CHECK(first.name == "s");
  CHECK(first.axes == std::vector<std::size_t>{0, 1});
  CHECK(first.workload == "{model}");
  CHECK(first.arch == "a");
  REQUIRE(first.set.size() == 2);
  CHECK(first.set[1].first == "T");
  CHECK(first.set[1].second.text() == "2 * rows");
  CHECK(first.arch_set.size() == 1);
  REQUIRE(first.mappings.size() == 1);
  CHECK(first.mappings[0].use == "m");
  CHECK(first.mappings[0].when.evaluate({}) == 1);
  CHECK(first.key_path == "study.series[0]");
  CHECK(first.place.line == 5);
  const Series& second = study.series[1];
  CHECK(second.axes == std::vector<std::size_t>{1});
  REQUIRE(second.mappings.size() == 2);
  CHECK(second.mappings[0].use == "x");
  CHECK(second.mappings[0].when.text() == "rows < 9");
}

TEST_CASE("a sequence is of series before it, which may be sequences") {
  const Study study = read(two_axes, series() +
                                         "    - {name: twice, over: [model, rows], sequence: [s]}\n"
                                         "    - {name: thrice, over: [model, rows], sequence: [s, twice]}\n");
  CHECK(study.series[1].sequence == std::vector<std::size_t>{0});
  CHECK(study.series[2].sequence == std::vector<std::size_t>{0, 1});
  CHECK(study.series[2].workload.empty());
}

TEST_CASE("axes and series are found by name") {
  const Study study = read(two_axes, series());
  CHECK(study.axis("rows") == 1);
  CHECK(study.series_named("s") == 0);
  CHECK(message_of([&] { (void)study.axis("row"); }) == "s.yaml: no axis 'row'; did you mean 'rows'?");
  CHECK(message_of([&] { (void)study.series_named("q"); }) == "s.yaml: no series 'q'; known: s");
}

TEST_CASE("every shipped study reads") {
  for (const std::string& name : list_configs("studies")) {
    INFO(name);
    CHECK_NOTHROW(load_study(find_config("studies", name)));
  }
}

TEST_CASE("wrong studies are refused") {
  const auto error = [](const std::string& text) {
    return message_of([&] { parse_study(Yaml::parse(text, "s.yaml")); });
  };
  CHECK(error("sudy: {}") == "");
  CHECK(error("study: {nmae: n}") == "");
  CHECK(error("study: {name: n}") == "");
  CHECK(error("study: {name: n, axes: {a: [1]}, series: []}") == "");
  CHECK(message_of([] { read(two_axes, series(), "a/b"); }) == "");
  CHECK(message_of([] { read(two_axes, series(), ".."); }) == "");
}

TEST_CASE("wrong axes are refused") {
  CHECK(axes_error("{rows of M: [8]}") == "");
  CHECK(axes_error("{rows: 8}") == "");
  CHECK(axes_error("{rows: []}") == "");
  CHECK(axes_error("{rows: [8, many]}") == "");
  CHECK(axes_error("{rows: [8, 4 KiB]}") == "");
  CHECK(axes_error("{rows: [8, 1 << 3]}") == "");
  CHECK(axes_error("{model: [T5, T5]}") == "");
  CHECK(axes_error("{rows: [8, 1 / 0]}") == "");
  CHECK(axes_error("{rows: [8], rows: [9]}") == "");
}

TEST_CASE("wrong series are refused") {
  CHECK(series_error(series("m", ", aech: b")) == "");
  CHECK(series_error("    - {name: s, over: [model, rows], workload: w, arch: a}\n") == "");
  CHECK(series_error(series() + series()) == "");
  CHECK(series_error("    - {name: s, over: [], workload: w, arch: a, mapping: m}\n") == "");
  CHECK(series_error("    - {name: s, over: [row], workload: w, arch: a, mapping: m}\n") == "");
  CHECK(series_error("    - {name: s, over: [rows, rows], workload: w, arch: a, mapping: m}\n") == "");
  CHECK(series_error(series("m", ", set: {S: 2 * }")) == "");
  CHECK(series_error(series("m", ", set: {S: 2 KiB}")) == "");
}

TEST_CASE("wrong names in braces are refused") {
  CHECK(series_error(series("\"{model\"")) == "");
  CHECK(series_error(series("\"{modle}\"")) == "");
  CHECK(series_error("    - {name: s, over: [rows], workload: \"{model}\", arch: a, mapping: m}\n") == "");
}

TEST_CASE("wrong choices of a mapping are refused") {
  CHECK(series_error(series("[]")) == "");
  CHECK(series_error(series("[m]")) == "");
  CHECK(series_error(series("[{use: m}]")) == "");
  CHECK(series_error(series("[{use: m, if: 1}]")) == "");
  CHECK(series_error(series("[{use: \"{mode}\", when: 1}]")) == "");
}

TEST_CASE("wrong sequences are refused") {
  const auto error = [](const std::string& keys) { return series_error(series() + "    - {" + keys + "}\n"); };
  CHECK(error("name: t, over: [model, rows], sequence: [s]") == "no error");
  CHECK(error("name: t, over: [model, rows], sequence: [t]") == "");
  CHECK(error("name: t, over: [model, rows], sequence: [s, s]") == "");
  CHECK(error("name: t, over: [model, rows], sequence: []") == "");
  CHECK(error("name: t, over: [rows], sequence: [s]") == "");
  CHECK(error("name: t, over: [rows, model], sequence: [s]") == "");
  CHECK(error("name: t, over: [model, rows], sequence: [s], arch: a") == "");
}

TEST_CASE("a series has at most a million points") {
  std::string axes;
  for (const std::string axis : {"a", "b", "c"}) {
    axes += (axes.empty() ? "{" : ", ") + axis + ": [0";
    for (int i = 1; i <= 100; ++i) axes += ", " + std::to_string(i);
    axes += "]";
  }
  const auto error = [&](const std::string& over) {
    return message_of([&] {
      read(axes + "}", "    - {name: s, over: [" + over + "], workload: w, arch: a, mapping: m}\n");
    });
  };
  CHECK(error("a, b") == "no error");
  CHECK(error("a, b, c") == "");
}
