#include "explore/claim/speedup_case.hpp"

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/shapes.hpp"
#include "explore/claim/machine.hpp"
#include "explore/claim/needed.hpp"
#include "explore/stated_baseline.hpp"
#include "sim/bound/cascade_bound.hpp"

namespace tilewright {

namespace {

using Kind = StatedQuantity::Kind;
constexpr double rounding = 1e-9;
// Published speedups and times have three digits.
constexpr double digits = 5e-3;

// Multiplications and additions that the pairs of a mask need.
double operations_of(const Attention& problem) { return 2 * needs_of(problem).pairs * problem.multiply_adds(); }

}  // namespace

SpeedupCase::SpeedupCase(const Claim& claim)
    : claim_(claim),
      mask_(find_mask(claim.mask)),
      arch_(machine_of(claim)),
      problem_(whole_problem(claim.attention, mask_)),
      baseline_problem_(claim.has_baseline_problem ? whole_problem(claim.baseline_attention, mask_) : problem_),
      tiling_(tiling_of(claim.tiling, problem_)),
      baseline_(find_baseline()),
      ladder_(claim.cascade ? of_cascade() : climb_on(arch(), with_selection(problem_), tiling_, baseline_)),
      claimed_(speedup()),
      needed_(needed_of_attention(claim, claimed_)),
      verdict_(decide()) {}

bool SpeedupCase::is_rate() const {
  return claim_.claimed->kind == Kind::rate || claim_.claimed->kind == Kind::share_of_peak;
}

// Its only rung is what nothing that computes the cascade can beat.
Ladder SpeedupCase::of_cascade() const {
  const Cascade cascade = load_cascade(find_config("cascades", claim_.cascade->name));
  TensorSizes sizes;
  sizes.element_B.assign(cascade.tensors.size(), word_of(claim_.attention.dtype));
  const Bound bound = time_bound(cascade, *arch_, rank_shapes(cascade, claim_.cascade->shapes), sizes);
  Ladder ladder;
  ladder.baseline = baseline_;
  ladder.rungs = {{"cascade", baseline_.time_s / bound.time_s, bound.time_s, bound.resource,
                   "compute the cascade '" + cascade.name + "'"}};
  return ladder;
}

double SpeedupCase::bytes_s() const {
  const bool limited =
      arch_ && !ladder_.traffic.empty() && ladder_.traffic.front().level == arch_->levels.front().name;
  return limited ? ladder_.traffic.front().time_s : 0;
}

// The least time of any kernel; 0 without a machine.
double SpeedupCase::least_s() const { return std::max(ladder_.rungs.front().time_s, bytes_s()); }
double SpeedupCase::most_of_any() const {
  return least_s() > 0 ? baseline_.time_s / least_s() : ladder_.rungs.front().speedup;
}

// A rate is that of the mask itself, so its baseline is the mask at the limits of the machine.
Baseline SpeedupCase::find_baseline() {
  return stated_baseline(is_rate() ? claim_.mask : claim_.baseline, "baseline", baseline_problem_, arch(), {},
                         warnings_);
}

double SpeedupCase::speedup() const {
  const StatedQuantity& claimed = *claim_.claimed;
  if (claimed.kind == Kind::speedup) return claimed.value;
  if (claimed.kind == Kind::time) return baseline_.time_s / claimed.value;
  return baseline_.time_s / (operations_of(problem_) / rate());
}

double SpeedupCase::rate() const {
  if (claim_.claimed->kind == Kind::rate) return claim_.claimed->value;
  return claim_.claimed->value * 2 * compute_of(*arch_, problem_.words).multiply_adds_per_s();
}

std::optional<double> SpeedupCase::method_time_s() const {
  if (claim_.whole) return {};
  if (claim_.claimed->kind == Kind::time) return claim_.claimed->value;
  return claim_.method_time_s;
}

std::optional<double> SpeedupCase::baseline_time_s() const {
  if (!claim_.whole) return claim_.baseline_time_s;
  if (!claim_.baseline_time_s || !claim_.whole->share) return {};
  return *claim_.baseline_time_s * *claim_.whole->share / claim_.layers;
}

// Over the baseline as it is modelled some kernel can do it, or it is something else that makes it possible.
Verdict SpeedupCase::decide() {
  if (is_slower_than_baseline()) return beaten();
  if (is_possible(last())) return Verdict::within;
  if (claim_.selection && reuse()) return Verdict::reused;
  gather();
  if (gathered_ && is_possible(gathered_->rungs.back().speedup)) return Verdict::packed;
  return is_possible(most_of_any()) ? Verdict::other_kernels : beaten();
}

bool SpeedupCase::is_possible(double attention) const {
  if (claim_.whole && !claim_.whole->share) return least_share(claim_, claimed_, attention) <= 1 + rounding;
  return needed_ <= attention * (1 + rounding);
}

bool SpeedupCase::is_slower_than_baseline() const {
  const auto method_s = method_time_s();
  return baseline_.kind == Baseline::Kind::kernel && claim_.claimed->kind == Kind::speedup && claimed_ > 1 &&
         method_s && *method_s > baseline_.time_s * (1 + digits);
}

Attention SpeedupCase::with_selection(Attention problem, double every) const {
  problem.selection = claim_.selection;
  if (problem.selection && every > 0) problem.selection->every = every;
  return problem;
}

bool SpeedupCase::is_possible_with(double steps) const {
  return is_possible(climb_on(arch(), with_selection(problem_, steps), tiling_, baseline_).rungs.back().speedup);
}

// The fewest steps that a selection must serve, where any number is enough.
bool SpeedupCase::reuse() {
  constexpr double most_steps = 1 << 20;
  double enough = claim_.selection->every;
  while (enough < most_steps && !is_possible_with(enough)) enough *= 2;
  if (enough >= most_steps) return false;
  double too_few = enough / 2;
  while (enough - too_few > 1) {
    const double steps = std::floor((enough + too_few) / 2);
    (is_possible_with(steps) ? enough : too_few) = steps;
  }
  steps_ = enough;
  return true;
}

void SpeedupCase::gather() {
  if (tiling_.key_tiles == KeyTiles::gathered || claim_.cascade) return;
  Tiling tiling = tiling_;
  tiling.key_tiles = KeyTiles::gathered;
  try {
    gathered_ = climb_on(arch(), with_selection(problem_), tiling, baseline_);
  } catch (const InputError&) {  // dilated masks, and tiles that do not fit, are not gathered
  }
}

Verdict SpeedupCase::beaten() const {
  const auto baseline_s = baseline_time_s();
  if (baseline_s && *baseline_s > baseline_.time_s && baseline_.time_s > 0) {
    const double over_stated = most_of_any() * *baseline_s / baseline_.time_s;
    if (needed_ <= over_stated * (1 + digits)) return Verdict::baseline;
  }
  return assumes_problem() ? Verdict::not_enough : Verdict::impossible;
}

bool SpeedupCase::assumes_problem() const {
  return std::ranges::any_of(claim_.assumed, [](const auto& each) {
    return each.first != "q_tile" && each.first != "kv_tile" && each.first != "claimed";
  });
}

std::optional<double> SpeedupCase::most_pairs() const {
  if (std::isinf(needed_) || is_rate() || claim_.cascade || ladder_.baseline.kind == Baseline::Kind::time)
    return {};
  if (bytes_s() > ladder_.rungs.front().time_s) return {};
  return std::min(1.0, ladder_.pairs / ladder_.all_pairs * most_of_any() / needed_);
}

}  // namespace tilewright
