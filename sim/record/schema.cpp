#include "sim/record/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <stdexcept>
#include <unordered_map>

#include "common/error.hpp"

namespace tilewright {

namespace {

// The part of a name before its first dot, which is cut off.
std::string_view next_part(std::string_view& name) {
  const std::size_t dot = name.find('.');
  const std::string_view part = name.substr(0, dot);
  name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
  return part;
}

bool is_any_name(std::string_view part) {
  return std::ranges::all_of(part, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

bool matches(std::string_view pattern, std::string_view name) {
  while (!pattern.empty() && !name.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view part = next_part(name);
    if (part.empty() || (part != wanted && !is_any_name(wanted))) return false;
  }
  return pattern.empty() && name.empty();
}

// By the first part of their names, which is never of any name.
const std::multimap<std::string_view, const Field*>& index() {
  static const auto all = [] {
    std::multimap<std::string_view, const Field*> result;
    for (const Field& field : fields()) {
      std::string_view name = field.name;
      result.emplace(next_part(name), &field);
    }
    return result;
  }();
  return all;
}

const Field* match(std::string_view name) {
  std::string_view rest = name;
  const auto [first, last] = index().equal_range(next_part(rest));
  const auto found =
      std::ranges::find_if(first, last, [&](const auto& each) { return matches(each.second->name, name); });
  return found == last ? nullptr : found->second;
}

struct HashOfText : std::hash<std::string_view> {
  using is_transparent = void;
};
using FieldsByName = std::unordered_map<std::string, const Field*, HashOfText, std::equal_to<>>;
constexpr std::size_t most_remembered = 4096;

std::string rule_of(const Field& field) {
  const Formula& formula = field.formula;
  if (field.combine == Combine::derived)
    return fmt::format("{} {} {}", formula.left, formula.operation, formula.right);
  constexpr std::array rules{"sum", "maximum", "mean over time", "same", "of the longest", "joined"};
  const bool adds_up = field.combine == Combine::sum || field.combine == Combine::mean;
  return std::string(rules.at(static_cast<std::size_t>(field.combine))) +
         (adds_up && field.absent != Absent::nothing ? " of all" : "");
}

std::string_view kind_text(ValueKind kind) {
  if (kind == ValueKind::either) return "either";
  return kind == ValueKind::number ? "number" : "text";
}

}  // namespace

const Field* find_field(std::string_view name) {
  if (name.ends_with('.')) return nullptr;
  thread_local FieldsByName remembered;  // records of a study have the same names again and again
  if (const auto known = remembered.find(name); known != remembered.end()) return known->second;
  const Field* field = match(name);
  if (remembered.size() == most_remembered) remembered.clear();
  remembered.emplace(name, field);
  return field;
}

const Field& field_of(std::string_view name) {
  if (const Field* field = find_field(name)) return *field;
  throw std::logic_error("result records have no field '" + std::string(name) + "'");
}

std::string nearest_field(const std::string& name) {
  std::vector<std::string> known;
  for (const Field& field : fields()) known.push_back(operand(field.name, name));
  return did_you_mean(name, known);
}

std::string operand(std::string_view pattern, std::string_view name) {
  std::string result;
  while (!pattern.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view part = next_part(name);
    result += (result.empty() ? "" : ".") + std::string(is_any_name(wanted) && !part.empty() ? part : wanted);
  }
  return result;
}

Column column_of(const Field& field, std::string heading) {
  const auto unit = find_unit(field.unit);
  return {std::move(heading), unit ? unit->dimension : dimension::number, field.unit == "share"};
}

Table table_of_fields() {
  Table table{{{"name"}, {"unit"}, {"kind"}, {"in_sequence"}, {"meaning"}}, {}};
  for (const Field& field : fields())
    table.rows.push_back({std::string(field.name), std::string(field.unit), std::string(kind_text(field.kind)),
                          rule_of(field), std::string(field.meaning)});
  return table;
}

}  // namespace tilewright
