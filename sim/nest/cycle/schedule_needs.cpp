#include "sim/nest/cycle/schedule_needs.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// Where a task stands in the schedule.
struct Slot {
  std::size_t step = 0;
  std::size_t lane = 0;
  std::size_t at = 0;
  std::int64_t stage = 0;

  // Whether it begins after the other one is over, in one round of the schedule.
  [[nodiscard]] bool after(const Slot& other) const {
    return other.step < step || (other.step == step && other.lane == lane && other.at < at);
  }
};

class ScheduleNeeds {
 public:
  ScheduleNeeds(const ProgramContext& context, const std::vector<Step>& steps, TileProgram& program)
      : context_(context), steps_(steps), program_(program) {}

  void add() {
    slots_.resize(program_.tasks.size());
    for (std::size_t s = 0; s < steps_.size(); ++s) place(s);
    for (const TaskId task : program_.tasks.ids()) find_stage(task);
    for (const TaskId task : program_.tasks.ids()) add_needs(task);
  }

 private:
  void place(std::size_t step) {
    const auto& lanes = steps_[step].lanes;
    if (steps_[step].bubble_cycles) add_bubble(step);
    for (std::size_t lane = 0; lane < lanes.size(); ++lane)
      for (std::size_t at = 0; at < lanes[lane].size(); ++at)
        slots_[task_of(lanes[lane][at])] = {step, lane, at, 0};
  }

  void add_bubble(std::size_t step) {
    const std::vector<double>& bubbles = context_.sized.numbers().bubble_cycles;
    const double cycles = bubbles.empty() ? 0 : bubbles[steps_before() + step];
    program_.tasks.push_back(
        {.name = "bubble", .least_cycles = cycles / static_cast<double>(program_.nest.tiles())});
    slots_.push_back({step, 0, 0, 0});
  }

  // In the groups before this one.
  [[nodiscard]] std::size_t steps_before() const {
    std::size_t steps = 0;
    for (const GroupId g : context_.tree.groups.ids())
      if (g < program_.nest.group) steps += context_.tree.groups[g].steps.size();
    return steps;
  }

  [[nodiscard]] TaskId task_of(EinsumId einsum) const {
    const auto has = [&](const TileTask& task) {
      return std::ranges::any_of(task.leaves,
                                 [&](LeafId leaf) { return context_.sized.flat().leaves[leaf].einsum == einsum; });
    };
    return program_.tasks.id_of(std::ranges::find_if(program_.tasks, has));
  }

  // Tasks stand in an order in which none reads what a later one writes. Lanes of a step that hand over parts go
  // through the tile together.
  void find_stage(TaskId task) {
    Slot& slot = slots_[task];
    std::erase_if(program_.tasks[task].needs, [&](const Need& need) {
      const Slot& other = slots_[need.task];
      return need.in_parts && other.step == slot.step && other.lane != slot.lane && other.stage >= slot.stage;
    });
    for (const Need& need : program_.tasks[task].needs)
      if (!need.iterated)
        slot.stage = std::max(slot.stage, slots_[need.task].stage + (slot.after(slots_[need.task]) ? 0 : 1));
  }

  void add_needs(TaskId task) {
    const Slot& slot = slots_[task];
    for (const TaskId other : program_.tasks.ids()) {
      const std::int64_t shift = slot.stage - slots_[other].stage;
      if (slot.after(slots_[other])) program_.tasks[task].needs.push_back({other, shift, {}});
      if (slots_[other].after(slot)) program_.tasks[task].needs.push_back({other, shift - 1, {}});
    }
  }

  const ProgramContext& context_;
  const std::vector<Step>& steps_;
  TileProgram& program_;
  ByTask<Slot> slots_;
};

}  // namespace

std::vector<Step> steps_of(const ProgramContext& context, GroupId group) {
  std::vector<Step> steps;
  if (context.schedule == NestSchedule::automatic) return steps;
  if (context.schedule == NestSchedule::sequential) {
    for (const Leaf& leaf : context.sized.flat().leaves)
      if (leaf.group == group) steps.push_back({{{leaf.einsum}}, {}});
    return steps;
  }
  steps = context.tree.groups[group].steps;
  return steps.size() == 1 && steps.front().lanes.size() > 1 ? std::vector<Step>() : steps;
}

void add_schedule_needs(const ProgramContext& context, const std::vector<Step>& steps, TileProgram& program) {
  ScheduleNeeds(context, steps, program).add();
}

}  // namespace tilewright
