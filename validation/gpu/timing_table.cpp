#include "validation/gpu/timing_table.hpp"

#include <algorithm>

namespace tilewright {

namespace {

std::vector<std::string> one_or_more(const Yaml& yaml) {
  return yaml.is_list() ? yaml.texts() : std::vector<std::string>{yaml.text()};
}

// An expression, or the first of several whose condition holds.
TimingNumber read_number(const Yaml& yaml) {
  if (!yaml.is_list()) return {{RowCondition{}, yaml.expression()}};
  TimingNumber choices;
  for (const Yaml& each : yaml.items()) {
    each.only({"rows", "value"});
    const auto rows = each.find("rows");
    choices.emplace_back(rows ? read_condition(*rows) : RowCondition{}, each.at("value").expression());
  }
  if (choices.empty()) yaml.fail("expected at least one {rows: .., value: ..}");
  return choices;
}

TimingProblem read_problem(const Yaml& yaml) {
  yaml.only({"batch", "heads", "kv_heads", "head_dim", "value_dim", "element_B", "cache_B", "values_in_keys",
             "queries", "keys", "q_tile", "kv_tile"});
  const auto number = [&](const char* key) { return read_number(yaml.at(key)); };
  TimingProblem problem{number("batch"),
                        number("heads"),
                        number("kv_heads"),
                        number("head_dim"),
                        number("value_dim"),
                        number("element_B"),
                        {}};
  problem.queries = yaml.at("queries").text();
  problem.keys = yaml.at("keys").text();
  if (const auto cache = yaml.find("cache_B")) problem.cache_B = read_number(*cache);
  if (const auto shared = yaml.find("values_in_keys")) problem.values_in_keys = shared->boolean();
  if (const auto tile = yaml.find("q_tile")) problem.query_tile = tile->text();
  if (const auto tile = yaml.find("kv_tile")) problem.key_tile = tile->text();
  return problem;
}

std::vector<TimingMask> read_masks(const Yaml& yaml) {
  std::vector<TimingMask> masks;
  for (const Yaml& mask : yaml.items()) {
    mask.only({"rows", "mask"});
    const auto rows = mask.find("rows");
    masks.push_back({rows ? read_condition(*rows) : RowCondition{}, mask.at("mask").text()});
  }
  if (masks.empty()) yaml.fail("expected at least one mask");
  return masks;
}

std::vector<TimingValue> read_values(const Yaml& yaml) {
  static const Symbols predictions = [] {
    Symbols symbols;
    for (const char* name : {"time_s", "fused_s", "passes_s", "baseline_s", "energy_J", "power_W"})
      symbols.add(name);
    return symbols;
  }();
  std::vector<TimingValue> values;
  for (const Yaml& value : yaml.items()) {
    value.only({"name", "measured", "predicted", "rows"});
    const auto rows = value.find("rows");
    values.push_back({value.at("name").text(), value.at("measured").expression(),
                      value.at("predicted").expression(), rows ? read_condition(*rows) : RowCondition{}});
    values.back().predicted.bind(predictions);
  }
  if (values.empty()) yaml.fail("expected at least one value");
  return values;
}

std::vector<TimingLine> read_lines(const Yaml& yaml, const std::vector<TimingValue>& values) {
  std::vector<TimingLine> lines;
  for (const Yaml& line : yaml.items()) {
    line.only({"value", "against", "per"});
    lines.push_back({line.at("value").text(), line.at("against").expression(), line.at("per").text()});
    std::vector<std::string> names;
    for (const TimingValue& value : values) names.push_back(value.name);
    if (std::ranges::find(names, lines.back().value) == names.end())
      line.at("value").fail("no value '" + lines.back().value + "'" + did_you_mean(lines.back().value, names));
  }
  return lines;
}

}  // namespace

TextPatterns read_patterns(const Yaml& yaml) {
  TextPatterns patterns;
  for (const auto& [column, texts] : yaml.entries()) patterns[column] = one_or_more(texts);
  return patterns;
}

RowCondition read_condition(const Yaml& yaml) {
  RowCondition condition;
  if (!yaml.is_map()) {
    condition.numbers = yaml.expression();
    return condition;
  }
  for (const auto& [key, value] : yaml.entries()) {
    if (key == "when") {
      condition.numbers = value.expression();
    } else {
      condition.texts[key] = one_or_more(value);
    }
  }
  return condition;
}

TimingTable read_table(const Yaml& yaml) {
  yaml.only({"name", "columns", "files", "only", "problem", "masks", "values", "lines"});
  TimingTable table;
  table.name = yaml.at("name").text();
  table.columns = yaml.at("columns").texts();
  table.files = yaml.at("files").texts();
  if (const auto only = yaml.find("only")) table.only = read_patterns(*only);
  table.problem = read_problem(yaml.at("problem"));
  table.masks = read_masks(yaml.at("masks"));
  table.values = read_values(yaml.at("values"));
  if (const auto lines = yaml.find("lines")) table.lines = read_lines(*lines, table.values);
  return table;
}

}  // namespace tilewright
