#include <map>

#include "sim/record.hpp"

namespace tilewright {

namespace {

bool ends_with_any(const std::string& name, std::initializer_list<const char*> endings) {
  for (const char* ending : endings)
    if (name.ends_with(ending)) return true;
  return false;
}

// Shares of a part's time count as long as the part lasts; sizes of what parts use one after another do not add up.
double combined(const std::string& name, double sum, double value, double share) {
  if (ends_with_any(name, {".utilisation"})) return sum + share * value;
  if (ends_with_any(name, {"used_B", ".spilled"})) return std::max(sum, value);
  if (ends_with_any(name, {"area_m2", "capacity_B"}) || name.starts_with("shape.") ||
      name.starts_with("parameter."))
    return value;
  return sum + value;
}

double total_time(const std::vector<Record>& parts) {
  double total = 0;
  for (const Record& part : parts) total += part.number("time_s").value_or(0);
  return total;
}

}  // namespace

Record in_sequence(const std::vector<Record>& parts) {
  const double total = total_time(parts);
  std::vector<std::string> order;
  std::map<std::string, RecordValue> values;
  std::map<std::string, std::size_t> parts_with;
  double longest = 0;
  for (const Record& part : parts) {
    const double time = part.number("time_s").value_or(0);
    for (const auto& [name, value] : part.fields()) {
      ++parts_with[name];
      const auto [at, fresh] = values.try_emplace(name, value);
      if (fresh) order.push_back(name);
      const double* number = std::get_if<double>(&value);
      if (number != nullptr) {
        const double before = fresh ? 0 : std::get<double>(at->second);
        at->second = combined(name, before, *number, time / total);
      } else if (name == "binding" ? time > longest
                                   : !fresh && std::get<std::string>(at->second) != std::get<std::string>(value)) {
        at->second = name == "binding" ? std::get<std::string>(value)
                                       : std::get<std::string>(at->second) + " + " + std::get<std::string>(value);
      }
    }
    longest = std::max(longest, time);
  }
  Record record;
  for (const std::string& name : order) {
    const bool total_of_all = name == "energy_J" || name == "time_s";
    if (!total_of_all || parts_with[name] == parts.size()) record.add(name, values.at(name));
  }
  if (const auto energy = record.number("energy_J")) record.set("edp_Js", *energy * total);
  if (const auto bound = record.number("bound.time_s")) record.set("bound.ratio", total / *bound);
  return record;
}

}  // namespace tilewright
