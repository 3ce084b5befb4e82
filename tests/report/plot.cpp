#include "report/plot.hpp"

#include <catch2/catch.hpp>

#include "report/gnuplot.hpp"
#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Drawing drawing_of(const std::string& kind, const std::string& keys) {
  const ReportSpec spec = sample_spec(sample_figure(kind, keys));
  const auto& figure = std::get<Figure>(spec.page[0]);
  return draw(figure, spec, make_chart(figure, spec, Dataset(sample_records())));
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

TEST_CASE("a range that no value of the figure is within is refused") {
  const NumberAxis axis{"", 0, true,
                        0,  1, Located{"range", {"report.yaml", 3, 5}, "report.page[0].figure.y.range"}};
  CHECK(message_of([&] {
          number_axis('y', axis, {20.7, 98.5});
        }) ==
        "report.yaml:3:5: report.page[0].figure.y.range: none of the values is within it; they are from 20.7 to "
        "98.5");
  CHECK(number_axis('y', axis, {0.5, 98.5}).ends_with("set yrange [0:1]\n"));
}

TEST_CASE("gnuplot reads nothing but the text in a quoted text") {
  CHECK(quoted("it's `date` \"$x\" \\n\n@m") == "'it''s `date` \"$x\" \\n @m'");
}

TEST_CASE("a gap is NaN, a number keeps its digits") {
  CHECK(digits({}) == "NaN");
  CHECK(digits(0.1) == "0.1");
}

TEST_CASE("a linear axis has 0 and round tics, a logarithmic one room at its ends") {
  CHECK(number_axis('y', {}, {3, 8.6}) == "unset logscale y\nset ytics 2\nset yrange [0:10]\n");
  CHECK(number_axis('y', {}, {0.2, 1.031}) == "unset logscale y\nset ytics 0.25\nset yrange [0:1.25]\n");
  CHECK(number_axis('x', {}, {-1, 3}) == "unset logscale x\nset xtics 1\nset xrange [-1:3]\n");
  CHECK(number_axis('y', {}, {}) == "unset logscale y\nset ytics 0.2\nset yrange [0:1]\n");
  CHECK(number_axis('y', {"", 0, false, 0, 105}, {3}) == "unset logscale y\nset ytics 25\nset yrange [0:105]\n");
  CHECK(number_axis('y', {"", 10, false, {}, {}}, {-1, 0, 3, 300}) ==
        "set logscale y 10\nset ytics auto\nset yrange [2:450]\n");
}

TEST_CASE("panels are in one row up to four, else in two, under the legend") {
  Chart chart;
  chart.panels.assign(4, Panel{"", {Curve{"a", "#000000", 0, {}, {}}}});
  CHECK(PanelGrid(chart, 70, 220).columns == 4);
  const int one_row = PanelGrid(chart, 70, 220).height();
  chart.panels.push_back(chart.panels.front());
  CHECK(PanelGrid(chart, 70, 220).columns == 3);
  CHECK(PanelGrid(chart, 70, 220).height() > one_row);
  CHECK(PanelGrid(chart, 70, 220).at_left(3));
  CHECK_FALSE(PanelGrid(chart, 70, 220).at_left(4));
  const std::vector<Curve> many(20, Curve{"a long label of a curve", "#000000", 0, {}, {}});
  CHECK(legend_rows(many) == 5);
}

TEST_CASE("a script has the data, the gaps and the names") {
  const std::string script = drawing_of("lines", sample_lines).script;
  CHECK(script.find("$c1 << EOD\n1024 16\n4096 NaN\nEOD\n") != std::string::npos);
  CHECK(script.find("set xtics ('1K' 1024, '4K' 4096)") != std::string::npos);
  CHECK(script.find("set logscale x 2") != std::string::npos);
  CHECK(script.find("set label 'it''s_slow'") != std::string::npos);
}

TEST_CASE("a part without a value is no piece of a bar") {
  const std::string script = drawing_of("stacks",
                                        "series: run-{design}\nat: {model: S, length: 1024}\ny: {label: T}\n"
                                        "parts: [{label: a, color: blue, value: time_s}, "
                                        "{label: b, color: green, value: energy_J}]")
                                 .script;
  CHECK(script.find("$c0 << EOD\n0 0 0 8 -0.375 0.375\n0 1 0 2 0.625 1.375\nEOD\n") != std::string::npos);
  CHECK(script.find("$c1 << EOD\n8 0 8 10 -0.375 0.375\nEOD\n") != std::string::npos);
}

TEST_CASE("bars of parts go from the top down, with room before the first and after the last") {
  const std::string script = drawing_of("stacks",
                                        "series: run-{design}\nat: {model: S, length: 1024}\ny: {label: T}\n"
                                        "parts: [{label: a, color: blue, value: time_s}]")
                                 .script;
  CHECK(script.find("\nset yrange [1.6:-0.6]\n") != std::string::npos);
}

TEST_CASE("figures have the curves of their panels and legend") {
  if (!has_gnuplot()) return;
  // In each of two panels a plot per design; in the legend of lines two per design (line and marker), else one.
  const std::string y = "\ny: {value: time_s, label: \"T_{a} 'b'\"}";
  Drawing lines = drawing_of("lines", sample_lines);
  Drawing bars = drawing_of("bars", "series: run-{design}\nx: length\npanels: model" + y);
  Drawing stacks = drawing_of("stacks",
                              "series: run-{design}\nmean_over: [model]\npanels: length\ny: {label: T}\n"
                              "parts: [{label: a, color: blue, value: time_s}]");
  Drawing scatter = drawing_of("scatter",
                               "series: run-slow\ncurves: model\npoints: length\n"
                               "x: {value: energy_J, label: E, scale: log10}" +
                                   y);
  lines.name = "lines";
  bars.name = "bars";
  stacks.name = "stacks";
  scatter.name = "scatter";
  const auto files = run_gnuplot({lines, bars, stacks, scatter}, true);
  CHECK(files.size() == 8);
  CHECK(count(files.at("lines.svg"), "_plot_") == 2 * (2 * 2 + 2 * 2));  // each has an id and a title
  CHECK(count(files.at("bars.svg"), "_plot_") == 2 * (2 * 2 + 2));
  CHECK(count(files.at("stacks.svg"), "_plot_") == 2 * (2 * 1 + 1));
  CHECK(count(files.at("scatter.svg"), "_plot_") == 2 * (2 + 2 * 2));
  CHECK(files.at("lines.svg").find("it's_slow") != std::string::npos);
  CHECK(files.at("lines.svg").find("Fast &amp; &lt;good") != std::string::npos);
  CHECK(files.at("bars.svg").find("T_{a} 'b'") != std::string::npos);
  CHECK(files.at("lines.png").starts_with("\x89PNG"));
}

TEST_CASE("steps of a scatter have no markers and no names") {
  const std::string y = "\ny: {value: time_s, label: T}\n";
  const std::string start = "series: run-slow\ncurves: model\npoints: length\nx: {value: energy_J, label: E}";
  const std::string script = drawing_of("scatter", start + "\nsteps: true" + y).script;
  CHECK(count(script, "with steps") == 2);
  CHECK(script.find("linespoints") == std::string::npos);
  CHECK(script.find("set label 1 ") == std::string::npos);
  CHECK(drawing_of("scatter", start + y).script.find("with steps") == std::string::npos);
}

TEST_CASE("a command that gnuplot does not understand is a fault of the program") {
  if (!has_gnuplot()) return;
  CHECK_THROWS_WITH(run_gnuplot({{"a", 100, 100, "plot x\nset nonsense\n"}}, false),
                    Catch::StartsWith("gnuplot: line 0: "));
}

}  // namespace tilewright::test::TEST_FILE
