#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/labels.hpp"
#include "report/plot.hpp"

namespace tilewright {

namespace {

using Kind = Figure::Kind;

struct Spot {
  std::size_t curve;
  std::size_t point;
  double x;
  double y;
};

std::vector<Spot> spots_of(const Panel& panel) {
  std::vector<Spot> spots;
  for (std::size_t c = 0; c < panel.curves.size(); ++c)
    for (std::size_t i = 0; i < panel.curves[c].y.size(); ++i)
      if (panel.curves[c].x[i] && panel.curves[c].y[i])
        spots.push_back({c, i, *panel.curves[c].x[i], *panel.curves[c].y[i]});
  return spots;
}

/// Those that no other one beats in both, by x.
std::vector<Spot> front_of(std::vector<Spot> spots, const Figure& figure) {
  const double x_sign = figure.x_axis.more_is_better ? -1 : 1;
  const double y_sign = figure.y_axis.more_is_better ? -1 : 1;
  std::ranges::stable_sort(spots, [&](const Spot& a, const Spot& b) {
    return std::pair(x_sign * a.x, y_sign * a.y) < std::pair(x_sign * b.x, y_sign * b.y);
  });
  std::vector<Spot> front;
  for (const Spot& spot : spots)
    if (front.empty() || y_sign * spot.y < y_sign * front.back().y) front.push_back(spot);
  return front;
}

class ScatterPanel {
 public:
  ScatterPanel(const Figure& figure, const ReportSpec& report, const Chart& chart, const Panel& panel,
               const Plot& plot)
      : figure_(figure),
        report_(report),
        chart_(chart),
        panel_(panel),
        spots_(spots_of(panel)),
        width_(plot.area_width()),
        height_(plot.height),
        placer_(width_, height_) {}

  PanelPlot make(const Scale& x, const Scale& y, const std::vector<std::string>& naming_axes) {
    PanelPlot result = begin_panel(panel_, x, y, "xy");
    for (std::size_t r = 0; r < panel_.roofs.size(); ++r) add_roof(result, r, x, y);
    for (const Name& roof : roof_names_) result.script += placer_.place(roof.text, roof.x, roof.y);
    const std::vector<Spot> front = figure_.kind == Kind::pareto ? front_of(spots_, figure_) : std::vector<Spot>();
    if (!front.empty()) add_front(result, front);
    for (std::size_t c = 0; c < panel_.curves.size(); ++c) add_curve(result, c);
    for (const Spot& spot : spots_) {
      const double across = x.share(spot.x);
      const double up = y.share(spot.y);
      result.targets.push_back({across, across, up, up, spot.curve, spot.point});
      placer_.add_point(across * width_, up * height_);
    }
    if (figure_.steps) return result;
    if (!figure_.is_cloud())
      for (std::size_t i = 1; i < spots_.size(); ++i)
        if (spots_[i].curve == spots_[i - 1].curve)
          keep_off({x.share(spots_[i - 1].x), y.share(spots_[i - 1].y)},
                   {x.share(spots_[i].x), y.share(spots_[i].y)});
    // Those of the front come first, as they are what a reader looks for.
    for (const Spot& spot : front) result.script += named(spot, x, y, naming_axes);
    if (front.empty())
      for (const Spot& spot : to_name()) result.script += named(spot, x, y, naming_axes);
    return result;
  }

 private:
  void add_curve(PanelPlot& result, std::size_t c) const {
    const Curve& curve = panel_.curves[c];
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < curve.y.size(); ++i) rows.push_back(digits(curve.x[i]) + " " + digits(curve.y[i]));
    if (rows.empty()) return;
    result.script += data_block(fmt::format("c{}", c), rows);
    if (!figure_.is_cloud())
      result.items.push_back(fmt::format("$c{} using 1:2 with {} {} notitle", c, figure_.steps ? "steps" : "lines",
                                         line_style(curve)));
    if (!figure_.steps)
      result.items.push_back(fmt::format("$c{} using 1:2 with points lc rgb {} {} notitle", c, quoted(curve.color),
                                         marker_style(curve)));
  }

  void add_front(PanelPlot& result, const std::vector<Spot>& front) const {
    std::vector<std::string> rows;
    for (const Spot& spot : front) rows.push_back(fmt::format("{} {}", spot.x, spot.y));
    result.script += data_block("front", rows);
    // A point holds until the next one: further along x where less of it is better, else back to the one before.
    result.items.push_back(fmt::format("$front using 1:2 with {} lc rgb '#777777' lw 1.2 dt 1 notitle",
                                       rows.size() == 1 ? "points pt 6 ps 1.6" : "steps"));
  }

  // A rate as a level line, a bandwidth as rate = bandwidth x intensity, up to the highest rate.
  void add_roof(PanelPlot& result, std::size_t r, const Scale& x, const Scale& y) {
    const RoofValue& roof = panel_.roofs[r];
    double highest = y.most;
    double ridge = x.least;
    for (const RoofValue& other : panel_.roofs) {
      if (!other.slope) highest = std::min(y.most, std::max(highest == y.most ? 0 : highest, other.value));
    }
    if (!roof.slope) {
      double fastest = 0;
      for (const RoofValue& other : panel_.roofs)
        if (other.slope) fastest = std::max(fastest, other.value);
      if (fastest > 0) ridge = std::max(x.least, roof.value / fastest);
    }
    const double from = roof.slope ? std::max(x.least, y.least / roof.value) : ridge;
    const double to = roof.slope ? std::min(x.most, highest / roof.value) : x.most;
    if (from >= to) return;
    const auto at = [&](double intensity) { return roof.slope ? roof.value * intensity : roof.value; };
    result.script += data_block(fmt::format("roof{}", r),
                                {fmt::format("{} {}", from, at(from)), fmt::format("{} {}", to, at(to))});
    result.items.push_back(fmt::format("$roof{} using 1:2 with lines lc rgb '#222222' lw 1.6 dt 1 notitle", r));
    const double middle = roof.slope ? std::sqrt(from * to) : to;
    const std::string text = fmt::format("{} {}{}", roof.label, short_number(roof.value), roof.slope ? "B/s" : "");
    roof_names_.push_back({text, x.share(middle) * width_ - (roof.slope ? 0 : label_width(text) / 2 + 4),
                           y.share(at(middle)) * height_});
    keep_off({x.share(from), y.share(at(from))}, {x.share(to), y.share(at(to))});
  }

  // Names of points do not lie on this line.
  void keep_off(std::pair<double, double> from, std::pair<double, double> to) {
    constexpr int pieces = 60;
    for (int i = 0; i <= pieces; ++i)
      placer_.add_point((from.first + (to.first - from.first) * i / pieces) * width_,
                        (from.second + (to.second - from.second) * i / pieces) * height_);
  }

  // A name per value of the axis that names the points, at the uppermost curve, as curves are near each other
  // along x; of clouds every point.
  [[nodiscard]] std::vector<Spot> to_name() const {
    if (figure_.is_cloud()) return spots_;
    std::vector<Spot> upper;
    for (std::size_t i = 0; i < chart_.x.size(); ++i) {
      const Spot* highest = nullptr;
      for (const Spot& spot : spots_)
        if (spot.point == i && (highest == nullptr || spot.y > highest->y)) highest = &spot;
      if (highest != nullptr) upper.push_back(*highest);
    }
    return upper;
  }

  std::string named(const Spot& spot, const Scale& x, const Scale& y, const std::vector<std::string>& axes) {
    const std::string name = figure_.is_cloud()
                                 ? name_of(*panel_.curves[spot.curve].of[spot.point].front(), axes, report_)
                                 : chart_.x_names[spot.point];
    const Name wanted{name, x.share(spot.x) * width_, y.share(spot.y) * height_};
    const auto is_same = [&](const Name& other) {  // as of points at nearly one place
      return other.text == name && std::hypot(other.x - wanted.x, other.y - wanted.y) < 16;
    };
    if (name.empty() || std::ranges::any_of(names_, is_same)) return "";
    names_.push_back(wanted);
    return placer_.place(name, wanted.x, wanted.y);
  }

  const Figure& figure_;
  const ReportSpec& report_;
  const Chart& chart_;
  const Panel& panel_;
  std::vector<Spot> spots_;
  double width_;
  double height_;
  LabelPlacer placer_;
  struct Name {
    std::string text;
    double x;
    double y;
  };
  std::vector<Name> roof_names_;
  std::vector<Name> names_;
};

/// Roofs lie above the points: the scale has room for them.
std::vector<double> with_roofs(std::vector<double> values, const Chart& chart) {
  for (const Panel& panel : chart.panels)
    for (const RoofValue& roof : panel.roofs)
      if (!roof.slope) values.push_back(roof.value);
  return values;
}

/// As far right as the ridge of the lowest bandwidth and the highest rate.
std::vector<double> with_ridges(std::vector<double> values, const Chart& chart) {
  for (const Panel& panel : chart.panels)
    for (const RoofValue& rate : panel.roofs)
      for (const RoofValue& slope : panel.roofs)
        if (!rate.slope && slope.slope) values.push_back(1.5 * rate.value / slope.value);
  return values;
}

std::vector<std::string> naming_axes(const Figure& figure, const Chart& chart) {
  std::vector<std::string> axes;
  for (const Located& axis : figure.points) axes.push_back(axis.text);
  return axes.empty() ? chart.naming_axes : axes;
}

}  // namespace

Plot plot_scatter(const Figure& figure, const ReportSpec& report, const Chart& chart) {
  const Scale y = number_scale(figure.y_axis, with_roofs(values_of(chart, &Curve::y), chart));
  Plot plot = begin_plot(figure, chart, y, 320);
  plot.x_label = figure.x_axis.label;
  const Scale x =
      number_scale(figure.x_axis, with_ridges(values_of(chart, &Curve::x), chart)).thinned(plot.area_width());
  plot.legend = line_legend(chart.panels.front().curves);
  for (LegendItem& item : plot.legend) {
    if (figure.is_cloud()) item.line.clear();
    if (figure.steps) item.marker.clear();
  }
  if (figure.kind == Kind::pareto)
    plot.legend.push_back({"not beaten in both", "lc rgb '#777777' lw 1.2 dt 1", "", {}});
  for (const Panel& panel : chart.panels)
    plot.panels.push_back(ScatterPanel(figure, report, chart, panel, plot).make(x, y, naming_axes(figure, chart)));
  return plot;
}

}  // namespace tilewright
