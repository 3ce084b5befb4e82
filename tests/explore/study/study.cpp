#include "explore/study/study.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

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

TEST_CASE("a series is over axes and has a mapping, always or when a condition holds") {
  const Study study = read(two_axes, series("m", ", set: {S: rows, T: 2 * rows}, arch_set: {N: rows}") +
                                         "    - {name: t, over: [rows], workload: w, arch: \"a-{rows}\", mapping: "
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

TEST_CASE("a series may have requests, with axes in their text") {
  CHECK(read(two_axes, series()).series[0].requests.empty());
  CHECK(read(two_axes, series("m", ", requests: \"1x{rows}\"")).series[0].requests == "1x{rows}");
  CHECK(series_error(series("m", ", requests: \"1x{row}\"")) ==
        "s.yaml:5:90: study.series[0].requests: series 's' is over no axis 'row'; did you mean 'rows'?");
}

TEST_CASE("a series may have a mask, with axes in its text") {
  CHECK(read(two_axes, series()).series[0].mask.empty());
  CHECK(read(two_axes, series("m", ", mask: \"sliding,left={rows}\"")).series[0].mask == "sliding,left={rows}");
  CHECK(series_error(series("m", ", mask: \"sliding,left={row}\"")) ==
        "s.yaml:5:86: study.series[0].mask: series 's' is over no axis 'row'; did you mean 'rows'?");
  CHECK(series_error(series("m", ", mask: [causal]")) ==
        "s.yaml:5:86: study.series[0].mask: expected a value, got a list");
  CHECK(series_error(series() + "    - {name: t, over: [model, rows], sequence: [s], mask: causal}\n") ==
        "s.yaml:6:53: study.series[1].mask: unknown key; known: name, over, sequence");
}

TEST_CASE("a sequence is of series before it, which may be sequences") {
  const Study study = read(two_axes, series() +
                                         "    - {name: twice, over: [model, rows], sequence: [s]}\n"
                                         "    - {name: thrice, over: [model, rows], sequence: [s, twice]}\n");
  REQUIRE(study.series[1].sequence.size() == 1);
  CHECK(study.series[1].sequence[0].series == 0);
  CHECK(study.series[1].sequence[0].how_often({}, {}) == 1);
  REQUIRE(study.series[2].sequence.size() == 2);
  CHECK(study.series[2].sequence[1].series == 1);
  CHECK(study.series[2].workload.empty());
}

TEST_CASE("a part of a sequence may run some times, which axes may say") {
  const Study study =
      read(two_axes, series() +
                         "    - {name: t, over: [model, rows], sequence: [{series: s, times: rows / 4}]}\n"
                         "    - {name: u, over: [model, rows], sequence: [{series: s, times: 3}, t]}\n");
  Symbols symbols;
  symbols.add("rows");
  const std::vector<double> rows{8};
  CHECK(study.series[1].sequence[0].how_often(symbols, rows) == 2);
  CHECK(study.series[2].sequence[0].series == 0);
  CHECK(study.series[2].sequence[0].how_often(symbols, rows) == 3);
  CHECK(study.series[2].sequence[1].how_often(symbols, rows) == 1);
}

TEST_CASE("a series may be in a sequence several times") {
  const Study study =
      read(two_axes, series() +
                         "    - {name: t, over: [model, rows], sequence: [s]}\n"
                         "    - {name: u, over: [model, rows], sequence: [s, t, {series: s, times: rows}, s]}\n");
  REQUIRE(study.series[2].sequence.size() == 2);
  Symbols symbols;
  symbols.add("rows");
  const std::vector<double> rows{8};
  CHECK(study.series[2].sequence[0].series == 0);
  CHECK(study.series[2].sequence[0].how_often(symbols, rows) == 10);
  CHECK(study.series[2].sequence[1].how_often(symbols, rows) == 1);
}

TEST_CASE("series are found by name") {
  const Study study = read(two_axes, series());
  CHECK(study.series_named("s") == 0);
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
  CHECK(error("sudy: {}") == "s.yaml:1:1: sudy: unknown key; did you mean 'study'?");
  CHECK(error("study: {nmae: n}") == "s.yaml:1:9: study.nmae: unknown key; did you mean 'name'?");
  CHECK(error("study: {name: n}") == "s.yaml:1:8: study: missing key 'axes'");
  CHECK(error("study: {name: n, axes: {a: [1]}, series: []}") ==
        "s.yaml:1:42: study.series: expected at least one series");
  CHECK(message_of([] { read(two_axes, series(), "a/b"); }) ==
        "s.yaml:2:9: study.name: expected a name that a folder of results can have, got 'a/b'");
  CHECK(message_of([] { read(two_axes, series(), ".."); }) ==
        "s.yaml:2:9: study.name: expected a name that a folder of results can have, got '..'");
}

TEST_CASE("wrong axes are refused") {
  CHECK(axes_error("{rows of M: [8]}") ==
        "s.yaml:3:21: study.axes.rows of M: a name is a letter or '_', then letters, digits and '_', got 'rows of "
        "M'");
  CHECK(axes_error("{rows: 8}") == "s.yaml:3:16: study.axes.rows: expected a list, got '8'");
  CHECK(axes_error("{rows: []}") == "s.yaml:3:16: study.axes.rows: expected at least one value");
  CHECK(axes_error("{rows: [8, many]}") ==
        "s.yaml:3:16: study.axes.rows: expected only numbers or only names, got '8' and 'many'");
  CHECK(axes_error("{rows: [8, 4 KiB]}") ==
        "s.yaml:3:16: study.axes.rows: expected only numbers or only names, got '8' and '4 KiB'");
  CHECK(axes_error("{rows: [8, 1 << 3]}") == "s.yaml:3:20: study.axes.rows[1]: '8' is there twice");
  CHECK(axes_error("{model: [T5, T5]}") == "s.yaml:3:22: study.axes.model[1]: 'T5' is there twice");
  CHECK(axes_error("{rows: [8, 1 / 0]}") ==
        "s.yaml:3:20: study.axes.rows[1]: expected a finite number, got '1 / 0'");
  CHECK(axes_error("{rows: [8], rows: [9]}") == "s.yaml:3:21: duplicate key 'rows' (first at line 3)");
}

TEST_CASE("wrong series are refused") {
  CHECK(series_error(series("m", ", aech: b")) ==
        "s.yaml:5:80: study.series[0].aech: unknown key; did you mean 'arch'?");
  CHECK(series_error("    - {name: s, over: [model, rows], workload: w, arch: a}\n") ==
        "s.yaml:5:7: study.series[0]: missing key 'mapping'");
  CHECK(series_error(series() + series()) == "s.yaml:6:14: study.series[1].name: series 's' is there twice");
  CHECK(series_error("    - {name: s, over: [], workload: w, arch: a, mapping: m}\n") ==
        "s.yaml:5:23: study.series[0].over: expected at least one axis");
  CHECK(series_error("    - {name: s, over: [row], workload: w, arch: a, mapping: m}\n") ==
        "s.yaml:5:24: study.series[0].over[0]: no axis 'row'; did you mean 'rows'?");
  CHECK(series_error("    - {name: s, over: [rows, rows], workload: w, arch: a, mapping: m}\n") ==
        "s.yaml:5:30: study.series[0].over[1]: axis 'rows' is there twice");
  CHECK(series_error(series("m", ", set: {S: 2 * }")) ==
        "s.yaml:5:92: study.series[0].set.S: expected a value, got the end");
  CHECK(series_error(series("m", ", set: {S: 2 KiB}")) ==
        "s.yaml:5:89: study.series[0].set.S: expected a plain number, got '2 KiB' (in B)");
}

TEST_CASE("wrong names in braces are refused") {
  CHECK(series_error(series("\"{model\"")) == "s.yaml:5:77: study.series[0].mapping: a '{' without its '}'");
  CHECK(series_error(series("\"{modle}\"")) ==
        "s.yaml:5:77: study.series[0].mapping: series 's' is over no axis 'modle'; did you mean 'model'?");
  CHECK(series_error("    - {name: s, over: [rows], workload: \"{model}\", arch: a, mapping: m}\n") ==
        "s.yaml:5:41: study.series[0].workload: series 's' is over no axis 'model'; known: rows");
}

TEST_CASE("wrong choices of a mapping are refused") {
  CHECK(series_error(series("[]")) == "s.yaml:5:77: study.series[0].mapping: expected at least one mapping");
  CHECK(series_error(series("[m]")) == "s.yaml:5:78: study.series[0].mapping[0]: expected a map, got 'm'");
  CHECK(series_error(series("[{use: m}]")) == "s.yaml:5:78: study.series[0].mapping[0]: missing key 'when'");
  CHECK(series_error(series("[{use: m, if: 1}]")) ==
        "s.yaml:5:87: study.series[0].mapping[0].if: unknown key; known: use, map, when");
  CHECK(series_error(series("[{use: \"{mode}\", when: 1}]")) ==
        "s.yaml:5:84: study.series[0].mapping[0].use: series 's' is over no axis 'mode'; did you mean 'model'?");
}

TEST_CASE("a search may find the mapping, always or when a condition holds") {
  const Study always = read(two_axes, series("{map: {objective: edp, time_limit: 5 s}}"));
  REQUIRE(always.series[0].mappings.size() == 1);
  CHECK(always.series[0].mappings[0].map->time_limit_s == 5);
  const Study either =
      read(two_axes, series("[{map: {objective: time}, when: rows < 9}, {use: \"{model}\", when: 1}]"));
  REQUIRE(either.series[0].mappings.size() == 2);
  CHECK(either.series[0].mappings[0].map->text == "time");
  CHECK(either.series[0].mappings[0].when.text() == "rows < 9");
  CHECK_FALSE(either.series[0].mappings[1].map);
}

TEST_CASE("wrong searches are refused") {
  CHECK(series_error(series("{map: {objective: edp}, when: 1}")) ==
        "s.yaml:5:101: study.series[0].mapping.when: unknown key; known: map");
  CHECK(series_error(series("{use: m}")) == "s.yaml:5:78: study.series[0].mapping.use: unknown key; known: map");
  CHECK(series_error(series("[{use: m, map: {objective: edp}, when: 1}]")) ==
        "s.yaml:5:84: study.series[0].mapping[0].use: expected one of 'use' and 'map'");
  CHECK(series_error(
            "    - {name: a/b, over: [model, rows], workload: w, arch: a, mapping: {map: {objective: edp}}}\n") ==
        "s.yaml:5:77: study.series[0].mapping.map: expected a series with a name that a file can have, got 'a/b'");
}

TEST_CASE("wrong sequences are refused") {
  const auto error = [](const std::string& keys) { return series_error(series() + "    - {" + keys + "}\n"); };
  CHECK(error("name: t, over: [model, rows], sequence: [s]") == "no error");
  CHECK(error("name: t, over: [model, rows], sequence: [t]") ==
        "s.yaml:6:49: study.series[1].sequence[0]: no series 't' before this one; known: s");
  CHECK(error("name: t, over: [model, rows], sequence: []") ==
        "s.yaml:6:48: study.series[1].sequence: expected at least one series");
  CHECK(error("name: t, over: [rows], sequence: [s]") ==
        "s.yaml:6:41: study.series[1].sequence: 's' is over other axes than 't'");
  CHECK(error("name: t, over: [rows, model], sequence: [s]") ==
        "s.yaml:6:48: study.series[1].sequence: 's' is over other axes than 't'");
  CHECK(error("name: t, over: [model, rows], sequence: [{series: s}]") ==
        "s.yaml:6:49: study.series[1].sequence[0]: missing key 'times'");
  CHECK(error("name: t, over: [model, rows], sequence: [{series: r, times: 2}]") ==
        "s.yaml:6:58: study.series[1].sequence[0].series: no series 'r' before this one; known: s");
  CHECK(error("name: t, over: [model, rows], sequence: [{series: s, time: 2}]") ==
        "s.yaml:6:61: study.series[1].sequence[0].time: unknown key; did you mean 'times'?");
  for (const std::string times : {"0", "-1", "2.5", "1e10"})
    CHECK(error("name: t, over: [model, rows], sequence: [{series: s, times: " + times + "}]") ==
          "s.yaml:6:68: study.series[1].sequence[0].times: expected a whole number from 1 to 1e+09, got " +
              (times == "1e10" ? "1e+10" : times));
  CHECK(error("name: t, over: [model, rows], sequence: [s], arch: a") ==
        "s.yaml:6:53: study.series[1].arch: unknown key; known: name, over, sequence");
}

TEST_CASE("what is derived is made of axes, for a series that is over them") {
  const auto error = [](const std::string& derived) {
    return message_of([&] {
      (void)parse_study(
          Yaml::parse("study:\n  name: n\n  axes: {a: [1, 2], b: [x], c: [3]}\n  derived: " + derived +
                          "\n  series:\n    - {name: s, over: [a, b], workload: w, arch: r, mapping: m}\n"
                          "    - {name: t, over: [c], workload: w, arch: r, mapping: m}\n",
                      "s.yaml"));
    });
  };
  CHECK(error("{d: 2 * a, e: \"{d}-{b}\", f: b.x + d}") == "no error");
  CHECK(error("{d: 2 * aa}") == "s.yaml:4:16: study.derived.d: no axis 'aa'; did you mean 'a'?");
  CHECK(error("{d: \"{e}\", e: 2 * a}") == "s.yaml:4:16: study.derived.d: no axis 'e'; known: a, b, c");
  CHECK(error("{d: a + c}") ==
        "s.yaml:4:16: study.derived.d: no series is over all of the axes that it is made of");
  CHECK(error("{a: 2}") == "s.yaml:4:16: study.derived.a: axis 'a' has this name already");
}

TEST_CASE("every axis has a series that is over it") {
  const auto error = [](const std::string& over) {
    return message_of([&] {
      read("{a: [1], b: [2]}", "    - {name: s, over: [" + over + "], workload: w, arch: a, mapping: m}\n");
    });
  };
  CHECK(error("a, b") == "no error");
  CHECK(error("a") == "s.yaml:3:21: study.axes.b: no series is over this axis");
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
      read(axes + "}", "    - {name: s, over: [" + over +
                           "], workload: w, arch: a, mapping: m}\n"
                           "    - {name: t, over: [c], workload: w, arch: a, mapping: m}\n");
    });
  };
  CHECK(error("a, b") == "no error");
  CHECK(error("a, b, c") ==
        "s.yaml:5:23: study.series[0].over: 1.0303e+06 points, more than the 1e+06 that a series may have");
}

}  // namespace tilewright::test::TEST_FILE
