#include "cli/dry_run.hpp"

#include <algorithm>
#include <optional>
#include <thread>

#include "explore/study/forecast.hpp"

namespace tilewright::cli {

namespace {

constexpr double try_s = 0.3;
constexpr std::size_t shown_points = 10;

double threads_of(const Options& options) {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return options.jobs == 0 ? cores : std::min(options.jobs, cores);
}

Table table_of(const Study& study, const std::vector<SeriesForecast>& series, double threads) {
  Table table{{{"series"}, {"points"}, {"stored"}, {"time_s", dimension::seconds}}, {}};
  SeriesForecast all{0, 0, 0.0};
  for (std::size_t s = 0; s < series.size(); ++s) {
    const auto& [points, stored, time_s] = series[s];
    table.rows.push_back({study.series[s].name, static_cast<double>(points), static_cast<double>(stored),
                          time_s ? Cell(*time_s / threads) : Cell()});
    all.points += points;
    all.stored += stored;
    *all.time_s += time_s.value_or(0);
  }
  table.rows.push_back({std::string("all"), static_cast<double>(all.points), static_cast<double>(all.stored),
                        *all.time_s / threads});
  return table;
}

Table first_points(const SweepPlan& plan) {
  std::vector<Record> records;
  for (std::size_t n = 0; n < std::min(shown_points, plan.size()); ++n) {
    Record record;
    record.add("series", plan.series(n).name);
    const Record labels = plan.labels(n);
    for (const auto& [name, value] : labels.fields()) record.add(name, value);
    records.push_back(std::move(record));
  }
  return to_table(records);
}

}  // namespace

int dry_run(const Study& study, Library& library, const std::filesystem::path& store, const Options& options) {
  SweepPlan plan(study, library, options.jobs);
  std::optional<Store> kept;
  if (std::filesystem::exists(store)) kept = Store::open(store);
  const auto series = forecast(plan, study.series.size(), kept ? &*kept : nullptr, try_s);
  print_sections({{"points", table_of(study, series, threads_of(options))}, {"first_points", first_points(plan)}},
                 options);
  return done;
}

}  // namespace tilewright::cli
