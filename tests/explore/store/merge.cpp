#include "explore/store/merge.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t total = 12;

StudyPoint point_at(std::size_t i) {
  const std::string series = i < total / 2 ? "dense" : "sparse";
  return {series, i % (total / 2) + 1, digest_of(fmt::format("{}", i % 8)),
          record_of({{"point.M", static_cast<double>(i)}})};
}

struct Fixture {
  // Points first, first + step, ...: a share of the work.
  [[nodiscard]] fs::path share(const std::string& name, std::size_t first, std::size_t step) const {
    const fs::path file = folder.path() / name;
    Store store = Store::create_or_open(file);
    std::vector<StudyPoint> points;
    std::vector<StoredRecord> records;
    for (std::size_t i = first; i < total; i += step) {
      points.push_back(point_at(i));
      records.push_back({points.back().digest, long_record(i % 8, 20 + i % 8)});
    }
    store.put(records);
    (void)store.set_points("s", {{"version", "1"}}, points);
    return file;
  }

  TemporaryFolder folder;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "shares of a study are the whole, in its order", "[store]") {
  const fs::path whole = share("whole.sqlite", 0, 1);
  const fs::path first = share("first.sqlite", 0, 2);
  const fs::path second = share("second.sqlite", 1, 2);
  Store both = Store::create_or_open(folder.path() / "both.sqlite");
  const Merged one = merge(both, second);
  CHECK(one.records == 4);
  CHECK(one.points == 6);
  const Merged two = merge(both, first);
  CHECK(two.records == 4);
  CHECK(two.points == 6);
  CHECK(two.notes.empty());
  CHECK(bits_of(both, "s") == bits_of(Store::open(whole), "s"));
  const Merged again = merge(both, first);
  CHECK(again.records + again.points + again.mappings == 0);
}

TEST_CASE_METHOD(Fixture, "mappings, files and studies of either", "[store]") {
  const fs::path from = share("from.sqlite", 0, 1);
  {
    Store store = Store::create_or_open(from);
    store.put_mapping(digest_of("m"), "text");
    store.set_inputs("g", std::vector{StoredInput{"a.yaml", digest_of("a")}});
  }
  const fs::path file = folder.path() / "into.sqlite";
  Store into = Store::create_or_open(file);
  (void)into.set_points("other", {}, std::vector{point_at(0)});
  CHECK(merge(into, from).mappings == 1);
  CHECK(into.mapping(digest_of("m")) == "text");
  CHECK(into.inputs("g").size() == 1);
  CHECK(into.studies().size() == 2);
  CHECK(message_of([&] { (void)merge(into, file); }) == file.string() + ": is merged into itself");
}

TEST_CASE_METHOD(Fixture, "two records of one digest are refused, and nothing is taken", "[store]") {
  const fs::path from = share("from.sqlite", 0, 1);
  const fs::path file = folder.path() / "into.sqlite";
  Store into = Store::create_or_open(file);
  Record other = long_record(3, 23);
  Record changed;
  for (const auto& [name, value] : other.fields()) changed.add(name, name == "time_s" ? RecordValue(9.0) : value);
  into.put(std::vector{StoredRecord{digest_of("3"), changed}});
  CHECK(message_of([&] { (void)merge(into, from); }) ==
        fmt::format("{}: record {} (study 's', series 'dense', point 4): 'time_s' is 0.00025, and 9 in '{}'",
                    from.string(), hex(digest_of("3")), file.string()));
  CHECK(into.studies().empty());
  CHECK(into.known(std::vector{digest_of("1")}) == std::vector{false});
  into.put(std::vector{StoredRecord{digest_of("after"), long_record(1, 25)}});
  CHECK(bits_of(Store::open(file).find(digest_of("after")).value()) == bits_of(long_record(1, 25)));
}

TEST_CASE_METHOD(Fixture, "where files were and who built the program makes no other record", "[store]") {
  Store one = Store::create_or_open(folder.path() / "one.sqlite");
  Store other = Store::create_or_open(folder.path() / "other.sqlite");
  one.put(std::vector{
      StoredRecord{digest_of("1"), record_of({{"arch_file", "/a/x.yaml"}, {"commit", "1"}, {"time_s", 1.0}})}});
  other.put(std::vector{
      StoredRecord{digest_of("1"), record_of({{"arch_file", "/b/x.yaml"}, {"commit", "2"}, {"time_s", 1.0}})}});
  CHECK(merge(one, folder.path() / "other.sqlite").records == 0);
  CHECK(one.find(digest_of("1"))->text("arch_file") == "/a/x.yaml");
}

TEST_CASE_METHOD(Fixture, "two results of one point are refused", "[store]") {
  const fs::path from = share("from.sqlite", 0, 1);
  const fs::path file = folder.path() / "into.sqlite";
  Store into = Store::create_or_open(file);
  StudyPoint point = point_at(1);
  point.digest = digest_of("of another version");
  (void)into.set_points("s", {{"version", "2"}}, std::vector{point});
  CHECK(message_of([&] { (void)merge(into, from); }) ==
        fmt::format(
            "{}: study 's': series 'dense', point 2 is of other inputs, or another version of the program, in "
            "'{}'",
            from.string(), file.string()));
  point = point_at(1);
  point.axes = record_of({{"point.M", 77.0}});
  (void)into.set_points("s", {{"version", "2"}}, std::vector{point});
  CHECK(message_of([&] { (void)merge(into, from); }) ==
        fmt::format("{}: study 's': series 'dense', point 2 has other values on its axes in '{}'", from.string(),
                    file.string()));
  (void)into.set_points("s", {{"version", "2"}}, std::vector{point_at(1)});
  CHECK(merge(into, from).notes ==
        std::vector<std::string>{fmt::format("study 's': version is '1' in {}; '2' is kept", from.string())});
  into.put_mapping(digest_of("m"), "one");
  { Store::create_or_open(from).put_mapping(digest_of("m"), "other"); }
  CHECK(message_of([&] { (void)merge(into, from); }) ==
        fmt::format("{}: mapping {} is another one in '{}'", from.string(), hex(digest_of("m")), file.string()));
}

TEST_CASE_METHOD(Fixture, "files of records become a study", "[store]") {
  std::vector<Record> records;
  for (const double m : {1.0, 2.0})
    records.push_back(record_of({{"series", "x"}, {"point.M", m}, {"time_s", 0.1 * m}, {"workload", "w"}}));
  records.push_back(record_of({{"series", "y"}, {"point.M", 1.0}, {"time_s", 0.1}, {"workload", "w"}}));
  const fs::path file = folder.path() / "records.json";
  write_file(file, to_json(records, {{"study", "s"}, {"version", "1"}}));
  Store into = Store::create_or_open(folder.path() / "into.sqlite");
  const Merged merged = merge(into, file);
  CHECK(merged.records == 2);
  CHECK(merged.points == 3);
  CHECK(into.study("s").provenance == StoredTexts{{"version", "1"}});
  std::string expected;
  for (const Record& record : records) expected += bits_of(record) + '\n';
  CHECK(bits_of(into, "s") == expected);
  CHECK(into.points_of("s")[2].number == 1);
  CHECK(message_of([&] { (void)merge(into, file); }) ==
        fmt::format("{}: study 's' is in '{}' already", file.string(), into.file().string()));
}

}  // namespace tilewright::test::TEST_FILE
