#include "tests/sim/nest/cycle/step_by_step.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>

namespace tilewright::test {

namespace {

using Index = std::vector<std::int64_t>;

class StepByStep {
 public:
  explicit StepByStep(const TileProgram& program) : program_(program) {
    number_tiles(Index(program.nest.loops.size(), 0), 0);
    read_.assign(program.tasks.size(), std::vector<std::int64_t>(tiles_.size(), never));
    landed_.assign(program.tasks.size(), std::vector<std::int64_t>(tiles_.size(), never));
    copies_.resize(program.copies.size());
    next_.assign(program.tasks.size(), 0);
    running_.assign(program.tasks.size(), {});
    for (const TaskId task : program.tasks.ids())
      for (std::size_t t = 0; t < tiles_.size(); ++t)
        if (!runs(task, t)) {
          read_[task][t] = 0;
          landed_[task][t] = 0;
        }
  }

  double run() {
    for (begin(); !over(); begin()) {
      if (cycle_ > 20000) throw std::logic_error("standstill");
      step();
      ++cycle_;
    }
    return static_cast<double>(cycle_);
  }

 private:
  struct Running {
    bool busy = false;
    std::size_t tile = 0;
    std::map<ResourceId, double> left;
    std::map<ResourceId, double> all;
    double bubble = 0;
  };

  void number_tiles(Index at, std::size_t loop) {
    if (loop == at.size()) return tiles_.push_back(at);
    for (at[loop] = 0; at[loop] < program_.nest.loops[loop].times; ++at[loop]) number_tiles(at, loop + 1);
  }

  [[nodiscard]] bool holds(const When& when, std::size_t tile) const {
    for (std::size_t i = 0; i < program_.nest.loops.size(); ++i) {
      const LoopSet bit = LoopSet{1} << i;
      if ((when.first & bit) != 0 && tiles_[tile][i] != 0) return false;
      if ((when.last & bit) != 0 && tiles_[tile][i] + 1 != program_.nest.loops[i].times) return false;
    }
    return true;
  }
  [[nodiscard]] bool runs(TaskId task, std::size_t tile) const { return holds(program_.tasks[task].when, tile); }

  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

  // The first tile whose operands it still uses, or whose results are not there.
  [[nodiscard]] std::int64_t first_not_read(TaskId task) const { return first_after(read_[task]); }
  [[nodiscard]] std::int64_t first_not_landed(TaskId task) const { return first_after(landed_[task]); }
  [[nodiscard]] std::int64_t first_after(const std::vector<std::int64_t>& cycles) const {
    return std::ranges::find_if(cycles, [&](std::int64_t cycle) { return cycle > cycle_; }) - cycles.begin();
  }
  [[nodiscard]] std::int64_t all_tiles() const { return static_cast<std::int64_t>(tiles_.size()); }

  // The last tile before that differs in loops over the rank, and is the same in those inside.
  [[nodiscard]] std::int64_t earlier(RankId rank, std::size_t tile) const {
    for (std::size_t t = tile; t-- > 0;) {
      bool same = true;
      bool inside = false;
      for (std::size_t i = 0; i < program_.nest.loops.size(); ++i) {
        const bool over_rank = program_.nest.loops[i].rank == rank;
        inside = inside || over_rank;
        if (!over_rank && tiles_[t][i] != tiles_[tile][i]) same = false;
      }
      if (same && inside) return static_cast<std::int64_t>(t);
    }
    return -1;
  }

  // Which tile of a track: as often as an index down to its level has changed among its tiles.
  [[nodiscard]] std::int64_t of_track(TrackId id, std::size_t tile) const {
    const TileTrack& track = program_.tracks[id];
    std::int64_t number = -1;
    Index last;
    for (std::size_t t = 0; t <= tile; ++t) {
      if (!holds(track.when, t)) continue;
      const Index at(tiles_[t].begin(), tiles_[t].begin() + track.level + 1);
      if (number < 0 || at != last) ++number;
      last = at;
    }
    return number;
  }
  [[nodiscard]] std::int64_t first_of_track(TrackId id, std::int64_t number) const {
    for (std::size_t t = 0; t < tiles_.size(); ++t)
      if (of_track(id, t) == number) return static_cast<std::int64_t>(t);
    throw std::logic_error("no such tile");
  }

  [[nodiscard]] bool may_begin(TaskId id, std::size_t tile) const {
    const TileTask& task = program_.tasks[id];
    for (const Need& need : task.needs) {
      const std::int64_t until =
          need.iterated ? earlier(need.iterated, tile) : static_cast<std::int64_t>(tile) + need.shift;
      if (first_not_landed(need.task) < std::min(until + 1, all_tiles())) return false;
    }
    for (const Credit& credit : task.credits) {
      const std::int64_t freed = of_track(credit.track, tile) - credit.held + 1;
      if (freed > 0 && first_not_read(credit.reader) < first_of_track(credit.track, freed)) return false;
    }
    for (std::size_t c = 0; c < copies_.size(); ++c) {
      const TileCopy& copy = program_.copies[c];
      if (!std::ranges::count(copy.users, id)) continue;
      if (of_track(copy.track, tile) >= landed(c) + (copy.up ? copy.held : 0)) return false;
    }
    return true;
  }

  // So many tiles of a copy have arrived.
  [[nodiscard]] std::int64_t landed(std::size_t c) const {
    return std::ranges::count_if(copies_[c], [&](std::int64_t cycle) { return cycle <= cycle_; });
  }

  // Copies take no time but their latency.
  bool begin_copy(std::size_t c) {
    const TileCopy& copy = program_.copies[c];
    const auto next = static_cast<std::int64_t>(copies_[c].size());
    if (next > of_track(copy.track, tiles_.size() - 1)) return false;
    for (const TaskId user : copy.users) {
      const std::int64_t tile = copy.up ? first_not_landed(user) : first_not_read(user);
      if (tile == all_tiles()) continue;
      if (next >= of_track(copy.track, static_cast<std::size_t>(tile)) + (copy.up ? 0 : copy.held)) return false;
    }
    copies_[c].push_back(cycle_ + std::llround(copy.latency_cycles));
    return true;
  }

  void begin() {
    bool begun = true;
    while (begun) {
      begun = false;
      for (std::size_t c = 0; c < copies_.size(); ++c) begun = begin_copy(c) || begun;
      for (const TaskId id : program_.tasks.ids()) begun = begin(id) || begun;
    }
  }

  bool begin(TaskId id) {
    Running& running = running_[id];
    while (next_[id] < tiles_.size() && !runs(id, next_[id])) ++next_[id];
    if (running.busy || next_[id] == tiles_.size() || !may_begin(id, next_[id])) return false;
    running = {true, next_[id]++, {}, {}, program_.tasks[id].least_cycles};
    for (const Flow& flow : program_.tasks[id].flows)
      if (flow.resource.index() < program_.units) running.left[flow.resource] += flow.amount;
    running.all = running.left;
    return true;
  }

  void step() {
    std::vector<TaskId> order;
    for (const TaskId id : program_.tasks.ids())
      if (running_[id].busy) order.push_back(id);
    std::ranges::stable_sort(order, {}, [&](TaskId id) { return running_[id].tile; });
    std::map<ResourceId, char> taken;
    for (const TaskId id : order) step(running_[id], taken);
    for (const TaskId id : order) {
      Running& running = running_[id];
      running.bubble -= 1;
      if (running.bubble > 1e-9 ||
          std::ranges::any_of(running.left, [](const auto& left) { return left.second > 1e-9; }))
        continue;
      running.busy = false;
      read_[id][running.tile] = cycle_ + 1 + std::llround(program_.tasks[id].skew_cycles);
      landed_[id][running.tile] = cycle_ + 1 + std::llround(program_.tasks[id].latency_cycles);
    }
  }

  // On no unit is a task more than a step ahead of what it has done on the others.
  static void step(Running& running, std::map<ResourceId, char>& taken) {
    double behind = 1;
    for (const auto& [unit, left] : running.left) behind = std::min(behind, 1 - left / running.all[unit]);
    for (auto& [unit, left] : running.left) {
      if (left <= 1e-9 || taken[unit] != 0) continue;
      const double ahead = (1 - left / running.all[unit] - behind) * running.all[unit];
      if (ahead >= 1) continue;
      taken[unit] = 1;
      left -= 1;
    }
  }

  // With all results, and all copies of them, there.
  [[nodiscard]] bool over() const {
    for (std::size_t c = 0; c < copies_.size(); ++c)
      if (landed(c) <= of_track(program_.copies[c].track, tiles_.size() - 1)) return false;
    for (const TaskId task : program_.tasks.ids())
      if (first_not_landed(task) < all_tiles()) return false;
    return true;
  }

  const TileProgram& program_;
  std::vector<Index> tiles_;
  std::int64_t cycle_ = 0;
  ByTask<std::vector<std::int64_t>> read_;         // by tile: the cycle in which its operands are no longer used
  ByTask<std::vector<std::int64_t>> landed_;       // by tile: the cycle in which its results are there
  std::vector<std::vector<std::int64_t>> copies_;  // begun: the same
  ByTask<std::size_t> next_;
  ByTask<Running> running_;
};

}  // namespace

double step_by_step(const TileProgram& program) { return StepByStep(program).run(); }

}  // namespace tilewright::test
