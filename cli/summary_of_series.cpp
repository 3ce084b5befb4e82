#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "cli/summary.hpp"

namespace tilewright::cli {

namespace {

struct SeriesSum {
  double points = 0;
  double log_time = 0;
  double log_energy = 0;
  std::map<std::string, double> utilisation;
  std::map<std::string, int> bindings;

  void add(const Record& record) {
    if (record.find("infeasible") != nullptr) return;
    points += 1;
    log_time += std::log(record.number("time_s").value_or(std::nan("")));
    log_energy += std::log(record.number("energy_J").value_or(std::nan("")));
    for (const std::string& unit : names_below(record, "unit."))
      utilisation[unit] += record.number("unit." + unit + ".utilisation").value_or(0);
    ++bindings[record.text("binding")];
  }
  [[nodiscard]] std::string most_often() const {
    const auto most = std::ranges::max_element(bindings, {}, [](const auto& entry) { return entry.second; });
    return most == bindings.end() ? "" : most->first;
  }
};

Cell known(double value) { return std::isfinite(value) ? Cell(value) : Cell(); }

}  // namespace

Table summary_of_series(const std::vector<Record>& records) {
  std::vector<std::string> order;
  std::map<std::string, SeriesSum> sums;
  std::set<std::string> units;
  for (const Record& record : records) {
    const std::string name = record.text("series");
    if (!sums.contains(name)) order.push_back(name);
    sums[name].add(record);
    for (const std::string& unit : names_below(record, "unit.")) units.insert(unit);
  }
  Table table{{{"series", {}, false},
               {"points", {}, false},
               {"time", dimension::seconds, false},
               {"energy", dimension::joules, false}},
              {}};
  for (const std::string& unit : units) table.columns.push_back({unit + " used", {}, true});
  table.columns.push_back({"bound by", {}, false});
  for (const std::string& name : order) {
    const SeriesSum& sum = sums.at(name);
    std::vector<Cell> row{name, sum.points, known(std::exp(sum.log_time / sum.points)),
                          known(std::exp(sum.log_energy / sum.points))};
    for (const std::string& unit : units) {
      const auto found = sum.utilisation.find(unit);
      row.push_back(found == sum.utilisation.end() ? Cell() : Cell(found->second / sum.points));
    }
    row.emplace_back(sum.most_often());
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tilewright::cli
