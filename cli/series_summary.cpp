#include "cli/series_summary.hpp"

#include <algorithm>
#include <cmath>

#include "cli/summary.hpp"
#include "explore/store/field_rows.hpp"
#include "explore/study/study_point.hpp"

namespace tilewright::cli {

namespace {

Cell known(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

std::string most_often(const std::map<std::string, int>& bindings) {
  const auto most = std::ranges::max_element(bindings, {}, [](const auto& entry) { return entry.second; });
  return most == bindings.end() ? "" : most->first;
}

}  // namespace

std::vector<std::string> SeriesSummary::fields(const Store& store) {
  std::vector<std::string> fields{"time_s", "energy_J", "binding", "infeasible", "error"};
  for (const std::string& name : fields_of_any(store))
    if (name.starts_with("unit.") && name.ends_with(".utilisation") && name.find(".einsum.") == std::string::npos)
      fields.push_back(name);
  return fields;
}

void SeriesSummary::add(const Record& record) {
  const std::string name = record.text("series");
  if (!sums_.contains(name)) order_.push_back(name);
  Sum& sum = sums_[name];
  if (!failure_of(record).empty()) {
    sum.failed += 1;
    return;
  }
  ++results_;
  add(record, sum);
  for (const std::string& unit : names_below(record, "unit.")) units_.insert(unit);
}

void SeriesSummary::add(const Record& record, Sum& sum) {
  sum.points += 1;
  sum.log_time += std::log(record.number("time_s").value_or(std::nan("")));
  sum.log_energy += std::log(record.number("energy_J").value_or(std::nan("")));
  for (const std::string& unit : names_below(record, "unit."))
    sum.utilisation[unit] += record.number("unit." + unit + ".utilisation").value_or(0);
  if (const std::string binding = record.text("binding"); !binding.empty()) ++sum.bindings[binding];
}

Table SeriesSummary::table() const {
  Table table{{{"series", {}, false},
               {"points", {}, false},
               {"without", {}, false},
               {"time", dimension::seconds, false},
               {"energy", dimension::joules, false}},
              {}};
  for (const std::string& unit : units_) table.columns.push_back({unit + " used", {}, true});
  table.columns.push_back({"bound by", {}, false});
  for (const std::string& name : order_) {
    const Sum& sum = sums_.at(name);
    std::vector<Cell> row{name, sum.points, sum.failed == 0 ? Cell() : Cell(sum.failed),
                          known(std::exp(sum.log_time / sum.points)), known(std::exp(sum.log_energy / sum.points))};
    for (const std::string& unit : units_) {
      const auto found = sum.utilisation.find(unit);
      row.push_back(found == sum.utilisation.end() ? Cell() : Cell(found->second / sum.points));
    }
    row.emplace_back(most_often(sum.bindings));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tilewright::cli
