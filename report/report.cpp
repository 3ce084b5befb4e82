#include "report/report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"

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

struct PageWriter {
  const ReportSpec& spec;
  const Dataset& data;
  const std::map<std::string, std::string>& files;

  std::string operator()(const Heading& heading) const { return "<h2>" + escape_html(heading.text) + "</h2>\n"; }
  std::string operator()(const Prose& prose) const { return paragraphs(prose.text); }
  std::string operator()(const ReportTable& table) const { return html_table(table, spec, data); }
  std::string operator()(const Figure& figure) const {
    return fmt::format("<figure id=\"{}\">\n<figcaption><b>{}.</b> {}</figcaption>\n{}</figure>\n", figure.name,
                       escape_html(figure.title), escape_html(figure.caption),
                       inline_svg(files.at(figure.name + ".svg"), figure.name, figure.title));
  }
};

}  // namespace

std::vector<std::filesystem::path> write_report(const ReportSpec& spec, const std::vector<Record>& records,
                                                const std::filesystem::path& out_dir,
                                                const ReportOptions& options) {
  const Dataset data(records);
  std::vector<Drawing> drawings;
  for (const Block& block : spec.page)
    if (const auto* figure = std::get_if<Figure>(&block))
      drawings.push_back(draw(*figure, spec, make_chart(*figure, spec, data)));
  const std::map<std::string, std::string> files = run_gnuplot(drawings, options.png);

  std::string body = page_head(spec, records);
  for (const Block& block : spec.page) body += std::visit(PageWriter{spec, data, files}, block);

  std::vector<std::filesystem::path> written = {out_dir / "index.html"};
  write_file(written.front(), html_page(spec.title, body));
  for (const auto& [name, content] : files) {
    written.push_back(out_dir / "figures" / name);
    write_file(written.back(), content);
  }
  return written;
}

}  // namespace tilewright
