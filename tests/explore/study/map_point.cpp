#include "explore/study/map_point.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/mapper/mapper.hpp"
#include "explore/study/sweep.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"
#include "tests/explore/sweep_records.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Series `found` over rows and what else is said; `map` is as it stands in the file.
Study study_of(const Little& little, const std::string& map, const std::string& axes = "rows: [8, 16]",
               const std::string& over = "rows", const std::string& more = "") {
  return parse_study(Yaml::parse(
      little.text("study:\n  name: n\n  axes: {" + axes + "}\n  series:\n    - {name: found, over: [" + over +
                  "], workload: $/small.yaml, set: {M: rows}, arch: $/arch.yaml, mapping: {map: " + map + "}}\n" +
                  more),
      little.path("study.yaml")));
}

std::vector<Record> sweep_of(const Study& study, const std::filesystem::path& folder = {}, int jobs = 2) {
  return sweep_records(study, {.jobs = jobs, .mappings = folder});
}

std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

Point point_of(const Little& little, double rows) {
  Point point;
  point.workload = little.path("small.yaml");
  point.set = {{"M", rows}};
  point.arch = little.path("arch.yaml");
  return point;
}

}  // namespace

TEST_CASE("a point of a study has the best mapping, and evaluate makes its row of the file") {
  const Little little;
  const std::filesystem::path folder = little.path("out");
  const std::vector<Record> records = sweep_of(study_of(little, "{objective: time, time_limit: 60 s}"), folder);
  REQUIRE(records.size() == 2);
  CHECK(files_in(folder) == std::vector<std::string>{"found-1.yaml", "found-2.yaml"});
  for (std::size_t i = 0; i < 2; ++i) {
    const Record& record = records[i];
    Point point = point_of(little, i == 0 ? 8 : 16);
    Library library;
    const MapResult best = find_mappings({point, {}, {}, Objective::parse("time"), {}}, library);
    CHECK(record.number("time_s") == best.found.front().record.number("time_s"));
    CHECK(record.text("map.objective") == "time");
    CHECK(record.number("map.limit_s") == 60);
    CHECK(record.number("map.gap") == 1);
    point.mapping = folder / ("found-" + std::to_string(i + 1) + ".yaml");
    const Record again = evaluate(point, library);
    for (const auto& [name, value] : again.fields()) {
      INFO(name);
      if (name == "mapping_file") continue;
      REQUIRE(record.find(name) != nullptr);
      CHECK(*record.find(name) == value);
    }
    CHECK(record.fields().size() == again.fields().size() - 1 + 2 + 3);  // mapping_file; series, point.rows; map.*
  }
}

TEST_CASE("a point of a study keeps to what its mapspace prefers, and its record says so") {
  const Little little;
  little.write("space.yaml",
               "mapspace: {keep: {A: shared, B: shared, Z: shared}, prefer: [{tiles: {M: 2, N: 2, K: 3}, order: "
               "[K, N, M]}, {bypass: [A]}]}\n");
  const std::vector<Record> records =
      sweep_of(study_of(little, "{objective: traffic, space: space.yaml}"), little.path("out"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].text("map.preferred") ==
        "prefer[0] tiles, order: kept; prefer[1] bypass: not kept, no mapping keeps to it and to those kept before "
        "it");
  const std::string text = read_file(little.path("out/found-1.yaml"));
  CAPTURE(text);
  CHECK(text.find("k: 2") < text.find("n: 2"));
  CHECK(text.find("n: 2") < text.find("m: 4"));
  CHECK(text.find("m: 4") != std::string::npos);
}

TEST_CASE("without a limit the record has none, and without a folder no file is written") {
  const Little little;
  const std::vector<Record> records = sweep_of(study_of(little, "{objective: edp}"));
  REQUIRE(records.size() == 2);
  CHECK_FALSE(records[0].number("map.limit_s"));
  CHECK(records[0].find("mapping_file") == nullptr);
}

TEST_CASE("points that are equal share a search") {
  const Little little;
  const std::filesystem::path folder = little.path("out");
  const std::string other =
      "    - {name: again, over: [rows, unused], workload: $/small.yaml, set: {M: rows}, arch: $/arch.yaml, "
      "mapping: "
      "[{map: {objective: edp}, when: rows > 8}, {map: {objective: traffic}, when: 1}]}\n";
  const Study study =
      study_of(little, "{objective: edp}", "rows: [8, 16], unused: [1, 2, 3]", "rows, unused", other);
  const std::vector<Record> records = sweep_of(study, folder);
  REQUIRE(records.size() == 12);
  CHECK(files_in(folder).size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(records[i].number("point.unused") == static_cast<double>(i % 3 + 1));
    CHECK(records[i].text("series") == (i < 6 ? "found" : "again"));
  }
  for (const std::string same : {"found-5", "again-4", "again-6"})
    CHECK(read_file(folder / (same + ".yaml")) == read_file(folder / "found-4.yaml"));
  const std::vector<Record> one = sweep_of(study, folder, 1);
  for (std::size_t i = 0; i < 12; ++i) CHECK(one[i].fields() == records[i].fields());
}

TEST_CASE("a point without a mapping says why, and the others have one") {
  const Little little;
  std::string arch = read_file(little.path("arch.yaml"));
  arch.replace(arch.find("1 KiB"), 5, "150 B");  // A takes 12 B times rows
  little.write("arch.yaml", arch);
  little.write("few.yaml", "mapspace: {no_loop: [M, K], keep: {A: shared}}\n");
  const std::filesystem::path folder = little.path("out");
  const std::vector<Record> records = sweep_of(study_of(little, "{objective: edp, space: few.yaml}"), folder);
  REQUIRE(records.size() == 2);
  CHECK(records[0].number("time_s"));
  CHECK(
      records[1].text("infeasible") ==
      little.path("few.yaml") +
          ":1:22: mapspace.no_loop[0]: no mapping keeps to it together with mapspace.no_loop[1], mapspace.keep.A: "
          "L2 holds 150 B; the smallest mapping of Einsum 'Z' needs 192 B");
  CHECK(files_in(folder) == std::vector<std::string>{"found-1.yaml"});
}

TEST_CASE("a point of which nothing is found in time is one that says so") {
  const Little little;
  const std::vector<Record> records = sweep_of(study_of(little, "{objective: edp, time_limit: 1 us}"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].text("infeasible") ==
        "nothing is found within the limits of time and memory; expected larger ones");
}

TEST_CASE("a part of a sequence may have a mapping that is found") {
  const Little little;
  const std::string more = "    - {name: twice, over: [rows], sequence: [found, found]}\n";
  const std::vector<Record> records = sweep_of(study_of(little, "{objective: time}", "rows: [8]", "rows", more));
  REQUIRE(records.size() == 2);
  CHECK(*records[1].number("time_s") == 2 * *records[0].number("time_s"));
  CHECK(records[1].number("map.gap") == 1);
  CHECK(records[1].text("map.objective") == "time");
}

TEST_CASE("what is wrong with a search is what is wrong at its points") {
  const Little little;
  CHECK(sweep_of(study_of(little, "{objective: edp, space: none.yaml}"))[0].text("error") ==
        "none.yaml: no such file");
}

}  // namespace tilewright::test::TEST_FILE
