#include "explore/mapper/runner_up.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tilewright {

namespace {

// Problem and best so far of several searches, of which the best counts.
class Best {
 public:
  Best(const Objective& objective, Surroundings& around) : objective_(objective), around_(around) {}

  void search(const MapProblem& problem) {
    PartitionResult found = search_partitions(problem, objective_, around_);
    result_.bound = found.bound;  // of the problem without its demands: the same for all
    result_.count.blocks += found.count.blocks;
    result_.count.opened += found.count.opened;
    result_.count.priced += found.count.priced;
    result_.count.ended = result_.count.ended && found.count.ended;
    if (found.options.empty()) return;
    MappingOption& option = found.options.front();
    if (!around_.best || objective_.before(option.score, *around_.best)) around_.best = option.score;
    if (result_.options.empty() || objective_.before(option.score, result_.options.front().score))
      result_.options = {std::move(option)};
  }

  PartitionResult take() { return std::move(result_); }

 private:
  const Objective& objective_;
  Surroundings& around_;
  PartitionResult result_;
};

MapProblem not_on(const MapProblem& problem, const EinsumPlan& plan) {
  MapProblem other = problem;
  std::vector<Constraint> demands = problem.space.constraints();
  demands.push_back({Constraint::Units{plan.einsum, {plan.unit}, false}, {}, {}});
  other.constrain(Mapspace(problem.cascade, problem.arch, std::move(demands)));
  return other;
}

bool has_other_unit(const MapProblem& problem, const EinsumPlan& plan) {
  for (const UnitId unit : problem.arch.units.ids())
    if (unit != plan.unit && problem.runs_on(plan.einsum, unit)) return true;
  return false;
}

}  // namespace

PartitionResult search_differing(const MapProblem& problem, const Objective& objective, Surroundings around,
                                 const std::vector<GroupPlan>& groups) {
  Best best(objective, around);
  for (const GroupPlan& group : groups) {
    const GroupStructure structure = structure_of(group, problem.arch);
    around.avoid = &structure;
    best.search(problem);
    around.avoid = nullptr;
  }
  for (const GroupPlan& group : groups)
    for (const EinsumPlan& plan : group.einsums)
      if (has_other_unit(problem, plan)) best.search(not_on(problem, plan));
  return best.take();
}

RunnerUp find_runner_up(const MapRequest& request, const MapResult& result, double time_limit_s, Library& library) {
  const FoundMapping& first = result.found.front();
  MapRequest others = request;
  others.differing = &first;
  others.time_limit_s = time_limit_s;
  others.keep_interrupted = false;
  MapResult found = find_mappings(others, library);
  RunnerUp runner_up;
  runner_up.proven = found.count.ended;
  if (found.found.empty()) return runner_up;
  FoundMapping& second = found.found.front();
  const Metric measure = request.objective.measures().front();
  runner_up.ratio = score_of(second).of(measure) / score_of(first).of(measure);
  if (second.cascade != first.cascade)
    runner_up.differences = {fmt::format("cascade {} instead of {}", second.cascade, first.cascade)};
  else
    runner_up.differences = differences(first.plan.groups, second.plan.groups, library.cascade(first.cascade),
                                        library.arch(request.point.arch).with(request.point.arch_set));
  runner_up.mapping = std::move(second);
  return runner_up;
}

std::string to_text(const RunnerUp& runner_up, Metric measure) {
  if (!runner_up.mapping)
    return runner_up.proven ? "none: every mapping of the space has this structure"
                            : "none found in the time of the search itself";
  constexpr double rounding = 1e-9;
  const std::string how = runner_up.ratio <= 1 + rounding
                              ? fmt::format("as good in {}", to_text(measure))
                              : fmt::format("{:.6g} times the {}", runner_up.ratio, to_text(measure));
  return fmt::format("{}, with {}{}", how, fmt::join(runner_up.differences, "; "),
                     runner_up.proven ? "" : " (not proven: the search for it ended early)");
}

}  // namespace tilewright
