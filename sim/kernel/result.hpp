// What a model of fused kernels says: the estimate and the cycle simulation fill the same type.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "sim/binding.hpp"

namespace tilewright {

/// Where the time goes, in seconds; they add up to the whole.
struct KernelShares {
  double launch_s = 0;
  double matrix_s = 0;     ///< matrix products on the busiest path
  double softmax_s = 0;    ///< that no product hides
  double mask_s = 0;       ///< element mask
  double tile_s = 0;       ///< prologues and epilogues of blocks
  double imbalance_s = 0;  ///< multiprocessors that wait for the last one
  double memory_s = 0;     ///< longer than all that: a memory's bandwidth
  double passes_s = 0;     ///< kernels before and after, without their launches

  [[nodiscard]] double sum_s() const {
    return launch_s + matrix_s + softmax_s + mask_s + tile_s + imbalance_s + memory_s + passes_s;
  }
};

/// The parts, in the order in which records have them.
struct ShareField {
  const char* name;
  double KernelShares::*time_s;
};
inline constexpr std::array<ShareField, 8> share_fields{{{"matrix", &KernelShares::matrix_s},
                                                         {"softmax", &KernelShares::softmax_s},
                                                         {"mask", &KernelShares::mask_s},
                                                         {"tile", &KernelShares::tile_s},
                                                         {"imbalance", &KernelShares::imbalance_s},
                                                         {"memory", &KernelShares::memory_s},
                                                         {"passes", &KernelShares::passes_s},
                                                         {"launch", &KernelShares::launch_s}}};

/// A pass before or after the fused kernel, without its launch.
struct PassTime {
  std::string name;
  double time_s = 0;
};

struct KernelResult {
  double time_s = 0;
  double clock_Hz = 0;
  double sm_cycles = 0;  ///< of the fused kernel: from its first block's start to its last block's end
  Binding binding;       ///< the unit or level that is busiest, or the order of blocks
  KernelShares shares;
  double occupancy = 0;  ///< blocks on a multiprocessor at once
  double blocks = 0;
  double waves = 0;              ///< blocks over those that run at once
  std::vector<PassTime> passes;  ///< in the order in which they run
  ByUnit<double> unit_busy_s;    ///< work over the unit's rate on the whole machine
  ByLevel<double> level_read_B;
  ByLevel<double> level_write_B;
  ByLevel<double> level_time_s;  ///< bytes over bandwidth
  // Not a number where it is not known (sim/kernel/energy.hpp).
  double energy_J = unknown;
  double static_energy_J = unknown;  ///< the part that runs on whatever is done
  ByUnit<double> unit_energy_J;
  ByLevel<double> level_energy_J;
  std::vector<std::string> warnings;

  /// Of the whole time; at most 1.
  [[nodiscard]] double utilisation(UnitId unit) const { return unit_busy_s[unit] / time_s; }
};

}  // namespace tilewright
