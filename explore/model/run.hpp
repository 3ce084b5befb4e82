// The times of a whole model on an architecture: phase by phase, part by part, and what masks and faster kernels
// give the whole.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "explore/model/model.hpp"
#include "explore/model/part_point.hpp"

namespace tilewright {

struct PartRun {
  std::string name;
  std::string group;
  Point point;        ///< without a mapping where that was searched for
  double times = 0;   ///< in a run of the phase
  Record record;      ///< of once
  double time_s = 0;  ///< all times
  /// With the mask of the model's baseline, all times; as time_s where the part has none, or that one.
  double baseline_s = 0;
};

struct PhaseRun {
  std::string name;
  double times = 0;  ///< of the model
  std::vector<PartRun> parts;
  double time_s = 0;      ///< of one run
  double baseline_s = 0;  ///< likewise
  std::optional<double> tokens_per_s = {};
};

/// How much faster the whole can be at most than with the baseline's masks, as its kernels are estimated there:
/// attention takes no less than a rung of the ladder of its mask says, and all else what it takes (Amdahl, AFIPS
/// 1967).
struct WholeRung {
  std::string name;
  double attention = 0;  ///< speedup of the parts that differ from the baseline, together
  double whole = 0;
  std::string holds_for;
};

/// What stays in memory, of all parts of a group, in the phase where that is most.
struct Stored {
  std::string group;
  double bytes = 0;
};

struct ModelRun {
  std::string arch;
  std::vector<PhaseRun> phases;
  double time_s = 0;  ///< end to end: all phases, all times
  double baseline_s = 0;
  double memory_B = 0;  ///< of the outermost level
  std::vector<Stored> stored;
  std::vector<WholeRung> ladder;  ///< empty: nothing differs from the baseline
  std::vector<std::string> warnings;

  [[nodiscard]] double stored_B() const;
  /// By group, in order of appearance: seconds of the whole.
  [[nodiscard]] std::vector<std::pair<std::string, double>> groups() const;
};

/// `set`: shapes of the model. `mask`: in place of those that parts say; empty: their own. Throws InputError for
/// everything that is wrong in the files or between them, and InfeasibleError for a part that does not fit, with
/// its name.
ModelRun run_model(const Model& model, const OnArch& on, const std::map<std::string, double>& set,
                   const std::string& mask, Library& library);

/// What the whole gains where a part of this share takes a `factor` less.
inline double gain_of(double share, double factor) { return 1 / (1 - share + share / factor); }

}  // namespace tilewright
