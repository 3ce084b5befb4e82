#include "report/parity.hpp"

#include <catch2/catch.hpp>

#include <cmath>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "report/layout.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MeasuredValue value(const std::string& kernel, double measured, double predicted,
                    const std::string& quantity = "time_s") {
  return {"a device", kernel + "/p", "attention", kernel, quantity, false, measured, predicted, {}};
}

MeasuredValidation sample() {
  MeasuredValidation validation;
  validation.suite = "sa<mple";
  validation.values = {value("a", 1e-3, 2e-3), value("b", 1e-2, 3e-2), value("a", 4e-1, 5e-1),
                       value("a", 6, std::nan(""))};
  validation.values.push_back(value("a", 7, 8));
  validation.values.back().calibrates = true;
  KernelError error;
  error.kernel = "a<b";
  validation.errors.push_back(error);
  validation.faults = {"a & b"};
  return validation;
}

std::vector<Drawing> drawings_of(const MeasuredValidation& validation) {
  std::vector<Drawing> drawings;
  for (const Plot& plot : plot_parity(validation)) drawings.push_back(whole_figure(plot));
  return drawings;
}

}  // namespace

TEST_CASE("parity has a curve of judged points per kernel, and the diagonal") {
  const std::vector<Drawing> drawings = drawings_of(sample());
  REQUIRE(drawings.size() == 1);
  CHECK(drawings[0].name == "parity");
  const std::string& script = drawings[0].script;
  CHECK(script.find("$c0 << EOD\n0.001 0.002\n0.4 0.5\nEOD\n") != std::string::npos);
  CHECK(script.find("$c1 << EOD\n0.01 0.03\nEOD\n") != std::string::npos);
  CHECK(script.find("plot x with lines") != std::string::npos);
  CHECK(script.find("'b (attention)'") != std::string::npos);
}

TEST_CASE("both axes of a parity plot have the range of all its values") {
  const std::string script = drawings_of(sample()).front().script;
  const auto range_of = [&](const std::string& axis) {
    const std::size_t begin = script.find("set " + axis + "range ") + 11;
    return script.substr(begin, script.find('\n', begin) - begin);
  };
  CHECK(range_of("x") == range_of("y"));
}

TEST_CASE("bytes have a figure of their own") {
  MeasuredValidation validation = sample();
  validation.values.push_back(value("c", 1e9, 2e9, "dram_read_B"));
  validation.values.push_back(value("c", 3e9, 4e9, "dram_write_B"));
  const std::vector<Drawing> drawings = drawings_of(validation);
  REQUIRE(drawings.size() == 2);
  CHECK(drawings[1].name == "parity-bytes");
  CHECK(drawings[1].script.find("$c0 << EOD\n1000000000 2000000000\n3000000000 4000000000\nEOD\n") !=
        std::string::npos);
  CHECK(drawings[0].script.find("'c (attention)'") == std::string::npos);
}

TEST_CASE("nothing that is judged is a figure too") {
  CHECK(drawings_of({}).front().script.find("'nothing is judged'") != std::string::npos);
}

TEST_CASE("the page has figures, errors and faults, and needs no other file") {
  if (!has_gnuplot()) return;
  const TemporaryFolder folder;
  const auto written = write_parity(sample(), folder.path());
  REQUIRE(written.size() == 2);
  CHECK(written[1] == folder.path() / "parity.svg");
  const std::string page = read_file(written[0]);
  CHECK(page.find("<h1>Predicted and measured: sa&lt;mple</h1>") != std::string::npos);
  CHECK(page.find("<td>a&lt;b</td>") != std::string::npos);
  CHECK(page.find("<li>a &amp; b</li>") != std::string::npos);
  CHECK(page.find("<svg role=\"img\"") != std::string::npos);
  CHECK(page.find("src=") == std::string::npos);
  CHECK(read_file(written[1]).find("</svg>") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
