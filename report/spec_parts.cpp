#include "report/spec_parts.hpp"

#include <algorithm>

namespace tilewright {

namespace {

Expression self_bound(const Yaml& value) {
  Expression expression = value.expression();
  Symbols own;
  for (const std::string& name : expression.names()) own.add(name);
  expression.bind(own);
  return expression;
}

}  // namespace

std::string text_or_empty(const Yaml& map, std::string_view key) {
  const auto value = map.find(key);
  return value ? value->text() : "";
}

std::string parse_file_name(const Yaml& value) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (value.text().empty() || !std::ranges::all_of(value.text(), fits))
    value.fail("expected a name of a-z, 0-9 and '-', got '" + value.text() + "'");
  return value.text();
}

Located located(const Yaml& value) { return {value.text(), value.place(), value.path()}; }

int parse_scale(const Yaml& map) {
  const auto value = map.find("scale");
  if (!value || value->text() == "linear") return 0;
  if (value->text() == "log2") return 2;
  if (value->text() == "log10") return 10;
  const std::vector<std::string> known = {"linear", "log2", "log10"};
  value->fail("unknown scale '" + value->text() + "'" + did_you_mean(value->text(), known));
}

Quantity parse_quantity(const Yaml& value) {
  Quantity quantity;
  if (!value.is_list()) return {{self_bound(value)}};
  for (const Yaml& item : value.items()) quantity.alternatives.push_back(self_bound(item));
  if (quantity.alternatives.empty()) value.fail("expected a value or a list of alternatives");
  return quantity;
}

std::optional<Relative> parse_relative(const Yaml& map) {
  const auto series = map.find("relative_to");
  if (!series) {
    for (const char* key : {"as", "of"})
      if (const auto value = map.find(key)) value->fail("needs relative_to");
    return std::nullopt;
  }
  const Yaml as = map.at("as");
  if (as.text() != "speedup" && as.text() != "ratio")
    as.fail("expected speedup (other / this) or ratio (this / other), got '" + as.text() + "'");
  Relative relative{located(*series), as.text() == "speedup", std::nullopt};
  if (const auto of = map.find("of")) relative.of = parse_quantity(*of);
  return relative;
}

std::vector<std::pair<Located, std::string>> parse_at(const Yaml& map) {
  std::vector<std::pair<Located, std::string>> result;
  const auto at = map.find("at");
  if (!at) return result;
  for (const auto& [axis, value] : at->entries())
    result.emplace_back(Located{axis, value.place(), value.path()}, value.text());
  return result;
}

std::vector<std::string> parse_designs(const Yaml& map, const ReportSpec& report) {
  std::vector<std::string> known;
  for (const auto& [key, design] : report.designs) known.push_back(key);
  const auto designs = map.find("designs");
  if (!designs) return known;
  for (const Yaml& item : designs->items())
    if (std::ranges::find(known, item.text()) == known.end())
      item.fail("unknown design '" + item.text() + "'" + did_you_mean(item.text(), known));
  return designs->texts();
}

}  // namespace tilewright
