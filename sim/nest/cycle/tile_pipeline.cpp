#include "sim/nest/cycle/tile_pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "common/parallel.hpp"
#include "sim/nest/cycle/gone_ahead.hpp"
#include "sim/nest/cycle/shares.hpp"
#include "sim/nest/cycle/tile_counts.hpp"
#include "sim/nest/cycle/tile_progress.hpp"

namespace tilewright {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();

class Pipeline {
 public:
  Pipeline(const TileProgram& program, const TileMask* mask, std::size_t transfers, const PipelineOptions& options)
      : program_(program),
        options_(options),
        progress_(program, mask),
        owners_(progress_.owners()),
        shares_(program.capacity, program.units),
        counts_(program, mask, transfers),
        ahead_(program, mask, progress_, shares_, counts_) {
    cause_.assign(program.tasks.size(), Owners::none);
    working_.assign(program.units, 0);
    idle_since_.assign(program.units, 0);
    for (const TileTask& task : program.tasks) find_units(task);
  }

  PipelineResult run() {
    bool complete = true;
    while (true) {
      begin_all();
      const double next = std::min(shares_.next_end(), progress_.next_landing());
      if (next == never) break;
      if (next > options_.until_cycles) {
        complete = false;
        now_ = options_.until_cycles;
        break;
      }
      now_ = std::max(now_, next);
      end_all();
      if ((++events_ & 4095) == 0) show();
    }
    if (complete) require_over();
    return result(complete);
  }

 private:
  void find_units(const TileTask& task) {
    std::vector<std::size_t>& units = units_of_.emplace_back();
    for (const Flow& flow : task.flows)
      if (flow.resource.index() < program_.units && !std::ranges::count(units, flow.resource.index()))
        units.push_back(flow.resource.index());
  }

  void show() const {
    stop_if_interrupted();
    if (options_.progress) options_.progress(now());
  }

  // With what was gone ahead of.
  [[nodiscard]] double now() const { return now_ + ahead_.cycles(); }

  void begin_all() {
    bool any = std::exchange(ended_, false);
    for (std::size_t owner = progress_.take(); owner != Owners::none; owner = progress_.take())
      any = (owners_.is_task(owner) ? begin_task(owners_.task(owner)) : begin_copy(owner)) || any;
    if (any) shares_.divide(now_);
  }

  bool find_tile(TaskId task) {
    while (!progress_.find_tile(task)) {
      if (!progress_.add_tile(task)) return false;
      if (!options_.exact && !progress_.window().complete()) ahead_.look(now_);
    }
    return true;
  }

  bool begin_task(TaskId id) {
    const std::size_t owner = owners_.of(id);
    if (progress_.course(owner).now >= 0 || progress_.is_over(owner) || !find_tile(id)) return false;
    if (const std::size_t cause = progress_.waits_for(id); cause != Owners::none) {
      cause_[id] = cause;
      return false;
    }
    note_wait(id);
    progress_.begin(owner, now_);
    const std::int64_t tile = progress_.course(owner).now;
    shares_.begin({.owner = owner,
                   .precedence = tile * 128 + static_cast<std::int64_t>(id.index()),
                   .demands = counts_.run(id, progress_.window(), tile),
                   .least_cycles = program_.tasks[id].least_cycles});
    return true;
  }

  // Copies go before tasks.
  bool begin_copy(std::size_t copy) {
    if (!progress_.may_begin(copy)) return false;
    progress_.begin(copy, now_);
    shares_.begin({.owner = copy,
                   .precedence = std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(copy),
                   .demands = counts_.copy(copy)});
    return true;
  }

  // Units that had nothing to do until now waited for what this task waited for.
  void note_wait(TaskId id) {
    for (const std::size_t unit : units_of_[id.index()])
      if (working_[unit]++ == 0 && now_ > idle_since_[unit]) add_wait(unit, cause_[id]);
    cause_[id] = Owners::none;
  }

  void add_wait(std::size_t unit, std::size_t cause) {
    counts_.wait(unit, cause, now_ - idle_since_[unit]);
    if (options_.observe)
      options_.observe({.start = idle_since_[unit] + ahead_.cycles(),
                        .end = now(),
                        .unit = ResourceId::at(unit),
                        .waits_for = name_of(cause)});
  }

  void end_all() {
    SharedWork work;
    while (shares_.take_ended(now_, work)) {
      ended_ = true;
      end(work.owner);
    }
    progress_.land(now_);
  }

  void end(std::size_t owner) {
    const TileTask* task = owners_.is_task(owner) ? &program_.tasks[owners_.task(owner)] : nullptr;
    const TileCopy* copy = task == nullptr ? &program_.copies[owner] : nullptr;
    const double began = progress_.course(owner).began;
    const std::int64_t tile = task != nullptr ? progress_.end(owner, now_, task->latency_cycles, task->skew_cycles)
                                              : progress_.end(owner, now_, copy->latency_cycles, 0);
    if (options_.observe)
      options_.observe(
          {.task = task, .copy = copy, .number = tile, .start = began + ahead_.cycles(), .end = now()});
    if (task == nullptr) return;
    counts_.end(owners_.task(owner), now_ - began);
    for (const std::size_t unit : units_of_[owner - owners_.copies])
      if (--working_[unit] == 0) idle_since_[unit] = now_;
  }

  [[nodiscard]] std::string_view name_of(std::size_t owner) const {
    if (owner == Owners::none) return "its turn";
    return owners_.is_task(owner) ? program_.tasks[owners_.task(owner)].name : program_.copies[owner].name;
  }

  void require_over() {
    std::string waiting;
    for (const TaskId task : program_.tasks.ids()) {
      const std::size_t owner = owners_.of(task);
      if (progress_.is_over(owner)) continue;
      const bool known = progress_.course(owner).next < progress_.window().size();
      waiting += fmt::format("{}{} waits for {}", waiting.empty() ? "" : ", ", program_.tasks[task].name,
                             name_of(known ? progress_.waits_for(task) : Owners::none));
    }
    if (!waiting.empty()) throw InfeasibleError("the schedule comes to a standstill: " + waiting);
  }

  [[nodiscard]] PipelineResult result(bool complete) const {
    PipelineResult result{.cycles = now(),
                          .tiles = static_cast<double>(progress_.window().size()) + ahead_.tiles(),
                          .events = static_cast<double>(events_),
                          .tile_cycles = ahead_.tile_cycles(),
                          .complete = complete};
    if (result.tile_cycles == 0 && result.tiles > 0) result.tile_cycles = result.cycles / result.tiles;
    counts_.report(result);
    return result;
  }

  const TileProgram& program_;
  const PipelineOptions& options_;
  TileProgress progress_;
  const Owners owners_;
  Shares shares_;
  TileCounts counts_;
  GoneAhead ahead_;
  ByTask<std::size_t> cause_;                       // that a task waited for at last
  std::vector<int> working_;                        // tasks on a unit
  std::vector<double> idle_since_;                  // of units
  std::vector<std::vector<std::size_t>> units_of_;  // by task
  double now_ = 0;
  bool ended_ = false;
  std::uint64_t events_ = 0;
};

}  // namespace

PipelineResult run_pipeline(const TileProgram& program, const TileMask* mask, std::size_t transfers,
                            const PipelineOptions& options) {
  return Pipeline(program, mask, transfers, options).run();
}

}  // namespace tilewright
