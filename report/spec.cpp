#include "report/spec.hpp"

#include <algorithm>

#include "common/file.hpp"
#include "report/palette.hpp"
#include "report/report_keys.hpp"
#include "report/spec_parts.hpp"

namespace tilewright {

namespace {

AxisStyle parse_axis(const Yaml& map) {
  map.only(names_of(axis_style_keys()));
  AxisStyle axis{map.at("label").text(), text_or_empty(map, "unit"), parse_scale(map), {}};
  if (const auto names = map.find("names"))
    for (const auto& [value, name] : names->entries()) axis.names.emplace(value, name.text());
  return axis;
}

Design parse_design(const Yaml& map) {
  map.only(names_of(design_keys()));
  return {map.at("label").text(), color_code(map.at("color"))};
}

/// Its file lies beside that of the report, where the path is relative.
GivenPicture parse_picture(const Yaml& map) {
  map.only(names_of(picture_keys()));
  GivenPicture picture{located(map.at("file")), parse_file_name(map.at("name")), map.at("title").text(),
                       map.at("caption").text()};
  picture.file.text = beside(picture.file.text, picture.file.place.file);
  return picture;
}

/// Of what has files: their name, and where it stands.
std::string name_of(const Block& block) {
  if (const auto* figure = std::get_if<Figure>(&block)) return figure->name;
  if (const auto* picture = std::get_if<GivenPicture>(&block)) return picture->name;
  return "";
}

Block parse_block(const Yaml& map, const ReportSpec& report) {
  map.only(names_of(block_keys()));
  if (map.entries().size() != 1) map.fail("expected one of heading, text, table, figure and picture");
  const auto [key, value] = map.entries().front();
  if (key == "heading") return Heading{value.text()};
  if (key == "text") return Prose{value.text()};
  if (key == "table") return parse_table(value, report);
  if (key == "picture") return parse_picture(value);
  return parse_figure(value, report);
}

/// Two of one name would share a file.
void refuse_same_name(const Block& block, const Yaml& at, const ReportSpec& report) {
  const std::string name = name_of(block);
  if (name.empty()) return;
  for (const Block& other : report.page)
    if (name_of(other) == name)
      at.entries().front().second.at("name").fail("another figure has the name '" + name + "'");
}

}  // namespace

void Located::fail(std::string_view message) const { throw InputError(place, key_path, message); }

const Design& ReportSpec::design(const std::string& key) const {
  return std::ranges::find(designs, key, &std::pair<std::string, Design>::first)->second;
}

ReportSpec load_report(const std::filesystem::path& file) { return parse_report(Yaml::load(file)); }

ReportSpec parse_report(const Yaml& root) {
  root.only({"report"});
  const Yaml map = root.at("report");
  map.only(names_of(report_keys()));
  ReportSpec report{map.at("name").text(), map.at("title").text(), map.at("study").text(), {}, {}, {}};
  if (const auto axes = map.find("axes"))
    for (const auto& [name, axis] : axes->entries()) report.axes.emplace(name, parse_axis(axis));
  if (const auto designs = map.find("designs"))
    for (const auto& [key, design] : designs->entries()) report.designs.emplace_back(key, parse_design(design));
  for (const Yaml& item : map.at("page").items()) {
    Block block = parse_block(item, report);
    refuse_same_name(block, item, report);
    report.page.push_back(std::move(block));
  }
  return report;
}

}  // namespace tilewright
