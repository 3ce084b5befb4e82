#include "report/chart.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Values = std::vector<std::optional<double>>;

Chart chart_of(const std::string& kind, const std::string& keys) {
  const ReportSpec spec = sample_spec(sample_figure(kind, keys));
  static const std::vector<Record> records = sample_records();
  static const Dataset data(records);
  return make_chart(std::get<Figure>(spec.page[0]), spec, data);
}

std::string refusal(const std::string& kind, const std::string& keys) {
  return message_of([&] { chart_of(kind, keys); });
}

}  // namespace

TEST_CASE("lines: a panel per value of an axis, a curve per design, a gap where there is no record") {
  const Chart chart = chart_of("lines", sample_lines);
  CHECK(chart.x_names == std::vector<std::string>{"1K", "4K"});
  REQUIRE(chart.panels.size() == 2);
  CHECK(chart.panels[0].title == "XL");
  REQUIRE(chart.panels[0].curves.size() == 2);
  CHECK(chart.panels[0].curves[0].y == Values{32, 64});
  CHECK(chart.panels[0].curves[1].y == Values{16, {}});
  CHECK(chart.panels[1].curves[1].label == "Fast & <good>");
  CHECK(chart.panels[1].curves[1].color == "#0072B2");
  CHECK(chart.panels[1].curves[1].y == Values{2, 2});
}

TEST_CASE("panels of an axis with a unit say it, and a design keeps its marker") {
  const Chart chart = chart_of("bars",
                               "series: run-{design}\ndesigns: [fast]\nx: model\npanels: length\n"
                               "y: {value: time_s, label: T, relative_to: run-slow, as: ratio, percent: true}");
  CHECK(chart.panels[0].title == "1K tokens");
  CHECK(chart.panels[0].curves[0].y == Values{50, 25});
  CHECK(chart.panels[0].curves[0].marker == 1);
}

TEST_CASE("an axis may be averaged or fixed") {
  const std::string y = "\ny: {value: time_s, label: T}";
  CHECK(chart_of("lines", "series: run-{design}\nx: length\nmean_over: [model]" + y).panels[0].curves[0].y ==
        Values{20, 40});
  CHECK(chart_of("lines", "series: run-{design}\nx: length\nat: {model: S}" + y).panels[0].curves[0].y ==
        Values{8, 16});
}

TEST_CASE("stacks: a bar per design, a curve per part") {
  const Chart chart = chart_of("stacks",
                               "series: run-{design}\nat: {model: S, length: 1024}\n"
                               "y: {label: T, relative_to: run-slow, as: ratio, of: time_s}\n"
                               "parts: [{label: a, color: blue, value: time_s}, "
                               "{label: b, color: green, value: energy_J}]");
  CHECK(chart.x_names == std::vector<std::string>{"it's_slow", "Fast & <good>"});
  REQUIRE(chart.panels[0].curves.size() == 2);
  CHECK(chart.panels[0].curves[0].y == Values{1, 0.25});
  CHECK(chart.panels[0].curves[1].y == Values{0.25, {}});
}

TEST_CASE("scatter: a curve per value of an axis, points named by another") {
  const Chart chart = chart_of("scatter",
                               "series: run-slow\ncurves: model\npoints: length\n"
                               "x: {value: energy_J, label: E}\ny: {value: time_s, label: T}");
  REQUIRE(chart.panels[0].curves.size() == 2);
  CHECK(chart.panels[0].curves[0].label == "XL");
  CHECK(chart.panels[0].curves[0].x == Values{4, 6});
  CHECK(chart.panels[0].curves[1].x == Values{2, {}});
  CHECK(chart.panels[0].curves[1].y == Values{8, 16});
}

TEST_CASE("an axis that the figure says nothing of is refused, as are values that no record has") {
  const std::string y = "\ny: {value: time_s, label: T}";
  CHECK(refusal("lines", "series: run-{design}\nx: length" + y) ==
        "r.yaml:16:17: report.page[0].figure.series: series 'run-slow' varies over 'model', which is drawn nowhere "
        "and not in at or mean_over");
  CHECK(refusal("lines", "series: run-{design}\nx: length\nat: {model: M}" + y) ==
        "r.yaml:18:21: report.page[0].figure.at.model: no record at model = 'M'; known: XL, S");
  CHECK(refusal("lines", "series: run-{design}\nx: length\npanels: model\nat: {length: 1024}" + y) ==
        "r.yaml:17:12: report.page[0].figure.x: axis 'length' is drawn twice, or drawn and in at");
  CHECK(refusal("lines", "series: ran-{design}\nx: length" + y) ==
        "r.yaml:16:17: report.page[0].figure.series: no record of series 'ran-slow'; did you mean 'run-slow'?");
  CHECK(refusal("lines",
                "series: run-{design}\nx: length\npanels: model\n"
                "y: {value: time_s, label: T, relative_to: run-slwo, as: ratio}") ==
        "r.yaml:19:51: report.page[0].figure.y.relative_to: no record of series 'run-slwo'; did you mean "
        "'run-slow'?");
}

}  // namespace tilewright::test::TEST_FILE
