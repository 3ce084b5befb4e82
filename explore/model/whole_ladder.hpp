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
  explicit WholeLadder(const Arch& arch) : arch_(arch) {}

  /// A part that runs so often, and takes `baseline_s` in all with the baseline's mask; with the tiles that its
  /// record names, or those of a baseline (sim/bound/baseline.hpp).
  void add(const Point& point, const Record& record, double times, double baseline_s, Library& library);

  /// Of a whole that takes so long with the baseline's masks: the parts take no less than the rungs of their masks
  /// say, all else takes what it takes. A rung that some part has not is that of the one before.
  [[nodiscard]] std::vector<WholeRung> rungs(double whole_baseline_s) const;

 private:
  struct Part {
    double times;
    double baseline_s;
    std::vector<Rung> rungs;
  };

  const Arch& arch_;
  std::vector<Part> parts_;
};

}  // namespace tilewright
