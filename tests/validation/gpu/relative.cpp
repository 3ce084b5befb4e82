// Values of rows relative to those of others: how many times as fast a window is as the same call without one.
// All timings here are made up: nothing was measured.
#include <catch2/catch.hpp>

#include "sim/kernel/estimate.hpp"
#include "tests/common/messages.hpp"
#include "tests/validation/gpu/little_timings.hpp"
#include "validation/gpu/validate_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string relative =
    "  relative:\n"
    "    - {name: speedup, value: time_s, rows: {causal: window}, over: {causal: \"yes\"}, same: [heads, seq, "
    "head_dim]}\n"
    "  groups: {value: time_s, by: [library]}\n";

std::string refusal(const std::string& from, const std::string& to) {
  std::string text = LittleTimings().text() + relative;
  text.replace(text.find(from, text.find("relative")), from.size(), to);
  return message_of([&] { (void)parse_timing_suite(Yaml::parse(text, "little.yaml")); });
}

}  // namespace

TEST_CASE("a row is as many times as fast as the one with the same texts, measured and predicted") {
  const LittleTimings little;
  const TimingSuite suite = little.suite_of(little.text() + relative);
  Library library;
  const std::string rows = row(8, 4096, "yes", 8e-4) + row(8, 4096, "window", 2e-4) + row(8, 8192, "window", 3e-4) +
                           row(4, 4096, "no", 7e-4);
  const TimingValidation validation =
      validate_timings(suite, read_timings(suite, little.write(rows)), estimate, library, 1);
  REQUIRE(validation.comparisons.size() == 5);  // of the second row alone there is one without a window
  const TimingComparison& made = validation.comparisons.back();
  CHECK(made.value == "speedup");
  CHECK(made.measured == Approx(4));
  CHECK(made.predicted == validation.comparisons[0].predicted / validation.comparisons[1].predicted);
  CHECK(made.place.line == 3);
  CHECK(made.group.empty());
  const Table table = validation.ratios();
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0][1] == Cell("all"));
  CHECK(table.rows[1][1] == Cell("F1"));
  CHECK(table.rows[0][2] == Cell(1.0));
  CHECK(table.rows[0][3] == Cell(std::abs(made.error())));
}

TEST_CASE("what either row gave to a fit does not judge") {
  const LittleTimings little(std::string(LittleTimings::source) + "      calibrate: {dense: {causal: \"yes\"}}\n");
  const TimingSuite suite = little.suite_of(little.text() + relative);
  Library library;
  const TimingValidation validation = validate_timings(
      suite, read_timings(suite, little.write(row(8, 4096, "yes", 8e-4) + row(8, 4096, "window", 2e-4))), estimate,
      library, 1);
  REQUIRE(validation.comparisons.size() == 3);
  CHECK(validation.comparisons[1].group.empty());
  CHECK(validation.comparisons[2].group == "dense");
}

TEST_CASE("relative values that make no sense are refused") {
  CHECK(refusal("value: time_s", "value: tim_s").find("value: no value 'tim_s'; did you mean 'time_s'?") !=
        std::string::npos);
  CHECK(refusal("name: speedup", "name: time_s").find("name: 'time_s' is there already") != std::string::npos);
  CHECK(refusal("same: [heads", "same: [heds").find("table 'rows' has no column 'heds'; did you mean 'heads'?") !=
        std::string::npos);
  CHECK(refusal("over: ", "ovr: ").find("unknown key; did you mean 'over'?") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
