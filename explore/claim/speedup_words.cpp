#include "explore/claim/speedup_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "common/units.hpp"
#include "explore/claim/needed.hpp"
#include "explore/stated_baseline.hpp"

namespace tilewright {

namespace {

using Kind = StatedQuantity::Kind;
constexpr double rounding = 1e-9;

std::string times(double speedup) {
  return std::isfinite(speedup) ? fmt::format("{:.{}f}x", speedup, speedup < 100 ? 2 : 0) : "without end";
}
std::string seconds(double time_s) { return pretty(time_s, dimension::seconds); }
std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

class Words {
 public:
  explicit Words(const SpeedupCase& of) : case_(of) {}

  [[nodiscard]] std::string sentence() const {
    if (case_.is_rate()) return of_rate();
    switch (case_.verdict()) {
      case Verdict::within:
        return fmt::format("{}: {} gain at most {} over {}{}", subject(), kernels(), times(case_.last()), over(),
                           if_share());
      case Verdict::packed:
        return fmt::format("{}: {} gain at most {} over {}, those that gather the keys that they need {}{}",
                           subject(), kernels(), times(case_.last()), over(),
                           times(case_.gathered()->rungs.back().speedup), if_share());
      case Verdict::other_kernels:
        return fmt::format("{}: {} gain at most {} over {}, and {} is the most of those that do not {}{}",
                           subject(), kernels(), times(case_.last()), over(), times(case_.most_of_any()),
                           condition(), if_share());
      case Verdict::reused:
        return fmt::format(
            "{}: {} gain at most {} over {} if keys are chosen in every {}; it takes a choice that serves {:.0f} "
            "steps or "
            "more{}",
            subject(), kernels(), times(case_.last()), over(), every(), case_.steps(), if_share());
      case Verdict::baseline:
        return because_of_baseline();
      default:
        return fmt::format("{}: no kernel gains more than {} over {}{}", subject(), times(most()), over(),
                           needs_pairs());
    }
  }

  std::vector<Explanation> lines() {
    add_lines();
    return std::move(lines_);
  }
  std::vector<std::string> notes() {
    for (const std::string& warning : case_.warnings()) notes_.push_back("the baseline: " + warning);
    add_notes();
    return std::move(notes_);
  }

 private:
  [[nodiscard]] std::string over() const {
    const std::string on = case_.arch() ? " on " + case_.arch()->name : "";
    if (baseline_.kind == Baseline::Kind::time) return "the " + baseline_.name + " of the baseline" + on;
    if (baseline_.kind == Baseline::Kind::kernel)
      return fmt::format("{}{} as its model estimates it ({})", baseline_.name, on, seconds(baseline_.time_s));
    if (!case_.arch()) return fmt::format("'{}' at the same time per pair", baseline_.name);
    return fmt::format("'{}' at the limit of {} ({})", baseline_.name, case_.arch()->name,
                       seconds(baseline_.time_s));
  }
  [[nodiscard]] std::string kernels(const char* of_keys) const {
    return fmt::format("kernels with Q tiles of {} and KV tiles of {} {} keys", to_text(case_.tiling().query_tile),
                       to_text(case_.tiling().key_tile), of_keys);
  }
  [[nodiscard]] std::string kernels() const {
    if (claim_.cascade) return "kernels that " + ladder_.rungs.front().holds_for;
    return kernels(case_.tiling().key_tiles == KeyTiles::gathered ? "gathered" : "neighbouring");
  }

  [[nodiscard]] std::string subject() const {
    const std::string claimed = claim_.claimed->kind == Kind::time
                                    ? fmt::format("{} ({})", claim_.claimed->text, times(case_.claimed()))
                                    : times(case_.claimed());
    if (!case_.asks_more()) return claimed;
    if (claim_.whole && !claim_.whole->share) return claimed + " of the whole";
    const std::string of_what = claim_.whole ? claimed + " of the whole" : claimed;
    return fmt::format("{} asks {} of attention{}", of_what, times(case_.needed()),
                       claim_.overhead > 0 ? " beside its overhead" : "");
  }
  // Of a whole whose share is not known.
  [[nodiscard]] std::string if_share() const {
    if (!claim_.whole || claim_.whole->share) return "";
    return fmt::format("; so attention must take at least {} of the baseline's time",
                       percent(least_share(claim_, case_.claimed(), case_.deciding().rungs.back().speedup)));
  }

  [[nodiscard]] std::string of_rate() const {
    return fmt::format("{} {} {} of what the units of {} do of these pairs, of which {} reach at most {}",
                       claim_.claimed->text, case_.verdict() == Verdict::within ? "is" : "would be",
                       percent(case_.claimed()), case_.arch()->name, kernels(), percent(case_.last()));
  }

  [[nodiscard]] std::string every() const {
    return claim_.selection->every == 1 ? "step" : fmt::format("{:.3g} steps", claim_.selection->every);
  }
  [[nodiscard]] double most() const {
    return claim_.whole && std::isinf(case_.needed()) ? most_of_whole(claim_) : case_.most_of_any();
  }
  // Of the first rung that is beaten.
  [[nodiscard]] std::string condition() const {
    return std::ranges::find_if(ladder_.rungs, [&](const Rung& rung) { return !case_.is_possible(rung.speedup); })
        ->holds_for;
  }
  [[nodiscard]] std::string because_of_baseline() const {
    const double slower = *case_.baseline_time_s() / baseline_.time_s;
    const std::string baseline = fmt::format("the {} that its baseline took are {} as long as {}",
                                             seconds(*case_.baseline_time_s()), times(slower), over());
    if (case_.is_slower_than_baseline())
      return fmt::format("{}: {}; the {} of the method are longer than that, too", subject(), baseline,
                         seconds(*case_.method_time_s()));
    std::string text = fmt::format("{}: {}, over which no kernel gains more than {}", subject(), baseline,
                                   times(case_.most_of_any()));
    if (const auto method_s = case_.method_time_s())
      text += fmt::format("; the {} of the method are {}", seconds(*method_s), times(baseline_.time_s / *method_s));
    return text;
  }

  [[nodiscard]] std::string needs_pairs() const {
    const auto most = case_.most_pairs();
    if (!most || *most * ladder_.all_pairs >= ladder_.pairs * (1 - rounding)) return "";
    return fmt::format("; a mask of at most {} of all pairs would allow it, this one has {}", percent(*most),
                       percent(ladder_.pairs / ladder_.all_pairs));
  }

  void add_lines() {
    if (case_.is_rate())
      lines_.push_back(
          {"claimed", percent(case_.claimed()), claim_.claimed->text, seconds(baseline_.time_s / case_.claimed())});
    else
      lines_.push_back({"claimed", times(case_.claimed()), stated_times(),
                        case_.method_time_s() ? seconds(*case_.method_time_s()) : ""});
    if (case_.asks_more() && std::isfinite(case_.needed()) && (!claim_.whole || claim_.whole->share))
      lines_.push_back({"of attention", times(case_.needed()), why_needed()});
    if (case_.bytes_s() > ladder_.rungs.front().time_s)
      lines_.push_back({"any kernel", times(case_.most_of_any()),
                        fmt::format("{} moves once what is needed", case_.arch()->levels.front().name),
                        seconds(case_.bytes_s())});
    add_rungs(ladder_, "");
    if (case_.gathered() && case_.gathered()->rungs.back().speedup > case_.last() * (1 + rounding))
      add_rungs(*case_.gathered(), " (gathered)");
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
      lines_.push_back(
          {rung.name, times(rung.speedup), rung.limit + " takes as long", seconds(rung.time_s), rung.holds_for});
      return;
    }
    std::vector<Explanation> lines = rungs_that_add(case_.problem(), ladder);
    for (Explanation& line : lines) {
      if (!of_tiles.empty() && line.name.starts_with("FLOP")) continue;
      line.name += of_tiles;
      lines_.push_back(std::move(line));
    }
  }

  void add_notes() {
    compare_baseline();
    if (const auto method_s = case_.method_time_s(); method_s && ladder_.rungs.back().time_s > 0)
      notes_.push_back(fmt::format("the method's {} are {} the least time of these kernels ({})",
                                   seconds(*method_s), times(*method_s / case_.deciding().rungs.back().time_s),
                                   seconds(case_.deciding().rungs.back().time_s)));
    if (const auto most = case_.most_pairs();
        most && claim_.assumes("mask") && *most * ladder_.all_pairs > ladder_.pairs)
      notes_.push_back(fmt::format("a mask of up to {} of all pairs would allow it, the assumed one has {}",
                                   percent(*most), percent(ladder_.pairs / ladder_.all_pairs)));
  }
  void compare_baseline() {
    const auto stated_s = case_.baseline_time_s();
    if (!stated_s || baseline_.time_s == 0) return;
    const char* what = claim_.whole ? "attention of a layer of the baseline took" : "the baseline took";
    notes_.push_back(fmt::format("{} {}; {}: {:+.1f} %", what, seconds(*stated_s), over(),
                                 100 * (baseline_.time_s / *stated_s - 1)));
    if (baseline_.kind != Baseline::Kind::kernel) return;
    if (const auto limit = limit_of_baseline(claim_.baseline, "baseline", case_.baseline_problem(), *case_.arch()))
      notes_.push_back(fmt::format("'{}' at the limit of {} takes {}: the baseline took {} as long", limit->name,
                                   case_.arch()->name, seconds(limit->time_s), times(*stated_s / limit->time_s)));
  }

  const SpeedupCase& case_;
  const Claim& claim_ = case_.claim();
  const Ladder& ladder_ = case_.ladder();
  const Baseline& baseline_ = case_.baseline();
  std::vector<Explanation> lines_;
  std::vector<std::string> notes_;
};

}  // namespace

std::string sentence_of(const SpeedupCase& of) { return Words(of).sentence(); }
std::vector<Explanation> lines_of(const SpeedupCase& of) { return Words(of).lines(); }
std::vector<std::string> notes_of(const SpeedupCase& of) { return Words(of).notes(); }

}  // namespace tilewright
