// Predictions of published rows: kernels prepared once, then estimated or simulated for any parameters.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explore/library.hpp"
#include "sim/kernel/intervals.hpp"
#include "sim/kernel/joint_calibration.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"
#include "validation/gpu/timing_row.hpp"

namespace tilewright {

/// The estimate or the simulation.
using KernelModel = std::function<KernelResult(const PreparedKernel&, const KernelParameters&)>;

/// Parameters by source.
using SourceParameters = std::map<std::string, KernelParameters>;

/// A row ready to be predicted.
struct PreparedTiming {
  const TimedRow* row = nullptr;
  PreparedKernel kernel;
  std::optional<PreparedKernel> baseline;
  std::optional<PreparedKernel> before;       ///< that runs before, of the source that this one is after
  std::optional<double> measured_baseline_s;  ///< of a row of the baseline's source with the same problem
};

/// What a row says of a value, and what is predicted.
struct ComparedValue {
  std::string name;
  double measured = 0;
  double predicted = 0;
  KernelShares shares;                 ///< of the row's kernels
  std::optional<PredictionKind> kind;  ///< where it is the time of one kernel, with what is around it or without
};

/// The kernel of a source, for its names.
Kernel kernel_of(const TimingSuite& suite, const TimingSource& source, Library& library);
Arch arch_of(const TimingSource& source, Library& library);

/// In the order of the rows; without those that do not fit the source's machine, which are noted. Throws
/// InputError, at the row's place, for what is wrong otherwise.
std::vector<PreparedTiming> prepare_timings(const TimingSuite& suite, TimedRows& rows, Library& library, int jobs);

/// The values that the row has, in the order of its table; only the first where `first`.
std::vector<ComparedValue> compare(const PreparedTiming& timing, const SourceParameters& parameters,
                                   const KernelModel& model, bool first = false);

/// The first value of a row as it was measured, where it does not need a baseline; nothing where the row does not
/// say.
std::optional<double> measured_first_value(const PreparedTiming& timing);

/// Of the sources that these rows need: a joint calibration's, with what each source gives.
SourceParameters parameters_of(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                               const JointCalibration& calibration);
/// Of the joint calibration, or of the calibrations that are there, with what the suite gives; a source whose
/// calibration is not there is noted. Throws InputError for a joint calibration that is not there.
SourceParameters load_parameters(const TimingSuite& suite, const std::vector<PreparedTiming>& timings,
                                 std::vector<std::string>& notes);
/// From the suite's folder of calibrations, else from the kernel's own file; nothing where it is in neither.
std::optional<Calibration> calibration_of(const TimingSuite& suite, const CalibrationName& name);

}  // namespace tilewright
