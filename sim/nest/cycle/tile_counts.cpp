#include "sim/nest/cycle/tile_counts.hpp"

#include <algorithm>

namespace tilewright {

namespace {

/// The outermost loop that has gone on tells which flows and events a run has.
bool takes_part(int level, int changed) { return changed < 0 || changed <= level; }

std::vector<Demand> demands(const std::vector<Flow>& flows, int changed) {
  std::vector<Demand> sum;
  for (const Flow& flow : flows) {
    if (!takes_part(flow.level, changed)) continue;
    const auto known = std::ranges::find(sum, flow.resource, &Demand::resource);
    if (known == sum.end())
      sum.push_back({flow.resource, flow.amount});
    else
      known->amount += flow.amount;
  }
  return sum;
}

}  // namespace

TileCounts::TileCounts(const TileProgram& program, const TileMask* mask, std::size_t transfers)
    : program_(program), has_mask_(mask != nullptr) {
  for (const TileTask& task : program.tasks) make_task(task);
  for (const TileCopy& copy : program.copies) copy_demands_.push_back(demands(copy.flows, -1));
  copies_.assign(program.copies.size(), 0);
  waits_.assign(program.units, std::vector<double>(program.tasks.size() + program.copies.size() + 1, 0));
  used_.assign(program.capacity.size(), 0);
  parent_events_.assign(transfers, 0);
  child_events_.assign(transfers, 0);
}

void TileCounts::make_task(const TileTask& task) {
  Task& made = tasks_[tasks_.push_back({})];
  for (int changed = -1; changed <= static_cast<int>(program_.nest.loops.size()); ++changed)
    made.demands.push_back(demands(task.flows, changed));
  made.runs.assign(made.demands.size(), 0);
}

std::span<const Demand> TileCounts::run(TaskId id, const TileWindow& window, std::int64_t tile) {
  if (has_mask_ && program_.tasks[id].when.masked) return run_masked(id, window, tile);
  const auto changed = static_cast<std::size_t>(window.changed(id, tile) + 1);
  Task& task = tasks_[id];
  ++task.runs[changed];
  return task.demands[changed];
}

// What the mask leaves of the tile's work. One access for all children is never more than one for each.
std::span<const Demand> TileCounts::run_masked(TaskId id, const TileWindow& window, std::int64_t tile) {
  const int changed = window.changed(id, tile);
  flows_ = program_.tasks[id].flows;
  for (Flow& flow : flows_) flow.amount *= window.share(tile, flow.granule);
  Demands& masked = tasks_[id].masked;
  masked = demands(flows_, changed);
  for (const Demand& demand : masked) used_[demand.resource.index()] += demand.amount;
  for (const TransferEvent& event : program_.tasks[id].events) {
    if (!takes_part(event.level, changed)) continue;
    const double child = window.share(tile, event.child_granule);
    child_events_[event.transfer] += child;
    parent_events_[event.transfer] += std::min(window.share(tile, event.parent_granule), child * event.sharing);
  }
  return masked;
}

std::span<const Demand> TileCounts::copy(std::size_t copy) {
  ++copies_[copy];
  return copy_demands_[copy];
}

void TileCounts::end(TaskId task, double cycles) {
  ++tasks_[task].ended;
  tasks_[task].cycles += cycles;
}

void TileCounts::wait(std::size_t unit, std::size_t owner, double cycles) {
  waits_[unit][std::min(owner, waits_[unit].size() - 1)] += cycles;
}

template <class Each>
void TileCounts::each(Each&& visit) {
  const auto all_of = [&](std::vector<double>& values) { std::ranges::for_each(values, visit); };
  for (Task& task : tasks_) {
    all_of(task.runs);
    visit(task.ended);
    visit(task.cycles);
  }
  all_of(copies_);
  std::ranges::for_each(waits_, all_of);
  all_of(used_);
  all_of(parent_events_);
  all_of(child_events_);
}

std::vector<double> TileCounts::all() const {
  std::vector<double> values;
  const_cast<TileCounts*>(this)->each([&](double value) { values.push_back(value); });  // reads only
  return values;
}

void TileCounts::add(double times, std::span<const double> counts) {
  auto added = counts.begin();
  each([&](double& value) { value += times * *added++; });
}

void TileCounts::report(PipelineResult& result) const {
  result.used.assign(used_.size(), 0);
  for (const ResourceId r : result.used.ids()) result.used[r] = used_[r.index()];
  result.parent_events = parent_events_;
  result.child_events = child_events_;
  result.waits = waits_;
  for (const TaskId task : tasks_.ids()) report_task(task, result);
  for (std::size_t c = 0; c < copies_.size(); ++c) {
    for (const Demand& demand : copy_demands_[c]) result.used[demand.resource] += copies_[c] * demand.amount;
    result.parent_events[program_.copies[c].event.transfer] += copies_[c];
    result.child_events[program_.copies[c].event.transfer] += copies_[c];
  }
}

// Without a mask a run has all events down to the loop that has gone on.
void TileCounts::report_task(TaskId id, PipelineResult& result) const {
  const Task& task = tasks_[id];
  result.runs.push_back(task.ended);
  result.task_cycles.push_back(task.cycles);
  for (std::size_t i = 0; i < task.runs.size(); ++i) {
    if (task.runs[i] == 0) continue;
    for (const Demand& demand : task.demands[i]) result.used[demand.resource] += task.runs[i] * demand.amount;
    for (const TransferEvent& event : program_.tasks[id].events) {
      if (!takes_part(event.level, static_cast<int>(i) - 1)) continue;
      result.child_events[event.transfer] += task.runs[i];
      result.parent_events[event.transfer] += task.runs[i];
    }
  }
}

}  // namespace tilewright
