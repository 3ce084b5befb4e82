#include <algorithm>

#include <fmt/format.h>

#include "report/html.hpp"
#include "report/shown_table.hpp"

namespace tilewright {

namespace {

/// The class attribute of a column's cells: the first of a group has a line at its left, texts stand at the left.
std::vector<std::string> classes_of(const ShownTable& table) {
  std::vector<std::string> classes(table.columns.size());
  std::size_t column = 0;
  for (const ShownGroup& group : table.groups) {
    if (column < classes.size()) classes[column] = "first";
    column += group.columns;
  }
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto is_text = [c](const ShownRow& row) { return !row.cells[c].number && !row.cells[c].text.empty(); };
    if (std::ranges::any_of(table.rows, is_text)) classes[c] += classes[c].empty() ? "text" : " text";
    if (!classes[c].empty()) classes[c] = " class=\"" + classes[c] + "\"";
  }
  return classes;
}

/// A text that a narrow column breaks after a separator, and never within a word.
std::string breakable(const std::string& text) {
  std::string result;
  for (const char letter : escape_html(text)) {
    result += letter;
    if (letter == '_' || letter == '/' || letter == ',') result += "<wbr>";
  }
  return result;
}

/// A button, so that the keyboard reaches it; the script of the page sorts by its column.
std::string sorting(const std::string& label) {
  return "<button type=\"button\">" + breakable(label) + "</button>";
}

std::string header(const ShownTable& table, const std::vector<std::string>& classes) {
  std::string groups;
  for (const ShownGroup& group : table.groups)
    groups += fmt::format("<th class=\"group first\" colspan=\"{}\" scope=\"colgroup\">{}</th>", group.columns,
                          escape_html(group.title));
  std::string labels = "<th scope=\"col\">" + sorting(table.of_rows) + "</th>";
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    labels += fmt::format("<th{} scope=\"col\">{}</th>", classes[c], sorting(table.columns[c]));
  if (!groups.empty()) groups = "<tr><td></td>" + groups + "</tr>\n";
  return "<thead>\n" + groups + "<tr>" + labels + "</tr>\n</thead>\n";
}

std::string html_of(const ShownRow& row, const std::vector<std::string>& classes) {
  std::string html = "<tr><th scope=\"row\">";
  if (!row.color.empty()) html += fmt::format("<span class=\"swatch\" style=\"background:{}\"></span>", row.color);
  html += breakable(row.label) + "</th>";
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    const ShownCell& cell = row.cells[c];
    const std::string value = cell.number ? fmt::format(" data-v=\"{}\"", *cell.number) : "";
    html += fmt::format("<td{}{}>{}</td>", classes[c], value, breakable(cell.text));
  }
  return html + "</tr>\n";
}

}  // namespace

std::string html_links(const std::vector<std::string>& files) {
  std::string html;
  for (const std::string& file : files)
    html += fmt::format("{}<a href=\"{}\">{}</a>", html.empty() ? "" : " · ", escape_html(file),
                        escape_html(file.substr(file.rfind('.') + 1)));
  return html.empty() ? "" : "<p class=\"files\">" + html + "</p>\n";
}

std::string html_of(const ShownTable& table, const std::vector<std::string>& links) {
  const std::vector<std::string> classes = classes_of(table);
  std::string rows;
  for (const ShownRow& row : table.rows) rows += html_of(row, classes);
  return fmt::format(
      "<figure>\n{}<div class=\"scroll\" tabindex=\"0\"><table "
      "class=\"sortable\">\n"
      "{}<tbody>\n{}</tbody>\n</table></div>\n{}</figure>\n",
      html_caption(table.title, table.caption), header(table, classes), rows, html_links(links));
}

}  // namespace tilewright
