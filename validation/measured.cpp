#include "validation/measured.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "common/parallel.hpp"
#include "explore/evaluate.hpp"
#include "validation/measured_bound.hpp"
#include "validation/rank_correlation.hpp"

namespace tilewright {

namespace {

namespace fs = std::filesystem;

std::vector<plan::Measurement> read_all(const MeasuredSuite& suite, const std::vector<fs::path>& files) {
  std::vector<plan::Measurement> all;
  for (const fs::path& file : files)
    for (plan::Measurement& each : read_measurements(file)) all.push_back(std::move(each));
  const auto is_known = [&](const plan::Measurement& each) { return suite.arch_of(each.device) != nullptr; };
  const auto of_device = std::ranges::find_if_not(all, &std::string::empty, &plan::Measurement::device);
  if (of_device == all.end() || std::ranges::any_of(all, is_known)) return all;
  std::vector<std::string> known;
  for (const auto& [device, arch] : suite.archs) known.push_back(device);
  throw InputError(
      place_of(of_device->place), "device",
      fmt::format("measured on '{}', and 'predict.archs' has {}", of_device->device, fmt::join(known, ", ")));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// A time, its bound, and whether it calibrates.
struct Timed {
  const plan::Measurement* measurement;
  const Arch* arch;
  MeasuredBound bound;
  bool calibrates = false;

  [[nodiscard]] double slowdown() const { return *measurement->time_s / bound.time_s; }
};

class Validator {
 public:
  Validator(const MeasuredSuite& suite, Library& library, std::vector<plan::Measurement> measurements)
      : suite_(suite), library_(library), all_(std::move(measurements)) {
    result_.suite = suite.name;
    for (const plan::Measurement& each : all_)
      if (const std::string* name = suite.arch_of(each.device); name && !archs_.contains(*name))
        archs_.emplace(*name, library.arch(*name).with({}));
  }

  MeasuredValidation validate(int jobs) {
    choose();
    parallel_for(timed_.size(), jobs, [&](std::size_t i) { timed_[i].bound = bound_at_its_place(timed_[i]); });
    stop_if_interrupted();
    leave_out_unbounded();
    std::map<Kernel, std::vector<const Timed*>> kernels;
    for (const Timed& each : timed_) kernels[kernel_of(*each.measurement)].push_back(&each);
    for (const auto& [name, rows] : kernels) predict_times(rows);
    for (const plan::Measurement& each : all_) predict_bytes(each);
    judge();
    return std::move(result_);
  }

 private:
  using Kernel = std::tuple<std::string, std::string, std::string>;  // device, operation, kernel

  static Kernel kernel_of(const plan::Measurement& of) { return {of.device, of.row.operation, of.row.kernel}; }

  // The rows with a time to predict; what the others are is said.
  void choose() {
    std::map<std::string, int> left_out;
    std::map<std::string, int> foreign;
    for (const plan::Measurement& each : all_) {
      if (each.status == plan::Status::wrong)
        result_.faults.push_back(fmt::format("{}: the result is wrong: {}", each.row.point, each.message));
      if (each.status != plan::Status::ok) ++left_out[to_text(each.status)];
      if (each.status != plan::Status::ok || !each.time_s || each.row.is_micro()) continue;
      if (const std::string* arch = suite_.arch_of(each.device))
        timed_.push_back({&each, &archs_.at(*arch), {}, calibrates(each.row)});
      else
        ++foreign[each.device];
    }
    for (const auto& [device, rows] : foreign)
      result_.notes.push_back(
          fmt::format("{} rows of '{}' are not judged: 'predict.archs' has no such device", rows, device));
    for (const auto& [status, rows] : left_out)
      result_.notes.push_back(fmt::format("{} rows are {} and not judged", rows, status));
  }

  [[nodiscard]] static MeasuredBound bound_at_its_place(const Timed& timed) {
    try {
      return bound_of(*timed.measurement, *timed.arch).value_or(MeasuredBound{});
    } catch (const InputError& error) {
      throw InputError(place_of(timed.measurement->place), "", error.what());
    }
  }

  // What fits into a cache that is warm may need no time at all.
  void leave_out_unbounded() {
    const auto unbounded = std::erase_if(timed_, [](const Timed& each) { return each.bound.time_s <= 0; });
    if (unbounded > 0) result_.notes.push_back(fmt::format("{} rows have no bound and are not judged", unbounded));
  }

  [[nodiscard]] bool calibrates(const plan::Row& row) const {
    const auto rule = suite_.calibrate.find(row.operation);
    return rule != suite_.calibrate.end() && row_scope(row).value(rule->second) != 0;
  }

  // Of one kernel.
  void predict_times(const std::vector<const Timed*>& rows) {
    std::vector<double> slowdowns;
    for (const Timed* each : rows)
      if (each->calibrates) slowdowns.push_back(each->slowdown());
    const plan::Row& of = rows.front()->measurement->row;
    if (slowdowns.empty())
      result_.notes.push_back(fmt::format("{} rows of {} ({}) are not judged: none of them calibrates it",
                                          rows.size(), of.kernel, of.operation));
    const double slowdown = slowdowns.empty() ? std::nan("") : median(slowdowns);
    if (!slowdowns.empty()) efficiency_[kernel_of(*rows.front()->measurement)] = 1 / slowdown;
    for (const Timed* each : rows) {
      const plan::Measurement& measurement = *each->measurement;
      if (*measurement.time_s < each->bound.time_s)
        result_.faults.push_back(
            fmt::format("{}: {:.4g} s measured, but {} take at least {:.4g} s: the measurement or "
                        "the bound is mistaken",
                        measurement.row.point, *measurement.time_s, each->bound.limit, each->bound.time_s));
      add(measurement, "time_s", each->calibrates, *measurement.time_s, slowdown * each->bound.time_s,
          each->bound.time_s);
    }
  }

  void predict_bytes(const plan::Measurement& measurement) {
    const auto source = suite_.traffic.find(measurement.row.kernel);
    const std::string* arch = suite_.arch_of(measurement.device);
    if (source == suite_.traffic.end() || !arch || !(measurement.dram_read_B || measurement.dram_write_B)) return;
    const Scope scope = row_scope(measurement.row);
    Point point;
    point.workload = source->second.workload;
    point.mapping = source->second.mapping;
    point.arch = *arch;
    for (const auto& [name, expression] : source->second.set) point.set[name] = scope.value(expression);
    const Record record = evaluated(point, measurement);
    const std::string level = "level." + source->second.level;
    const auto predicted = [&](const std::string& what) {
      const auto number = record.number(level + what);
      if (!number) throw InputError({suite_.file, 0, 0}, "predict.traffic", "the record has no " + level + what);
      return *number;
    };
    if (measurement.dram_read_B)
      add(measurement, "dram_read_B", false, *measurement.dram_read_B, predicted(".read_B"), {});
    if (measurement.dram_write_B)
      add(measurement, "dram_write_B", false, *measurement.dram_write_B, predicted(".write_B"), {});
  }

  [[nodiscard]] Record evaluated(const Point& point, const plan::Measurement& measurement) {
    try {
      return evaluate(point, library_);
    } catch (const InputError& error) {
      throw InputError(place_of(measurement.place), "", error.what());
    }
  }

  void add(const plan::Measurement& of, const std::string& quantity, bool calibrates, double measured,
           double predicted, std::optional<double> bound) {
    result_.values.push_back({of.device, of.row.point, of.row.operation, of.row.kernel, quantity, calibrates,
                              measured, predicted, bound});
  }

  void judge() {
    for (const MeasuredValue& value : result_.values) {
      KernelError& error = error_of(value);
      error.calibrated += value.calibrates ? 1 : 0;
      error.beaten += value.beats_bound() ? 1 : 0;
      if (value.calibrates || std::isnan(value.predicted)) continue;
      ++error.judged;
      error.mean += std::abs(value.error());
      if (error.judged == 1 || std::abs(value.error()) > std::abs(error.worst)) {
        error.worst = value.error();
        error.worst_point = value.point;
      }
    }
    for (KernelError& error : result_.errors) {
      if (error.judged > 0) error.mean /= static_cast<double>(error.judged);
      error.rank = rank_of(error);
    }
  }

  [[nodiscard]] static bool belongs(const MeasuredValue& value, const KernelError& error) {
    return value.device == error.device && value.operation == error.operation && value.kernel == error.kernel &&
           value.quantity == error.quantity;
  }

  KernelError& error_of(const MeasuredValue& value) {
    for (KernelError& error : result_.errors)
      if (belongs(value, error)) return error;
    KernelError error;
    error.device = value.device;
    error.operation = value.operation;
    error.kernel = value.kernel;
    error.quantity = value.quantity;
    if (const auto found = efficiency_.find({value.device, value.operation, value.kernel});
        value.quantity == "time_s" && found != efficiency_.end())
      error.efficiency = found->second;
    return result_.errors.emplace_back(std::move(error));
  }

  [[nodiscard]] std::optional<double> rank_of(const KernelError& error) const {
    std::vector<std::pair<double, double>> points;
    for (const MeasuredValue& value : result_.values)
      if (belongs(value, error) && !value.calibrates && !std::isnan(value.predicted))
        points.emplace_back(value.measured, value.predicted);
    return rank_correlation(points);
  }

  const MeasuredSuite& suite_;
  Library& library_;
  std::map<std::string, Arch> archs_;  // by name
  std::vector<plan::Measurement> all_;
  std::vector<Timed> timed_;
  std::map<Kernel, double> efficiency_;
  MeasuredValidation result_;
};

Cell cell_of(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? Cell(*number) : Cell();
}

}  // namespace

Table MeasuredValidation::summary() const {
  Table table{{{"device"},
               {"operation"},
               {"kernel"},
               {"quantity"},
               {"efficiency", {}, true},
               {"calibrated"},
               {"judged"},
               {"mean_error", {}, true},
               {"worst_error", {}, true},
               {"rank"},
               {"bounds_beaten"},
               {"worst_point"}},
              {}};
  for (const KernelError& error : errors) {
    const bool judged = error.judged > 0;
    table.rows.push_back({error.device, error.operation, error.kernel, error.quantity, cell_of(error.efficiency),
                          static_cast<double>(error.calibrated), static_cast<double>(error.judged),
                          judged ? Cell(error.mean) : Cell(), judged ? Cell(error.worst) : Cell(),
                          cell_of(error.rank), static_cast<double>(error.beaten), error.worst_point});
  }
  return table;
}

Table MeasuredValidation::rows() const {
  Table table{{{"device"},
               {"point"},
               {"operation"},
               {"kernel"},
               {"quantity"},
               {"part"},
               {"measured"},
               {"predicted"},
               {"error", {}, true},
               {"bound"}},
              {}};
  for (const MeasuredValue& value : values) {
    const bool predicted = std::isfinite(value.predicted);
    table.rows.push_back({value.device, value.point, value.operation, value.kernel, value.quantity,
                          std::string(value.calibrates ? "calibration"
                                      : predicted      ? "judged"
                                                       : "not judged"),
                          value.measured, cell_of(value.predicted), predicted ? Cell(value.error()) : Cell(),
                          cell_of(value.bound)});
  }
  return table;
}

std::vector<fs::path> results_files(const MeasuredSuite& suite, const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator each(folder, error), end; !error && each != end; each.increment(error))
    if (each->path().extension() == ".csv") files.push_back(each->path());
  if (files.empty())
    throw MissingError(fmt::format(
        "{} has no measurements yet; on a machine with the GPU: tilewright measure {} -o results/{}, then "
        "copy results/{}/results.csv there (docs/measure-a-gpu.md)",
        folder.string(), suite.name, suite.name, suite.name));
  std::ranges::sort(files);
  return files;
}

MeasuredValidation validate_measured(const MeasuredSuite& suite, const std::vector<fs::path>& files,
                                     Library& library, int jobs) {
  return Validator(suite, library, read_all(suite, files)).validate(jobs);
}

}  // namespace tilewright
