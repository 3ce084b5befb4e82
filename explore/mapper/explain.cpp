#include "explore/mapper/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/units.hpp"
#include "explore/mapper/decisions.hpp"
#include "explore/mapper/plan_of.hpp"
#include "explore/mapper/preferred.hpp"

namespace tilewright {

namespace {

class Explainer {
 public:
  Explainer(const MapRequest& request, const std::string& mapping, Library& library)
      : request_(request), library_(library), metric_(request.objective.measures().front()) {
    Point point = request.point;
    point.mapping = mapping;
    candidate_.emplace(candidate_of(point, library));
    if (!std::holds_alternative<Mapping>(candidate_->mapping))
      throw InputError("--explain: expected a nest of loops, got a kernel '" + mapping + "'");
  }

  MappingExplanation explain() {
    result_.record = estimate(*candidate_);
    result_.best = best_of(request_.objective);
    for (const Metric metric : {Metric::time, Metric::energy, Metric::edp}) add_distance(metric);
    if (metric_ == Metric::traffic || metric_ == Metric::buffer) add_distance(metric_);
    compare();
    return std::move(result_);
  }

 private:
  // One search after another, as long as each other.
  MapResult best_of(const Objective& objective) {
    constexpr int searches = 3;
    MapRequest request = request_;
    request.objective = objective;
    request.time_limit_s /= searches + (metric_ == Metric::traffic || metric_ == Metric::buffer ? 1 : 0);
    request.keep_interrupted = &objective == &request_.objective;
    return request.keep_interrupted ? find_preferred(request, library_) : find_mappings(request, library_);
  }

  void add_distance(Metric metric) {
    const auto own = value(result_.record, metric);
    if (!own) return;
    const MapResult other = metric == metric_ ? MapResult() : best_of(Objective::parse(to_text(metric)));
    const MapResult& best = metric == metric_ ? result_.best : other;
    result_.distances.push_back({metric, *own, *value(best.found.front().record, metric), best.count.ended});
  }

  [[nodiscard]] std::optional<double> value(const Record& record, Metric metric) const {
    if (metric == Metric::time) return record.number("time_s");
    if (metric == Metric::energy) return record.number("energy_J");
    if (metric == Metric::edp) return record.number("edp_Js");
    const LevelRoles roles = roles_of(candidate_->arch);
    const auto of = [&](LevelId level, const char* what) {
      return record.number("level." + candidate_->arch.levels[level].name + "." + what).value_or(0);
    };
    if (metric == Metric::traffic) return of(roles.outermost, "read_B") + of(roles.outermost, "write_B");
    return roles.shared ? of(roles.shared, "used_B") : 0;
  }

  static ReadPlan read_plan(const Candidate& candidate, Frame& frame) {
    const auto& mapping = std::get<Mapping>(candidate.mapping);
    std::vector<double> given;
    for (const auto& [name, shape] : candidate.workload.shapes) given.push_back(shape);
    evaluate_frame(mapping, candidate.cascade, given, frame);
    return plan_of(mapping, frame, candidate.cascade, candidate.arch);
  }

  void compare() {
    Frame frame;
    ReadPlan read = read_plan(*candidate_, frame);
    result_.outside = std::move(read.outside);
    const FoundMapping& best = result_.best.found.front();
    const std::string cascade = result_.record.text("cascade");
    if (library_.cascade(best.cascade).name != cascade) {
      result_.decisions.push_back({fmt::format("cascade {} instead of {}", best.cascade, cascade), {}});
      return;
    }
    if (!result_.outside.empty()) return;
    read.plan.shapes = best.plan.shapes;
    for (auto& [rank, shape] : read.plan.shapes) shape = frame.shapes[rank];
    cascade_ = best.cascade;
    if (const auto again = value_of(read.plan); !again || !is_close(*again, *value(result_.record, metric_))) {
      result_.outside.emplace_back("sizes or orders that no mapping of the space has");
      return;
    }
    // Read back, too: loops that are as well shared ones as steps are the same in both.
    const std::string text = to_yaml(best.plan, {"best", best.cascade}, candidate_->cascade, candidate_->arch);
    const Candidate best_candidate = candidate_of(request_.point, Yaml::parse(text, "best.yaml"), library_);
    Frame of_best;
    Plan best_plan = read_plan(best_candidate, of_best).plan;
    best_plan.shapes = best.plan.shapes;
    add_decisions(read.plan, best_plan, frame.shapes);
  }

  static bool is_close(double a, double b) {
    constexpr double rounding = 1e-9;
    return std::abs(a - b) <= rounding * std::abs(b);
  }

  void add_decisions(const Plan& plan, const Plan& best, const ByRank<double>& shapes) {
    const double now = *value(result_.record, metric_);
    for (std::size_t i = 0; i < plan.shapes.size(); ++i)
      if (plan.shapes[i].second != best.shapes[i].second)
        result_.decisions.push_back(
            {fmt::format("{} = {:.0f} instead of {:.0f}", candidate_->cascade.ranks[plan.shapes[i].first].name,
                         best.shapes[i].second, plan.shapes[i].second),
             {}});
    for (Decision& decision : decisions(plan, best, shapes, candidate_->cascade, candidate_->arch)) {
      const auto changed = decision.changed ? value_of(*decision.changed) : std::nullopt;
      const char* why = decision.changed ? "does not fit by itself" : "no sizes of steps go with it by itself";
      result_.decisions.push_back({std::move(decision.text), {}, why});
      if (changed && now > 0) result_.decisions.back().ratio = *changed / now;
    }
    std::ranges::stable_sort(result_.decisions, {}, [](const ExplainedDecision& decision) {
      return decision.ratio.value_or(std::numeric_limits<double>::infinity());
    });
  }

  // Nothing where it does not fit.
  std::optional<double> value_of(const Plan& plan) {
    const std::string text = to_yaml(plan, {"changed", cascade_}, candidate_->cascade, candidate_->arch);
    try {
      return value(estimate(candidate_of(request_.point, Yaml::parse(text, "changed.yaml"), library_)), metric_);
    } catch (const InputError&) {
      return std::nullopt;
    }
  }

  const MapRequest& request_;
  Library& library_;
  Metric metric_;
  std::optional<Candidate> candidate_;
  std::string cascade_;  // as the workload names it
  MappingExplanation result_;
};

std::string with_unit(double value, Metric metric) {
  switch (metric) {
    case Metric::time:
      return pretty(value, dimension::seconds);
    case Metric::energy:
      return pretty(value, dimension::joules);
    case Metric::edp:
      return fmt::format("{:.4g} J s", value);
    case Metric::traffic:
    case Metric::buffer:
      return pretty(value, dimension::bytes);
  }
  return {};
}

std::string to_text(const ExplainedDecision& decision, Metric metric) {
  constexpr double rounding = 1e-9;
  if (!decision.ratio) return fmt::format("  {}: {}\n", decision.text, decision.why);
  if (std::abs(*decision.ratio - 1) < rounding) return "  " + decision.text + ": as good\n";
  return fmt::format("  {}: {:.4g} times the {}\n", decision.text, *decision.ratio, to_text(metric));
}

}  // namespace

MappingExplanation explain(const MapRequest& request, const std::string& mapping, Library& library) {
  if (request.objective.measures().size() != 1)
    throw InputError("--explain: expected one objective, as mappings are compared in one");
  return Explainer(request, mapping, library).explain();
}

std::string to_text(const MappingExplanation& explanation, const Objective& objective) {
  const Metric metric = objective.measures().front();
  std::string text;
  for (const MetricDistance& distance : explanation.distances)
    text += fmt::format("{:<8} {}, {:.4g} times the best found: {}{}\n", to_text(distance.metric),
                        with_unit(distance.own, distance.metric), distance.own / distance.best,
                        with_unit(distance.best, distance.metric), distance.proven ? ", proven" : ", not proven");
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, explanation.outside.size()); ++i)
    text += "outside of the space: " + explanation.outside[i] + "\n";
  if (explanation.decisions.empty()) {
    if (explanation.outside.empty()) text += "every decision is that of the best mapping\n";
    return text;
  }
  constexpr std::size_t most_decisions = 7;
  text += fmt::format("The mapping with the least {} has, each by itself:\n", to_text(metric));
  for (std::size_t i = 0; i < std::min(most_decisions, explanation.decisions.size()); ++i)
    text += to_text(explanation.decisions[i], metric);
  if (explanation.decisions.size() > most_decisions)
    text += fmt::format("  and {} more\n", explanation.decisions.size() - most_decisions);
  return text;
}

}  // namespace tilewright
