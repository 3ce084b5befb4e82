#include "report/html_figure.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/html.hpp"
#include "report/layout.hpp"

namespace tilewright {

namespace {

std::string legend_of(const Plot& plot, const std::map<std::string, std::string>& files) {
  std::string items;
  for (std::size_t i = 0; i < plot.legend.size(); ++i) {
    const std::string name = fmt::format("{}-sample-{}", plot.name, i + 1);
    items += "<li>" + inline_svg(files.at(name + ".svg"), name, {plot.legend[i].label, "class=\"sample\""}) +
             escape_html(plot.legend[i].label) + "</li>\n";
  }
  return items.empty() ? "" : "<ul class=\"legend\">\n" + items + "</ul>\n";
}

std::string element_of(const Target& target, const Plot& plot) {
  const PixelBox box = pixels_of(target, plot);
  if (target.left == target.right)
    return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"7\"", box.left, box.top);
  return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"", box.left, box.top,
                     std::max(2.0, box.width), std::max(2.0, box.height));
}

class FigureWords {
 public:
  FigureWords(const DrawnFigure& drawn, const ReportSpec& report, const CommandOf& command)
      : drawn_(drawn), report_(report), command_(command) {}

  /// The attributes that the script of the page shows.
  std::string operator()(std::size_t p, const Target& target) const {
    const Panel& panel = drawn_.chart.panels[p];
    const Curve& curve = panel.curves[target.curve];
    const std::vector<const Entry*>& of = curve.of[target.point];
    std::string words = drawn_.figure.kind == Figure::Kind::map
                            ? fmt::format("{} = {}", label_of(drawn_.figure.curves->text, report_), curve.label)
                            : curve.label;
    if (!panel.title.empty()) words += "\n" + panel.title;
    if (!drawn_.chart.x.empty()) words += "\n" + place_of(target.point);
    if (drawn_.figure.x_quantity) words += "\n" + value_of(drawn_.figure.x_axis, curve.x[target.point]);
    words += "\n" + value_of(drawn_.figure.y_axis, curve.y[target.point]);
    if (of.size() > 1) words += fmt::format("\nmean of {} points", of.size());
    if (of.size() == 1) words += "\n" + point_of(*of.front());
    std::string html = "data-t=\"" + escape_html(words) + "\"";
    if (const std::string command = of.empty() ? "" : command_(*of.front()->record); !command.empty())
      html += " data-c=\"" + escape_html((of.size() > 1 ? "first: " : "") + command) + "\"";
    return html;
  }

 private:
  [[nodiscard]] std::string place_of(std::size_t point) const {
    const std::string& name = drawn_.chart.x_names[point];
    return drawn_.figure.x ? label_of(drawn_.figure.x->text, report_) + " = " + name : name;
  }

  static std::string value_of(const NumberAxis& axis, const std::optional<double>& value) {
    return fmt::format("{}: {:.6g}", axis.label, value.value_or(0));
  }

  /// The series, all axes, and what limits the time.
  static std::string point_of(const Entry& entry) {
    std::string words = "series " + entry.record->text("series");
    for (const auto& [axis, value] : entry.point) words += fmt::format(", {}={}", axis, text_of(value));
    const std::string binding = entry.record->text("binding");
    return binding.empty() ? words : words + "\nbound by " + binding;
  }

  const DrawnFigure& drawn_;
  const ReportSpec& report_;
  const CommandOf& command_;
};

Cell cell_of(const RecordValue& value) {
  const double* number = std::get_if<double>(&value);
  return number == nullptr ? Cell(std::get<std::string>(value)) : Cell(*number);
}

Cell cell_of(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }

}  // namespace

std::string html_of(const Plot& plot, const std::map<std::string, std::string>& files, const std::string& title,
                    const WordsOf& words) {
  std::string html = legend_of(plot, files) + "<div class=\"panels\">\n";
  // A panel may grow to fill its row, but its letters not to those of a heading.
  const std::string attributes =
      fmt::format("class=\"panel\" style=\"flex-basis:{}px;max-width:{}px\"", plot.width, plot.width * 5 / 4);
  for (std::size_t p = 0; p < plot.panels.size(); ++p) {
    const std::string name = fmt::format("{}-panel-{}", plot.name, p + 1);
    const std::string& panel = plot.panels[p].title;
    std::string targets;
    for (const Target& target : plot.panels[p].targets)
      targets += element_of(target, plot) + " " + words(p, target) + "/>\n";
    html += inline_svg(files.at(name + ".svg"), name,
                       {title + (panel.empty() ? "" : ": " + panel), attributes, targets});
  }
  return html + "</div>\n";
}

std::string html_of(const DrawnFigure& drawn, const ReportSpec& report,
                    const std::map<std::string, std::string>& files, const std::vector<std::string>& links,
                    const CommandOf& command) {
  return fmt::format("<figure id=\"{}\">\n{}{}{}</figure>\n", drawn.figure.name,
                     html_caption(drawn.figure.title, drawn.figure.caption),
                     html_of(drawn.plot, files, drawn.figure.title, FigureWords(drawn, report, command)),
                     html_links(links));
}

std::string csv_of(const DrawnFigure& drawn, const ReportSpec& report) {
  const Figure& figure = drawn.figure;
  Table table{{{"panel"}, {"curve"}}, {}};
  if (!drawn.chart.x.empty()) table.columns.push_back({figure.x ? "x: " + figure.x->text : "design"});
  if (figure.is_cloud()) table.columns.push_back({"point"});
  if (figure.x_quantity) table.columns.push_back({"x: " + figure.x_axis.label});
  table.columns.push_back({"y: " + figure.y_axis.label});
  table.columns.push_back({"points"});
  for (const Panel& panel : drawn.chart.panels)
    for (const Curve& curve : panel.curves)
      for (std::size_t i = 0; i < curve.y.size(); ++i) {
        std::vector<Cell> row = {panel.title, curve.label};
        if (!drawn.chart.x.empty()) row.push_back(cell_of(drawn.chart.x[i]));
        if (figure.is_cloud()) row.emplace_back(name_of(*curve.of[i].front(), drawn.chart.naming_axes, report));
        if (figure.x_quantity) row.push_back(cell_of(curve.x[i]));
        row.push_back(cell_of(curve.y[i]));
        row.emplace_back(static_cast<double>(curve.of[i].size()));
        table.rows.push_back(std::move(row));
      }
  return table.str(Table::Format::csv);
}

}  // namespace tilewright
