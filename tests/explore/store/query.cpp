#include "explore/store/query.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

struct Fixture {
  Fixture() {
    Store store = Store::create_or_open(file);
    store.put(std::vector<StoredRecord>{{digest_of("a"), record_of({{"workload", "w"}, {"time_s", 0.5}})},
                                        {digest_of("b"), record_of({{"time_s", 0.25}, {"cycles", 3.0}})}});
    const auto axes = [](double m) { return record_of({{"point.M", m}}); };
    (void)store.set_points("s", {},
                           std::vector<StudyPoint>{{"x", 1, digest_of("a"), axes(1)},
                                                   {"x", 2, digest_of("b"), axes(2)},
                                                   {"y", 1, digest_of("a"), axes(3)},
                                                   {"y", 2, digest_of("none"), axes(4)}});
  }

  [[nodiscard]] std::string csv(const std::string& sql) const {
    Query query(file, sql);
    Table table{query.columns(), {}};
    std::vector<Cell> row;
    while (query.next(row)) table.rows.push_back(row);
    return table.str(Table::Format::csv);
  }

  [[nodiscard]] std::string refusal(const std::string& sql) const {
    const std::string before = read_file(file);
    const std::string message = message_of([&] { (void)csv(sql); });
    CHECK(read_file(file) == before);
    return message;
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "results.sqlite";
};

}  // namespace

TEST_CASE_METHOD(Fixture, "results are points with their records", "[store]") {
  CHECK(csv("SELECT study, series, number, \"point.M\", time_s, cycles, workload FROM results") ==
        "study,series,number,point.M,time_s,cycles,workload\n"
        "s,x,1,1,0.5,,w\ns,x,2,2,0.25,3,\ns,y,1,3,0.5,,w\n");
  CHECK(csv("SELECT digest FROM results LIMIT 1") == "digest\n" + hex(digest_of("a")) + "\n");
  CHECK(csv("SELECT digest FROM records LIMIT 1") == "digest\n" + hex(digest_of("a")) + "\n");
  CHECK(csv("SELECT count(*) AS n FROM points WHERE digest NOT IN (SELECT digest FROM records) -- to do") ==
        "n\n1\n");
  CHECK(csv("PRAGMA user_version") == "user_version\n1\n");
  CHECK(csv("SELECT name FROM pragma_table_info('results') LIMIT 2") == "name\nstudy\nseries\n");
}

TEST_CASE_METHOD(Fixture, "columns have the units of fields", "[store]") {
  const Query query(file, "SELECT time_s, time_s * 2 AS twice FROM results");
  CHECK(query.columns()[0].dimension == dimension::seconds);
  CHECK(query.columns()[1].dimension == dimension::number);
}

TEST_CASE_METHOD(Fixture, "what would not only read is refused", "[store]") {
  const std::string reads = "query: it reads, and ";
  CHECK(refusal("DELETE FROM records") == reads + "DELETE from 'records' would not");
  CHECK(refusal("INSERT INTO shapes(names) VALUES('')") == reads + "INSERT into 'shapes' would not");
  CHECK(refusal("UPDATE points SET series = ''") == reads + "UPDATE of 'points' would not");
  CHECK(refusal("WITH x AS (SELECT 1) DELETE FROM points") == reads + "DELETE from 'points' would not");
  for (const char* sql : {"CREATE TABLE x(a)", "DROP TABLE records", "ALTER TABLE records ADD COLUMN x",
                          "CREATE TEMP TABLE x(a)", "DROP VIEW results", "CREATE INDEX i ON points(series)"})
    CHECK(refusal(sql) == reads + "a change of the tables would not");
  CHECK(refusal("ATTACH ':memory:' AS x") == reads + "ATTACH would not");
  CHECK(refusal("PRAGMA journal_mode = DELETE") == reads + "PRAGMA journal_mode would not");
  CHECK(refusal("PRAGMA user_version = 3") == reads + "PRAGMA user_version would not");
  CHECK(refusal("PRAGMA query_only = 0") == reads + "PRAGMA query_only would not");
  CHECK(refusal("BEGIN") == reads + "a transaction would not");
  CHECK(refusal("SELECT load_extension('x')") == reads + "load_extension() would not");
  const std::string vacuum = refusal("VACUUM INTO '" + (folder.path() / "copy").string() + "'");
  CHECK(vacuum.starts_with("query: "));
  CHECK_FALSE(fs::exists(folder.path() / "copy"));
}

TEST_CASE_METHOD(Fixture, "SQL that is wrong says where", "[store]") {
  CHECK(refusal("SELECT tme_s FROM results") ==
        "query: no such column: tme_s, at 'tme_s FROM results'; did you mean 'time_s'?");
  CHECK(
      refusal("SELECT point.M FROM results") ==
      "query: no such column: point.M, at 'point.M FROM results'; a name with a dot stands in quotes: \"point.M\"");
  // SQLite alone would take it for a text.
  CHECK(refusal("SELECT \"tme_s\" FROM results") ==
        "query: no such column: tme_s, at '\"tme_s\" FROM results'; did you mean 'time_s'?");
  CHECK(refusal("SELECT * FROM result") == "query: no such table: result; did you mean 'results'?");
  CHECK(refusal("SELEC 1") == "query: near \"SELEC\": syntax error, at 'SELEC 1'");
  CHECK(refusal("SELECT 1; SELECT 2") == "query: expected one statement, got several");
  CHECK(refusal(" -- nothing") == "query: expected an SQL statement");
  CHECK(refusal("SELECT json('{')") == "query: malformed JSON");
}

}  // namespace tilewright::test::TEST_FILE
