// The records of a study as a person reads them on a terminal: a line per series.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/table.hpp"
#include "explore/store/store.hpp"
#include "sim/record/record.hpp"

namespace tilewright::cli {

class SeriesSummary {
 public:
  /// What it takes from the records of a study.
  static std::vector<std::string> fields(const Store& store);

  void add(const Record& record);
  /// Points that have a result.
  [[nodiscard]] std::size_t results() const { return results_; }
  /// Series by series: how many points have a result, how many have none, geometric mean time and energy, mean
  /// utilisation of every unit, and what binds most often.
  [[nodiscard]] Table table() const;

 private:
  struct Sum {
    double points = 0;
    double failed = 0;
    double log_time = 0;
    double log_energy = 0;
    std::map<std::string, double> utilisation;
    std::map<std::string, int> bindings;
  };

  static void add(const Record& record, Sum& sum);

  std::vector<std::string> order_;
  std::map<std::string, Sum> sums_;
  std::set<std::string> units_;
  std::size_t results_ = 0;
};

}  // namespace tilewright::cli
