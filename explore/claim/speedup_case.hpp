// A claim of a speedup, a time or a rate, under its limits: the ladders that it is held against, and the verdict.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explore/claim/claim.hpp"
#include "sim/bound/ladder.hpp"

namespace tilewright {

class SpeedupCase {
 public:
  /// `claim` outlives it. Throws InputError where the problem is none, names are not known or tiles do not fit.
  explicit SpeedupCase(const Claim& claim);

  [[nodiscard]] const Claim& claim() const { return claim_; }
  [[nodiscard]] const Arch* arch() const { return arch_ ? &*arch_ : nullptr; }
  [[nodiscard]] const Attention& problem() const { return problem_; }
  [[nodiscard]] const Attention& baseline_problem() const { return baseline_problem_; }
  [[nodiscard]] const Tiling& tiling() const { return tiling_; }
  [[nodiscard]] const Baseline& baseline() const { return baseline_; }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }  ///< of the baseline
  [[nodiscard]] Verdict verdict() const { return verdict_; }
  [[nodiscard]] double claimed() const { return claimed_; }  ///< as a speedup over the baseline
  [[nodiscard]] double needed() const { return needed_; }    ///< of attention
  [[nodiscard]] double steps() const { return steps_; }      ///< that a selection must serve
  [[nodiscard]] bool is_rate() const;
  /// Whether attention must gain something else than what is claimed.
  [[nodiscard]] bool asks_more() const { return claim_.whole || claim_.overhead > 0; }

  /// Under the claim's own tiles; under gathered ones where these were tried; and the one that the verdict is
  /// about.
  [[nodiscard]] const Ladder& ladder() const { return ladder_; }
  [[nodiscard]] const Ladder* gathered() const { return gathered_ ? &*gathered_ : nullptr; }
  [[nodiscard]] const Ladder& deciding() const { return verdict_ == Verdict::packed ? *gathered_ : ladder_; }
  /// The last rung of the own tiles.
  [[nodiscard]] double last() const { return ladder_.rungs.back().speedup; }
  /// What the outermost memory takes to move once what is needed, whatever the kernel; 0 where that is not known.
  [[nodiscard]] double bytes_s() const;
  /// The most that any kernel gains.
  [[nodiscard]] double most_of_any() const;
  /// Whether the claim is possible where attention gains so much.
  [[nodiscard]] bool is_possible(double attention) const;
  /// Whether the method, by its own time, takes longer than a kernel that computes what the baseline does.
  [[nodiscard]] bool is_slower_than_baseline() const;
  /// That the method took, of attention alone.
  [[nodiscard]] std::optional<double> method_time_s() const;
  /// Of the baseline as it was measured, for attention of one layer.
  [[nodiscard]] std::optional<double> baseline_time_s() const;
  /// Which share of all pairs a mask may have for the claim to be possible, by the first rung.
  [[nodiscard]] std::optional<double> most_pairs() const;

 private:
  Baseline find_baseline();
  [[nodiscard]] Ladder of_cascade() const;
  [[nodiscard]] double least_s() const;
  [[nodiscard]] double speedup() const;
  [[nodiscard]] double rate() const;
  [[nodiscard]] Attention with_selection(Attention problem, double every = 0) const;
  [[nodiscard]] bool is_possible_with(double steps) const;
  Verdict decide();
  bool reuse();
  void gather();
  [[nodiscard]] Verdict beaten() const;
  [[nodiscard]] bool assumes_problem() const;

  const Claim& claim_;
  std::vector<std::string> warnings_;
  MaskSpec mask_;
  std::optional<Arch> arch_;
  Attention problem_;
  Attention baseline_problem_;
  Tiling tiling_;
  Baseline baseline_;
  Ladder ladder_;
  std::optional<Ladder> gathered_;
  double claimed_ = 0;
  double needed_ = 0;
  double steps_ = 1;
  Verdict verdict_;
};

}  // namespace tilewright
