#include "report/spec.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refusal(const std::string& text) {
  return message_of([&] { sample_spec(text); });
}

std::string refusal(const std::string& kind, const std::string& keys) { return refusal(sample_figure(kind, keys)); }

}  // namespace

TEST_CASE("a report is read in the order of the file") {
  const ReportSpec spec = sample_spec(sample_figure("lines", sample_lines) + "    - heading: H\n    - text: P\n");
  CHECK(spec.designs.front().first == "slow");
  CHECK(spec.design("fast").color == "#0072B2");
  CHECK(spec.axes.at("length").log_base == 2);
  REQUIRE(spec.page.size() == 3);
  const auto& figure = std::get<Figure>(spec.page[0]);
  CHECK(figure.kind == Figure::Kind::lines);
  CHECK(figure.selection.designs == std::vector<std::string>{"slow", "fast"});
  CHECK(figure.panels->text == "model");
  CHECK(std::get<Heading>(spec.page[1]).text == "H");
  CHECK(std::get<Prose>(spec.page[2]).text == "P");
}

TEST_CASE("a value may have alternatives and be relative") {
  const ReportSpec spec = sample_spec(sample_figure("lines",
                                                    "series: run-{design}\nx: length\n"
                                                    "y: {value: [a, b + 1], label: L, relative_to: run-slow, as: "
                                                    "speedup, of: c, percent: true, range: [0, 50]}"));
  const auto& figure = std::get<Figure>(spec.page[0]);
  CHECK(figure.measure.quantity.alternatives.size() == 2);
  CHECK(figure.measure.relative->inverse);
  CHECK(figure.measure.relative->of->alternatives.front().text() == "c");
  CHECK(figure.y_axis.percent);
  CHECK(figure.y_axis.most == 50);
}

TEST_CASE("an axis without a label has that of the field that it shows") {
  const auto axis = [](const std::string& y) {
    const ReportSpec spec = sample_spec(sample_figure("lines", "series: run-{design}\nx: length\ny: {" + y + "}"));
    return std::get<Figure>(spec.page.at(0)).y_axis;
  };
  CHECK(axis("value: time_s").label == "Time (s)");
  CHECK_FALSE(axis("value: time_s").percent);
  CHECK(axis("value: unit.array.utilisation").label == "Use of a unit's lanes (%)");
  CHECK(axis("value: unit.array.utilisation").percent);
  CHECK_FALSE(axis("value: unit.array.utilisation, percent: false").percent);
  CHECK(axis("value: bound.ratio").label == "Time over the bound");
  CHECK(axis("value: time_s, label: L").label == "L");
  for (const std::string y : {"value: 2 * time_s", "value: [time_s]", "value: tme_s",
                              "value: time_s, relative_to: run-slow, as: ratio"}) {
    INFO(y);
    CHECK(message_of([&] { axis(y); }).ends_with("y: missing key 'label'"));
  }
}

TEST_CASE("every report of this project can be read") {
  for (const std::string& name : list_configs("reports")) CHECK_NOTHROW(load_report(find_config("reports", name)));
}

TEST_CASE("figures are refused at their place") {
  CHECK(refusal("line", sample_lines) ==
        "r.yaml:12:15: report.page[0].figure.kind: unknown kind of figure 'line'; did you mean 'lines'?");
  CHECK(refusal("lines", "series: a\nx: length\npanel: model\ny: {value: time_s, label: T}") ==
        "r.yaml:18:9: report.page[0].figure.panel: unknown key; did you mean 'panels'?");
  CHECK(refusal("lines", "series: a\nx: length\ny: {value: time_s, label: T}") ==
        "r.yaml:12:9: report.page[0].figure: needs {design} in its series, or curves");
  CHECK(refusal("lines", "series: run-{design}\ndesigns: [slo]\nx: length\ny: {value: time_s, label: T}") ==
        "r.yaml:17:19: report.page[0].figure.designs[0]: unknown design 'slo'; did you mean 'slow'?");
  CHECK(refusal("lines", "series: run-{design}\ncurves: model\nx: length\ny: {value: time_s, label: T}") ==
        "r.yaml:17:17: report.page[0].figure.curves: the series has {design}, so a curve is a design");
  CHECK(refusal("lines", "series: run\ndesigns: [slow]\ncurves: model\nx: length\ny: {value: time_s, label: T}") ==
        "r.yaml:17:18: report.page[0].figure.designs: the series has no {design}");
  CHECK(
      refusal("stacks", "series: run\ny: {label: T}\nparts: [{label: a, color: blue, value: b}]") ==
      "r.yaml:16:17: report.page[0].figure.series: needs {design}, where a bar is a design, or x, an axis of bars");
  CHECK(refusal("stacks", "series: run-{design}\ny: {label: T}\nparts: []") ==
        "r.yaml:18:16: report.page[0].figure.parts: expected at least one part");
}

TEST_CASE("values are refused at their place") {
  const std::string head = "series: run-{design}\nx: length\n";
  CHECK(refusal("lines", head + "y: {value: time_s, label: T, relative_to: run-slow}") ==
        "r.yaml:18:12: report.page[0].figure.y: missing key 'as'");
  CHECK(refusal("lines", head + "y: {value: time_s, label: T, relative_to: run-slow, as: quotient}") ==
        "r.yaml:18:65: report.page[0].figure.y.as: expected speedup (other / this) or ratio (this / other), got "
        "'quotient'");
  CHECK(refusal("lines", head + "y: {value: time_s, label: T, as: ratio}") ==
        "r.yaml:18:42: report.page[0].figure.y.as: needs relative_to");
  CHECK(refusal("lines", head + "y: {value: time_s, label: T, scale: log3}") ==
        "r.yaml:18:45: report.page[0].figure.y.scale: unknown scale 'log3'; did you mean 'log2'?");
  CHECK(refusal("lines", head + "y: {value: time_s, label: T, range: [2, 1]}") ==
        "r.yaml:18:45: report.page[0].figure.y.range: expected a least value below the most");
  CHECK(refusal("stacks",
                "series: run-{design}\ny: {label: T, relative_to: run-slow, as: ratio}\n"
                "parts: [{label: a, color: blue, value: b}]") ==
        "r.yaml:17:12: report.page[0].figure.y: missing key 'of': the parts of a bar are relative to one value");
}

TEST_CASE("names of colours and figures are refused at their place") {
  CHECK(refusal("stacks", "series: run-{design}\ny: {label: T}\nparts: [{label: a, color: blu, value: b}]") ==
        "r.yaml:18:35: report.page[0].figure.parts[0].color: unknown color 'blu'; did you mean 'blue'?");
  std::string text = sample_figure("lines", sample_lines);
  const std::string again = text.substr(text.find("    - figure"));
  CHECK(refusal(text + again) == "r.yaml:22:15: report.page[1].figure.name: another figure has the name 'f'");
  text.replace(text.find("name: f"), 7, "name: ../f");
  CHECK(refusal(text) ==
        "r.yaml:13:15: report.page[0].figure.name: expected a name of a-z, 0-9 and '-', got '../f'");
}

TEST_CASE("blocks and tables are refused at their place") {
  CHECK(refusal(sample_head() + "    - {heading: a, text: b}\n") ==
        "r.yaml:11:7: report.page[0]: expected one of heading, text, table, figure and picture");
  CHECK(refusal(sample_head() + "    - graph: a\n") ==
        "r.yaml:11:7: report.page[0].graph: unknown key; known: heading, text, table, figure, picture");
  CHECK(refusal(sample_head() +
                "    - table:\n        title: T\n        caption: C\n        groups:\n          - title: G\n"
                "            columns: []\n") ==
        "r.yaml:16:22: report.page[0].table.groups[0].columns: expected at least one column");
}

}  // namespace tilewright::test::TEST_FILE
