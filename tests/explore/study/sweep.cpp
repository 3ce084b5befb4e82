#include "explore/study/sweep.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "common/parallel.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"
#include "tests/explore/sweep_records.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<Record> sweep_of(const Study& study, int jobs) { return sweep_records(study, {.jobs = jobs}); }

std::string study_error(const Little& little, const std::string& from, const std::string& to) {
  const std::string old = little.text(from);
  std::string text = little.study_text();
  REQUIRE(text.find(old) != std::string::npos);
  text.replace(text.find(old), old.size(), little.text(to));
  return message_of([&] { sweep_of(parse_study(Yaml::parse(text, "little.yaml")), 1); });
}

/// Series `first` and `second` of 1e5 points, and sequences of the first alone and of both.
Study long_study(const Little& little) {
  std::string rows = "1";
  for (int i = 2; i <= 100'000; ++i) rows += ", " + std::to_string(i);
  const std::string series =
      ", over: [rows], workload: $/small.yaml, set: {M: rows}, arch: $/arch.yaml, mapping: $/streamed.yaml}\n";
  const std::string text = "study:\n  name: long\n  axes: {rows: [" + rows + "]}\n  series:\n    - {name: first" +
                           series + "    - {name: alone, over: [rows], sequence: [first]}\n    - {name: second" +
                           series + "    - {name: both, over: [rows], sequence: [first, second]}\n";
  return parse_study(Yaml::parse(little.text(text), "long.yaml"));
}

/// In a process of its own, since the flag outlives a test: whether a sweep that is interrupted keeps
/// points of series, no sequences, and nothing that is not so.
bool interrupted_sweep_keeps_points(const Little& little) {
  const Study study = long_study(little);
  catch_interrupts();
  std::thread interrupt([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    std::raise(SIGINT);
  });
  const std::vector<Record> records = sweep_of(study, 1);
  interrupt.join();
  bool expected = !records.empty() && records.size() < 200'000;
  for (const Record& record : records) {
    const std::string series = record.text("series");
    expected = expected && (series == "first" || series == "second") && record.number("time_s");
  }
  return expected;
}

}  // namespace

TEST_CASE("a sweep has all points, series by series, the last axis fastest") {
  const Little little;
  const std::vector<Record> records = sweep_of(little.study(), 1);
  REQUIRE(records.size() == 5 * 2 * 3);
  std::size_t at = 0;
  for (const std::string series : {"product", "scale", "unpriced", "both", "partly-priced"})
    for (const std::string model : {"small", "wide"})
      for (const double rows : {8, 16, 32}) {
        const Record& record = records[at++];
        CHECK(record.fields()[0] == std::pair<std::string, RecordValue>{"series", series});
        CHECK(record.fields()[1] == std::pair<std::string, RecordValue>{"point.model", model});
        CHECK(record.fields()[2] == std::pair<std::string, RecordValue>{"point.rows", rows});
        CHECK(record.text("workload") == model);
        CHECK(record.number("shape.M") == rows);
      }
}

TEST_CASE("points are those by hand") {
  const Little little;
  const std::vector<Record> records = sweep_of(little.study(), 1);
  CHECK(records[2].number("time_s") == Approx(32 * 4.25e-9));
  CHECK(records[8].number("time_s") == Approx(32 * 1.5e-9));
  CHECK(records[20].number("time_s") == Approx(32 * 5.75e-9));
  CHECK(records[20].number("energy_J") == Approx(32 * 232.5e-12));
}

TEST_CASE("records are the same whatever the number of threads") {
  const Little little;
  const std::vector<Record> one = sweep_of(little.study(), 1);
  for (const int jobs : {2, 0}) {
    const std::vector<Record> many = sweep_of(little.study(), jobs);
    REQUIRE(many.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(many[i].fields() == one[i].fields());
  }
}

TEST_CASE("a point alone is the point of the sweep") {
  const Little little;
  const Study study = little.study();
  const std::vector<Record> records = sweep_of(study, 1);
  Library library;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const AxisValues values{axis_value(records[i].text("point.model")), {"", records[i].number("point.rows")}};
    CHECK(run_point(study, i / 6, values, library).fields() == records[i].fields());
  }
}

TEST_CASE("a sequence is its parts one after another") {
  const Little little;
  const std::vector<Record> records = sweep_of(little.study(), 1);
  for (std::size_t i = 0; i < 6; ++i) {
    const Record both = in_sequence({{records[i]}, {records[6 + i]}});
    for (const auto& [name, value] : both.fields())
      if (name != "series" && name != "point.rows") CHECK(*records[18 + i].find(name) == value);
    CHECK(records[18 + i].fields().size() == both.fields().size());
  }
}

TEST_CASE("a sequence with a part of unknown energy has none") {
  const Little little;
  const Record record = sweep_of(little.study(), 1)[24];
  CHECK(record.number("time_s") == Approx(8 * 5.75e-9));
  for (const std::string name : {"energy_J", "edp_Js", "unit.array.energy_J"}) CHECK_FALSE(record.number(name));
  CHECK(record.number("level.DRAM.energy_J") == Approx(8 * 38.5e-12));
}

TEST_CASE("a part of a sequence runs as often as the study says") {
  const Little little;
  const auto study = [&](const std::string& times) {
    const std::string often =
        "    - {name: often, over: [model, rows], sequence: [{series: product, times: " + times + "}, scale]}\n";
    return parse_study(Yaml::parse(little.study_text() + often, "little.yaml"));
  };
  const Study by_rows = study("rows / 4");
  const std::vector<Record> records = sweep_of(by_rows, 2);
  REQUIRE(records.size() == 36);
  for (std::size_t i = 0; i < 6; ++i) {
    const Record& often = records[30 + i];
    const double times = *often.number("point.rows") / 4;
    for (const std::string name : {"time_s", "level.DRAM.read_B"})
      CHECK(*often.number(name) == Approx(times * *records[i].number(name) + *records[6 + i].number(name)));
    Library library;
    const AxisValues values = point_values(by_rows.axes_of(by_rows.series.back()), i);
    CHECK(run_point(by_rows, by_rows.series.size() - 1, values, library).fields() == often.fields());
  }
  const auto error = [&](const std::string& times) { return sweep_of(study(times), 1)[30].text("error"); };
  CHECK(error("rows / 16").ends_with("times: expected a whole number from 1 to 1e+09, got 0.5"));
  CHECK(error("row").find("times: unknown name 'row'; did you mean 'rows'?") != std::string::npos);
  CHECK(error("model").find("times: unknown name 'model'") != std::string::npos);
}

TEST_CASE("a series that is in a sequence several times is a part that runs as often") {
  const Little little;
  const auto records = [&](const std::string& sequence) {
    const std::string text =
        little.study_text() + "    - {name: all, over: [model, rows], sequence: " + sequence + "}\n";
    return sweep_of(parse_study(Yaml::parse(text, "little.yaml")), 1);
  };
  const std::vector<Record> listed = records("[scale, product, scale, scale]");
  const std::vector<Record> counted = records("[{series: scale, times: 3}, product]");
  REQUIRE(listed.size() == counted.size());
  for (std::size_t i = 30; i < listed.size(); ++i) CHECK(listed[i].fields() == counted[i].fields());
  CHECK(listed[32].number("time_s") == Approx(32 * (4.25e-9 + 3 * 1.5e-9)));
  CHECK(listed[32].text("binding") == listed[8].text("binding"));
}

TEST_CASE("a point need not be on the axes") {
  const Little little;
  Library library;
  const Record record = run_point(little.study(), 0, {axis_value("small"), axis_value("20")}, library);
  CHECK(record.number("point.rows") == 20);
  CHECK(record.number("time_s") == Approx(20 * 4.25e-9));
}

TEST_CASE("the first mapping whose condition holds is taken, and axes stand in names") {
  const Little little;
  little.write("by-row-of-16.yaml", read_file(little.path("streamed.yaml")));
  const Study study = parse_study(Yaml::parse(
      little.text("study:\n  name: n\n  axes: {rows: [8, 16]}\n  series:\n    - name: s\n      over: [rows]\n"
                  "      workload: $/small.yaml\n      set: {M: 2 * rows}\n      arch: $/arch.yaml\n"
                  "      arch_set: {lanes: M}\n      mapping:\n"
                  "        - {use: \"$/by-row-of-{rows}.yaml\", when: M > 16}\n"
                  "        - {use: $/by-row.yaml, when: M <= 32}\n"),
      "s.yaml"));
  const std::vector<Record> records = sweep_of(study, 1);
  CHECK(records[0].text("cascade") == "product");
  CHECK(records[0].number("parameter.lanes") == 16);
  CHECK(records[1].text("cascade") == "scale");
  CHECK(records[1].number("shape.M") == 32);
}

TEST_CASE("a series may be of a kernel, by its name below configs/kernels") {
  const std::string text =
      "study:\n  name: kernels\n  axes: {tokens: [512]}\n  series:\n    - {name: causal, over: [tokens], workload: "
      "attention, set: {S: tokens}, arch: gpu/h100-sxm5, mapping: flash-attention-3, mask: causal}\n";
  const std::vector<Record> records = sweep_of(parse_study(Yaml::parse(text, "kernels.yaml")), 1);
  REQUIRE(records.size() == 1);
  CHECK(records[0].number("kernel.blocks") > 0);
}

TEST_CASE("what is wrong in the study itself ends the sweep before it begins") {
  const Little little;
  const auto error = [&](const std::string& from, const std::string& to) { return study_error(little, from, to); };
  CHECK(error("{M: rows}", "{M: rows}") == "no error");
  CHECK(error("{M: rows}", "{M: row}") ==
        "little.yaml:8:16: study.series[0].set.M: unknown name 'row'; did you mean 'rows'?");
  CHECK(error("arch: $/arch.yaml", "arch: fusemax/proposl") ==
        "little.yaml:5:7: study.series[0].arch: no 'fusemax/proposl' in configs/archs, nor is it a file; did you "
        "mean 'fusemax/proposal'?");
  CHECK(error("\"$/{model}.yaml\"", "BRET") ==
        "little.yaml:5:7: study.series[0].workload: no 'BRET' in configs/workloads, nor is it a file; did you mean "
        "'BERT'?");
  CHECK(error("mapping: $/by-row.yaml", "mapping: fusemax/bindnig") ==
        "little.yaml:5:7: study.series[0].mapping: no 'fusemax/bindnig' in configs/mappings or configs/kernels, "
        "nor is it a file; did you mean 'fusemax/binding'?");
}

TEST_CASE("what is wrong at a point is its result, and the sweep goes on") {
  const Little little;
  const auto first = [&](const std::string& from, const std::string& to) {
    std::string text = little.study_text();
    text.replace(text.find(from), from.size(), little.text(to));
    const std::vector<Record> records = sweep_of(parse_study(Yaml::parse(text, "little.yaml")), 2);
    REQUIRE(records.size() == 30);
    CHECK(records[6].number("time_s"));
    CHECK(records[18].text("error") == records[0].text("error"));
    CHECK_FALSE(records[0].number("time_s"));
    return records[0].text("error");
  };
  CHECK(first("{M: rows}", "{M: 1 / (rows - 8)}") ==
        "little.yaml:8:16: study.series[0].set.M: '1 / (rows - 8)' has no finite value");
  CHECK(first("{M: rows}", "{M: rows / 16}") ==
        little.text("$/small.yaml:6:15: workload.shapes.M: expected a whole number of at least 1, set to 0.5"));
  CHECK(first("{M: rows}", "{m: rows}") ==
        little.text("$/small.yaml:6:11: workload.shapes: no shape 'm' to set; did you mean 'M'?"));
  CHECK(first("{M: rows}", "{M: rows}\n      arch_set: {lanes: 2 * Q}") ==
        "little.yaml:9:25: study.series[0].arch_set.lanes: unknown name 'Q'; known: model.small, model.wide, rows, "
        "K, M, N");
  CHECK(first("{M: rows}", "{M: rows}\n      arch_set: {lane: 2}") ==
        little.text("$/arch.yaml:2:3: arch: no parameter 'lane' to set; did you mean 'lanes'?"));
  CHECK(first(little.text("mapping: $/by-row.yaml"), "mapping: [{use: $/by-row.yaml, when: rows > 8}]") ==
        "little.yaml:5:7: study.series[0].mapping: no 'when' holds");
}

TEST_CASE("an interrupted sweep keeps what is done") {
  const Little little;
  const pid_t child = fork();
  if (child == 0) _exit(interrupted_sweep_keeps_points(little) ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}

TEST_CASE("records of every shipped study are the same after JSON") {
  for (const std::string& name : list_configs("studies")) {
    INFO(name);
    Study study = load_study(find_config("studies", name));
    for (GridAxis& axis : study.axes) axis.values.resize(std::min<std::size_t>(axis.values.size(), 2));
    const std::vector<Record> records = sweep_of(study, 0);
    const std::string json = to_json(records, {{"study", name}});
    const std::vector<Record> back = records_from_json(json, "records.json");
    REQUIRE(back.size() == records.size());
    bool same = true;
    for (std::size_t i = 0; i < records.size(); ++i) {
      same = same && back[i].fields().size() == records[i].fields().size();
      for (const auto& [field, value] : records[i].fields()) {
        const RecordValue* read = back[i].find(field);
        same = same && read != nullptr && *read == value;
      }
    }
    CHECK(same);
    CHECK(to_json(back, {{"study", name}}) == json);
  }
}

TEST_CASE("a point that does not fit has a record that says why, and the sweep goes on") {
  const Little little;
  std::string arch = read_file(little.path("arch.yaml"));
  arch.replace(arch.find("1 KiB"), 5, "20 B");  // a row of A takes 12 B of `small` and 24 B of `wide` with K = 12
  little.write("arch.yaml", arch);
  const std::string series = ", over: [k], workload: $/small.yaml, set: {K: k}, arch: $/arch.yaml, mapping: ";
  const Study study = parse_study(
      Yaml::parse(little.text("study:\n  name: fit\n  axes: {k: [6, 12]}\n  series:\n    - {name: a" + series +
                              "$/by-row.yaml, arch_set: {lanes: 16}}\n    - {name: b, over: [k], sequence: [a]}\n"),
                  "fit.yaml"));
  const std::vector<Record> records = sweep_of(study, 2);
  REQUIRE(records.size() == 4);
  CHECK(records[0].number("time_s"));
  CHECK(records[0].find("infeasible") == nullptr);
  CHECK_FALSE(records[1].number("time_s"));
  CHECK(records[1].number("point.k") == 12);
  CHECK(records[1].text("infeasible").ends_with("does not fit 'L2': 24 B of 20 B, 4 B too many (A 24 B)"));
  CHECK(records[2].number("time_s"));
  CHECK(records[3].text("infeasible") == records[1].text("infeasible"));
}

TEST_CASE("numbers that the mapping is not possible with are points that do not fit") {
  const Little little;
  little.write(
      "halves.yaml",
      "mapping:\n  name: h\n  cascade: $/scale.yaml\n  groups:\n    - name: g\n      schedule: sequential\n"
      "      nest: [keep: {DRAM: [Z, C, Y]}, for: [m: M / 2], spatial: [n: N, m: 2], {compute: Y, on: "
      "array}]\n");
  const std::string series =
      ", over: [m, n], workload: $/small.yaml, set: {M: m, N: n}, arch: $/arch.yaml, mapping: ";
  const Study study = parse_study(
      Yaml::parse(little.text("study:\n  name: fit\n  axes: {m: [8, 7], n: [4, 5]}\n  series:\n    - {name: a" +
                              series + "$/halves.yaml}\n    - {name: b" + series + "$/rows-of-8.yaml}\n"),
                  "fit.yaml"));
  little.write(
      "rows-of-8.yaml",
      "mapping:\n  name: r\n  cascade: $/scale.yaml\n  groups:\n    - name: g\n      schedule: sequential\n"
      "      nest: [keep: {DRAM: [Z, C, Y]}, for: [m: 8], spatial: [n: N], {compute: Y, on: array}]\n");
  const std::vector<Record> records = sweep_of(study, 2);
  REQUIRE(records.size() == 8);
  CHECK(records[0].number("time_s"));
  CHECK(records[1].text("infeasible").ends_with("compute: Y spreads over 10 lanes; 'array' has 8"));
  CHECK(records[2]
            .text("infeasible")
            .ends_with("a loop's factor must be a whole number of at least 1; 'M / 2' is 3.5"));
  CHECK(records[3].text("infeasible") == records[2].text("infeasible"));
  CHECK(records[4].number("time_s"));
  CHECK(records[5].number("time_s"));
  CHECK(records[6].text("infeasible").ends_with("compute: the loops of Y cover 8 of M = 7"));
  CHECK(records[6].number("point.m") == 7);
}

TEST_CASE("a mapping that is wrong whatever its numbers is what is wrong at its points") {
  const Little little;
  little.write(
      "streamed.yaml",
      "mapping:\n  name: h\n  cascade: $/scale.yaml\n  groups:\n    - name: g\n      schedule: sequential\n"
      "      nest: [keep: {DRAM: [Z, Y]}, for: [m: M], spatial: [n: N], {compute: Y, on: array}]\n");
  CHECK(sweep_of(little.study(), 1)[6].text("error").ends_with("'Y' reads 'C', which no level keeps above it"));
}

TEST_CASE("paths in a file may be relative to it") {
  const Little little;
  little.write("beside.yaml",
               "workload:\n  name: beside\n  phase: prefill\n  cascades: [product.yaml]\n  word_B: 2 B\n"
               "  shapes: {M: 8, K: 6, N: 4}\n");
  little.write("study.yaml",
               "study:\n  name: s\n  axes: {k: [6]}\n  series:\n    - {name: a, over: [k], workload: beside.yaml, "
               "arch: arch.yaml, mapping: by-row.yaml}\n");
  CHECK(sweep_of(load_study(little.path("study.yaml")), 1).size() == 1);
}

TEST_CASE("a mask may be an axis, and one that does not fit is refused") {
  const Little little;
  little.write("masked.yaml",
               "workload:\n  name: masked\n  phase: prefill\n  cascades: [$/product.yaml]\n  word_B: 2 B\n"
               "  shapes: {M: 6, K: 6, N: 4}\n  ranks: {queries: M, keys: K}\n  mask: {pattern: dense}\n");
  const std::string series = ", workload: $/masked.yaml, arch: $/arch.yaml, mapping: $/by-row.yaml, mask: ";
  const Study study = parse_study(
      Yaml::parse(little.text("study:\n  name: n\n  axes: {w: [1, 2], pattern: [causal, dense]}\n  series:\n"
                              "    - {name: a, over: [w]" +
                              series + "\"blocked,window={w}\"}\n    - {name: b, over: [pattern]" + series +
                              "\"{pattern}\"}\n"),
                  "s.yaml"));
  const std::vector<Record> records = sweep_of(study, 2);
  REQUIRE(records.size() == 4);
  CHECK(records[0].text("mask.pattern") == "blocked,window=1");
  CHECK(records[0].number("mask.pairs") == Approx(1 / 6.0));
  CHECK(records[1].number("mask.pairs") == Approx(2 / 6.0));
  CHECK(records[2].number("mask.pairs") == Approx(21 / 36.0));
  CHECK(records[3].number("mask.pairs") == 1);
  const Study wrong = parse_study(
      Yaml::parse(little.text("study:\n  name: n\n  axes: {w: [7]}\n  series:\n    - {name: a, over: [w]" + series +
                              "\"blocked,window={w}\"}\n"),
                  "s.yaml"));
  CHECK(
      sweep_of(wrong, 1)[0].text("error") ==
      little.text("$/masked.yaml:8:9: workload.mask: blocked: window: 7 is more than the 6 keys of its dimension"));
}

}  // namespace tilewright::test::TEST_FILE
