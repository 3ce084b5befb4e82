#include "explore/store/store.hpp"

#include <catch2/catch.hpp>

#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

// Two series, two axes; both series have the result "shared".
std::vector<StudyPoint> four_points() {
  const auto axes = [](double m, const std::string& model) {
    return record_of({{"point.M", m}, {"point.model", model}});
  };
  return {{"dense", 1, digest_of("one"), axes(1, "a")},
          {"dense", 2, digest_of("shared"), axes(2, "a")},
          {"sparse", 1, digest_of("shared"), axes(1, "b")},
          {"sparse", 2, digest_of("missing"), record_of({{"point.M", 2.0}})}};
}

std::vector<StoredRecord> two_records() {
  return {{digest_of("one"), record_of({{"workload", "w"}, {"time_s", 0.1}})},
          {digest_of("shared"), record_of({{"time_s", 0.2}, {"workload", "w"}, {"cycles", 3.0}})}};
}

struct Fixture {
  TemporaryFolder folder;
  fs::path file = folder.path() / "results.sqlite";
  Store store = Store::create_or_open(file);
};

}  // namespace

TEST_CASE_METHOD(Fixture, "records come back bit for bit and in their order", "[store]") {
  const std::vector<double> numbers = {0.0,    -0.0,  1,          -1,    0.1,    1.0 / 3,
                                       5e-324, 1e308, 0x1p53 + 2, -1e18, 9.3e18, 1.7976931348623157e308};
  std::vector<StoredRecord> records;
  for (const double number : numbers) {
    Record record = record_of({{"time_s", number}, {"point.M", number}, {"binding", "x"}});
    records.push_back({DigestBuilder().add(number).value(), record});
  }
  records.push_back({digest_of("text"), record_of({{"point.M", "12"}, {"binding", "a\nb \"c\" \xC3\xA4"}})});
  records.push_back({digest_of("empty"), Record()});
  store.put(records);
  const Store read = Store::open(file);
  for (const StoredRecord& each : records) CHECK(bits_of(read.find(each.digest).value()) == bits_of(each.record));
  CHECK_FALSE(read.find(digest_of("other")));
  std::size_t i = 0;
  read.for_each_record([&](const StoredRecord& each) {
    CHECK(each.digest == records[i].digest);
    CHECK(bits_of(each.record) == bits_of(records[i++].record));
  });
  CHECK(i == records.size());
}

TEST_CASE_METHOD(Fixture, "what is there already is left alone", "[store]") {
  store.put(two_records());
  store.put({});
  const StoredRecord other{digest_of("one"), record_of({{"time_s", 9.0}})};
  store.put(std::vector{other});
  CHECK(store.find(digest_of("one"))->number("time_s") == 0.1);
  const std::vector digests = {digest_of("none"), digest_of("shared"), digest_of("one")};
  CHECK(store.known(digests) == std::vector{false, true, true});
}

TEST_CASE_METHOD(Fixture, "a study has the records of its points, labelled", "[store]") {
  store.put(two_records());
  CHECK(store.set_points("s", {{"version", "1"}, {"seed", "2"}}, four_points()));
  std::vector<std::string> lines;
  store.for_each("s", [&](const Record& record) { lines.push_back(bits_of(record)); });
  const auto expected = [](std::string series, double m, std::string model, const Record& rest) {
    Record record = record_of({{"series", series}, {"point.M", m}, {"point.model", model}});
    for (const auto& [name, value] : rest.fields()) record.add(name, value);
    return bits_of(record);
  };
  const auto records = two_records();
  CHECK(lines == std::vector{expected("dense", 1, "a", records[0].record),
                             expected("dense", 2, "a", records[1].record),
                             expected("sparse", 1, "b", records[1].record)});
  CHECK(store.study("s").points == 4);
  CHECK(store.study("").provenance == StoredTexts{{"version", "1"}, {"seed", "2"}});
  const auto points = store.points_of("s");
  REQUIRE(points.size() == 4);
  CHECK(points[3].series == "sparse");
  CHECK(points[3].number == 2);
  CHECK(points[3].digest == digest_of("missing"));
  CHECK(bits_of(points[3].axes) == bits_of(four_points()[3].axes));
}

TEST_CASE_METHOD(Fixture, "points are written where they differ alone", "[store]") {
  auto points = four_points();
  CHECK(store.set_points("s", {}, points));
  CHECK_FALSE(store.set_points("s", {}, points));
  CHECK(store.set_points("s", {{"seed", "1"}}, points));
  CHECK_FALSE(store.set_points("s", {{"seed", "1"}}, points));
  CHECK(store.set_points("other", {}, points));
  points.pop_back();
  CHECK(store.set_points("s", {{"seed", "1"}}, points));
  CHECK(store.points_of("s").size() == 3);
  CHECK(store.points_of("other").size() == 4);
  points[0].axes = record_of({{"point.M", -0.0}});
  CHECK(store.set_points("s", {{"seed", "1"}}, points));
  CHECK(bits_of(store.points_of("s")[0].axes) == bits_of(points[0].axes));
  CHECK(store.studies().size() == 2);
}

TEST_CASE_METHOD(Fixture, "a study that is not there, or not said", "[store]") {
  const auto message = [&](const std::string& name) { return message_of([&] { (void)store.study(name); }); };
  CHECK(message("s") == file.string() + ": has no study yet");
  (void)store.set_points("decode", {}, four_points());
  CHECK(message("decoed") == file.string() + ": no study 'decoed'; did you mean 'decode'?");
  (void)store.set_points("prefill", {}, four_points());
  CHECK(message("") == file.string() + ": has 2 studies; name one: decode, prefill");
}

TEST_CASE_METHOD(Fixture, "files that determine points, and mappings that were found", "[store]") {
  const std::vector<StoredInput> inputs = {{"a.yaml", digest_of("a")}, {"b.yaml", digest_of("b")}};
  store.set_inputs("g", inputs);
  store.set_inputs("h", std::vector{inputs[0]});
  CHECK(store.inputs("g") == inputs);
  store.set_inputs("g", std::vector{inputs[1]});
  CHECK(store.inputs("g") == std::vector{inputs[1]});
  CHECK(store.inputs("h") == std::vector{inputs[0]});
  CHECK(store.inputs("none").empty());
  store.put_mapping(digest_of("m"), "order: [m]\n");
  store.put_mapping(digest_of("m"), "other");
  CHECK(store.mapping(digest_of("m")) == "order: [m]\n");
  CHECK_FALSE(store.mapping(digest_of("n")));
}

TEST_CASE_METHOD(Fixture, "two writers at once add fields to one table", "[store]") {
  Store other = Store::create_or_open(file);
  store.put(std::vector{StoredRecord{digest_of("a"), record_of({{"time_s", 1.0}})}});
  other.put(std::vector{StoredRecord{digest_of("b"), record_of({{"cycles", 2.0}, {"time_s", 3.0}})}});
  store.put(std::vector{StoredRecord{digest_of("c"), record_of({{"cycles", 4.0}, {"energy_J", 5.0}})}});
  other.put(std::vector{StoredRecord{digest_of("d"), record_of({{"energy_J", 6.0}, {"area_m2", 7.0}})}});
  const Store read = Store::open(file);
  CHECK(read.find(digest_of("b"))->number("cycles") == 2);
  CHECK(read.find(digest_of("c"))->number("energy_J") == 5);
  CHECK(read.find(digest_of("d"))->number("area_m2") == 7);
}

TEST_CASE_METHOD(Fixture, "names that differ in letter case alone, and those of the table itself", "[store]") {
  const Record record =
      record_of({{"unit.array.busy_s", 1.0}, {"unit.Array.busy_s", 2.0}, {"unit.ARRAY.busy_s", 3.0}});
  store.put(std::vector{StoredRecord{digest_of("a"), record}});
  CHECK(bits_of(Store::open(file).find(digest_of("a")).value()) == bits_of(record));
}

TEST_CASE_METHOD(Fixture, "more fields than a table has columns", "[store][slow]") {
  Record record = long_record(7, 1850);
  record.add("traffic.dram.T.last.read_B", -0.0);
  record.add("group.last.binding", "text");
  store.put(std::vector{StoredRecord{digest_of("a"), record}});
  (void)store.set_points("s", {}, std::vector{StudyPoint{"x", 1, digest_of("a"), record_of({{"point.M", 1.0}})}});
  const Store read = Store::open(file);
  CHECK(bits_of(read.find(digest_of("a")).value()) == bits_of(record));
  CHECK(bits_of(read, "s") == "series='x' point.M=3ff0000000000000 " + bits_of(record) + '\n');
}

TEST_CASE_METHOD(Fixture, "a store that is closed is one file", "[store]") {
  const auto files = [&] { return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()); };
  store.put(two_records());
  CHECK(files() == 3);
  {
    const Store reader = Store::open(file);
    { const Store closed = std::move(store); }
    CHECK(reader.known(std::vector{digest_of("one")}) == std::vector{true});
  }
  CHECK(files() == 1);
}

}  // namespace tilewright::test::TEST_FILE
