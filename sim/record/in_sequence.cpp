#include <algorithm>
#include <limits>
#include <map>

#include "sim/record/record.hpp"

namespace tilewright {

namespace {

// What one part has under a name.
struct PartValue {
  const RecordValue* value;
  double time_s;  // of the part

  [[nodiscard]] double number() const { return std::get<double>(*value); }
  [[nodiscard]] const std::string& text() const { return std::get<std::string>(*value); }
};

using PartValues = std::vector<PartValue>;

bool ends_with_any(const std::string& name, std::initializer_list<const char*> endings) {
  return std::ranges::any_of(endings, [&](const char* ending) { return name.ends_with(ending); });
}

// Shares of a part's time count as long as the part lasts; sizes of what parts use one after another do not add up.
double combined_number(const std::string& name, const PartValues& values, double total_time_s) {
  const double first = values.front().number();
  if (ends_with_any(name, {"area_m2", "capacity_B"}) || name.starts_with("shape.") ||
      name.starts_with("parameter.")) {
    const bool same =
        std::ranges::all_of(values, [first](const PartValue& part) { return part.number() == first; });
    return same ? first : std::numeric_limits<double>::quiet_NaN();
  }
  const bool most = ends_with_any(name, {"used_B", ".spilled"});
  const bool mean = name.ends_with(".utilisation");
  double result = 0;
  for (const PartValue& part : values)
    if (most)
      result = std::max(result, part.number());
    else
      result += mean ? part.time_s / total_time_s * part.number() : part.number();
  return result;
}

std::string combined_text(const std::string& name, const PartValues& values) {
  if (name == "binding") return std::ranges::max_element(values, {}, &PartValue::time_s)->text();
  const std::string between = name == "warnings" ? "; " : " + ";
  std::vector<std::string> different;
  std::string result;
  for (const PartValue& part : values) {
    if (std::ranges::find(different, part.text()) != different.end()) continue;
    result += (different.empty() ? "" : between) + part.text();
    different.push_back(part.text());
  }
  return result;
}

// Not of an Einsum or a group, which only some parts have.
bool is_of_every_part(const std::string& name) {
  const bool of_resource = name.starts_with("level.") || name.starts_with("unit.");
  return name.find('.') == std::string::npos || name.starts_with("bound.") ||
         (of_resource && ends_with_any(name, {".energy_J", ".area_m2"}));
}

}  // namespace

Record in_sequence(const std::vector<Record>& parts) {
  std::vector<std::string> order;
  std::map<std::string, PartValues> values;
  double total_time_s = 0;
  for (const Record& part : parts) {
    const double time_s = part.number("time_s").value_or(0);
    total_time_s += time_s;
    for (const auto& [name, value] : part.fields()) {
      if (values[name].empty()) order.push_back(name);
      values[name].push_back({&value, time_s});
    }
  }
  Record record;
  for (const std::string& name : order) {
    const PartValues& of_name = values.at(name);
    if (std::holds_alternative<std::string>(*of_name.front().value))
      record.add(name, combined_text(name, of_name));
    else if (of_name.size() == parts.size() || !is_of_every_part(name))
      record.add(name, combined_number(name, of_name, total_time_s));
  }
  if (const auto energy = record.number("energy_J")) record.set("edp_Js", *energy * total_time_s);
  if (const auto bound = record.number("bound.time_s")) record.set("bound.ratio", total_time_s / *bound);
  return record;
}

}  // namespace tilewright
