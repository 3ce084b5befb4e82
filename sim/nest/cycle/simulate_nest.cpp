#include "sim/nest/cycle/simulate_nest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "common/progress.hpp"
#include "sim/nest/cycle/interval_bounds.hpp"
#include "sim/nest/cycle/nest_trace.hpp"
#include "sim/nest/cycle/tile_mask.hpp"
#include "sim/nest/cycle/waterfall.hpp"
#include "sim/nest/traffic.hpp"

namespace tilewright {

namespace {

class NestSimulator {
 public:
  NestSimulator(Estimator& estimator, const Arch& arch, const Mapping& mapping, const SimulationOptions& options)
      : estimator_(estimator),
        arch_(arch),
        mapping_(mapping),
        options_(options),
        schedule_(options.schedule.value_or(NestSchedule::given)),
        line_(options.progress ? StatusLine::Shown::on_terminal : StatusLine::Shown::never, 100) {
    out_.schedule = schedule_;
    if (options.trace) trace_.emplace(*options.trace, arch);
  }

  NestSimulation run(std::span<const double> given) {
    estimator_.evaluate(given, out_.result);
    const SizedTree& sized = estimator_.model().sized();
    estimated_ = all_moved({arch_, sized, imperfect_, estimator_.mask()});
    moved_.assign(sized.flat().transfers.size(), {});
    out_.groups.assign(mapping_.tree.groups.size(), {});
    for (const GroupId g : out_.groups.ids()) run_group(g, sized);
    count_bytes(sized);
    add_times();
    if (trace_) trace_->finish(cycles_, fmt::format("{} on {}", mapping_.name, arch_.name));
    if (options_.waterfall) options_.waterfall(waterfall_);
    return std::move(out_);
  }

 private:
  void run_group(GroupId g, const SizedTree& sized) {
    const MaskShare* left = std::as_const(estimator_).mask();
    if (left != nullptr && left->pairs_left() == 1) left = nullptr;
    const bool held_once = schedule_ != NestSchedule::automatic && !mapping_.assumes.held_once.empty();
    const TileProgram program =
        tile_program({estimator_.facts(), arch_, mapping_.tree, sized, estimator_.model().cost_by_leaf(),
                      out_.result.footprints, left, schedule_, held_once},
                     g);
    std::optional<TileMask> mask;
    if (left != nullptr) mask.emplace(*left, mapping_.tree, sized, program.nest, program.granules);
    GroupSimulation& group = out_.groups[g];
    group.result =
        run_pipeline(program, mask ? &*mask : nullptr, sized.flat().transfers.size(), options_of(program));
    if (options_.waterfall) keep_waterfall(g, program, mask ? &*mask : nullptr);
    cycles_ += group.result.cycles;
    group.resource_cycles = resource_bound(program, group.result);
    group.recurrence_cycles = left == nullptr ? recurrence_bound(program) : unknown;  // tiles of a mask differ
    name_waits(program, group);
    for (const TileTask& task : program.tasks)
      for (const TransferEvent& event : task.events) note(event, sized, group.result);
    for (const TileCopy& copy : program.copies) note(copy.event, sized, group.result);
    out_.warnings.insert(out_.warnings.end(), program.warnings.begin(), program.warnings.end());
    if (!group.result.complete)
      out_.warnings.emplace_back(
          "ended before all tiles were done, as asked: energies and operations are of the whole");
  }

  void keep_waterfall(GroupId g, const TileProgram& program, const TileMask* mask) {
    constexpr std::int64_t tiles = 3;
    const PipelineResult& result = out_.groups[g].result;
    if (!(result.cycles > longest_cycles_)) return;
    longest_cycles_ = result.cycles;
    waterfall_ = waterfall_of(program, mask, result, tiles, arch_);
    waterfall_.group = mapping_.tree.groups[g].name;
  }

  PipelineOptions options_of(const TileProgram& program) {
    // Where it ends must not be gone ahead of.
    PipelineOptions options{.exact = options_.exact || options_.until_s < unlimited,
                            .until_cycles = options_.until_s * arch_.clock_Hz - cycles_};
    if (trace_) {
      trace_->begin_group(program, cycles_);
      options.observe = [this](const TileSpan& span) { trace_->add(span); };
    }
    options.progress = [this](double cycles) { show(cycles_ + cycles); };
    return options;
  }

  void show(double cycles) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
    line_.show([&] {
      return fmt::format("simulated {:.3g} M cycles, {:.3g} M a second", cycles * 1e-6,
                         cycles * 1e-6 / passed.count());
    });
  }

  static void name_waits(const TileProgram& program, GroupSimulation& group) {
    group.waits.resize(program.units);
    for (std::size_t unit = 0; unit < program.units; ++unit)
      for (std::size_t cause = 0; cause < group.result.waits[unit].size(); ++cause) {
        const double cycles = group.result.waits[unit][cause];
        if (cycles <= 0) continue;
        const std::size_t copies = program.copies.size();
        group.waits[unit][cause < copies                          ? program.copies[cause].name
                          : cause < copies + program.tasks.size() ? program.tasks[TaskId::at(cause - copies)].name
                                                                  : "its turn"] += cycles;
      }
  }

  // Elements, by the events that were simulated; of partial sums, first touches are the estimate's.
  void note(const TransferEvent& event, const SizedTree& sized, const PipelineResult& result) {
    MovedElements moved = count_moved(sized.flat().transfers[event.transfer], sized, imperfect_);
    moved.at_parent *= result.parent_events[event.transfer] / event.events;
    moved.at_child *= result.child_events[event.transfer] / event.events;
    moved.first = estimated_[event.transfer].first;
    moved.first_at_child = estimated_[event.transfer].first_at_child;
    moved_[event.transfer] = moved;
  }

  void count_bytes(const SizedTree& sized) {
    const Counted counted{arch_, sized, imperfect_, nullptr};
    detail_traffic(counted, moved_, out_.result);
  }

  void add_times() {
    Result& result = out_.result;
    result.time_s = 0;
    double longest = 0;
    for (const GroupId g : out_.groups.ids()) {
      GroupResult& group = result.groups[g];
      const PipelineResult& run = out_.groups[g].result;
      group.schedule_cycles = run.cycles;
      group.time_s = run.cycles / arch_.clock_Hz;
      bind(group, run);
      result.time_s += group.time_s;
      if (group.time_s > longest) result.binding = group.binding;
      longest = std::max(longest, group.time_s);
    }
    result.cycles = result.time_s * arch_.clock_Hz;
  }

  // The resource that is busy nearly all of the time; where none is, the order of tiles binds.
  void bind(GroupResult& group, const PipelineResult& run) const {
    double busiest = 0.97 * run.cycles;
    group.binding = {};
    const auto offer = [&](auto id, ResourceId resource, double capacity) {
      const double busy = run.used[resource] / capacity;
      if (!(busy > busiest)) return;
      busiest = busy;
      group.binding = id;
    };
    for (const UnitId u : arch_.units.ids()) offer(u, resource_of(u, arch_), 1);
    for (const LevelId l : arch_.levels.ids())
      offer(l, resource_of(l, arch_), arch_.levels[l].bandwidth_B_per_s / arch_.clock_Hz);
  }

  Estimator& estimator_;
  const Arch& arch_;
  const Mapping& mapping_;
  const SimulationOptions& options_;
  NestSchedule schedule_;
  StatusLine line_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::optional<NestTrace> trace_;
  Waterfall waterfall_;  // of the longest group so far
  double longest_cycles_ = 0;
  double cycles_ = 0;  // of groups so far
  ImperfectCount imperfect_;
  std::vector<MovedElements> estimated_;
  std::vector<MovedElements> moved_;
  NestSimulation out_;
};

}  // namespace

NestSimulation simulate_nest(Estimator& estimator, const Arch& arch, const Mapping& mapping,
                             std::span<const double> given, const SimulationOptions& options) {
  return NestSimulator(estimator, arch, mapping, options).run(given);
}

}  // namespace tilewright
