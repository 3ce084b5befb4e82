#include "report/chart.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/position.hpp"
#include "report/palette.hpp"

namespace tilewright {

namespace {

class ChartMaker {
 public:
  ChartMaker(const Figure& figure, const ReportSpec& report, const Dataset& data)
      : figure_(figure),
        report_(report),
        data_(data),
        designs_(figure.selection.designs),
        series_(expand(figure.selection.series, designs_)),
        filter_(make_filter(figure.selection.at, series_, data)) {}

  Chart make() {
    refuse_free_axes();
    require_numbers();
    choose_x();
    if (!figure_.panels) add_panel("", filter_);
    if (figure_.panels) {
      for (const RecordValue& value : data_.values(*figure_.panels, series_))
        add_panel(panel_title(value), with(filter_, *figure_.panels, value));
    }
    return std::move(chart_);
  }

 private:
  // "64K tokens", or what the number is of.
  [[nodiscard]] std::string panel_title(const RecordValue& value) const {
    const std::string& axis = figure_.panels->text;
    const auto style = report_.axes.find(axis);
    const bool has_unit = style != report_.axes.end() && !style->second.unit.empty();
    const std::string name = name_of(value, axis, report_, true);
    const bool is_bare = std::holds_alternative<double>(value) && !has_unit &&
                         (name == text_of(value) || name.find_first_not_of("0123456789.") == std::string::npos);
    return is_bare ? label_of(axis, report_) + " = " + name : name;
  }

  [[nodiscard]] bool is_stacks() const { return figure_.kind == Figure::Kind::stacks; }
  [[nodiscard]] bool is_by_design() const { return is_stacks() && !figure_.x; }

  [[nodiscard]] std::set<std::string> drawn_axes() const {
    std::set<std::string> named;
    for (const auto* axis : {&figure_.panels, &figure_.curves, &figure_.x})
      if (*axis) named.insert((*axis)->text);
    for (const auto& [axis, value] : filter_) named.insert(axis);
    return named;
  }

  // A cloud has a point for each record, whatever it varies over.
  void refuse_free_axes() const {
    if (figure_.is_cloud()) return;
    std::set<std::string> named = drawn_axes();
    for (const Located& axis : figure_.selection.mean_over) {
      if (data_.values(axis, series_).size() > 1) named.insert(axis.text);
    }
    for (const Located& name : series_)
      for (const std::string& axis : varying_axes({name}, data_, named))
        name.fail(fmt::format("series '{}' varies over '{}', which is drawn nowhere and not in at or mean_over",
                              name.text, axis));
  }

  void require_numbers() const {
    require(figure_.measure, figure_.selection.series, designs_, data_);
    for (const Part& part : figure_.parts) data_.require(part.quantity, series_);
    if (figure_.x_quantity) data_.require(*figure_.x_quantity, series_);
    for (const Roof& roof : figure_.roofs) data_.require(roof.quantity, series_);
  }

  void choose_x() {
    if (figure_.is_cloud()) {
      chart_.naming_axes = varying_axes(series_, data_, drawn_axes());
      return;
    }
    if (is_by_design()) {
      for (const std::string& design : designs_) {
        chart_.x.emplace_back(design);
        chart_.x_names.push_back(report_.design(design).label);
      }
      return;
    }
    chart_.x = data_.values(*figure_.x, series_);
    for (const RecordValue& value : chart_.x) chart_.x_names.push_back(name_of(value, figure_.x->text, report_));
  }

  void add_panel(std::string title, const PointFilter& filter) {
    Panel panel{std::move(title), {}};
    if (is_stacks()) {
      for (const Part& part : figure_.parts) panel.curves.push_back(part_curve(part, filter));
    } else if (figure_.curves) {
      for (const RecordValue& value : data_.values(*figure_.curves, series_)) {
        const std::size_t n = panel.curves.size();
        panel.curves.push_back({name_of(value, figure_.curves->text, report_), color_of_index(n), n});
        fill(panel.curves.back(), series_.front(), figure_.measure, with(filter, *figure_.curves, value));
      }
    } else {
      for (std::size_t d = 0; d < designs_.size(); ++d) panel.curves.push_back(design_curve(d, filter));
    }
    for (const Roof& roof : figure_.roofs) add_roofs(panel, roof, filter);
    chart_.panels.push_back(std::move(panel));
  }

  // What records say with the same four digits is one roof.
  void add_roofs(Panel& panel, const Roof& roof, const PointFilter& filter) const {
    std::set<std::string> seen;
    for (const Located& name : series_)
      for (const Entry* entry : data_.matching(name, filter)) {
        const std::optional<double> value = evaluate(roof.quantity, *entry);
        if (value && *value > 0 && seen.insert(fmt::format("{:.3e}", *value)).second)
          panel.roofs.push_back({roof.label, *value, roof.slope});
      }
  }

  [[nodiscard]] Curve design_curve(std::size_t d, const PointFilter& filter) const {
    const Design& design = report_.design(designs_[d]);
    const auto at = std::ranges::find(report_.designs, designs_[d], &std::pair<std::string, Design>::first);
    Curve curve{design.label, design.color, position_of(at, report_.designs)};
    fill(curve, series_[d], for_design(figure_.measure, designs_[d]), filter);
    return curve;
  }

  void fill(Curve& curve, const Located& series, const Measure& measure, const PointFilter& filter) const {
    if (figure_.is_cloud()) {
      for (const Entry* entry : data_.matching(series, filter))
        add(curve, {data_.value_at(*entry, measure), {entry}}, evaluate(*figure_.x_quantity, *entry));
      return;
    }
    for (const RecordValue& x : chart_.x) {
      const PointFilter point = with(filter, *figure_.x, x);
      const Mean mean = data_.mean(series, measure, point);
      add(curve, mean,
          figure_.x_quantity ? data_.mean(series, {*figure_.x_quantity, {}}, point).value : std::nullopt);
    }
  }

  void add(Curve& curve, const Mean& mean, const std::optional<double>& x) const {
    curve.y.push_back(shown(mean.value, figure_.y_axis));
    curve.of.push_back(mean.of);
    if (figure_.x_quantity) curve.x.push_back(shown(x, figure_.x_axis));
  }

  [[nodiscard]] Curve part_curve(const Part& part, const PointFilter& filter) const {
    Curve curve{part.label, part.color, 0};
    if (!is_by_design()) {
      fill(curve, series_.front(), {part.quantity, figure_.measure.relative}, filter);
      return curve;
    }
    for (std::size_t d = 0; d < designs_.size(); ++d)
      add(curve, data_.mean(series_[d], for_design({part.quantity, figure_.measure.relative}, designs_[d]), filter),
          {});
    return curve;
  }

  static PointFilter with(PointFilter filter, const Located& axis, const RecordValue& value) {
    if (!filter.emplace(axis.text, text_of(value)).second)
      axis.fail("axis '" + axis.text + "' is drawn twice, or drawn and in at");
    return filter;
  }

  static std::optional<double> shown(std::optional<double> value, const NumberAxis& axis) {
    if (value && axis.percent) *value *= 100;
    return value;
  }

  const Figure& figure_;
  const ReportSpec& report_;
  const Dataset& data_;
  const std::vector<std::string>& designs_;
  std::vector<Located> series_;
  PointFilter filter_;
  Chart chart_;
};

}  // namespace

Chart make_chart(const Figure& figure, const ReportSpec& report, const Dataset& data) {
  return ChartMaker(figure, report, data).make();
}

std::vector<Located> expand(const Located& series, const std::vector<std::string>& designs) {
  if (designs.empty()) return {series};
  std::vector<Located> result;
  for (const std::string& design : designs) result.push_back(for_design(series, design));
  return result;
}

Measure for_design(const Measure& measure, const std::string& design) {
  Measure result = measure;
  if (result.relative) result.relative->series = for_design(result.relative->series, design);
  return result;
}

void require(const Measure& measure, const Located& series, const std::vector<std::string>& designs,
             const Dataset& data) {
  data.require(measure.quantity, expand(series, designs));
  if (!measure.relative) return;
  const Quantity& of = measure.relative->of ? *measure.relative->of : measure.quantity;
  data.require(of, expand(measure.relative->series, designs));
}

PointFilter make_filter(const std::vector<std::pair<Located, std::string>>& at, const std::vector<Located>& series,
                        const Dataset& data) {
  PointFilter filter;
  for (const auto& [axis, value] : at) {
    std::vector<std::string> known;
    for (const RecordValue& one : data.values(axis, series)) known.push_back(text_of(one));
    if (std::ranges::find(known, value) == known.end())
      axis.fail(fmt::format("no record at {} = '{}'; known: {}", axis.text, value, fmt::join(known, ", ")));
    filter.emplace(axis.text, value);
  }
  return filter;
}

std::string name_of(const RecordValue& value, const std::string& axis, const ReportSpec& report, bool with_unit) {
  const std::string text = text_of(value);
  const auto style = report.axes.find(axis);
  if (style == report.axes.end()) return text;
  const auto name = style->second.names.find(text);
  const std::string shown = name == style->second.names.end() ? text : name->second;
  return with_unit && !style->second.unit.empty() ? shown + " " + style->second.unit : shown;
}

std::string name_of(const Entry& entry, const std::vector<std::string>& axes, const ReportSpec& report) {
  std::string name;
  for (const std::string& axis : axes)
    if (const auto value = entry.point.find(axis); value != entry.point.end())
      name += (name.empty() ? "" : ", ") + name_of(value->second, axis, report);
  return name;
}

std::vector<std::string> varying_axes(const std::vector<Located>& series, const Dataset& data,
                                      const std::set<std::string>& but) {
  std::vector<std::string> axes;
  for (const Located& name : series)
    for (const auto& [axis, value] : data.series(name).front().point)
      if (!but.contains(axis) && std::ranges::find(axes, axis) == axes.end() &&
          data.values({axis, name.place, name.key_path}, {name}).size() > 1)
        axes.push_back(axis);
  return axes;
}

std::string label_of(const std::string& axis, const ReportSpec& report) {
  const auto style = report.axes.find(axis);
  if (style == report.axes.end()) return axis;
  return style->second.unit.empty() ? style->second.label
                                    : fmt::format("{} ({})", style->second.label, style->second.unit);
}

}  // namespace tilewright
