#include <map>

#include <fmt/format.h>

#include "report/shown_table.hpp"

namespace tilewright {

namespace {

std::string groups_of(const ShownTable& table) {
  std::string titles;
  std::string rules;
  std::size_t column = 2;
  for (const ShownGroup& group : table.groups) {
    titles += fmt::format(" & \\multicolumn{{{}}}{{c}}{{{}}}", group.columns, escape_latex(group.title));
    rules += fmt::format("\\cmidrule(lr){{{}-{}}}", column, column + group.columns - 1);
    column += group.columns;
  }
  return table.groups.empty() ? "" : titles + " \\\\\n" + rules + "\n";
}

}  // namespace

std::string escape_latex(const std::string& text) {
  static const std::map<char, std::string> special = {{'&', "\\&"},
                                                      {'%', "\\%"},
                                                      {'$', "\\$"},
                                                      {'#', "\\#"},
                                                      {'_', "\\_"},
                                                      {'{', "\\{"},
                                                      {'}', "\\}"},
                                                      {'~', "\\textasciitilde{}"},
                                                      {'^', "\\textasciicircum{}"},
                                                      {'\\', "\\textbackslash{}"},
                                                      {'<', "\\textless{}"},
                                                      {'>', "\\textgreater{}"},
                                                      {'|', "\\textbar{}"}};
  std::string result;
  for (const char letter : text) {
    const auto found = special.find(letter);
    result += found == special.end() ? std::string(1, letter) : found->second;
  }
  // What the encoding of plain LaTeX lacks.
  static const std::map<std::string, std::string> signs = {
      {"×", "\\ensuremath{\\times}"}, {"µ", "\\ensuremath{\\mu}"}, {"²", "\\ensuremath{^2}"}, {"–", "--"}};
  for (const auto& [sign, command] : signs)
    for (std::size_t at = result.find(sign); at != std::string::npos; at = result.find(sign, at + command.size()))
      result.replace(at, sign.size(), command);
  return result;
}

std::string latex_of(const ShownTable& table) {
  std::string text = "% \\usepackage{booktabs}\n\\begin{table}\n\\caption{" + escape_latex(table.title) + ". " +
                     escape_latex(table.caption) + "}\n\\begin{tabular}{l" +
                     std::string(table.columns.size(), 'r') + "}\n\\toprule\n" + groups_of(table) +
                     escape_latex(table.of_rows);
  for (const std::string& column : table.columns) text += " & " + escape_latex(column);
  text += " \\\\\n\\midrule\n";
  for (const ShownRow& row : table.rows) {
    text += escape_latex(row.label);
    for (const ShownCell& cell : row.cells) text += " & " + escape_latex(cell.text);
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

}  // namespace tilewright
