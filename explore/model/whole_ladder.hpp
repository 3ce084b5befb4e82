// The ladder of a whole model: what the bounds of its masks leave of the whole.
#pragma once

#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "explore/evaluate.hpp"
#include "explore/model/run.hpp"
#include "sim/bound/ladder.hpp"

namespace tilewright {

class WholeLadder {
 public:
  /// `baseline`: the mask that speedups are over.
  WholeLadder(const Arch& arch, std::string baseline) : arch_(arch), baseline_(std::move(baseline)) {}

  /// A part that takes `baseline_s` with the baseline's mask, with the tiles that its record names, or those of a
  /// baseline (sim/bound/baseline.hpp).
  void add(const Point& point, const Record& record, double baseline_s, Library& library);

  /// Of a whole that takes so long with the baseline's masks. A rung that some part has not is that of the one
  /// before.
  [[nodiscard]] std::vector<WholeRung> rungs(double whole_baseline_s) const;

 private:
  struct Part {
    double baseline_s;
    std::vector<Rung> rungs;
  };

  const Arch& arch_;
  std::string baseline_;
  std::vector<Part> parts_;
};

}  // namespace tilewright
