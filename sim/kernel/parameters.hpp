// The few numbers of a kernel on a device that neither the architecture nor the cascade gives: fitted to
// measurements (sim/kernel/calibration.hpp), each physical.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/units.hpp"
#include "common/yaml.hpp"
#include "mappings/kernel/tiles.hpp"

namespace tilewright {

struct KernelParameters {
  /// Of the matrix unit's rate, what the products of a visit reach on its critical path; above 1 (at most 2) where
  /// some of them run under the softmax. No visit is shorter than its products at the full rate.
  double matrix_efficiency = 1;
  /// Share of the softmax of a visit that is not hidden under matrix products; 1 where the kernel is serial.
  double exposed = 1;
  double tile_cycles = 0;        ///< SM cycles of a thread block besides its visits: prologue and epilogue
  double launch_s = 0;           ///< of the kernel, and of each of its passes; 0: the architecture's
  double mask_operations = 0;    ///< vector operations per pair of a tile to which the element mask is applied
  double clock_Hz = 0;           ///< 0: the architecture's
  double memory_efficiency = 1;  ///< share of what the outermost memory can achieve that reads and writes reach
  /// Bytes that passes before and after the kernel move per cycle of a multiprocessor, read and written, wherever
  /// they come from; 0: as many as the outermost memory delivers.
  double pass_B_per_cycle = 0;
  double pass_step_cycles = 0;  ///< SM cycles of a step of passes whose `step_cycles` are `fitted`
  bool operator==(const KernelParameters&) const = default;
};

/// What decides a parameter, and so shares it: how the kernel was built, the device, or who calls it with what
/// around it (mappings/kernel/call.hpp).
enum class ParameterOwner { kernel, arch, call };

/// Parameter names as files and records have them, in order, and where each lives.
struct ParameterField {
  const char* name;
  double KernelParameters::*value;
  ParameterOwner owner;
  Dimension dimension;
  double most;  ///< the largest value
  bool zero;    ///< whether 0 is one
};
const std::vector<ParameterField>& parameter_fields();

struct PredictionIntervals;

/// Parameters as a result used them.
struct FittedKernel {
  KernelParameters parameters;
  std::string calibration;  ///< its name (sim/kernel/calibration.hpp), behind the file where that is not the
                            ///< kernel's own; empty: the defaults
  std::vector<KernelTile> tiles = {};  ///< of the kernel that they were fitted to, where it is another one
  bool of_any_device = false;  ///< joint: no row of this architecture need have been among those that gave them
  std::shared_ptr<const PredictionIntervals> intervals = {};  ///< how far predictions with them are off
};

/// Throws InputError at `yaml` for a value that the parameter cannot have.
void check_parameter(const Yaml& yaml, const ParameterField& field, double value);

/// Those that a map has, over the given ones. Throws InputError for unknown keys and values out of range.
KernelParameters read_parameters(const Yaml& yaml, KernelParameters parameters);

}  // namespace tilewright
