// All timings here are made up: nothing was measured.
#include "validation/gpu/timing_row.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

TimingRow row_with(const std::map<std::string, std::string>& cells) { return {{"f.csv", 7, 0}, cells}; }

}  // namespace

TEST_CASE("patterns of texts") {
  const TimingRow row = row_with({{"device", "H100 SXM"}, {"kernel", ""}});
  CHECK(row.matches({{"device", {"A100*", "H100*"}}}));
  CHECK_FALSE(row.matches({{"device", {"H100"}}}));
  CHECK(row.matches({{"kernel", {}}}));
  CHECK_FALSE(row.matches({{"device", {}}}));
  CHECK(row.matches({{"kernel", {"?(fast*)"}}}));
  CHECK(row.matches({{"device", {"!(A*)"}}}));
  CHECK(row.matches({{"no_such_column", {}}}));
  // Whoever writes the rows writes names in a case of their own.
  const TimingRow shouted({"a.csv", 2, 0}, {{"device", "H100_SXM"}});
  CHECK(shouted.matches({{"device", {"h100_sxm"}}}));
  CHECK(shouted.matches({{"device", {"h1*"}}}));
  CHECK_FALSE(shouted.matches({{"device", {"h200_sxm"}}}));
}

TEST_CASE("numbers and texts of a row") {
  const TimingRow row = row_with({{"seq", "4096"}, {"density_%", "25"}, {"empty", ""}, {"word", "1k"}});
  const auto number = [&](const char* text) { return row.number(Expression::parse(text)); };
  CHECK(number("seq / 2") == 2048);
  CHECK(number("1 - density__ / 100") == 0.75);
  CHECK_FALSE(number("empty + 1"));
  CHECK(message_of([&] { (void)number("word"); }) == "f.csv:7: word: expected a number, got '1k'");
  CHECK(message_of([&] { (void)number("sec"); }).find("no column or number 'sec'; did you mean 'seq'?") !=
        std::string::npos);
  CHECK(row.fill("a{seq}b{density_%}") == "a4096b25");
  CHECK(row.fill("left={seq - 1}") == "left=4095");
  CHECK_FALSE(row.fill("{empty + 1}"));
}

TEST_CASE("rows become problems") {
  const LittleTimings little;
  const auto file = little.write(
      "H100 SXM,F1,8,4096,128,yes,fwd,10,,,\n"
      "H100,F2,4,1024,64,window,fwd,20,,,64\n");
  const TimedRows rows = read_timings(little.suite(), file);
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.notes.empty());
  CHECK(rows.rows[0].mask == "causal");
  CHECK(rows.rows[0].problem.heads() == 8);
  CHECK(rows.rows[0].problem.requests[0].queries() == 4096);
  CHECK(rows.rows[0].numbers.at("causal") == 1);
  CHECK(rows.rows[0].tiling.query_tile.empty());
  CHECK(rows.rows[1].mask == "sliding,left=255");
  CHECK(rows.rows[1].tiling.query_tile == Extents{64});
  CHECK(rows.rows[1].label == "batch 1, heads 4, 1024 tokens, D 64, sliding,left=255");
}

TEST_CASE("what belongs to no source is said, and not guessed") {
  const LittleTimings little;
  const auto file = little.write(
      "MI300,F1,8,4096,128,yes,fwd,10,,,\n"
      "MI300,F1,8,8192,128,yes,fwd,10,,,\n"
      "H100,F1,8,4096,128,yes,bwd,10,,,\n"
      "H100,F1,,4096,128,yes,fwd,10,,,\n"
      "H100,F1,8,4096,128,maybe,fwd,10,,,\n");
  const TimedRows rows = read_timings(little.suite(), file);
  CHECK(rows.rows.empty());
  const std::string at = file.string() + ": ";
  CHECK(rows.notes == std::vector<std::string>{at + "1 rows are not 'direction fwd'",
                                               at + "2 rows of 'F1' on 'MI300': not a shipped source",
                                               at + "1 rows of 'dense' do not say heads",
                                               at + "1 rows of 'dense' do not say mask"});
}

TEST_CASE("what cannot be predicted is counted with its reason, before any source is asked") {
  const LittleTimings little;
  const auto file = little.write(
      "H100,F1,8,4096,128,no,fwd,10,,,\n"
      "H100,F1,8,4096,64,no,fwd,10,,,\n"
      "H100,F1,8,8192,64,no,fwd,10,,,\n"
      "H100,F2,8,8192,64,yes,fwd,10,,,\n"
      "MI300,F1,8,4096,128,yes,fwd,10,,,\n");
  const TimedRows rows = read_timings(
      little.suite_of(little.text() + "  not_predicted:\n"
                                      "    - {rows: head_dim < 128, why: \"{library}, heads of {head_dim}\"}\n"
                                      "    - {rows: {device: MI*}, why: none of ours}\n"),
      file);
  CHECK(rows.rows.size() == 1);
  const std::string at = file.string() + ": ";
  CHECK(rows.notes == std::vector<std::string>{at + "2 rows not predicted: F1, heads of 64",
                                               at + "1 rows not predicted: F2, heads of 64",
                                               at + "1 rows not predicted: none of ours"});
}

TEST_CASE("a cache may have words of its own") {
  const LittleTimings little;
  std::string text = little.text();
  text.replace(text.find("element_B: 2"), 12, "element_B: 2, cache_B: heads / 8");
  const TimedRows rows = read_timings(little.suite_of(text), little.write("H100,F1,8,4096,128,no,fwd,10,,,\n"));
  REQUIRE(rows.rows.size() == 1);
  const AttentionWords& words = rows.rows[0].problem.words;
  CHECK(words.query_B == 2);
  CHECK(words.key_B == 1);
  CHECK(words.value_B == 1);
  CHECK(words.output_B == 2);
}

TEST_CASE("a number may be the first of several that a row has, and an element half a byte") {
  const LittleTimings little;
  std::string text = little.text();
  text.replace(text.find("element_B: 2"), 12,
               "element_B: [{rows: {library: F1}, value: 0.5}, {rows: {library: F2}, value: 1}]");
  const TimingSuite suite = little.suite_of(text);
  const TimedRows rows = read_timings(suite, little.write("H100,F1,8,4096,128,no,fwd,10,,,\n"
                                                          "H100,F2,8,4096,128,no,fwd,10,,,\n"
                                                          "H100,F3,8,4096,128,no,fwd,10,,,\n"));
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.rows[0].problem.words.query_B == 0.5);
  CHECK(rows.rows[1].problem.words.query_B == 1);
  REQUIRE(rows.notes.size() == 1);
  CHECK(rows.notes[0].find("1 rows of 'dense' do not say element_B") != std::string::npos);
  text.replace(text.find("0.5"), 3, "0.7");
  const TimedRows odd = read_timings(little.suite_of(text), little.write("H100,F1,8,4096,128,no,fwd,10,,,\n"));
  REQUIRE(odd.notes.size() == 1);
  CHECK(odd.notes[0].find("expected a multiple of 0.5 from 0.5 to 64, got 0.7") != std::string::npos);
  text.replace(text.find("[{rows: {library: F1}, value: 0.7}, {rows: {library: F2}, value: 1}]"), 68, "[]");
  CHECK(message_of([&] { (void)little.suite_of(text); }).find("expected at least one {rows: .., value: ..}") !=
        std::string::npos);
}

TEST_CASE("values may be in the first elements of keys") {
  const LittleTimings little;
  std::string text = little.text();
  const std::string row_text = "H100,F1,8,4096,128,no,fwd,10,,,\n";
  CHECK_FALSE(read_timings(little.suite_of(text), little.write(row_text)).rows[0].problem.values_in_keys);
  text.replace(text.find("element_B: 2"), 12, "element_B: 2, values_in_keys: true");
  CHECK(read_timings(little.suite_of(text), little.write(row_text)).rows[0].problem.values_in_keys);
  text.replace(text.find("keys: true"), 10, "keys: yes");
  CHECK(message_of([&] { (void)little.suite_of(text); }).find("expected true or false") != std::string::npos);
}

TEST_CASE("a row that cannot be read is noted at its place, and the others are there") {
  const LittleTimings little;
  const auto file = little.write(
      "H100,F1,8 heads,4096,128,no,fwd,10,,,\n"
      "H100,F1,2.5,4096,128,no,fwd,10,,,\n"
      "H100,F1,8,4k,128,no,fwd,10,,,\n"
      "H100,F1,8,4096,128,no,fwd,10,,,0\n"
      "H100,F1,8,1,128,window,fwd,10,,,\n"
      "H100,F1,8,4096,128,no,fwd,fast,,,\n"
      "H100,F1,8,4096,128,no,fwd,-1,,,\n"
      "H100,F1,8,4096,128,no,fwd,10,,,\n");
  const TimedRows rows = read_timings(little.suite(), file);
  REQUIRE(rows.rows.size() == 1);
  CHECK(rows.rows[0].row.place().line == 9);
  REQUIRE(rows.notes.size() == 7);
  CHECK(rows.notes[0] == file.string() + ":2: heads: expected a number, got '8 heads'");
  CHECK(rows.notes[1] == file.string() + ":3: heads: expected a whole number from 1 to 1048576, got 2.5");
  for (std::size_t i = 2; i < 7; ++i) CHECK(rows.notes[i].find(fmt::format("{}:{}: ", file.string(), i + 2)) == 0);
}

TEST_CASE("a row is of the first table that takes it, of those whose columns the file has") {
  const LittleTimings little;
  std::string text = little.text();
  const std::string tables = "  tables:\n";
  text.insert(
      text.find(tables) + tables.size(),
      "    - name: images\n"
      "      columns: [device, library, heads, seq, tile]\n"
      "      files: []\n"
      "      only: {seq: \"*x*\"}\n"
      "      problem: {batch: 2, heads: heads, kv_heads: heads, head_dim: 128, value_dim: 128, element_B: 2,\n"
      "                queries: \"{seq}\", keys: \"{seq}\"}\n"
      "      masks: [{mask: dense}]\n"
      "      values: [{name: time_s, measured: time_us * 1e-6, predicted: time_s}]\n");
  const TimedRows rows = read_timings(little.suite_of(text), little.write("H100,F1,8,64x64,,no,fwd,10,,,\n"
                                                                          "H100,F1,8,4096,128,no,fwd,10,,,\n"));
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.rows[0].problem.requests[0].times == 2);
  CHECK(rows.rows[0].problem.requests[0].layout.dimensions() == 2);
  CHECK(rows.rows[1].problem.requests[0].times == 1);
}

TEST_CASE("wrong files are refused at their place") {
  const LittleTimings little;
  const auto refusal = [&](const std::string& rows, const std::string& header = LittleTimings::header) {
    const auto file = little.write(rows, header);
    std::string text = message_of([&] { (void)read_timings(little.suite(), file); });
    return text.substr(std::min(text.size(), file.string().size()));
  };
  CHECK(refusal("1\n", "device\n") ==
        ":1: has the columns of no table of suite 'little'; of 'rows' it misses 'library'");
  CHECK(message_of([&] {
          TimingSuite suite = little.suite();
          suite.reference = "/nowhere";
          (void)read_timings(suite);
        }) == "/nowhere: has none of the files of suite 'little'");
}

TEST_CASE("files of a table are names, or patterns of them") {
  const LittleTimings little;
  const std::string row = "H100,F1,8,4096,128,no,fwd,10,,,\n";
  const auto folder = little.write(row).parent_path();
  write_file(folder / "more_1.csv", LittleTimings::header + row);
  write_file(folder / "more_2.csv", LittleTimings::header + row + row);
  TimingSuite suite = little.suite();
  suite.tables[0].files = {"more_*.csv", "none_*.csv"};
  const TimedRows rows = read_timings(suite);
  REQUIRE(rows.rows.size() == 3);
  CHECK(rows.rows[0].row.place().file == (folder / "more_1.csv").string());
  CHECK(rows.notes == std::vector<std::string>{"no " + (folder / "none_*.csv").string()});
}

}  // namespace tilewright::test::TEST_FILE
