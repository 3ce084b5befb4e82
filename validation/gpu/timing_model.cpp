#include "validation/gpu/timing_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "mappings/kernel/call.hpp"
#include "mappings/kernel/kernel_choice.hpp"
#include "mappings/kernel/parse.hpp"

namespace tilewright {

namespace {

const Yaml& file_of(const TimingSource& source, Library& library) {
  return library.mapping(find_kernel(source.kernel).string());
}

const Cascade& cascade_of(const TimingSource& source, Library& library) {
  return library.cascade(kernel_cascade(file_of(source, library)));
}

PreparedKernel prepare_problem(const TimingSuite& suite, const TimingSource& source, const Attention& problem,
                               const Tiling& tiling, Library& library) {
  return prepare(kernel_of(suite, source, library), cascade_of(source, library), arch_of(source, library), problem,
                 tiling);
}

// The baseline has the row's problem, but its own mask and tiles.
Attention baseline_problem(const TimedRow& row) {
  Attention problem = row.problem;
  for (Request& request : problem.requests)
    request.masks =
        make_masks(parse_mask(row.source->baseline_mask), request.layout, static_cast<Count>(request.heads()));
  return problem;
}

bool is_baseline_of(const TimedRow& other, const TimedRow& row) {
  const Request& a = other.problem.requests.front();
  const Request& b = row.problem.requests.front();
  return other.source->name == row.source->baseline && other.mask == row.source->baseline_mask &&
         other.row.place().file == row.row.place().file &&
         a.layout.flattened().queries == b.layout.flattened().queries &&
         a.layout.flattened().keys == b.layout.flattened().keys && a.times == b.times && a.heads() == b.heads() &&
         other.problem.head_dim == row.problem.head_dim && other.problem.value_dim == row.problem.value_dim;
}

// What is fitted is the kernel's own, on the source's machine; conditions are over the parameters of an
// architecture. What is not fitted may be borrowed.
void check_calibration(const TimingSource& source, const CalibrationName& own) {
  if (source.fit.empty()) return;
  const CalibrationName& name = *source.calibration;
  if (name.kernel != own.kernel || name.arch != own.arch)
    throw InputError(fmt::format("expected 'calibration: {}' or a source of it, got '{}'", own.str(), name.str()));
  if (!name.source.empty() && (!source.from || source.from->kernel != own.kernel || !source.from->source.empty()))
    throw InputError(fmt::format("'{}' is conditions of a source: expected 'from: {}' or another architecture's",
                                 name.str(), own.str()));
}

// What is wrong in the suite or its kernels is said there, and not at the first row.
void check_sources(const TimingSuite& suite, Library& library) {
  for (const TimingSource& source : suite.sources) {
    try {
      const std::string kernel = kernel_of(suite, source, library).name;
      check_calibration(source, {kernel, arch_of(source, library).name});
    } catch (const InputError& error) {
      throw InputError(source.place, "", fmt::format("source '{}': {}", source.name, error.what()));
    }
  }
}

std::optional<double> measured_baseline(const TimedRow& row, const std::vector<TimedRow>& rows) {
  for (const TimedRow& other : rows)
    if (is_baseline_of(other, row)) return other.row.number(other.table->values.front().measured);
  return {};
}

// One note for all rows of the same reason, at the place of the first.
void note_misfits(const std::vector<std::string>& misfits, TimedRows& rows) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& misfit : misfits) ++counts[misfit];
  for (std::size_t i = 0; i < misfits.size(); ++i) {
    const std::size_t others = std::exchange(counts[misfits[i]], 0);
    if (misfits[i].empty() || others == 0) continue;
    rows.notes.push_back(fmt::format("{}: {}", rows.rows[i].row.place().str(), misfits[i]));
    if (others > 1) rows.notes.back() += fmt::format(" (nor do {} more rows)", others - 1);
  }
}

bool is_relative(const TimingValue& value) {
  return std::ranges::find(value.predicted.names(), "baseline_s") != value.predicted.names().end();
}

// The times of a kernel that runs before.
void add(const KernelResult& before, KernelResult& result) {
  result.time_s += before.time_s;
  for (const ShareField& field : share_fields) result.shares.*field.time_s += before.shares.*field.time_s;
  result.energy_J += before.energy_J;
}

}  // namespace

Kernel kernel_of(const TimingSuite& suite, const TimingSource& source, Library& library) {
  const Yaml& file = file_of(source, library);
  const Cascade& cascade = cascade_of(source, library);
  const Arch arch = arch_of(source, library);
  Kernel kernel = parse_kernel(file, cascade, arch, suite.ranks);
  refuse_padding(kernel, file);
  if (source.call.empty()) return kernel;
  return with_call(std::move(kernel), library.mapping(find_call(source.call).string()), file, cascade, arch);
}

Arch arch_of(const TimingSource& source, Library& library) { return library.arch(source.arch).with({}); }

std::vector<PreparedTiming> prepare_timings(const TimingSuite& suite, TimedRows& rows, Library& library, int jobs) {
  check_sources(suite, library);
  std::vector<PreparedTiming> timings(rows.rows.size());
  std::vector<std::string> misfits(rows.rows.size());
  parallel_for(rows.rows.size(), jobs, [&](std::size_t i) {
    const TimedRow& row = rows.rows[i];
    PreparedTiming& timing = timings[i];
    timing.row = &row;
    try {
      timing.kernel = prepare_problem(suite, *row.source, row.problem, row.tiling, library);
      if (!row.source->after.empty())
        timing.before = prepare_problem(suite, suite.source(row.source->after), row.problem, {}, library);
      if (row.source->baseline.empty()) return;
      const TimingSource& baseline = suite.source(row.source->baseline);
      timing.baseline = prepare_problem(suite, baseline, baseline_problem(row), {}, library);
    } catch (const InfeasibleError& error) {
      misfits[i] = fmt::format("'{}' does not fit: {}", row.source->name, error.what());
      return;
    } catch (const InputError& error) {
      throw InputError(row.row.place(), "", error.what());
    }
    timing.measured_baseline_s = measured_baseline(row, rows.rows);
  });
  stop_if_interrupted();
  note_misfits(misfits, rows);
  std::size_t i = 0;
  std::erase_if(timings, [&](const PreparedTiming&) { return !misfits[i++].empty(); });
  return timings;
}

std::vector<ComparedValue> compare(const PreparedTiming& timing, const SourceParameters& parameters,
                                   const KernelModel& model, bool first) {
  const TimingSource& source = *timing.row->source;
  KernelResult result = model(timing.kernel, parameters.at(source.name));
  if (timing.before) add(model(*timing.before, parameters.at(source.after)), result);
  const double passes_s = result.shares.passes_s;
  const double fused_s = result.time_s - passes_s - result.shares.launch_s;
  const double baseline_s = timing.baseline ? model(*timing.baseline, parameters.at(source.baseline)).time_s : 0;
  RowNumbers numbers = timing.row->numbers;
  if (timing.measured_baseline_s) numbers["baseline_s"] = *timing.measured_baseline_s;
  std::vector<ComparedValue> values;
  for (const TimingValue& value : timing.row->table->values) {
    const std::vector<std::string>& needed = value.measured.names();
    const bool no_baseline = std::ranges::find(needed, "baseline_s") != needed.end() && !timing.measured_baseline_s;
    if (!timing.row->row.holds(value.rows, timing.row->numbers)) continue;
    const auto measured = no_baseline ? std::nullopt : timing.row->row.number(value.measured, numbers);
    const double predicted = value.predicted.evaluate(std::vector<double>{
        result.time_s, fused_s, passes_s, baseline_s, result.energy_J, result.energy_J / result.time_s});
    if (!measured || *measured <= 0 || !(predicted > 0)) continue;
    const bool is_time = &value == &timing.row->table->values.front() && !is_relative(value) && !timing.before;
    values.push_back({value.name, *measured, predicted, result.shares,
                      is_time ? std::optional(kind_of(timing.kernel, result)) : std::nullopt});
    if (first) break;
  }
  return values;
}

std::optional<Calibration> calibration_of(const TimingSuite& suite, const CalibrationName& name) {
  const auto in = [&](const std::filesystem::path& file) -> std::optional<Calibration> {
    const auto all = parse_calibrations(load_kernel_file(file));
    const Calibration* found = find_calibration(all, name);
    return found == nullptr ? std::nullopt : std::optional(*found);
  };
  const std::filesystem::path own = suite.calibrations / (name.kernel + ".yaml");
  std::error_code ignored;
  if (!suite.calibrations.empty() && std::filesystem::exists(own, ignored))
    if (const auto found = in(own)) return found;
  for (const TimingSource& source : suite.sources)
    if (const auto found = in(find_kernel(source.kernel))) return found;
  const auto known = list_configs("kernels");
  if (std::ranges::find(known, name.kernel) == known.end()) return {};
  return in(find_kernel(name.kernel));
}

std::optional<double> measured_first_value(const PreparedTiming& timing) {
  const TimingValue& value = timing.row->table->values.front();
  if (!timing.row->row.holds(value.rows, timing.row->numbers)) return {};
  const auto measured = timing.row->row.number(value.measured, timing.row->numbers);
  return measured && *measured > 0 ? measured : std::nullopt;
}

SourceParameters parameters_of(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                               const JointCalibration& calibration) {
  SourceParameters parameters;
  const auto add = [&](const TimingSource& source, const PreparedKernel& kernel) {
    if (parameters.contains(source.name)) return;
    KernelParameters& own = parameters[source.name];
    own = calibration.parameters(kernel.kernel.name, kernel.arch.name, kernel.kernel.call);
    for (const auto& [value, number] : source.given) own.*value = number;
  };
  for (const PreparedTiming& timing : timings) {
    const TimingSource& source = *timing.row->source;
    add(source, timing.kernel);
    if (timing.baseline) add(suite.source(source.baseline), *timing.baseline);
    if (timing.before) add(suite.source(source.after), *timing.before);
  }
  return parameters;
}

namespace {

// In the suite's folder of calibrations, if it has one.
std::filesystem::path joint_file(const TimingSuite& suite) {
  const std::string& name = suite.joint->calibration;
  try {
    if (suite.calibrations.empty()) return find_config("calibrations", name);
  } catch (const InputError& error) {
    throw InputError({suite.file, 0, 0}, "timings.joint.calibration", error.what());
  }
  return suite.calibrations / (std::filesystem::path(name).stem().string() + ".yaml");
}

}  // namespace

SourceParameters load_parameters(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                 std::vector<std::string>& notes) {
  if (suite.joint) return parameters_of(suite, timings, load_joint_calibration(joint_file(suite)));
  SourceParameters parameters;
  for (const TimingSource& source : suite.sources) {
    KernelParameters& own = parameters[source.name];
    if (source.calibration) {
      if (const auto found = calibration_of(suite, *source.calibration)) {
        own = found->parameters;
      } else {
        notes.push_back(fmt::format("no calibration {}: nothing of '{}' is fitted; tilewright calibrate {}",
                                    source.calibration->str(), source.name, suite.file));
      }
    }
    for (const auto& [value, number] : source.given) own.*value = number;
  }
  return parameters;
}

}  // namespace tilewright
