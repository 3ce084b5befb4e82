#include "explore/claim/speedup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"
#include "common/file.hpp"
#include "common/units.hpp"
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

std::string times(double speedup) {
  return std::isfinite(speedup) ? fmt::format("{:.{}f}x", speedup, speedup < 100 ? 2 : 0) : "without end";
}
std::string seconds(double time_s) { return pretty(time_s, dimension::seconds); }
std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

// Multiplications and additions that the pairs of a mask need.
double operations_of(const Attention& problem) { return 2 * needs_of(problem).pairs * problem.multiply_adds(); }

class Judge {
 public:
  explicit Judge(const Claim& claim)
      : claim_(claim),
        mask_(find_mask(claim.mask)),
        arch_(machine_of(claim)),
        problem_(whole_problem(claim.attention, mask_)),
        baseline_problem_(claim.has_baseline_problem ? whole_problem(claim.baseline_attention, mask_) : problem_),
        tiling_(tiling_of(claim.tiling, problem_)),
        baseline_(baseline()),
        ladder_(claim.cascade ? of_cascade() : climb_on(arch(), with_selection(problem_), tiling_, baseline_)),
        claimed_(speedup()),
        needed_(needed_of_attention(claim, claimed_)) {}

  Answer answer() {
    decide();
    answer_.claimed = claimed_;
    if (claim_.whole || claim_.overhead > 0) answer_.needed = needed_;
    if (const auto stated_s = baseline_time_s(); stated_s && baseline_.time_s > 0)
      answer_.baseline_slower = *stated_s / baseline_.time_s;
    answer_.possible = deciding().rungs.back().speedup;
    answer_.sentence = sentence();
    add_lines();
    add_notes();
    return std::move(answer_);
  }

 private:
  [[nodiscard]] const Arch* arch() const { return arch_ ? &*arch_ : nullptr; }
  [[nodiscard]] bool is_rate() const {
    return claim_.claimed->kind == Kind::rate || claim_.claimed->kind == Kind::share_of_peak;
  }
  // Its only rung is what nothing that computes the cascade can beat.
  [[nodiscard]] Ladder of_cascade() const {
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

  // What the outermost memory moves once takes this long, whatever the kernel.
  [[nodiscard]] double bytes_s() const {
    const bool limited =
        arch_ && !ladder_.traffic.empty() && ladder_.traffic.front().level == arch_->levels.front().name;
    return limited ? ladder_.traffic.front().time_s : 0;
  }
  // The least time of any kernel; 0 without a machine.
  [[nodiscard]] double least_s() const { return std::max(ladder_.rungs.front().time_s, bytes_s()); }
  // The most that any kernel gains.
  [[nodiscard]] double most_of_any() const {
    return least_s() > 0 ? baseline_.time_s / least_s() : ladder_.rungs.front().speedup;
  }
  [[nodiscard]] double last() const { return ladder_.rungs.back().speedup; }
  [[nodiscard]] bool allows(double speedup) const { return needed_ <= speedup * (1 + rounding); }

  // A rate is that of the mask itself, so its baseline is the mask at the limits of the machine.
  Baseline baseline() {
    std::vector<std::string> warnings;
    Baseline baseline = stated_baseline(is_rate() ? claim_.mask : claim_.baseline, "baseline", baseline_problem_,
                                        arch(), {}, warnings);
    for (const std::string& warning : warnings) answer_.notes.push_back("the baseline: " + warning);
    return baseline;
  }

  [[nodiscard]] double speedup() const {
    const StatedQuantity& claimed = *claim_.claimed;
    if (claimed.kind == Kind::speedup) return claimed.value;
    if (claimed.kind == Kind::time) return baseline_.time_s / claimed.value;
    return baseline_.time_s / (operations_of(problem_) / rate());
  }
  [[nodiscard]] double rate() const {
    if (claim_.claimed->kind == Kind::rate) return claim_.claimed->value;
    return claim_.claimed->value * 2 * compute_of(*arch_, problem_.words).multiply_adds_per_s();
  }
  // That the method took, of attention alone.
  [[nodiscard]] std::optional<double> method_time_s() const {
    if (claim_.whole) return {};
    if (claim_.claimed->kind == Kind::time) return claim_.claimed->value;
    return claim_.method_time_s;
  }
  // Of the baseline as it was measured, for attention of one layer.
  [[nodiscard]] std::optional<double> baseline_time_s() const {
    if (!claim_.whole) return claim_.baseline_time_s;
    if (!claim_.baseline_time_s || !claim_.whole->share) return {};
    return *claim_.baseline_time_s * *claim_.whole->share / claim_.layers;
  }

  void decide() {
    if (possible()) return;
    answer_.verdict = beaten();
  }

  // Whether some kernel can do it over the baseline as it is modelled.
  bool possible() {
    if (is_slower_than_baseline()) return false;
    if (whole_is_possible(last())) return set(Verdict::within);
    if (claim_.selection && reuse()) return set(Verdict::reused);
    gather();
    if (gathered_ && whole_is_possible(gathered_->rungs.back().speedup)) return set(Verdict::packed);
    return whole_is_possible(most_of_any()) && set(Verdict::other_kernels);
  }
  bool set(Verdict verdict) {
    answer_.verdict = verdict;
    return true;
  }
  [[nodiscard]] bool whole_is_possible(double attention) const {
    if (claim_.whole && !claim_.whole->share) return least_share(claim_, claimed_, attention) <= 1 + rounding;
    return allows(attention);
  }
  // The method, by its own time, takes longer than a kernel that computes what the baseline does.
  [[nodiscard]] bool is_slower_than_baseline() const {
    const auto method_s = method_time_s();
    return baseline_.kind == Baseline::Kind::kernel && claim_.claimed->kind == Kind::speedup && claimed_ > 1 &&
           method_s && *method_s > baseline_.time_s * (1 + digits);
  }

  [[nodiscard]] Attention with_selection(Attention problem, double every = 0) const {
    problem.selection = claim_.selection;
    if (problem.selection && every > 0) problem.selection->every = every;
    return problem;
  }
  [[nodiscard]] bool is_possible_with(double steps) const {
    return whole_is_possible(
        climb_on(arch(), with_selection(problem_, steps), tiling_, baseline_).rungs.back().speedup);
  }
  // The fewest steps that a selection must serve, where any number is enough.
  bool reuse() {
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

  void gather() {
    if (tiling_.key_tiles == KeyTiles::gathered || claim_.cascade) return;
    Tiling tiling = tiling_;
    tiling.key_tiles = KeyTiles::gathered;
    try {
      gathered_ = climb_on(arch(), with_selection(problem_), tiling, baseline_);
    } catch (const InputError&) {  // dilated masks, and tiles that do not fit, are not gathered
    }
  }

  [[nodiscard]] Verdict beaten() const {
    const auto baseline_s = baseline_time_s();
    const auto method_s = method_time_s();
    if (baseline_s && *baseline_s > baseline_.time_s && baseline_.time_s > 0) {
      const bool above_limit = !method_s || *method_s >= least_s() * (1 - digits);
      const double over_stated = most_of_any() * *baseline_s / baseline_.time_s;
      if (above_limit && needed_ <= over_stated * (1 + digits)) return Verdict::baseline;
    }
    return assumes_problem() ? Verdict::not_enough : Verdict::impossible;
  }
  [[nodiscard]] bool assumes_problem() const {
    return std::ranges::any_of(claim_.assumed, [](const auto& each) {
      return each.first != "q_tile" && each.first != "kv_tile" && each.first != "claimed";
    });
  }

  // The ladder that the verdict is about.
  [[nodiscard]] const Ladder& deciding() const { return answer_.verdict == Verdict::packed ? *gathered_ : ladder_; }

  // ---- in words

  [[nodiscard]] std::string over() const {
    const std::string on = arch_ ? " on " + arch_->name : "";
    if (baseline_.kind == Baseline::Kind::time) return "the " + baseline_.name + " of the baseline" + on;
    if (baseline_.kind == Baseline::Kind::kernel)
      return fmt::format("{}{} as its model estimates it ({})", baseline_.name, on, seconds(baseline_.time_s));
    if (!arch_) return fmt::format("'{}' at the same time per pair", baseline_.name);
    return fmt::format("'{}' at the limit of {} ({})", baseline_.name, arch_->name, seconds(baseline_.time_s));
  }
  [[nodiscard]] std::string kernels(const char* of_keys) const {
    return fmt::format("kernels with Q tiles of {} and KV tiles of {} {} keys", to_text(tiling_.query_tile),
                       to_text(tiling_.key_tile), of_keys);
  }
  [[nodiscard]] std::string kernels() const {
    if (claim_.cascade) return "kernels that " + ladder_.rungs.front().holds_for;
    return kernels(tiling_.key_tiles == KeyTiles::gathered ? "gathered" : "neighbouring");
  }

  [[nodiscard]] std::string subject() const {
    const std::string claimed = claim_.claimed->kind == Kind::time
                                    ? fmt::format("{} ({})", claim_.claimed->text, times(claimed_))
                                    : times(claimed_);
    if (!answer_.needed) return claimed;
    if (claim_.whole && !claim_.whole->share) return claimed + " of the whole";
    const std::string of_what = claim_.whole ? claimed + " of the whole" : claimed;
    return fmt::format("{} asks {} of attention{}", of_what, times(needed_),
                       claim_.overhead > 0 ? " beside its overhead" : "");
  }
  // Of a whole whose share is not known.
  [[nodiscard]] std::string if_share() const {
    if (!claim_.whole || claim_.whole->share) return "";
    return fmt::format("; so attention must take at least {} of the baseline's time",
                       percent(least_share(claim_, claimed_, deciding().rungs.back().speedup)));
  }

  [[nodiscard]] std::string of_rate() const {
    return fmt::format("{} {} {} of what the units of {} do of these pairs, of which {} reach at most {}",
                       claim_.claimed->text, answer_.verdict == Verdict::within ? "is" : "would be",
                       percent(claimed_), arch_->name, kernels(), percent(last()));
  }

  [[nodiscard]] std::string sentence() const {
    if (is_rate()) return of_rate();
    switch (answer_.verdict) {
      case Verdict::within:
        return fmt::format("{}: {} gain at most {} over {}{}", subject(), kernels(), times(last()), over(),
                           if_share());
      case Verdict::packed:
        return fmt::format("{}: {} gain at most {} over {}, those that gather the keys that they need {}{}",
                           subject(), kernels(), times(last()), over(), times(gathered_->rungs.back().speedup),
                           if_share());
      case Verdict::other_kernels:
        return fmt::format("{}: {} gain at most {} over {}, and {} is the most of those that do not {}{}",
                           subject(), kernels(), times(last()), over(), times(most_of_any()), condition(),
                           if_share());
      case Verdict::reused:
        return fmt::format(
            "{}: {} gain at most {} over {} if keys are chosen in every {}; it takes a choice that serves {:.0f} "
            "steps or "
            "more{}",
            subject(), kernels(), times(last()), over(), every(), steps_, if_share());
      case Verdict::baseline:
        return because_of_baseline();
      default:
        return fmt::format("{}: no kernel gains more than {} over {}{}", subject(), times(most()), over(),
                           needs_pairs());
    }
  }
  [[nodiscard]] std::string every() const {
    return claim_.selection->every == 1 ? "step" : fmt::format("{:.3g} steps", claim_.selection->every);
  }
  [[nodiscard]] double most() const {
    return claim_.whole && std::isinf(needed_) ? most_of_whole(claim_) : most_of_any();
  }
  // Of the first rung that is beaten.
  [[nodiscard]] std::string condition() const {
    return std::ranges::find_if(ladder_.rungs, [&](const Rung& rung) { return !whole_is_possible(rung.speedup); })
        ->holds_for;
  }
  [[nodiscard]] std::string because_of_baseline() const {
    const double slower = *baseline_time_s() / baseline_.time_s;
    const std::string baseline = fmt::format("the {} that its baseline took are {} as long as {}",
                                             seconds(*baseline_time_s()), times(slower), over());
    if (is_slower_than_baseline())
      return fmt::format("{}: {}; the {} of the method are longer than that, too", subject(), baseline,
                         seconds(*method_time_s()));
    std::string text =
        fmt::format("{}: {}, over which no kernel gains more than {}", subject(), baseline, times(most_of_any()));
    if (const auto method_s = method_time_s())
      text += fmt::format("; the {} of the method are {}", seconds(*method_s), times(baseline_.time_s / *method_s));
    return text;
  }

  // How many pairs a mask may have for the claim to be possible, by the first rung.
  [[nodiscard]] std::optional<double> most_pairs() const {
    if (std::isinf(needed_) || is_rate() || claim_.cascade || ladder_.baseline.kind == Baseline::Kind::time)
      return {};
    if (bytes_s() > ladder_.rungs.front().time_s) return {};
    return std::min(1.0, ladder_.pairs / ladder_.all_pairs * most_of_any() / needed_);
  }
  [[nodiscard]] std::string needs_pairs() const {
    const auto most = most_pairs();
    if (!most || *most * ladder_.all_pairs >= ladder_.pairs * (1 - rounding)) return "";
    return fmt::format("; a mask of at most {} of all pairs would allow it, this one has {}", percent(*most),
                       percent(ladder_.pairs / ladder_.all_pairs));
  }

  // ---- lines and notes

  void add_lines() {
    if (is_rate())
      answer_.lines.push_back(
          {"claimed", percent(claimed_), claim_.claimed->text, seconds(baseline_.time_s / claimed_)});
    else
      answer_.lines.push_back(
          {"claimed", times(claimed_), stated_times(), method_time_s() ? seconds(*method_time_s()) : ""});
    if (answer_.needed && std::isfinite(needed_) && (!claim_.whole || claim_.whole->share))
      answer_.lines.push_back({"of attention", times(needed_), why_needed()});
    if (bytes_s() > ladder_.rungs.front().time_s)
      answer_.lines.push_back({"any kernel", times(most_of_any()),
                               fmt::format("{} moves once what is needed", arch_->levels.front().name),
                               seconds(bytes_s())});
    add_rungs(ladder_, "");
    if (gathered_ && gathered_->rungs.back().speedup > last() * (1 + rounding))
      add_rungs(*gathered_, " (gathered)");
  }
  [[nodiscard]] std::string stated_times() const {
    if (!claim_.baseline_time_s) return claim_.claimed->text;
    return fmt::format("{} of its baseline, {} of the method", seconds(*claim_.baseline_time_s),
                       seconds(*claim_.method_time_s));
  }
  [[nodiscard]] std::string why_needed() const {
    std::vector<std::string> parts;
    if (claim_.whole && claim_.whole->share)
      parts.push_back(fmt::format("attention takes {} of the baseline's time", percent(*claim_.whole->share)));
    if (claim_.whole && claim_.whole->applies < 1)
      parts.push_back(fmt::format("the method is for {} of it", percent(claim_.whole->applies)));
    if (claim_.overhead > 0) parts.push_back(fmt::format("{} of it come on top", percent(claim_.overhead)));
    return fmt::format("{}", fmt::join(parts, "; "));
  }
  void add_rungs(const Ladder& ladder, const std::string& of_tiles) {
    if (claim_.cascade) {
      const Rung& rung = ladder.rungs.front();
      answer_.lines.push_back(
          {rung.name, times(rung.speedup), rung.limit + " takes as long", seconds(rung.time_s), rung.holds_for});
      return;
    }
    std::vector<Explanation> lines = rungs_that_add(problem_, ladder);
    for (Explanation& line : lines) {
      if (!of_tiles.empty() && line.name.starts_with("FLOP")) continue;
      line.name += of_tiles;
      answer_.lines.push_back(std::move(line));
    }
  }

  void add_notes() {
    compare_baseline();
    if (const auto method_s = method_time_s(); method_s && ladder_.rungs.back().time_s > 0)
      answer_.notes.push_back(fmt::format("the method's {} are {} the least time of these kernels ({})",
                                          seconds(*method_s), times(*method_s / deciding().rungs.back().time_s),
                                          seconds(deciding().rungs.back().time_s)));
    if (const auto most = most_pairs(); most && claim_.assumes("mask") && *most * ladder_.all_pairs > ladder_.pairs)
      answer_.notes.push_back(fmt::format("a mask of up to {} of all pairs would allow it, the assumed one has {}",
                                          percent(*most), percent(ladder_.pairs / ladder_.all_pairs)));
  }
  void compare_baseline() {
    const auto stated_s = baseline_time_s();
    if (!stated_s || baseline_.time_s == 0) return;
    const char* what = claim_.whole ? "attention of a layer of the baseline took" : "the baseline took";
    answer_.notes.push_back(fmt::format("{} {}; {}: {:+.1f} %", what, seconds(*stated_s), over(),
                                        100 * (baseline_.time_s / *stated_s - 1)));
    if (baseline_.kind != Baseline::Kind::kernel) return;
    if (const auto limit = limit_of_baseline(claim_.baseline, "baseline", baseline_problem_, *arch_))
      answer_.notes.push_back(fmt::format("'{}' at the limit of {} takes {}: the baseline took {} as long",
                                          limit->name, arch_->name, seconds(limit->time_s),
                                          times(*stated_s / limit->time_s)));
  }

  const Claim& claim_;
  Answer answer_;
  MaskSpec mask_;
  std::optional<Arch> arch_;
  Attention problem_;
  Attention baseline_problem_;
  Tiling tiling_;
  Baseline baseline_;
  Ladder ladder_;
  std::optional<Ladder> gathered_;
  double claimed_;
  double needed_;
  double steps_ = 1;  ///< that a selection must serve
};

}  // namespace

Answer answer_on_speedup(const Claim& claim) { return Judge(claim).answer(); }

}  // namespace tilewright
