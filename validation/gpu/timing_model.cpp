#include "validation/gpu/timing_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "mappings/kernel/parse.hpp"

namespace tilewright {

namespace {

const Cascade& cascade_of(const TimingFamily& family, Library& library) {
  return library.cascade(kernel_cascade(library.mapping(family.mapping)));
}

PreparedKernel prepare_problem(const TimingSuite& suite, const TimingFamily& family, const Attention& problem,
                               const Tiling& tiling, Library& library) {
  return prepare(kernel_of(suite, family, library), cascade_of(family, library), arch_of(family, library), problem,
                 tiling);
}

// The baseline has the row's problem, but its own mask and tiles.
Attention baseline_problem(const TimedRow& row) {
  Attention problem = row.problem;
  problem.masks =
      make_masks(parse_mask(row.family->baseline_mask), problem.layout, static_cast<Count>(row.problem.heads()));
  return problem;
}

bool is_baseline_of(const TimedRow& other, const TimedRow& row) {
  const Attention& a = other.problem;
  const Attention& b = row.problem;
  return other.family->name == row.family->baseline && other.mask == row.family->baseline_mask &&
         other.row.place().file == row.row.place().file &&
         a.layout.flattened().queries == b.layout.flattened().queries &&
         a.layout.flattened().keys == b.layout.flattened().keys && a.batch == b.batch && a.heads() == b.heads() &&
         a.head_dim == b.head_dim && a.value_dim == b.value_dim;
}

// What is wrong in the suite or its kernels is said there, and not at the first row.
void check_families(const TimingSuite& suite, Library& library) {
  for (const TimingFamily& family : suite.families) {
    try {
      (void)kernel_of(suite, family, library);
    } catch (const InputError& error) {
      throw InputError(family.place, "", fmt::format("family '{}': {}", family.name, error.what()));
    }
  }
}

std::optional<double> measured_baseline(const TimedRow& row, const std::vector<TimedRow>& rows) {
  for (const TimedRow& other : rows)
    if (is_baseline_of(other, row)) return other.row.number(other.table->values.front().measured);
  return {};
}

}  // namespace

Kernel kernel_of(const TimingSuite& suite, const TimingFamily& family, Library& library) {
  return parse_kernel(library.mapping(family.mapping), cascade_of(family, library), arch_of(family, library),
                      suite.ranks);
}

Arch arch_of(const TimingFamily& family, Library& library) { return library.arch(family.arch).with({}); }

std::vector<PreparedTiming> prepare_timings(const TimingSuite& suite, TimedRows& rows, Library& library, int jobs) {
  check_families(suite, library);
  std::vector<PreparedTiming> timings(rows.rows.size());
  std::vector<std::string> misfits(rows.rows.size());
  parallel_for(rows.rows.size(), jobs, [&](std::size_t i) {
    const TimedRow& row = rows.rows[i];
    PreparedTiming& timing = timings[i];
    timing.row = &row;
    try {
      timing.kernel = prepare_problem(suite, *row.family, row.problem, row.tiling, library);
      if (row.family->baseline.empty()) return;
      const TimingFamily& baseline = suite.family(row.family->baseline);
      timing.baseline = prepare_problem(suite, baseline, baseline_problem(row), {}, library);
    } catch (const InfeasibleError& error) {
      misfits[i] = fmt::format("{}: '{}' does not fit: {}", row.row.place().str(), row.family->name, error.what());
      return;
    } catch (const InputError& error) {
      throw InputError(row.row.place(), "", error.what());
    }
    timing.measured_baseline_s = measured_baseline(row, rows.rows);
  });
  stop_if_interrupted();
  for (const std::string& misfit : misfits)
    if (!misfit.empty()) rows.notes.push_back(misfit);
  std::size_t i = 0;
  std::erase_if(timings, [&](const PreparedTiming&) { return !misfits[i++].empty(); });
  return timings;
}

std::vector<ComparedValue> compare(const PreparedTiming& timing, const FamilyParameters& parameters,
                                   const KernelModel& model, bool first) {
  const TimingFamily& family = *timing.row->family;
  const KernelResult result = model(timing.kernel, parameters.at(family.name));
  const double passes_s = result.shares.passes_s;
  const double fused_s = result.time_s - passes_s - result.shares.launch_s;
  const double baseline_s = timing.baseline ? model(*timing.baseline, parameters.at(family.baseline)).time_s : 0;
  RowNumbers numbers = timing.row->numbers;
  if (timing.measured_baseline_s) numbers["baseline_s"] = *timing.measured_baseline_s;
  std::vector<ComparedValue> values;
  for (const TimingValue& value : timing.row->table->values) {
    const std::vector<std::string>& needed = value.measured.names();
    const bool no_baseline = std::ranges::find(needed, "baseline_s") != needed.end() && !timing.measured_baseline_s;
    const auto measured = no_baseline ? std::nullopt : timing.row->row.number(value.measured, numbers);
    const double predicted =
        value.predicted.evaluate(std::vector<double>{result.time_s, fused_s, passes_s, baseline_s});
    if (!measured || *measured <= 0 || !(predicted > 0)) continue;
    values.push_back({value.name, *measured, predicted, result.shares});
    if (first) break;
  }
  return values;
}

std::filesystem::path calibration_file(const TimingSuite& suite, const std::string& name) {
  const std::string file = name + ".yaml";
  std::error_code ignored;
  return std::filesystem::exists(suite.calibrations / file, ignored) ? suite.calibrations / file
                                                                     : home() / "configs/calibrations" / file;
}

FamilyParameters load_parameters(const TimingSuite& suite, std::vector<std::string>& notes) {
  FamilyParameters parameters;
  for (const TimingFamily& family : suite.families) {
    KernelParameters& own = parameters[family.name];
    const std::filesystem::path file = calibration_file(suite, family.calibration);
    if (!family.calibration.empty() && std::filesystem::exists(file)) {
      own = parse_calibration(Yaml::load(file)).parameters;
    } else if (!family.calibration.empty()) {
      notes.push_back(fmt::format("no {}: nothing of '{}' is fitted; tilewright calibrate {}", file.string(),
                                  family.name, suite.file));
    }
    for (const auto& [value, number] : family.given) own.*value = number;
  }
  return parameters;
}

}  // namespace tilewright
