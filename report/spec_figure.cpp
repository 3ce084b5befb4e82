#include <algorithm>
#include <cctype>

#include "report/palette.hpp"
#include "report/report_keys.hpp"
#include "report/spec_parts.hpp"
#include "sim/record/schema.hpp"

namespace tilewright {

namespace {

using Kind = Figure::Kind;

Kind parse_kind(const Yaml& value) {
  const std::vector<std::string>& kinds = figure_kinds();
  const auto found = std::ranges::find(kinds, value.text());
  if (found == kinds.end())
    value.fail("unknown kind of figure '" + value.text() + "'" + did_you_mean(value.text(), kinds));
  return static_cast<Kind>(found - kinds.begin());
}

// The one field of records that the axis shows as it is, or nullptr.
const Field* shown_field(const Yaml& map) {
  const auto value = map.find("value");
  return value && value->is_scalar() && !map.find("relative_to") ? find_field(value->text()) : nullptr;
}

// "Time (s)"
std::string label_of(const Field& field) {
  std::string label(field.meaning);
  label.front() = static_cast<char>(std::toupper(label.front()));
  if (field.unit.empty()) return label;
  return label + " (" + (field.unit == "share" ? "%" : std::string(field.unit)) + ")";
}

// A label that is left out is that of the field, with its percentages.
NumberAxis parse_number_axis(const Yaml& map) {
  NumberAxis axis{"", parse_scale(map), false, {}, {}};
  const Field* field = shown_field(map);
  if (field == nullptr || map.find("label")) {
    axis.label = map.at("label").text();
  } else {
    axis.label = label_of(*field);
    axis.percent = field->unit == "share";
  }
  if (const auto percent = map.find("percent")) axis.percent = percent->boolean();
  if (const auto best = map.find("best")) {
    if (best->text() != "least" && best->text() != "most")
      best->fail("expected least or most, got '" + best->text() + "'");
    axis.more_is_better = best->text() == "most";
  }
  const auto range = map.find("range");
  if (!range) return axis;
  const std::vector<Yaml> ends = range->items();
  if (ends.size() != 2) range->fail("expected [least, most]");
  axis.least = ends[0].number();
  axis.most = ends[1].number();
  axis.range = Located{"range", range->place(), range->path()};
  if (*axis.least >= *axis.most) range->fail("expected a least value below the most");
  return axis;
}

void parse_y(const Yaml& map, Figure& figure) {
  map.only(value_axis_keys(figure.kind));
  figure.y_axis = parse_number_axis(map);
  figure.measure.relative = parse_relative(map);
  if (figure.kind != Kind::stacks) figure.measure.quantity = parse_quantity(map.at("value"));
  if (figure.kind == Kind::stacks && figure.measure.relative && !figure.measure.relative->of)
    map.fail("missing key 'of': the parts of a bar are relative to one value");
}

void parse_x(const Yaml& map, Figure& figure) {
  if (figure.kind == Kind::stacks && !map.find("x")) return;
  if (!figure.is_cloud() && figure.kind != Kind::scatter) {
    figure.x = located(map.at("x"));
    return;
  }
  const Yaml x = map.at("x");
  x.only(x_axis_keys(figure.kind));
  figure.x_axis = parse_number_axis(x);
  figure.x_quantity = parse_quantity(x.at("value"));
  if (figure.kind == Kind::scatter) figure.x = located(map.at("points"));
  if (const auto points = map.find("points"); points && figure.is_cloud())
    for (const Yaml& axis : points->items()) figure.points.push_back(located(axis));
  if (const auto steps = map.find("steps")) figure.steps = steps->boolean();
}

std::vector<Roof> parse_roofs(const Yaml& list) {
  std::vector<Roof> roofs;
  for (const Yaml& item : list.items()) {
    item.only(names_of(roof_keys()));
    const bool slope = item.find("bandwidth").has_value();
    if (slope == item.find("rate").has_value()) item.fail("expected one of rate and bandwidth");
    roofs.push_back({item.at("label").text(), parse_quantity(item.at(slope ? "bandwidth" : "rate")), slope});
  }
  if (roofs.empty()) list.fail("expected at least one roof");
  return roofs;
}

std::vector<Part> parse_parts(const Yaml& list) {
  std::vector<Part> parts;
  for (const Yaml& item : list.items()) {
    item.only(names_of(part_style_keys()));
    parts.push_back({item.at("label").text(), color_code(item.at("color")), parse_quantity(item.at("value"))});
  }
  if (parts.empty()) list.fail("expected at least one part");
  return parts;
}

RecordSelection parse_record_selection(const Yaml& map, const ReportSpec& report) {
  RecordSelection selection{located(map.at("series")), {}, parse_at(map), {}};
  if (selection.series.text.find("{design}") != std::string::npos) {
    selection.designs = parse_designs(map, report);
  } else if (const auto designs = map.find("designs")) {
    designs->fail("the series has no {design}");
  }
  if (const auto axes = map.find("mean_over"))
    for (const Yaml& axis : axes->items()) selection.mean_over.push_back(located(axis));
  return selection;
}

/// What a curve, a bar or a row is: a design, or a value of an axis.
void parse_curves(const Yaml& map, Figure& figure) {
  const bool by_design = figure.selection.series.text.find("{design}") != std::string::npos;
  if (figure.kind == Kind::map) {
    if (by_design) map.at("series").fail("a map is of one series, without {design}");
    figure.curves = located(map.at("rows"));
    return;
  }
  if (figure.kind == Kind::stacks) {
    const auto x = map.find("x");
    if (by_design && x) x->fail("the series has {design}, so a bar is a design");
    if (!by_design && !x) map.at("series").fail("needs {design}, where a bar is a design, or x, an axis of bars");
    return;
  }
  const auto curves = map.find("curves");
  if (by_design && curves) curves->fail("the series has {design}, so a curve is a design");
  if (curves) figure.curves = located(*curves);
  if (!by_design && !curves) map.fail("needs {design} in its series, or curves");
}

}  // namespace

Figure parse_figure(const Yaml& map, const ReportSpec& report) {
  Figure figure;
  figure.kind = parse_kind(map.at("kind"));
  map.only(figure_keys(figure.kind));
  figure.name = parse_file_name(map.at("name"));
  figure.title = map.at("title").text();
  figure.caption = map.at("caption").text();
  figure.selection = parse_record_selection(map, report);
  parse_curves(map, figure);
  if (const auto panels = map.find("panels")) figure.panels = located(*panels);
  parse_x(map, figure);
  parse_y(map.at(figure.kind == Kind::map ? "cells" : "y"), figure);
  if (figure.kind == Kind::stacks) figure.parts = parse_parts(map.at("parts"));
  if (figure.kind == Kind::roofline) figure.roofs = parse_roofs(map.at("roofs"));
  return figure;
}

}  // namespace tilewright
