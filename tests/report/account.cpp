#include "report/account.hpp"

#include <catch2/catch.hpp>

#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const AccountPart& part_of(const std::vector<AccountPart>& parts, const std::string& heading) {
  for (const AccountPart& part : parts)
    if (part.heading == heading) return part;
  FAIL("no part " + heading);
  return parts.front();
}

std::string cells_of(const ShownRow& row) {
  std::string text = row.label;
  for (const ShownCell& cell : row.cells) text += " | " + cell.text;
  return text;
}

Record failed(const std::string& field, double length) {
  Record record;
  record.add("series", "run-slow");
  record.add("point.model", "L");
  record.add("point.length", length);
  record.add(field, "too large by 3 B");
  return record;
}

}  // namespace

TEST_CASE("points are counted by series, failures by reason") {
  std::vector<Record> records = sample_records();
  records.push_back(failed("infeasible", 1));
  records.push_back(failed("infeasible", 2));
  const auto parts = account_of(records, {});
  const AccountPart& studied = part_of(parts, "What was studied");
  CHECK(studied.paragraphs.front() == "9 points in 2 series. 2 of them have none, for the reasons below.");
  CHECK(cells_of(studied.tables[0].rows[0]) == "run-slow | 6 | 2 | model: XL, S, L; length: 4096, 1024, 1, 2");
  CHECK(cells_of(studied.tables[1].rows[0]) == "too large by 3 B | 2");
  CHECK(part_of(account_of(sample_records(), {}), "What was studied").paragraphs.front() ==
        "7 points in 2 series. All of them have a result.");
}

TEST_CASE("the best point of a series is its fastest") {
  const auto parts = account_of(sample_records(), {});
  CHECK(cells_of(part_of(parts, "Best points").tables[0].rows[0]) ==
        "run-slow | 8 | 2 | vector | model=S, length=1024");
}

TEST_CASE("where what limits the time changes is said") {
  std::vector<Record> records;
  for (const double length : {1024.0, 4096.0}) {
    Record record;
    record.add("series", "a");
    record.add("point.length", length);
    record.add("time_s", length);
    record.add("binding", length > 2000 ? "array" : "DRAM");
    records.push_back(record);
  }
  const auto parts = account_of(records, {});
  const ShownTable& table = part_of(parts, "What limits the time").tables[0];
  CHECK(table.columns == std::vector<std::string>{"DRAM", "array", "Changes"});
  CHECK(cells_of(table.rows[0]) ==
        "a | 50 | 50 | length: from 1024 to 4096 DRAM gives way to array (1 of 1 lines)");
}

TEST_CASE("bounds are told by their ratios, with a geometric mean") {
  std::vector<Record> records;
  for (const double ratio : {1.0, 4.0}) {
    Record record;
    record.add("series", "a");
    record.add("point.length", ratio);
    record.add("bound.ratio", ratio);
    records.push_back(record);
  }
  CHECK(cells_of(part_of(account_of(records, {}), "What the bounds say").tables[0].rows[0]) ==
        "a | 2 | 1 | 2 | 4 | 1");
  CHECK(part_of(account_of(sample_records(), {}), "What the bounds say").paragraphs.front() ==
        "No record has a bound.");
}

TEST_CASE("trust is what intervals say, and their absence is said") {
  std::vector<Record> records = sample_records();
  CHECK(part_of(account_of(records, {}), "How far the models can be trusted")
            .paragraphs.front()
            .starts_with("No record has an interval: "));
  records[0].add("time_low_s", 32.0);
  records[0].add("time_high_s", 128.0);
  records[0].add("interval.share", 0.9);
  records[0].add("interval.rows", 40.0);
  records[0].add("interval.of", "all kernels");
  const auto parts = account_of(records, {});
  const AccountPart& trust = part_of(parts, "How far the models can be trusted");
  CHECK(trust.paragraphs.front() == "6 points have no interval: no judged rows are of their kind.");
  CHECK(cells_of(trust.tables[0].rows[0]) == "all kernels | 1 | 90 | 40 | 0.5× | 2×");
}

TEST_CASE("provenance has what is given and what records say") {
  const auto parts = account_of(sample_records(), {{"Study", "s.yaml"}});
  const ShownTable& table = part_of(parts, "Where the numbers are from").tables[0];
  CHECK(cells_of(table.rows[0]) == "Study | s.yaml");
  CHECK(cells_of(table.rows[1]) == "Version | 1.2.3");
}

}  // namespace tilewright::test::TEST_FILE
