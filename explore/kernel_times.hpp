// A kernel of configs/kernels with its own calibration for an architecture, to be estimated on any problem.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention_ranks.hpp"
#include "einsum/cascade.hpp"
#include "mappings/kernel/kernel.hpp"
#include "sim/kernel/parameters.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"

namespace tilewright {

class KernelTimes {
 public:
  /// `roles`: of the ranks of its cascade; where no workload says them, those of the shipped workload of attention.
  /// Appends warnings of the calibration. Throws InputError for a name that is no kernel, and for one without a
  /// model.
  KernelTimes(const std::string& name, const Arch& arch, const std::optional<AttentionRanks>& roles,
              std::vector<std::string>& warnings);

  [[nodiscard]] const std::string& name() const { return kernel_.name; }
  /// Throws what prepare() throws.
  [[nodiscard]] PreparedKernel prepared(const Attention& problem, const Tiling& tiling = {}) const;
  [[nodiscard]] KernelResult estimated(const PreparedKernel& prepared) const;

 private:
  Arch arch_;
  Cascade cascade_;
  Kernel kernel_;
  FittedKernel fit_;
};

}  // namespace tilewright
