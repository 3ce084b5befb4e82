#include "sim/nest/cycle/tile_program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/nest/cycle/schedule_needs.hpp"
#include "sim/nest/cycle/transfer_flows.hpp"

namespace tilewright {

namespace {

class ProgramMaker {
 public:
  ProgramMaker(const ProgramContext& context, GroupId group)
      : context_(context),
        flat_(context.sized.flat()),
        steps_(steps_of(context, group)),
        program_{.nest = tile_nest(context.tree, context.arch, context.sized, group),
                 .tasks = {},
                 .tracks = {},
                 .copies = {},
                 .granules = {},
                 .capacity = capacities(context.arch),
                 .units = context.arch.units.size(),
                 .warnings = {}},
        flows_(context, program_.nest, program_.capacity) {
    for (const LeafId leaf : flat_.leaves.ids())
      if (flat_.leaves[leaf].group == group) leaves_.push_back(leaf);
  }

  TileProgram make() {
    if (context_.mask != nullptr) program_.granules.push_back(context_.mask->base_tile(nest().group));
    for (const LeafId leaf : leaves_) find_when(leaf);
    make_tasks();
    for (std::size_t i = 0; i < flat_.transfers.size(); ++i)
      if (flat_.transfers[i].group == program_.nest.group) add_transfer(i);
    for (TileTask& task : program_.tasks) task.latency_cycles += task.stream_latency_cycles;
    for (const LeafId leaf : leaves_) add_needs(leaf);
    if (!steps_.empty()) add_schedule_needs(context_, steps_, program_);
    for (const LeafId leaf : leaves_) add_credits(leaf);
    return std::move(program_);
  }

 private:
  [[nodiscard]] const TileNest& nest() const { return program_.nest; }
  [[nodiscard]] EinsumId einsum(LeafId leaf) const { return flat_.leaves[leaf].einsum; }
  [[nodiscard]] TileTask& task_of(LeafId leaf) { return program_.tasks[tasks_of_leaves_[leaf]]; }

  // A loop that makes no difference to an Einsum: it runs at the last iteration where it reads what the loop
  // completes, else at the first.
  void find_when(LeafId leaf) {
    if (whens_.empty()) whens_.assign(flat_.leaves.size(), {});
    When& when = whens_[leaf];
    const LoopSet own = nest().over(context_.facts.iteration(einsum(leaf)));
    const LoopSet all = nest().loops.empty() ? 0 : ~LoopSet{0} >> (64 - nest().loops.size());
    for (const CascadeFacts::Operand& operand : context_.facts.reads(einsum(leaf)))
      if (const LeafId writer = writer_of(operand.tensor); writer && !operand.older)
        when.last |= nest().over(context_.facts.iteration(einsum(writer))) | whens_[writer].last;
    when.last &= all & ~own;
    when.first = all & ~own & ~when.last;
    when.masked = context_.mask != nullptr && context_.mask->masked(einsum(leaf));
  }

  // In this group; before the reader in the order of the tree.
  [[nodiscard]] LeafId writer_of(TensorId tensor) const {
    for (const LeafId leaf : leaves_)
      if (context_.facts.write(einsum(leaf)).tensor == tensor) return leaf;
    return {};
  }

  [[nodiscard]] const Residency* residency_at(NodeId node, TensorId tensor) const {
    for (const Residency& residency : flat_.residencies)
      if (residency.node == node && residency.tile.tensor == tensor) return &residency;
    return nullptr;
  }

  // The tile that both see: of all that the reader uses, the innermost that the writer uses too.
  [[nodiscard]] const Residency* handed_over(TensorId tensor, LeafId writer, LeafId reader) const {
    const Residency* nearest = nullptr;
    for (const Residency& residency : flat_.residencies) {
      if (residency.tile.tensor != tensor || residency.group != nest().group) continue;
      if (residency.users.has(writer) && residency.users.has(reader) &&
          (nearest == nullptr || nearest->node < residency.node))
        nearest = &residency;
    }
    return nearest;
  }

  // Of the tile of a tensor that is handed over, so many parts, one after another.
  [[nodiscard]] double parts_of(const Residency& residency) const {
    double parts = 1;
    for (const Trip& trip : residency.trips)
      if (nest().shared[trip.loop] == 0) parts *= context_.sized.factor(trip.loop);
    return parts;
  }

  // By dependences, Einsums that hand each other parts of a tile go through it together.
  void make_tasks() {
    ById<LeafId, LeafId> first;  // of those that go together
    first.assign(flat_.leaves.size(), {});
    for (const LeafId leaf : leaves_) {
      first[leaf] = leaf;
      for (const LeafId partner : partners_of(leaf)) {
        const LeafId from = std::max(first[leaf], first[partner]);
        const LeafId to = std::min(first[leaf], first[partner]);
        std::ranges::replace(first, from, to);
      }
    }
    tasks_of_leaves_.assign(flat_.leaves.size(), {});
    for (const LeafId leaf : leaves_) {
      TaskId& task = tasks_of_leaves_[leaf];
      task = first[leaf] == leaf ? program_.tasks.push_back({.when = whens_[leaf]}) : tasks_of_leaves_[first[leaf]];
      add_work(leaf, program_.tasks[task]);
    }
  }

  [[nodiscard]] std::vector<LeafId> partners_of(LeafId reader) const {
    std::vector<LeafId> partners;
    if (!steps_.empty()) return partners;
    for (const CascadeFacts::Operand& operand : context_.facts.reads(einsum(reader))) {
      const LeafId writer = writer_of(operand.tensor);
      if (!writer || !(writer < reader)) continue;
      const Residency* tile = handed_over(operand.tensor, writer, reader);
      if (tile != nullptr && parts_of(*tile) > 1 && whens_[writer] == whens_[reader]) partners.push_back(writer);
    }
    return partners;
  }

  void add_work(LeafId id, TileTask& task) {
    const Leaf& leaf = flat_.leaves[id];
    task.name += (task.name.empty() ? "" : "+") + context_.facts.cascade().einsums[leaf.einsum].name;
    task.leaves.push_back(id);
    const ComputeUnit& unit = context_.arch.units[leaf.unit];
    task.latency_cycles = std::max(task.latency_cycles, unit.latency_cycles + unit.skew_cycles);
    task.skew_cycles = std::max(task.skew_cycles, unit.skew_cycles);
    double times = 1;
    for (const TileLoop& loop : nest().loops)
      if (context_.facts.iteration(leaf.einsum).has(loop.rank)) times *= static_cast<double>(loop.times);
    const double cycles = context_.sized.steps(leaf) * context_.cost_by_leaf[id].cycles / times;
    const int granule =
        task.when.masked ? flows_.granule_of(leaf.einsum, context_.mask->loops_of(leaf), program_.granules) : whole;
    task.flows.push_back(
        {resource_of(leaf.unit, context_.arch), cycles, static_cast<int>(nest().loops.size()), granule});
  }

  void add_transfer(std::size_t index) {
    const Transfer& transfer = flat_.transfers[index];
    const TransferEvent event = flows_.event_of(index, whens_[transfer.leaf].masked, program_.granules);
    if (transfer.node && nest().shared[transfer.node] != 0)
      add_copy(transfer, event);
    else
      add_stream(transfer, event, task_of(transfer.leaf));
  }

  // What streams in comes late by the latency of its level, and so do results.
  void add_stream(const Transfer& transfer, const TransferEvent& event, TileTask& task) {
    flows_.add(transfer, event, task.flows);
    if (!transfer.up)
      task.stream_latency_cycles = std::max(task.stream_latency_cycles, flows_.latency_cycles(transfer));
    task.events.push_back(event);
  }

  void add_copy(const Transfer& transfer, const TransferEvent& event) {
    const Residency* tile = residency_at(transfer.node, transfer.tensor);
    TileCopy copy{.name = context_.facts.cascade().tensors[transfer.tensor].name +
                          (transfer.up ? " from " : " to ") + context_.arch.levels[transfer.child].name,
                  .track = track(whens_[transfer.leaf], event.level),
                  .up = transfer.up,
                  .flows = {},
                  .event = event,
                  .held = static_cast<std::int64_t>(context_.sized.factor(transfer.node)),
                  .users = {}};
    flows_.add(transfer, event, copy.flows);
    copy.latency_cycles = flows_.latency_cycles(transfer);
    const auto use = [&](LeafId leaf) {
      if (!std::ranges::count(copy.users, tasks_of_leaves_[leaf])) copy.users.push_back(tasks_of_leaves_[leaf]);
    };
    if (transfer.up)
      use(transfer.leaf);
    else
      tile->users.each(use);
    program_.copies.push_back(std::move(copy));
  }

  TrackId track(const When& when, int level) {
    for (const TrackId known : program_.tracks.ids())
      if (program_.tracks[known].when == when && program_.tracks[known].level == level) return known;
    return program_.tracks.push_back({when, level});
  }

  void add_need(TaskId task, const Need& need) {
    if (need.task != task) program_.tasks[task].needs.push_back(need);
  }

  // What it reads is there; a running value of the tile before has come, and its readers are done with it.
  void add_needs(LeafId leaf) {
    const TaskId reader = tasks_of_leaves_[leaf];
    for (const CascadeFacts::Operand& operand : context_.facts.reads(einsum(leaf))) {
      const LeafId writer = writer_of(operand.tensor);
      if (!writer) continue;
      const RankId iterated = context_.facts.cascade().tensors[operand.tensor].iterated;
      const bool runs = iterated && nest().over(set_with(iterated)) != 0;
      const TaskId task = tasks_of_leaves_[writer];
      const Residency* tile = handed_over(operand.tensor, writer, leaf);
      if (!operand.older) add_need(reader, {task, 0, {}, tile != nullptr && parts_of(*tile) > 1});
      if (operand.older && runs) add_need(reader, {task, 0, iterated});
      if (runs) add_need(task, {reader, 0, iterated});
    }
  }

  static IdSet<RankId> set_with(RankId rank) {
    IdSet<RankId> set;
    set.add(rank);
    return set;
  }

  void add_credits(LeafId writer) {
    const TensorId tensor = context_.facts.write(einsum(writer)).tensor;
    if (context_.facts.cascade().tensors[tensor].iterated) return;
    for (const LeafId reader : leaves_)
      if (reader != writer && reads(reader, tensor)) add_credit(tensor, writer, reader);
  }

  [[nodiscard]] bool reads(LeafId leaf, TensorId tensor) const {
    return std::ranges::any_of(context_.facts.reads(einsum(leaf)),
                               [&](const auto& operand) { return operand.tensor == tensor; });
  }

  void add_credit(TensorId tensor, LeafId writer, LeafId reader) {
    const Residency* tile = handed_over(tensor, writer, reader);
    if (tile == nullptr || tasks_of_leaves_[writer] == tasks_of_leaves_[reader]) return;
    if (const double parts = parts_of(*tile); parts > 1) return warn_of_parts(*tile, parts, writer, reader);
    LoopSet moves = 0;
    for (const Trip& trip : tile->trips)
      if (trip.relevant || tile->turns) moves |= nest().position_of(trip.loop);
    const auto held = static_cast<std::int64_t>(context_.sized.factor(tile->node)) + (context_.held_once ? 1 : 0);
    const TrackId counted = track(whens_[writer], innermost_of(moves));
    for (const Residency& other : flat_.residencies) {
      const bool same_room = &other == tile || (tile->in_place && other.node == tile->node);
      if (!same_room) continue;
      for (const LeafId user : leaves_)
        if (other.users.has(user) && reads(user, other.tile.tensor) &&
            tasks_of_leaves_[user] != tasks_of_leaves_[writer])
          task_of(writer).credits.push_back({counted, tasks_of_leaves_[user], held});
    }
  }

  // Steps that hand over more than has a place.
  void warn_of_parts(const Residency& tile, double parts, LeafId writer, LeafId reader) {
    const Cascade& cascade = context_.facts.cascade();
    const double held = context_.sized.factor(tile.node);
    const auto waits = [&](const Need& need) { return need.in_parts && need.task == tasks_of_leaves_[writer]; };
    if (held >= parts || std::ranges::none_of(task_of(reader).needs, waits)) return;
    program_.warnings.push_back(fmt::format(
        "the schedule runs {} after {}, which hands it {} in {:.0f} parts a tile, but {} has room for {:.0f}",
        cascade.einsums[einsum(reader)].name, cascade.einsums[einsum(writer)].name,
        cascade.tensors[tile.tile.tensor].name, parts, context_.arch.levels[tile.level].name, held));
  }

  const ProgramContext& context_;
  const FlatTree& flat_;
  std::vector<Step> steps_;  // none: by dependences
  TileProgram program_;
  TransferFlows flows_;
  std::vector<LeafId> leaves_;
  ById<LeafId, When> whens_;
  ById<LeafId, TaskId> tasks_of_leaves_;
};

}  // namespace

TileProgram tile_program(const ProgramContext& context, GroupId group) {
  return ProgramMaker(context, group).make();
}

}  // namespace tilewright
