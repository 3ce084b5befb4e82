// A kernel as the baseline of bounds: how long its model estimates it to take.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention_ranks.hpp"
#include "sim/bound/baseline.hpp"

namespace tilewright {

/// On the problem with the given mask, with the kernel's own tiles and its own calibration for the architecture.
/// `roles`: of the ranks of its cascade; where no workload says them, those of the shipped workload of attention.
/// Appends warnings of the estimate. Throws InputError for a name that is no kernel, and what prepare() throws.
Baseline kernel_baseline(const Attention& problem, const std::string& name, const MaskSpec& mask, const Arch& arch,
                         const std::optional<AttentionRanks>& roles, std::vector<std::string>& warnings);

}  // namespace tilewright
