#include "report/report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "common/file.hpp"
#include "report/account.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"
#include "report/layout.hpp"
#include "report/shown_table.hpp"

namespace tilewright {

namespace {

/// What wrote the records: usually one version and commit, but a resumed sweep may have several.
std::string values_of(const std::vector<Record>& records, const std::string& field) {
  std::set<std::string> values;
  for (const Record& record : records)
    if (const std::string value = record.text(field); !value.empty()) values.insert(value);
  return values.empty() ? "unknown" : fmt::format("{}", fmt::join(values, ", "));
}

std::string page_head(const ReportSpec& spec, const std::vector<Record>& records) {
  return fmt::format("<h1>{}</h1>\n<p class=\"source\">Study {}, {} records of version {}, commit {}.</p>\n",
                     escape_html(spec.title), escape_html(spec.study), records.size(),
                     escape_html(values_of(records, "version")), escape_html(values_of(records, "commit")));
}

std::string paragraphs(const std::string& text) {
  std::string result;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find("\n\n", from), text.size());
    const std::string paragraph = text.substr(from, end - from);
    if (paragraph.find_first_not_of(" \n") != std::string::npos)
      result += "<p>" + escape_html(paragraph) + "</p>\n";
    from = end + 2;
  }
  return result;
}

constexpr std::uintmax_t largest_picture_B = 16u << 20;

/// What the blocks of a report become: the body of the page, and the files beside it.
class ReportWriter {
 public:
  ReportWriter(const ReportSpec& spec, const std::vector<Record>& records, const ReportOptions& options)
      : spec_(spec), records_(records), options_(options), data_(records) {}

  /// The page and the files, by their paths in the folder.
  std::map<std::string, std::string> write() {
    draw();
    std::string body = page_head(spec_, records_);
    for (const Block& block : spec_.page)
      body += std::visit([this](const auto& each) { return html(each); }, block);
    body += account();
    files_.emplace("index.html", html_page(spec_.title, body));
    return std::move(files_);
  }

 private:
  std::string account() {
    std::string text;
    for (const AccountPart& part : account_of(records_, options_.origin)) {
      text += html(Heading{part.heading});
      for (const std::string& paragraph : part.paragraphs) text += html(Prose{paragraph});
      for (const ShownTable& table : part.tables) text += html(table);
    }
    return text;
  }

  void draw() {
    std::vector<Drawing> wholes;
    std::vector<Drawing> parts;
    for (const Block& block : spec_.page) {
      const auto* figure = std::get_if<Figure>(&block);
      if (figure == nullptr) continue;
      const Chart chart = make_chart(*figure, spec_, data_);
      drawn_.emplace(figure->name, DrawnFigure{*figure, chart, plot(*figure, spec_, chart)});
      const Plot& plot = drawn_.at(figure->name).plot;
      wholes.push_back(whole_figure(plot));
      for (const auto& drawings : {panels_of(plot), samples_of(plot)})
        parts.insert(parts.end(), drawings.begin(), drawings.end());
    }
    parts_ = run_gnuplot(parts, {"svg"});
    for (auto& [name, content] : run_gnuplot(wholes, options_.formats)) files_.emplace("figures/" + name, content);
  }

  std::string html(const Heading& heading) { return "<h2>" + escape_html(heading.text) + "</h2>\n"; }
  std::string html(const Prose& prose) { return paragraphs(prose.text); }

  std::string html(const ReportTable& table) {
    ShownTable shown = show(table, spec_, data_);
    shown.name = fmt::format("table-{}", ++tables_);
    return html(shown);
  }

  std::string html(const ShownTable& table) {
    const std::string name = "tables/" + table.name;
    files_.emplace(name + ".csv", csv_of(table));
    files_.emplace(name + ".tex", latex_of(table));
    return html_of(table, {name + ".csv", name + ".tex"});
  }

  // What is drawn already goes as it is, but for scripts.
  std::string html(const GivenPicture& picture) {
    const std::string svg = read_file(picture.file.text, largest_picture_B);
    if (svg.find("<svg") == std::string::npos || svg.find("</svg>") == std::string::npos)
      picture.file.fail("'" + picture.file.text + "' is no SVG");
    if (svg.find("<script") != std::string::npos)
      picture.file.fail("'" + picture.file.text + "' has a script in it");
    const std::string name = "figures/" + picture.name + ".svg";
    files_.emplace(name, svg);
    return fmt::format("<figure id=\"{}\">\n{}{}{}</figure>\n", picture.name,
                       html_caption(picture.title, picture.caption),
                       inline_svg(svg, picture.name, {picture.title, "class=\"picture\""}), html_links({name}));
  }

  std::string html(const Figure& figure) {
    const DrawnFigure& drawn = drawn_.at(figure.name);
    const std::string name = "figures/" + figure.name;
    std::vector<std::string> links;
    for (const std::string& format : options_.formats) links.push_back(name + "." + format);
    links.push_back(name + ".csv");
    files_.emplace(links.back(), csv_of(drawn, spec_));
    return html_of(drawn, spec_, parts_, links, options_.command);
  }

  const ReportSpec& spec_;
  const std::vector<Record>& records_;
  const ReportOptions& options_;
  Dataset data_;
  std::map<std::string, DrawnFigure> drawn_;
  std::map<std::string, std::string> parts_;
  std::map<std::string, std::string> files_;
  int tables_ = 0;
};

}  // namespace

std::vector<std::filesystem::path> write_report(const ReportSpec& spec, const std::vector<Record>& records,
                                                const std::filesystem::path& out_dir,
                                                const ReportOptions& options) {
  const std::map<std::string, std::string> files = ReportWriter(spec, records, options).write();
  std::vector<std::filesystem::path> written = {out_dir / "index.html"};
  for (const auto& [name, content] : files) {
    if (name != "index.html") written.push_back(out_dir / name);
    write_file(out_dir / name, content);
  }
  return written;
}

}  // namespace tilewright
