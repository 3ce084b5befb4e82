#include "cli/mask_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "einsum/mask/pattern.hpp"

namespace tilewright::cli {

namespace {

std::string example_of(const Pattern& pattern) {
  return pattern.name + (pattern.example.empty() ? "" : "," + pattern.example);
}

// "block=128", "stride (optional)", "window".
std::string shown(const Parameter& parameter) {
  if (!parameter.standard.empty()) return parameter.name + "=" + parameter.standard;
  return parameter.name + (parameter.required ? "" : " (optional)");
}

std::string in_words(const Pattern& pattern) {
  std::string text = fmt::format("{}: {}\n    {}\n", pattern.name, pattern.summary, pattern.source);
  std::size_t widest = 0;
  for (const Parameter& each : pattern.parameters) widest = std::max(widest, shown(each).size());
  for (const Parameter& each : pattern.parameters)
    text += fmt::format("    {:<{}}  {}\n", shown(each), widest, each.meaning);
  text += fmt::format("    as in: {}", example_of(pattern));
  if (!pattern.example_layout.empty()) text += " --layout " + pattern.example_layout;
  return text + "\n";
}

std::string to_json(std::span<const Pattern* const> all) {
  auto json = nlohmann::ordered_json::array();
  for (const Pattern* each : all) {
    auto parameters = nlohmann::ordered_json::array();
    for (const Parameter& of : each->parameters) {
      nlohmann::ordered_json parameter{{"name", of.name}, {"meaning", of.meaning}, {"required", of.required}};
      if (!of.standard.empty()) parameter["standard"] = of.standard;
      parameters.push_back(std::move(parameter));
    }
    nlohmann::ordered_json pattern{{"name", each->name},
                                   {"summary", each->summary},
                                   {"source", each->source},
                                   {"parameters", std::move(parameters)},
                                   {"heads_differ", each->heads != nullptr || each->by_number},
                                   {"example", example_of(*each)}};
    if (!each->example_layout.empty()) pattern["example_layout"] = each->example_layout;
    json.push_back(std::move(pattern));
  }
  return json.dump(2) + "\n";
}

std::string to_csv(std::span<const Pattern* const> all) {
  Table table;
  for (const char* name : {"name", "summary", "source", "parameters", "example", "example_layout"})
    table.columns.push_back({name, {}, false});
  for (const Pattern* each : all) {
    std::vector<std::string> parameters;
    for (const Parameter& parameter : each->parameters) parameters.push_back(shown(parameter));
    table.rows.push_back({each->name, each->summary, each->source, fmt::format("{}", fmt::join(parameters, ", ")),
                          example_of(*each), each->example_layout});
  }
  return table.str(Table::Format::csv);
}

}  // namespace

std::string list_patterns(Table::Format format) {
  const auto all = patterns();
  if (format == Table::Format::json) return to_json(all);
  if (format == Table::Format::csv) return to_csv(all);
  std::string text;
  for (const Pattern* each : all) text += (text.empty() ? "" : "\n") + in_words(*each);
  return text;
}

}  // namespace tilewright::cli
