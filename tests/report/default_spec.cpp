#include "report/default_spec.hpp"

#include <catch2/catch.hpp>

#include "report/plot.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ReportSpec spec_of(const std::vector<Record>& records) {
  return parse_report(Yaml::parse(default_report("a \"study\"", records), "default"));
}

std::vector<Figure> figures_of(const ReportSpec& spec) {
  std::vector<Figure> figures;
  for (const Block& block : spec.page)
    if (const auto* figure = std::get_if<Figure>(&block)) figures.push_back(*figure);
  return figures;
}

std::vector<Record> grid(const std::string& series) {
  std::vector<Record> records;
  for (const double edge : {16.0, 32.0})
    for (const double length : {1024.0, 2048.0, 65536.0})
      for (const char* model : {"S", "XL"}) {
        Record record = sample_record(series, model, length, edge * length);
        record.add("point.edge", edge);
        record.add("unit.array.energy_J", edge);
        record.add("level.DRAM.energy_J", length);
        records.push_back(record);
      }
  return records;
}

}  // namespace

TEST_CASE("series over the same axes share a figure of their times") {
  const std::vector<Record> records = sample_records();
  const ReportSpec spec = spec_of(records);
  CHECK(spec.title == "a \"study\"");
  const auto figures = figures_of(spec);
  REQUIRE_FALSE(figures.empty());
  CHECK(figures[0].kind == Figure::Kind::lines);
  CHECK(figures[0].x->text == "length");
  CHECK(figures[0].panels->text == "model");
  CHECK(figures[0].selection.designs == std::vector<std::string>{"run-slow", "run-fast"});
}

TEST_CASE("one series over two axes of numbers has a map too, and where its energy goes") {
  const std::vector<Record> records = grid("one");
  const ReportSpec spec = spec_of(records);
  const auto figures = figures_of(spec);
  REQUIRE(figures.size() == 3);
  CHECK(figures[0].curves->text == "edge");
  CHECK(figures[1].kind == Figure::Kind::map);
  CHECK(figures[2].kind == Figure::Kind::stacks);
  CHECK(figures[2].parts.front().label == "DRAM");
  CHECK(spec.axes.at("length").log_base == 2);
  CHECK(spec.axes.at("edge").log_base == 0);
  const Dataset data(records);
  for (const Figure& figure : figures) CHECK_NOTHROW(plot(figure, spec, make_chart(figure, spec, data)));
}

TEST_CASE("points without results make a page without figures") {
  Record record;
  record.add("series", "one");
  record.add("infeasible", "too large");
  CHECK(figures_of(spec_of({record})).empty());
}

}  // namespace tilewright::test::TEST_FILE
