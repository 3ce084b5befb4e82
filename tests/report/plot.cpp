#include "report/plot.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdio>

#include "report/gnuplot.hpp"
#include "report/layout.hpp"
#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Plot plot_of_sample(const std::string& kind, const std::string& keys) {
  static const std::vector<Record> records = sample_records();
  const ReportSpec spec = sample_spec(sample_figure(kind, keys));
  const auto& figure = std::get<Figure>(spec.page[0]);
  static const Dataset data(records);
  return plot(figure, spec, make_chart(figure, spec, data));
}

Drawing drawing_of(const std::string& kind, const std::string& keys) {
  return whole_figure(plot_of_sample(kind, keys));
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

TEST_CASE("gnuplot reads nothing but the text in a quoted text") {
  CHECK(quoted("it's `date` \"$x\" \\n\n@m") == "'it''s `date` \"$x\" \\n @m'");
}

TEST_CASE("a gap is NaN, a number keeps its digits") {
  CHECK(digits({}) == "NaN");
  CHECK(digits(0.1) == "0.1");
}

TEST_CASE("a script has the data, the gaps and the names") {
  const std::string script = drawing_of("lines", sample_lines).script;
  CHECK(script.find("$c1 << EOD\n1024 16\n4096 NaN\nEOD\n") != std::string::npos);
  CHECK(script.find("set xtics norotate ('1K' 1024 0, '4K' 4096 0)") != std::string::npos);
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

TEST_CASE("a plot is a drawing for a file, and one for each panel and item of the legend") {
  const Plot lines = plot_of_sample("lines", sample_lines);
  REQUIRE(lines.panels.size() == 2);
  REQUIRE(lines.legend.size() == 2);
  const std::vector<Drawing> panels = panels_of(lines);
  REQUIRE(panels.size() == 2);
  CHECK(panels[1].name == "f-panel-2");
  CHECK(panels[0].width == lines.width);
  CHECK(panels[0].script.find("'it''s_slow'") == std::string::npos);
  CHECK(samples_of(lines)[0].name == "f-sample-1");
  const Drawing all = whole_figure(lines);
  CHECK(all.width == 2 * lines.width);
  CHECK(all.height > lines.full_height());
  CHECK(all.script.find("'it''s_slow'") != std::string::npos);
}

TEST_CASE("many panels are in rows, and a long legend too") {
  Plot plot = plot_of_sample("lines", sample_lines);
  plot.panels.assign(5, plot.panels.front());
  plot.width = 345;
  CHECK(whole_figure(plot).width == 3 * 345);
  const int height = whole_figure(plot).height;
  plot.legend.assign(20, {"a long label of a curve", "lc rgb 'black'", "", {}});
  CHECK(whole_figure(plot).height >= height + 3 * 22);
}

TEST_CASE("a panel without any value says so") {
  Plot plot = plot_of_sample("lines", sample_lines);
  CHECK(panels_of(plot)[1].script.find("no point has a value") == std::string::npos);
  plot.panels[1].targets.clear();
  CHECK(panels_of(plot)[1].script.find("no point has a value") != std::string::npos);
  CHECK(panels_of(plot)[0].script.find("no point has a value") == std::string::npos);
}

TEST_CASE("figures of every kind are drawn in every format") {
  if (!has_gnuplot()) return;
  const std::string y = "\ny: {value: time_s, label: \"T_{a} 'b'\"}";
  std::vector<Drawing> drawings = {
      drawing_of("lines", sample_lines),
      drawing_of("bars", "series: run-{design}\nx: length\npanels: model" + y),
      drawing_of("stacks",
                 "series: run-{design}\nmean_over: [model]\npanels: length\ny: {label: T}\n"
                 "parts: [{label: a, color: blue, value: time_s}]"),
      drawing_of("scatter",
                 "series: run-slow\ncurves: model\npoints: length\n"
                 "x: {value: energy_J, label: E, scale: log10}" +
                     y),
      drawing_of("map", "series: run-slow\nrows: model\nx: length\ncells: {value: time_s, label: T}"),
      drawing_of("pareto", "series: run-{design}\nx: {value: time_s, label: E, scale: log10}" + y),
      drawing_of("roofline",
                 "series: run-slow\ncurves: model\nx: {value: time_s, label: I, scale: log10}\n"
                 "y: {value: time_s * time_s, label: R, scale: log10}\n"
                 "roofs: [{label: peak, rate: 5000 + 0 * time_s}, {label: DRAM, bandwidth: 100 + 0 * time_s}]")};
  const std::vector<std::string> kinds = {"lines", "bars", "stacks", "scatter", "map", "pareto", "roofline"};
  for (std::size_t i = 0; i < kinds.size(); ++i) drawings[i].name = kinds[i];
  const auto files = run_gnuplot(drawings, {"svg", "png", "pdf"});
  CHECK(files.size() == 3 * kinds.size());
  CHECK(files.at("lines.svg").find("it's_slow") != std::string::npos);
  CHECK(files.at("lines.svg").find("Fast &amp; &lt;good") != std::string::npos);
  CHECK(files.at("bars.svg").find("T_{a} 'b'") != std::string::npos);
  CHECK(files.at("roofline.svg").find("peak 5000") != std::string::npos);
  CHECK(files.at("map.svg").find(">64<") != std::string::npos);
  for (const std::string& kind : kinds) {
    CHECK(files.at(kind + ".png").starts_with("\x89PNG"));
    CHECK(files.at(kind + ".pdf").starts_with("%PDF"));
  }
}

TEST_CASE("what a reader points at is where gnuplot draws it") {
  if (!has_gnuplot()) return;
  const Plot lines = plot_of_sample("lines", sample_lines);
  const std::string svg = run_gnuplot({panels_of(lines).front()}, {"svg"}).begin()->second;
  REQUIRE(lines.panels.front().targets.size() == 3);
  for (const Target& target : lines.panels.front().targets) {
    const PixelBox box = pixels_of(target, lines);
    INFO(box.left << " " << box.top);
    bool found = false;
    for (std::size_t at = svg.find("<use xlink:href='#gpPt"); at != std::string::npos;
         at = svg.find("<use xlink:href='#gpPt", at + 1)) {
      double x = 0;
      double y = 0;
      const std::size_t place = svg.find("translate(", at);
      if (place != std::string::npos && std::sscanf(svg.c_str() + place, "translate(%lf,%lf)", &x, &y) == 2)
        found = found || (std::abs(x - box.left) < 1 && std::abs(y - box.top) < 1);
    }
    CHECK(found);
  }
}

TEST_CASE("the front has the points that no other beats in both") {
  const auto front = [](const std::string& x_best, const std::string& y_best) {
    const std::string script = drawing_of("pareto",
                                          "series: run-slow\ncurves: model\n"
                                          "x: {value: time_s, label: X" +
                                              x_best +
                                              "}\n"
                                              "y: {value: energy_J, label: Y" +
                                              y_best + "}")
                                   .script;
    const std::size_t begin = script.find("$front << EOD\n") + 14;
    return script.substr(begin, script.find("\nEOD", begin) - begin);
  };
  CHECK(front("", "") == "8 2");
  CHECK(front("", ", best: most") == "8 2\n32 4\n64 6");
  CHECK(front(", best: most", "") == "64 6\n32 4\n8 2");
  CHECK(front(", best: most", ", best: most") == "64 6");
}

TEST_CASE("steps of a scatter have no markers and no names") {
  const std::string y = "\ny: {value: time_s, label: T}\n";
  const std::string start = "series: run-slow\ncurves: model\npoints: length\nx: {value: energy_J, label: E}";
  const std::string script = drawing_of("scatter", start + "\nsteps: true" + y).script;
  CHECK(count(script, "with steps") == 2);
  CHECK(count(script, "with points") == 0);
  CHECK(script.find("set label '1K'") == std::string::npos);
  CHECK(drawing_of("scatter", start + y).script.find("with steps") == std::string::npos);
}

TEST_CASE("a command that gnuplot does not understand is a fault of the program") {
  if (!has_gnuplot()) return;
  CHECK_THROWS_WITH(run_gnuplot({{"a", 100, 100, "plot x\nset nonsense\n"}}, {"svg"}),
                    Catch::StartsWith("gnuplot: line 0: "));
}

}  // namespace tilewright::test::TEST_FILE
