#include "explore/model/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explore/model/shapes.hpp"
#include "explore/model/stored.hpp"
#include "explore/model/whole_ladder.hpp"
#include "explore/study/map_point.hpp"

namespace tilewright {

namespace {

class Runner {
 public:
  Runner(const Model& model, const OnArch& on, const std::map<std::string, double>& set, const std::string& mask,
         Library& library)
      : model_(model),
        on_(on),
        set_(set),
        mask_(mask),
        library_(library),
        arch_(library.arch(on.arch).with(on.set)) {}

  ModelRun run() {
    result_.arch = arch_.name;
    const Level& memory = arch_.levels.front();
    result_.memory_B = memory.capacity_B * memory.instances;
    for (const ModelPhase& phase : model_.phases) add(phase);
    if (result_.time_s == 0)
      throw InputError({model_.file, 0, 0}, "model", "nothing runs: the times of all phases or parts are 0");
    warn_of_memory();
    if (ladder_) result_.ladder = ladder_->rungs(result_.baseline_s);
    return std::move(result_);
  }

 private:
  void add(const ModelPhase& phase) {
    const Scope shapes = shapes_of(model_, phase, set_);
    PhaseRun run{phase.name, times_of(phase.times, shapes), {}};
    if (run.times == 0) return;
    for (const ModelPart& part : model_.parts)
      if (part.is_in(phase)) add(part, shapes, run);
    if (run.parts.empty()) return;
    if (phase.tokens) run.tokens_per_s = shapes.value(*phase.tokens) / run.time_s;
    result_.time_s += run.times * run.time_s;
    result_.baseline_s += run.times * run.baseline_s;
    result_.phases.push_back(std::move(run));
  }

  void add(const ModelPart& part, const Scope& shapes, PhaseRun& phase) {
    const double times = times_of(part.times, shapes);
    if (times == 0) return;
    try {
      const PartPoint own =
          first_that_fits(points_of(model_, part, shapes, on_, part.mask.empty() ? "" : mask_, library_));
      PartRun run{part.name, part.group, own.point, times, record_of(own)};
      run.time_s = run.baseline_s = times * *run.record.number("time_s");
      store(part, own, times, shapes);
      compare(part, shapes, own, phase.times, run);
      phase.time_s += run.time_s;
      phase.baseline_s += run.baseline_s;
      warn(part, run.record);
      phase.parts.push_back(std::move(run));
    } catch (const InfeasibleError& error) {
      throw InfeasibleError(fmt::format("part '{}' of '{}': {}", part.name, model_.name, error.what()));
    }
  }

  // Its record is known then.
  PartPoint first_that_fits(const std::vector<PartPoint>& points) {
    std::string reasons;
    for (const PartPoint& point : points) try {
        (void)record_of(point);
        return point;
      } catch (const InfeasibleError& error) {
        const std::string name = point.map != nullptr ? "map" : point.point.mapping;
        reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", name, error.what());
      }
    throw InfeasibleError(reasons);
  }

  const Record& record_of(const PartPoint& of) {
    const std::string key = of.key();
    if (const auto found = records_.find(key); found != records_.end()) return found->second;
    Record record = of.map != nullptr ? map_point(of.point, *of.map, std::nullopt, {}, library_).record
                                      : evaluate(of.point, library_);
    return records_.emplace(key, std::move(record)).first->second;
  }

  // The same part with all pairs of the baseline, and nothing to choose.
  void compare(const ModelPart& part, const Scope& shapes, const PartPoint& own, double phases, PartRun& run) {
    if (part.mask.empty() && part.selection.empty()) return;
    if (own.point.mask == model_.baseline && own.point.selection.empty()) return;
    const PartPoint other = first_that_fits(baseline_points_of(model_, part, shapes, on_, library_));
    run.baseline_s = run.times * *record_of(other).number("time_s");
    if (!ladder_) ladder_.emplace(arch_);
    ladder_->add(own.point, run.record, phases * run.times, phases * run.baseline_s, library_);
  }

  void store(const ModelPart& part, const PartPoint& own, double times, const Scope& shapes) {
    if (part.stored.empty()) return;
    const double bytes = times * stored_B(part, own.point, record_of(own), shapes, library_);
    double& most = stored_[part.name];
    const double added = std::max(0.0, bytes - most);
    most += added;
    const auto same = std::ranges::find(result_.stored, part.group, &Stored::group);
    if (same == result_.stored.end())
      result_.stored.push_back({part.group, added});
    else
      same->bytes += added;
  }

  void warn(const ModelPart& part, const Record& record) {
    const std::string text = record.text("warnings");
    if (text.empty()) return;
    const std::string warning = fmt::format("part '{}': {}", part.name, text);
    if (std::ranges::find(result_.warnings, warning) == result_.warnings.end()) result_.warnings.push_back(warning);
  }

  void warn_of_memory() {
    if (result_.stored_B() > result_.memory_B)
      result_.warnings.push_back(fmt::format("what stays in memory takes {:.4g} B, and '{}' has {:.4g} B",
                                             result_.stored_B(), arch_.levels.front().name, result_.memory_B));
  }

  const Model& model_;
  const OnArch& on_;
  const std::map<std::string, double>& set_;
  const std::string& mask_;
  Library& library_;
  Arch arch_;
  std::map<std::string, Record> records_;
  std::map<std::string, double> stored_;  // bytes by part
  std::optional<WholeLadder> ladder_;
  ModelRun result_;
};

}  // namespace

double ModelRun::stored_B() const {
  double sum_B = 0;
  for (const Stored& each : stored) sum_B += each.bytes;
  return sum_B;
}

std::vector<std::pair<std::string, double>> ModelRun::groups() const {
  std::vector<std::pair<std::string, double>> groups;
  for (const PhaseRun& phase : phases)
    for (const PartRun& part : phase.parts) {
      auto found = std::ranges::find(groups, part.group, &std::pair<std::string, double>::first);
      if (found == groups.end()) found = groups.insert(groups.end(), {part.group, 0});
      found->second += phase.times * part.time_s;
    }
  return groups;
}

ModelRun run_model(const Model& model, const OnArch& on, const std::map<std::string, double>& set,
                   const std::string& mask, Library& library) {
  require_settable(model, set);
  const auto has_mask = [](const ModelPart& part) { return !part.mask.empty(); };
  if (!mask.empty() && std::ranges::none_of(model.parts, has_mask))
    throw InputError(fmt::format("--mask: no part of model '{}' has a mask", model.name));
  return Runner(model, on, set, mask, library).run();
}

}  // namespace tilewright
