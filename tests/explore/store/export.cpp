#include "explore/store/export.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t total = 600;  // more than are written at once

struct Fixture {
  Fixture() {
    std::vector<StoredRecord> stored;
    std::vector<StudyPoint> points;
    for (std::size_t i = 0; i < total; ++i) {
      const Digest digest = digest_of(fmt::format("{}", i));
      const std::string series = i % 2 == 0 ? "a, \"quoted\"" : "b";
      stored.push_back({digest, long_record(i, 8 + i % 5)});
      points.push_back({series, i / 2 + 1, digest, record_of({{"point.M", static_cast<double>(i)}})});
      Record& labelled = records.emplace_back(record_of({{"series", series}, {"point.M", static_cast<double>(i)}}));
      for (const auto& [name, value] : stored.back().record.fields()) labelled.add(name, value);
    }
    points.push_back({"b", 999, digest_of("none"), record_of({{"point.M", 0.0}})});
    store.put(stored);
    (void)store.set_points("s", {{"version", "1"}}, points);
  }

  [[nodiscard]] std::string exported(const std::string& name) const {
    const fs::path file = folder.path() / name;
    CHECK(export_study(store, store.study("s"), file) == total);
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 4);
    return read_file(file);
  }

  TemporaryFolder folder;
  Store store = Store::create_or_open(folder.path() / "results.sqlite");
  std::vector<Record> records;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "CSV is the table of all records", "[store]") {
  CHECK(exported("s.csv") == to_table(records).str(Table::Format::csv));
}

TEST_CASE_METHOD(Fixture, "JSON reads back to the records", "[store]") {
  const std::string text = exported("s.json");
  CHECK(head_from_json(text) == StoredTexts{{"study", "s"}, {"version", "1"}});
  const auto read = records_from_json(text, "s.json");
  REQUIRE(read.size() == total);
  CHECK(to_json(read, {}) == to_json(records, {}));
}

TEST_CASE_METHOD(Fixture, "JSON lines are a record each", "[store]") {
  std::string expected;
  for (const Record& record : records) expected += to_json_line(record) + '\n';
  CHECK(exported("s.jsonl") == expected);
}

TEST_CASE_METHOD(Fixture, "a study without results, and files of other kinds", "[store]") {
  (void)store.set_points("empty", {}, {});
  for (const auto& [name, text] : {std::pair("e.csv", "series\n"), std::pair("e.jsonl", ""),
                                   std::pair("e.json", "{\n \"study\": \"empty\",\n \"records\": []\n}\n")}) {
    CHECK(export_study(store, store.study("empty"), folder.path() / name) == 0);
    CHECK(read_file(folder.path() / name) == text);
  }
  CHECK(message_of([&] { require_export_format("a.parquet"); }) ==
        "a.parquet: Parquet is written from Python: tilewright.read_store(STORE).to_parquet(FILE)");
  CHECK(message_of([&] { require_export_format("a.xlsx"); }) ==
        "a.xlsx: expected a name that ends in .csv, .json or .jsonl");
  CHECK(message_of([&] { require_export_format("a"); }) == "a: expected a name that ends in .csv, .json or .jsonl");
}

}  // namespace tilewright::test::TEST_FILE
