// All timings here are made up: nothing was measured.
#include "report/timing_parity.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "report/layout.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/validation/gpu/little_timings.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

TimingValidation made_up(const LittleTimings& little) {
  const TimingSuite suite = little.suite_of(little.text() + "  groups: {value: time_s, by: [causal]}\n");
  Library library;
  const std::string rows = row(8, 1024, "no", 1e-4) + row(8, 4096, "yes", 3e-4) + row(16, 8192, "yes", 1e-3, 64);
  return validate_timings(
      suite, read_timings(suite, little.write(rows)),
      [](const PreparedKernel& kernel, const KernelParameters& parameters) { return estimate(kernel, parameters); },
      library, 1);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::vector<Drawing> drawings_of(const TimingValidation& validation) {
  std::vector<Drawing> drawings;
  for (const Plot& plot : plot_parity(validation)) drawings.push_back(whole_figure(plot));
  return drawings;
}

}  // namespace

TEST_CASE("a judged row is a point of every panel, in the colour of its group") {
  const LittleTimings little;
  const TimingValidation validation = made_up(little);
  const std::vector<Drawing> drawings = drawings_of(validation);
  REQUIRE(drawings.size() == 2);
  CHECK(drawings[0].name == "parity");
  const TimingComparison& first = validation.comparisons.front();
  CHECK(drawings[0].script.find(fmt::format("\n{:.5g} {:.5g}\n", first.measured, first.predicted)) !=
        std::string::npos);
  CHECK(drawings[1].name == "residuals");
  const double residual = first.predicted / first.measured;
  CHECK(drawings[1].script.find(fmt::format("\n1024 {:.5g}\n", residual)) != std::string::npos);
  CHECK(drawings[1].script.find(fmt::format("\n128 {:.5g}\n", residual)) != std::string::npos);
  CHECK(count(drawings[1].script, "1 with lines") == 6);
}

TEST_CASE("rows that calibrate are in no figure") {
  const LittleTimings little;
  TimingValidation validation = made_up(little);
  const TimingComparison first = validation.comparisons.front();
  validation.comparisons.front().group = "fitted";
  for (const Drawing& drawing : drawings_of(validation))
    CHECK(drawing.script.find(fmt::format(" {:.5g}\n", first.predicted / first.measured)) == std::string::npos);
}

TEST_CASE("the page has both figures and the tables, and needs no other file") {
  const LittleTimings little;
  const TemporaryFolder folder;
  const auto written = write_parity(made_up(little), "little", folder.path());
  CHECK(written.size() == 3);
  const std::string page = read_file(folder.path() / "index.html");
  CHECK(count(page, "<svg role=\"img\"") == 1 + 6 + 4 + 2);  // panels and samples of the legends
  CHECK(page.find("Query heads of a KV head") != std::string::npos);
  CHECK(page.find("<h2>Errors by source</h2>") != std::string::npos);
  CHECK(page.find("http") == page.find("http://www.w3.org"));
}

}  // namespace tilewright::test::TEST_FILE
