// A baseline as a user states it, in an option or a key of a file: a mask, a kernel, MASK by KERNEL, or a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention_ranks.hpp"
#include "sim/bound/baseline.hpp"

namespace tilewright {

/// `who` states it, as in "--baseline", and stands before messages. `arch`: nullptr where no machine is given.
/// Appends warnings of what a kernel's estimate leaves out. Throws InputError for a text that is no mask, kernel or
/// time, and for kernels and times where there is no machine.
Baseline stated_baseline(const std::string& text, const std::string& who, const Attention& problem,
                         const Arch* arch, const std::optional<AttentionRanks>& roles,
                         std::vector<std::string>& warnings);

/// A measurement over a baseline as a user states it.
struct StatedSpeedup {
  double speedup = 0;
  std::string text;  ///< as given, and what it makes of a time
};
/// Of a speedup ("5.3x") or a time ("300us"); `who` states it. Throws InputError for another text, and for a time
/// where the baseline has none.
StatedSpeedup stated_speedup(const std::string& text, const std::string& who, const Baseline& baseline);

/// The mask of such a text at the limits of the machine, whoever computes it: of "causal by KERNEL" that of
/// "causal". Nothing for a time. Throws as stated_baseline().
std::optional<Baseline> limit_of_baseline(const std::string& text, const std::string& who, const Attention& problem,
                                          const Arch& arch);

}  // namespace tilewright
