#include "sim/bound/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/units.hpp"
#include "common/with_commas.hpp"

namespace tilewright {

namespace {

std::string times(double speedup) { return fmt::format("{:.2f}x", speedup); }
// What is nothing but rounding is 0.
std::string percent(double share) { return fmt::format("{:.3g} %", std::abs(share) < 1e-6 ? 0 : 100 * share); }
std::string number_of(double count, const std::string& what) {
  return with_commas(count) + " " + what + (count == 1 ? "" : "s");
}

std::string seconds(double time_s) {
  const auto [scale, unit] = time_s >= 1e-3   ? std::pair(1e3, "ms")
                             : time_s >= 1e-6 ? std::pair(1e6, "us")
                                              : std::pair(1e9, "ns");
  return fmt::format("{:.{}f} {}", time_s * scale, time_s * scale < 100 ? 2 : 0, unit);
}

class Explainer {
 public:
  Explainer(const Attention& problem, const Ladder& ladder)
      : problem_(problem), ladder_(ladder), sequences_(problem.requests.size() > 1 ? problem.sequences() : 1) {}

  std::vector<Explanation> explain() {
    for (const Rung& rung : ladder_.rungs) {
      const std::string why = rung.name == "FLOP"        ? pairs()
                              : rung.name == "tile"      ? tiles()
                              : rung.name == "traffic"   ? traffic(rung)
                              : rung.name == "selection" ? selection(rung)
                                                         : waves(rung);
      lines_.push_back(
          {rung.name, times(rung.speedup), why, rung.time_s > 0 ? seconds(rung.time_s) : "", rung.holds_for});
    }
    if (ladder_.baseline.is_dense()) lines_.push_back({"worst tile", times(ladder_.speedup_tile_worst), worst()});
    if (ladder_.waves) lines_.push_back({"launch order", times(ladder_.waves->speedup), launch_order()});
    if (ladder_.permutation_B > 0)
      lines_.push_back({"permutation", times(ladder_.speedup_with_permutation), permutation()});
    return std::move(lines_);
  }

 private:
  [[nodiscard]] std::string pairs() const {
    const double of_baseline = ladder_.baseline.pairs;  // fewer than all, where its mask is not dense
    const bool of_all = std::abs(of_baseline - ladder_.all_pairs) < 1e-9 * ladder_.all_pairs;
    std::string why = fmt::format("the mask leaves {} of {} {} pairs", percent(ladder_.pairs / ladder_.all_pairs),
                                  of_all ? "the" : "all", counted(ladder_.all_pairs));
    if (of_baseline > 0 && !of_all)
      why += fmt::format(", {} of the {} of '{}'", percent(ladder_.pairs / of_baseline), counted(of_baseline),
                         ladder_.baseline.name);
    if (ladder_.rungs[0].limit != "pairs") return why + computing();
    return why;
  }

  // Which units compute them, and whether the baseline waits for anything else.
  [[nodiscard]] std::string computing() const {
    const std::string by = ", computed by " + ladder_.rungs[0].limit;
    const Baseline& baseline = ladder_.baseline;
    if (baseline.kind != Baseline::Kind::mask || baseline.by_compute) return by;
    return fmt::format("{}; {} does not wait for pairs but for {}", by, baseline.name, baseline.limit);
  }

  [[nodiscard]] std::string tiles() const {
    const double computed = ladder_.pairs + ladder_.wasted_by_mask + ladder_.wasted_by_padding;
    std::string why = fmt::format("{} tiles are visited and computed whole (dense: {}), ",
                                  counted(ladder_.tiles_visited), counted(ladder_.tiles_dense));
    why += ladder_.fully_block_sparse()
               ? "none is partial"
               : fmt::format("{} are partial", percent(ladder_.tiles_partial() / ladder_.tiles_visited));
    const double outside = ladder_.wasted_by_mask / computed;
    const double padding = ladder_.wasted_by_padding / computed;
    if (outside > 0) why += fmt::format("; {} of their pairs are outside the mask", percent(outside));
    if (padding > 0) why += fmt::format("{} {} padding", outside > 0 ? "," : "; of their pairs", percent(padding));
    return why + heads_apart();
  }

  // Where heads may be packed, the tiles above are of kernels that do not.
  [[nodiscard]] std::string heads_apart() const {
    if (problem_.group() == 1) return "";
    const std::string least =
        fmt::format("; packed, the {:.0f} query heads of a KV head need no less than {} of these each",
                    problem_.group(), rounded(ladder_.tiles_computed));
    if (ladder_.rows_counted) return least;
    return least + ", a weaker bound: too long to count row by row, so tiles are taken to be full of pairs";
  }

  [[nodiscard]] std::string traffic(const Rung& rung) const {
    const Rung& before = ladder_.rungs[1];
    return rung.limit == before.limit ? "no memory takes longer than " + before.limit : rung.limit + " take longer";
  }

  // What it adds, in the mean of steps and layers.
  [[nodiscard]] std::string selection(const Rung& rung) const {
    const SelectionFloor& floor = *ladder_.selection;
    std::string why = fmt::format("scores read {}", pretty(floor.key_B + floor.query_B, dimension::bytes));
    if (floor.reused_B > 0)
      why += fmt::format(" ({} of it for attention too)", pretty(floor.reused_B, dimension::bytes));
    if (floor.score_B > 0) why += fmt::format(", move {} of themselves", pretty(floor.score_B, dimension::bytes));
    why += fmt::format(" and take {:.3g} multiply-adds", floor.multiply_adds);
    if (floor.share < 1) why += ", mean of steps and layers";
    return why + (rung.limit == ladder_.rungs[2].limit ? "" : "; " + rung.limit + " take longer");
  }

  [[nodiscard]] std::string waves(const Rung& rung) const {
    const WaveReport& waves = *ladder_.waves;
    const std::string jobs = fmt::format(
        "{} on {} ({})", ladder_.rows_counted ? number_of(waves.least_jobs, "Q tile") : "Q tiles, not counted,",
        number_of(waves.workers, "worker"), waves.worker);
    if (!ladder_.rows_counted) return jobs + " are taken to be cut anywhere";
    if (rung.limit == limited_by_waves) return jobs + " cannot be spread evenly without split-KV";
    return jobs +
           (rung.limit == ladder_.rungs[1].limit ? " may be spread evenly" : " may take no longer than that");
  }

  [[nodiscard]] std::string worst() const {
    const std::string most = fmt::format("a Q tile visits up to {} KV tiles (dense: {})",
                                         with_commas(ladder_.tiles_worst), with_commas(ladder_.dense_key_tiles));
    if (!ladder_.waves) return most + "; a bound only where all Q tiles run at once";
    if (ladder_.worst_is_bound) return most + "; a bound here: all Q tiles run at once";
    return most + (ladder_.waves->jobs > ladder_.waves->workers
                       ? "; no bound here: Q tiles take turns on the workers"
                       : "; no bound here: dense waits for " + ladder_.baseline.limit);
  }

  [[nodiscard]] std::string launch_order() const {
    const WaveReport& waves = *ladder_.waves;
    return fmt::format("an estimate, no bound: {}, the busiest worker has {} the mean work ({} with all pairs)",
                       number_of(waves.waves, "wave"), times(waves.imbalance), times(waves.dense_imbalance));
  }

  [[nodiscard]] std::string permutation() const {
    return fmt::format("with Q, K, V brought into tile order and O back: {:.3g} GB, {}",
                       ladder_.permutation_B * 1e-9, seconds(ladder_.permutation_s));
  }

  [[nodiscard]] std::string rounded(double tiles) const {
    return tiles == std::floor(tiles) ? counted(tiles) : fmt::format("{:.4g}", sequences_ * tiles);
  }

  // Of what is counted per head and sequence: where requests differ, of all of them.
  [[nodiscard]] std::string counted(double mean) const { return with_commas(sequences_ * mean); }

  const Attention& problem_;
  const Ladder& ladder_;
  double sequences_;
  std::vector<Explanation> lines_;
};

std::string all_pairs_of(const Attention& problem) {
  const Request& first = problem.requests.front();
  if (problem.requests.size() == 1)
    return fmt::format("{} x {} pairs", with_commas(first.queries()), with_commas(first.keys()));
  double pairs = 0;
  for (const Request& request : problem.requests) pairs += request.times * request.pairs();
  return fmt::format("{} pairs of {} requests", with_commas(pairs), with_commas(problem.sequences()));
}

}  // namespace

std::vector<Explanation> explain(const Attention& problem, const Ladder& ladder) {
  return Explainer(problem, ladder).explain();
}

std::vector<Explanation> rungs_that_add(const Attention& problem, const Ladder& ladder) {
  std::vector<Explanation> lines = explain(problem, ladder);
  lines.resize(ladder.rungs.size());
  std::vector<Explanation> adding;
  for (Explanation& line : lines)
    if (adding.empty() || adding.back().value != line.value) {
      adding.push_back(std::move(line));
    } else {
      adding.back().name += ", " + line.name;
      adding.back().why += "; " + line.why;
    }
  return adding;
}

std::vector<Explanation> explain_measured(const Ladder& ladder, const Tiling& tiling, double measured) {
  std::vector<Explanation> lines;
  const std::vector<GapPart> parts = explain_gap(ladder, measured);
  const bool beaten = parts.back().factor < 1;  // then the rungs lose more than the gap, and shares say nothing
  for (const GapPart& part : parts)
    lines.push_back({part.name, times(part.factor), beaten ? "" : percent(part.share) + " of the gap"});
  const std::string unexplained = fmt::format("; {} is what no rung explains", lines.back().why);
  lines.back().why = verdict_on(ladder, tiling, measured) + (beaten ? "" : unexplained);
  return lines;
}

std::string verdict_on(const Ladder& ladder, const Tiling& tiling, double measured) {
  const auto beaten =
      std::ranges::find_if(ladder.rungs, [&](const Rung& rung) { return measured > rung.speedup * (1 + 1e-9); });
  if (beaten == ladder.rungs.end())
    return fmt::format("possible: {} of the last rung", percent(measured / ladder.rungs.back().speedup));
  if (beaten == ladder.rungs.begin())
    return fmt::format("not possible over this baseline for kernels that {}", beaten->holds_for);
  return fmt::format("possible only for kernels that do not {}{}", beaten->holds_for,
                     tiling.key_tiles == KeyTiles::gathered ? "" : ", or that gather keys: --kv-tiling gathered");
}

std::string text_of(const Baseline& baseline, const Attention& problem, const TileMachine* machine) {
  if (baseline.kind == Baseline::Kind::time) return "the time " + baseline.name;
  const std::string on = machine == nullptr ? "" : " on " + machine->name;
  if (baseline.kind == Baseline::Kind::kernel)
    return fmt::format("{}{}, as its model estimates: {}", baseline.name, on, seconds(baseline.time_s));
  const std::string pairs = baseline.is_dense() ? "dense attention over all " + all_pairs_of(problem)
                                                : fmt::format("'{}' over its pairs", baseline.name);
  if (machine == nullptr) return pairs + ", at the same time per pair as a visited tile, without padding";
  if (baseline.by_compute)
    return fmt::format("{}{} at the full rate of {}, spread evenly, without padding: {}", pairs, on, baseline.limit,
                       seconds(baseline.time_s));
  return fmt::format("{}{}, as long as the {} take: {}", pairs, on, baseline.limit, seconds(baseline.time_s));
}

}  // namespace tilewright
