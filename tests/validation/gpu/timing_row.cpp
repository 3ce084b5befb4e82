// All timings here are made up: nothing was measured.
#include "validation/gpu/timing_row.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"

using namespace tilewright;
using namespace tilewright::test;

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
  CHECK(rows.rows[0].problem.queries() == 4096);
  CHECK(rows.rows[0].numbers.at("causal") == 1);
  CHECK(rows.rows[0].problem.tiling.query_tile.empty());
  CHECK(rows.rows[1].mask == "sliding,left=255");
  CHECK(rows.rows[1].problem.tiling.query_tile == Extents{64});
  CHECK(rows.rows[1].label == "batch 1, heads 4, 1024 tokens, D 64, sliding,left=255");
}

TEST_CASE("what belongs to no family is said, and not guessed") {
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
                                               at + "2 rows of 'F1' on 'MI300': not a shipped family",
                                               at + "1 rows of 'dense' do not say heads",
                                               at + "1 rows of 'dense' do not say mask"});
}

TEST_CASE("wrong files and rows are refused at their place") {
  const LittleTimings little;
  const auto refusal = [&](const std::string& rows, const std::string& header = LittleTimings::header) {
    const auto file = little.write(rows, header);
    std::string text = message_of([&] { (void)read_timings(little.suite(), file); });
    return text.substr(std::min(text.size(), file.string().size()));
  };
  CHECK(refusal("1\n", "device\n") ==
        ":1: has the columns of no table of suite 'little'; of 'rows' it misses 'library'");
  CHECK(refusal("H100,F1,8 heads,4096,128,no,fwd,10,,,\n") == ":2: heads: expected a number, got '8 heads'");
  CHECK(refusal("H100,F1,2.5,4096,128,no,fwd,10,,,\n") ==
        ":2: heads: expected a whole number from 1 to 1048576, got 2.5");
  CHECK(refusal("H100,F1,8,4k,128,no,fwd,10,,,\n").find(":2: ") == 0);
  CHECK(message_of([&] {
          TimingSuite suite = little.suite();
          suite.reference = "/nowhere";
          (void)read_timings(suite);
        }) == "/nowhere: has none of the files of suite 'little'");
}
