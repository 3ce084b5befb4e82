// Predictions of published rows: kernels prepared once, then estimated or simulated for any parameters.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "explore/library.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"
#include "validation/gpu/timing_row.hpp"

namespace tilewright {

/// The estimate or the simulation.
using KernelModel = std::function<KernelResult(const PreparedKernel&, const KernelParameters&)>;

/// Parameters by family.
using FamilyParameters = std::map<std::string, KernelParameters>;

/// A row ready to be predicted.
struct PreparedTiming {
  const TimedRow* row = nullptr;
  PreparedKernel kernel;
  std::optional<PreparedKernel> baseline;
  std::optional<double> measured_baseline_s;  ///< of a row of the baseline's family with the same problem
};

/// What a row says of a value, and what is predicted.
struct ComparedValue {
  std::string name;
  double measured = 0;
  double predicted = 0;
  KernelShares shares;  ///< of the row's kernel
};

/// The kernel of a family, for its names.
Kernel kernel_of(const TimingSuite& suite, const TimingFamily& family, Library& library);
Arch arch_of(const TimingFamily& family, Library& library);

/// In the order of the rows; without those that do not fit the family's machine, which are noted. Throws
/// InputError, at the row's place, for what is wrong otherwise.
std::vector<PreparedTiming> prepare_timings(const TimingSuite& suite, TimedRows& rows, Library& library, int jobs);

/// The values that the row has, in the order of its table; only the first where `first`.
std::vector<ComparedValue> compare(const PreparedTiming& timing, const FamilyParameters& parameters,
                                   const KernelModel& model, bool first = false);

/// Of the files that are there, with what the suite gives; a family whose file is not there is noted.
FamilyParameters load_parameters(const TimingSuite& suite, std::vector<std::string>& notes);
/// The file of a calibration's name, which may not be there.
std::filesystem::path calibration_file(const TimingSuite& suite, const std::string& name);

}  // namespace tilewright
