#include "explore/mapper/decisions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "explore/mapper/structure.hpp"

namespace tilewright {

namespace {

double factor_of(const std::vector<PlannedLoop>& loops, RankId rank) {
  const auto loop = std::ranges::find(loops, rank, &PlannedLoop::rank);
  return loop == loops.end() ? 1 : loop->factor;
}

// All loops over the rank but steps.
double around_steps(const GroupPlan& group, const EinsumPlan& einsum, RankId rank) {
  return factor_of(group.loops, rank) * factor_of(einsum.lanes, rank) * factor_of(einsum.in_lane, rank);
}

// Steps of every Einsum that cover what its other loops leave, in the order that they have. Of a rank whose other
// loops are those of `before` they are the same, whether they divide it or not.
bool complete(Plan& plan, const Plan& before, const ByRank<double>& shapes, const Cascade& cascade) {
  for (std::size_t g = 0; g < plan.groups.size(); ++g)
    for (std::size_t e = 0; e < plan.groups[g].einsums.size(); ++e) {
      EinsumPlan& einsum = plan.groups[g].einsums[e];
      std::vector<PlannedLoop> steps = einsum.steps;
      for (const RankId rank : cascade.einsums[einsum.einsum].iteration)
        if (factor_of(steps, rank) == 1) steps.push_back({rank, 1});
      for (PlannedLoop& step : steps) {
        const double others = around_steps(plan.groups[g], einsum, step.rank);
        if (others == around_steps(before.groups[g], before.groups[g].einsums[e], step.rank)) continue;
        step.factor = shapes[step.rank] / others;
        if (step.factor < 1 || step.factor != std::round(step.factor)) return false;
      }
      std::erase_if(steps, [](const PlannedLoop& step) { return step.factor == 1; });
      einsum.steps = std::move(steps);
    }
  return true;
}

class Compare {
 public:
  Compare(const Plan& plan, const Plan& other, const ByRank<double>& shapes, const Cascade& cascade,
          const Arch& arch)
      : plan_(plan), other_(other), shapes_(shapes), cascade_(cascade), arch_(arch) {}

  std::vector<Decision> find() {
    if (!same_groups()) {
      for (const std::string& text : differences(plan_.groups, other_.groups, cascade_, arch_))
        found_.push_back({text, {}});
      return std::move(found_);
    }
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) compare_group(g);
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool same_groups() const {
    return std::ranges::equal(plan_.groups, other_.groups, [](const GroupPlan& a, const GroupPlan& b) {
      return a.einsums.front().einsum == b.einsums.front().einsum && a.einsums.size() == b.einsums.size();
    });
  }

  // `change` makes the plan's group as the other's.
  void add(std::size_t g, std::string text, const auto& change) {
    if (plan_.groups.size() > 1)
      text = "group " + cascade_.einsums[plan_.groups[g].einsums.front().einsum].name + ": " + text;
    Plan changed = plan_;
    change(changed.groups[g]);
    std::ranges::stable_sort(changed.groups[g].keeps, [](const PlannedKeep& a, const PlannedKeep& b) {
      return std::tie(a.below, a.level) < std::tie(b.below, b.level);
    });
    if (!complete(changed, plan_, shapes_, cascade_))
      found_.push_back({std::move(text), {}});
    else
      found_.push_back({std::move(text), std::move(changed)});
  }

  void compare_group(std::size_t g) {
    const GroupPlan& plan = plan_.groups[g];
    const GroupPlan& other = other_.groups[g];
    compare_loops(g);
    if (plan.tiles != other.tiles)
      add(g, "other tiles that the mask skips", [&](GroupPlan& group) { group.tiles = other.tiles; });
    std::set<TensorId> tensors;
    for (const PlannedKeep& keep : plan.keeps) tensors.insert(keep.tensor);
    for (const TensorId tensor : tensors) compare_place(g, tensor);
    for (std::size_t e = 0; e < plan.einsums.size(); ++e) compare_einsum(g, e);
  }

  void compare_loops(std::size_t g) {
    const std::string was = text_of(plan_.groups[g].loops);
    const std::string is = text_of(other_.groups[g].loops);
    if (was == is) return;
    add(g, fmt::format("shared loops {} instead of {}", is, was), [&](GroupPlan& group) {
      const auto before = static_cast<int>(group.loops.size());
      group.loops = other_.groups[g].loops;
      const auto now = static_cast<int>(group.loops.size());
      for (PlannedKeep& keep : group.keeps) keep.below = keep.below == before ? now : std::min(keep.below, now);
    });
  }

  [[nodiscard]] std::string text_of(const std::vector<PlannedLoop>& loops) const {
    std::string text;
    for (const PlannedLoop& loop : loops)
      text += fmt::format("{}{}: {:.0f}", text.empty() ? "" : ", ", cascade_.ranks[loop.rank].name, loop.factor);
    return text.empty() ? "none" : "[" + text + "]";
  }

  // The innermost place: "SRAM below M, N".
  [[nodiscard]] std::string place_of(const GroupPlan& group, TensorId tensor) const {
    std::string text;
    for (const PlannedKeep& keep : group.keeps) {
      if (keep.tensor != tensor || (!text.empty() && !arch_.levels[keep.level].parent)) continue;
      text = arch_.levels[keep.level].name;
      if (!arch_.levels[keep.level].parent) continue;
      for (int below = 0; below < keep.below; ++below)
        text += (below == 0 ? " below " : ", ") +
                cascade_.ranks[group.loops[static_cast<std::size_t>(below)].rank].name;
    }
    return text;
  }

  void compare_place(std::size_t g, TensorId tensor) {
    const std::string was = place_of(plan_.groups[g], tensor);
    const std::string is = place_of(other_.groups[g], tensor);
    if (was == is) return;
    add(g, fmt::format("{} in {} instead of {}", cascade_.tensors[tensor].name, is, was), [&](GroupPlan& group) {
      std::erase_if(group.keeps, [&](const PlannedKeep& keep) { return keep.tensor == tensor; });
      for (PlannedKeep keep : other_.groups[g].keeps) {
        keep.below = std::min(keep.below, static_cast<int>(group.loops.size()));
        if (keep.tensor == tensor) group.keeps.push_back(keep);
      }
    });
  }

  void compare_einsum(std::size_t g, std::size_t e) {
    const EinsumPlan& plan = plan_.groups[g].einsums[e];
    const EinsumPlan& other = other_.groups[g].einsums[e];
    const std::string& name = cascade_.einsums[plan.einsum].name;
    if (plan.unit != other.unit)
      add(g, fmt::format("{} on {} instead of {}", name, arch_.units[other.unit].name, arch_.units[plan.unit].name),
          [&](GroupPlan& group) { group.einsums[e].unit = other.unit; });
    if (text_of(plan.lanes) != text_of(other.lanes))
      add(g, fmt::format("lanes of {} {} instead of {}", name, text_of(other.lanes), text_of(plan.lanes)),
          [&](GroupPlan& group) { group.einsums[e].lanes = other.lanes; });
    if (kept_by(plan) != kept_by(other))
      add(g, fmt::format("lanes of {} keep {} instead of {}", name, kept_by(other), kept_by(plan)),
          [&](GroupPlan& group) {
            group.einsums[e].kept = other.kept;
            group.einsums[e].in_lane = other.in_lane;
          });
    compare_steps(g, e);
  }

  [[nodiscard]] std::string kept_by(const EinsumPlan& plan) const {
    if (plan.kept.empty()) return "nothing";
    std::vector<std::string> names;
    for (const PlannedKeep& keep : plan.kept) names.push_back(cascade_.tensors[keep.tensor].name);
    std::ranges::sort(names);
    std::string text;
    for (const std::string& tensor : names) text += (text.empty() ? "" : ", ") + tensor;
    return plan.in_lane.empty() ? text : text + " over " + text_of(plan.in_lane);
  }

  // Of the ranks that both have steps over.
  void compare_steps(std::size_t g, std::size_t e) {
    const EinsumPlan& plan = plan_.groups[g].einsums[e];
    const EinsumPlan& other = other_.groups[g].einsums[e];
    const std::string was = order_of(plan.steps, other.steps);
    const std::string is = order_of(other.steps, plan.steps);
    if (was == is) return;
    add(g, fmt::format("steps of {} in order {} instead of {}", cascade_.einsums[plan.einsum].name, is, was),
        [&](GroupPlan& group) {
          const auto position = [&](const PlannedLoop& step) {
            return std::ranges::find(other.steps, step.rank, &PlannedLoop::rank) - other.steps.begin();
          };
          std::ranges::stable_sort(group.einsums[e].steps, {}, position);
        });
  }
  [[nodiscard]] std::string order_of(const std::vector<PlannedLoop>& steps,
                                     const std::vector<PlannedLoop>& with) const {
    std::string text;
    for (const PlannedLoop& step : steps)
      if (factor_of(with, step.rank) > 1) text += (text.empty() ? "" : ", ") + cascade_.ranks[step.rank].name;
    return text;
  }

  const Plan& plan_;
  const Plan& other_;
  const ByRank<double>& shapes_;
  const Cascade& cascade_;
  const Arch& arch_;
  std::vector<Decision> found_;
};

}  // namespace

std::vector<Decision> decisions(const Plan& plan, const Plan& other, const ByRank<double>& shapes,
                                const Cascade& cascade, const Arch& arch) {
  return Compare(plan, other, shapes, cascade, arch).find();
}

}  // namespace tilewright
