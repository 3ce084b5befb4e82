// What a speedup is over, and a speedup that was measured over it, as options of a verb.
#pragma once

#include <optional>
#include <string>

#include "cli/inputs.hpp"
#include "einsum/attention_ranks.hpp"
#include "explore/stated_baseline.hpp"

namespace tilewright::cli {

/// --baseline and --measured.
class ClaimOptions {
 public:
  void add(Inputs& inputs);
  /// Dense attention where none is given. `arch`: nullptr where no machine is given. Warns of what a kernel's
  /// estimate leaves out. Throws InputError for a text that is no mask, kernel or time.
  [[nodiscard]] Baseline baseline(const Attention& problem, const Arch* arch,
                                  const std::optional<AttentionRanks>& roles) const;

  /// Throws InputError for a time where the baseline has none.
  [[nodiscard]] std::optional<StatedSpeedup> measured(const Baseline& baseline) const;

 private:
  Input<std::string> baseline_{"dense"};
  Input<std::string> measured_;
};

}  // namespace tilewright::cli
