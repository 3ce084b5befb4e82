#include "explore/mapper/group_search.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

using Loops = std::vector<PlannedLoop>;

// A choice of shared loops, and the least that any mapping with them costs.
struct Block {
  Loops loops;
  Score least;
};

// Ways of the Einsums so far, together.
struct Joined {
  ByUnit<double> unit_cycles;
  double all_cycles = 0;
  double energy_J = 0;
  ByLevel<double> moved_B;
  std::vector<const LaneOption*> chosen;
};

class Run {
 public:
  Run(const MapProblem& problem, LaneSearch& lanes, const Objective& objective, const Surroundings& around,
      std::size_t first, std::size_t last)
      : problem_(problem),
        lane_search_(lanes),
        objective_(objective),
        around_(around),
        first_(first),
        last_(last),
        tensors_(tensors_of(problem, first, last)) {
    for (std::size_t e = first; e <= last; ++e) einsums_.push_back(EinsumId::at(e));
    find_floors();
    find_ranks();
  }

  std::vector<GroupOption> search(SearchCount& count) {
    list_blocks();
    count.blocks += static_cast<double>(blocks_.size());
    std::vector<std::size_t> order(blocks_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      return objective_.before(with_rest(blocks_[a].least), with_rest(blocks_[b].least));
    });
    for (const std::size_t b : order) {
      if (is_excluded(blocks_[b].least)) continue;
      stop_if_interrupted();
      ++count.opened;
      open(blocks_[b].loops);
    }
    return std::move(found_);
  }

  // Every tensor that comes from or goes to elsewhere moves once at least.
  [[nodiscard]] Score bound() const {
    Score least{floor_.cycles / problem_.arch.clock_Hz, floor_.energy_J, 0, 0};
    for (const GroupTensor& tensor : tensors_) {
      if (tensor.internal()) continue;
      double energy = unlimited;
      for (const TensorPlace& place : places_of(problem_, tensor, {}, false)) energy = std::min(energy, place.least_energy_J);
      least.energy_J += energy;
      least.traffic_B += tensor.bytes;
    }
    least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
    return least;
  }

 private:
  // ----- what any choice costs at least

  void find_floors() {
    std::vector<const ByUnit<std::optional<LaneSearch::Floor>>*> floors;
    for (const EinsumId e : einsums_) {
      floors.push_back(&lane_search_.floors(e));
      double least = unlimited;
      for (const auto& floor : *floors.back())
        if (floor) least = std::min(least, floor->energy_J);
      floor_.energy_J += least;
    }
    ByUnit<double> busy(problem_.arch.units.size(), 0);
    floor_.cycles = unlimited;
    share_out(floors, 0, busy);
  }

  // Units at once, whichever of them an Einsum is on: the least that the busiest one takes.
  void share_out(const std::vector<const ByUnit<std::optional<LaneSearch::Floor>>*>& floors, std::size_t e,
                 ByUnit<double>& busy) {
    const double longest = *std::ranges::max_element(busy);
    if (longest >= floor_.cycles) return;
    if (e == floors.size()) {
      floor_.cycles = longest;
      return;
    }
    for (const UnitId unit : busy.ids()) {
      if (!(*floors[e])[unit]) continue;
      busy[unit] += (*floors[e])[unit]->cycles;
      share_out(floors, e + 1, busy);
      busy[unit] -= (*floors[e])[unit]->cycles;
    }
  }

  [[nodiscard]] double outer_time(double bytes) const {
    return bytes / problem_.arch.levels[problem_.roles.outermost].bandwidth_B_per_s;
  }

  [[nodiscard]] Score with_rest(const Score& score) const { return score.then(around_.rest); }

  // Whether nothing that costs at least this can be part of a better mapping than those found: something found is no
  // worse in every respect, or any whole mapping with it is worse than one that is known.
  [[nodiscard]] bool is_excluded(const Score& least) const {
    if (around_.best && objective_.measures().size() == 1 && objective_.before(*around_.best, with_rest(least))) return true;
    if (is_single() && best_single_ && objective_.before(*best_single_, with_rest(least))) return true;
    return std::ranges::any_of(found_, [&](const GroupOption& other) { return objective_.covers(other.score, least); });
  }
  // The group is all of the mapping: its values are final.
  [[nodiscard]] bool is_single() const { return einsums_.size() == problem_.cascade.einsums.size() && objective_.measures().size() == 1; }

  // ----- shared loops

  // A rank that an Einsum reduces, and whose result another one of the group reads, has no shared loop: the result
  // is complete only after it. A rank that all tensors and all Einsums of the group have (a batch) has all its steps
  // in the outermost loops: there it costs nothing, since no tensor stays over it anywhere, and blocks are smallest.
  // Only where the other ranks of a block cannot fill the lanes of a unit are its tiles larger.
  void find_ranks() {
    RankBits all = 0;
    RankBits common = ~RankBits{0};
    RankBits completing = 0;
    for (const EinsumId e : einsums_) {
      all |= problem_.einsums[e].iteration;
      common &= problem_.einsums[e].iteration;
      const TensorId result = problem_.facts.write(e).tensor;
      for (const EinsumId reader : einsums_)
        for (const MappedOperand& operand : problem_.einsums[reader].operands)
          if (!operand.result && operand.tensor == result) completing |= problem_.einsums[e].reduced;
    }
    for (const GroupTensor& tensor : tensors_) common &= tensor.ranks;
    for (const RankId rank : problem_.shapes.ids()) {
      if (!has(all & ~completing, rank) || problem_.shapes[rank] <= 1) continue;
      (has(common, rank) ? batch_ : ranks_).push_back(rank);
    }
  }

  void list_blocks() {
    tiles_.assign(problem_.shapes.size(), 1);
    for (const RankId rank : problem_.shapes.ids()) tiles_[rank.index()] = std::max(1.0, problem_.shapes[rank]);
    choose_tile(0);
  }

  void choose_tile(std::size_t r) {
    if (r == ranks_.size()) return choose_batch(0);
    for (const double tile : problem_.tile_sizes[ranks_[r]]) {
      tiles_[ranks_[r].index()] = tile;
      choose_tile(r + 1);
    }
    tiles_[ranks_[r].index()] = problem_.shapes[ranks_[r]];
  }

  void choose_batch(std::size_t r) {
    if (r == batch_.size()) return choose_order();
    const RankId rank = batch_[r];
    const bool spreads = !fills_lanes();
    for (const double tile : problem_.tile_sizes[rank]) {
      tiles_[rank.index()] = tile;
      choose_batch(r + 1);
      if (!spreads) break;
    }
    tiles_[rank.index()] = problem_.shapes[rank];
  }

  // Without ranks of the batch.
  [[nodiscard]] bool fills_lanes() const {
    for (const EinsumId e : einsums_) {
      double points = 1;
      for (const RankId rank : problem_.shapes.ids())
        if (has(problem_.einsums[e].iteration & ~problem_.einsums[e].apart, rank) &&
            std::ranges::find(batch_, rank) == batch_.end())
          points *= tiles_[rank.index()];
      for (const UnitId unit : problem_.arch.units.ids())
        if (problem_.einsums[e].costs[unit] && points < problem_.arch.units[unit].lanes) return false;
    }
    return true;
  }

  void choose_order() {
    Loops loops;
    const auto add = [&](RankId rank) {
      const double factor = problem_.shapes[rank] / tiles_[rank.index()];
      if (factor > 1) loops.push_back({rank, factor});
    };
    for (const RankId rank : batch_) add(rank);
    const std::size_t fixed = loops.size();
    for (const RankId rank : ranks_) add(rank);
    const auto by_rank = [](const PlannedLoop& a, const PlannedLoop& b) { return a.rank < b.rank; };
    do {
      if (const auto least = least_of(loops); least && !is_excluded(*least)) blocks_.push_back({loops, *least});
    } while (std::next_permutation(loops.begin() + static_cast<long>(fixed), loops.end(), by_rank));
  }

  // Of every tensor by itself the place with the least, among those that fit beside the smallest places of the
  // others; nothing where none fits.
  [[nodiscard]] std::optional<Score> least_of(const Loops& loops) {
    places_.clear();
    std::vector<double> smallest;
    double held = 0;
    for (const GroupTensor& tensor : tensors_) {
      places_.push_back(places_of(problem_, tensor, loops, true));
      double least = unlimited;
      for (const TensorPlace& place : places_.back()) least = std::min(least, in_shared(place));
      smallest.push_back(least);
      held += least;
    }
    if (held > shared_capacity()) return std::nullopt;
    Score least{floor_.cycles / problem_.arch.clock_Hz, floor_.energy_J, 0, held};
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      double energy = unlimited;
      double outer = unlimited;
      for (const TensorPlace& place : places_[t]) {
        if (held - smallest[t] + in_shared(place) > shared_capacity()) continue;
        energy = std::min(energy, place.least_energy_J);
        outer = std::min(outer, place.least_outer_B);
      }
      least.energy_J += energy;
      least.traffic_B += outer;
    }
    least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
    return least;
  }

  [[nodiscard]] double in_shared(const TensorPlace& place) const {
    return place.level == problem_.roles.shared ? place.held_B : 0;
  }
  [[nodiscard]] double shared_capacity() const {
    return problem_.roles.shared ? problem_.arch.levels[problem_.roles.shared].capacity_B : unlimited;
  }

  // ----- a block: places of tensors

  void open(const Loops& loops) {
    loops_ = &loops;
    const auto least = least_of(loops);
    if (!least) return;
    for (const RankId rank : problem_.shapes.ids()) tiles_[rank.index()] = std::max(1.0, problem_.shapes[rank]);
    for (const PlannedLoop& loop : loops) tiles_[loop.rank.index()] /= loop.factor;
    place_of_.assign(tensors_.size(), nullptr);
    held_.assign(problem_.arch.levels.size(), 0);
    place_einsum(0, {});
  }

  // What the places chosen so far cost, with the exact ways of the Einsums all of whose tensors have one.
  struct Placed {
    double energy_J = 0;
    double outer_B = 0;
    std::vector<double> einsum_J = {};
  };

  void place_einsum(std::size_t e, const Placed& placed) {
    if (e == einsums_.size()) return join();
    place_tensor(e, 0, placed);
  }

  // Tensors of the Einsum that have no place yet, one after another.
  void place_tensor(std::size_t e, std::size_t from, const Placed& placed) {
    for (std::size_t t = from; t < tensors_.size(); ++t) {
      if (place_of_[t] != nullptr || !uses(e, t)) continue;
      for (const TensorPlace& place : places_[t]) {
        if (!hold(place)) continue;
        place_of_[t] = &place;
        Placed next = placed;
        next.energy_J += place.energy_J;
        next.outer_B += place.outer_read_B + place.outer_write_B;
        if (!is_excluded(least_with(next, e))) place_tensor(e, t + 1, next);
        place_of_[t] = nullptr;
        held_[place.level] -= place.held_B;
      }
      return;
    }
    const std::vector<LaneOption>& options = lane_search_.options(context(e, true));
    if (options.empty()) return;
    Placed next = placed;
    next.einsum_J.push_back(std::ranges::min(options, {}, &LaneOption::energy_J).energy_J);
    if (!is_excluded(least_with(next, e + 1))) place_einsum(e + 1, next);
  }

  bool hold(const TensorPlace& place) {
    const Level& level = problem_.arch.levels[place.level];
    if (held_[place.level] + place.held_B > level.capacity_B * level.instances) return false;
    held_[place.level] += place.held_B;
    return true;
  }

  [[nodiscard]] bool uses(std::size_t e, std::size_t t) const {
    return std::ranges::any_of(problem_.einsums[einsums_[e]].operands,
                               [&](const MappedOperand& operand) { return operand.tensor == tensors_[t].tensor; });
  }

  // Of Einsums from the `e`th on the floors, of tensors without a place the least.
  [[nodiscard]] Score least_with(const Placed& placed, std::size_t e) {
    Score least{floor_.cycles / problem_.arch.clock_Hz, placed.energy_J, placed.outer_B, 0};
    if (problem_.roles.shared) least.buffer_B = held_[problem_.roles.shared];
    for (const double energy : placed.einsum_J) least.energy_J += energy;
    for (std::size_t i = e; i < einsums_.size(); ++i) least.energy_J += einsum_floor(i);
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      if (place_of_[t] != nullptr) {
        if (is_open(t, e)) least.energy_J += place_of_[t]->least_energy_J - place_of_[t]->energy_J;
        continue;
      }
      least.energy_J += places_[t].front().least_energy_J;
      least.traffic_B += std::ranges::min(places_[t], {}, &TensorPlace::least_outer_B).least_outer_B;
    }
    least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
    return least;
  }
  // Whether no Einsum that uses it is priced yet: only then what it costs above floors is still to be added.
  [[nodiscard]] bool is_open(std::size_t t, std::size_t e) const {
    for (std::size_t i = 0; i < e; ++i)
      if (uses(i, t)) return false;
    return true;
  }

  [[nodiscard]] double einsum_floor(std::size_t e) {
    double least = unlimited;
    for (const auto& floor : lane_search_.floors(einsums_[e]))
      if (floor) least = std::min(least, floor->energy_J);
    return least;
  }

  // `whole`: as if nothing lived at the lanes, which is no worse.
  [[nodiscard]] const LaneContext& context(std::size_t e, bool whole) {
    const MappedEinsum& einsum = problem_.einsums[einsums_[e]];
    context_.einsum = einsums_[e];
    context_.extents = tiles_;
    context_.homes.clear();
    for (const MappedOperand& operand : einsum.operands) {
      const auto t = static_cast<std::size_t>(std::ranges::find(tensors_, operand.tensor, &GroupTensor::tensor) - tensors_.begin());
      context_.homes.push_back({place_of_[t]->level, stays(einsum.iteration, operand.ranks, *loops_)});
    }
    context_.lane_B.clear();
    for (const LevelId level : problem_.arch.levels.ids()) {
      const Level& each = problem_.arch.levels[level];
      context_.lane_B.push_back(each.capacity_B - (whole || each.instances == 1 ? 0 : held_[level] / each.instances));
    }
    return context_;
  }

  // ----- all Einsums of a block with places

  void join() {
    std::vector<Joined> joined(1);
    joined.front().unit_cycles.assign(problem_.arch.units.size(), 0);
    joined.front().moved_B.assign(problem_.arch.levels.size(), 0);
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      const std::vector<LaneOption>& options = lane_search_.options(context(e, false));
      std::vector<Joined> next;
      for (const Joined& before : joined)
        for (const LaneOption& option : options) add(before, option, next);
      joined = std::move(next);
    }
    for (const Joined& all : joined) finish(all);
  }

  // What is no better in anything than another one cannot become better by the same additions.
  void add(const Joined& before, const LaneOption& option, std::vector<Joined>& next) const {
    Joined joined = before;
    joined.unit_cycles[option.plan.unit] += option.cycles;
    joined.all_cycles += option.cycles;
    joined.energy_J += option.energy_J;
    for (const LevelId level : joined.moved_B.ids()) joined.moved_B[level] += option.moved_B[level.index()];
    joined.chosen.push_back(&option);
    if (std::ranges::any_of(next, [&](const Joined& other) { return no_worse(other, joined); })) return;
    std::erase_if(next, [&](const Joined& other) { return no_worse(joined, other); });
    next.push_back(std::move(joined));
  }

  [[nodiscard]] bool no_worse(const Joined& a, const Joined& b) const {
    if (a.energy_J > b.energy_J || a.all_cycles > b.all_cycles) return false;
    for (const UnitId unit : a.unit_cycles.ids())
      if (a.unit_cycles[unit] > b.unit_cycles[unit]) return false;
    for (const LevelId level : a.moved_B.ids()) {
      const bool counts = level == problem_.roles.outermost || problem_.arch.levels[level].bandwidth_B_per_s < unlimited;
      if (counts && a.moved_B[level] > b.moved_B[level]) return false;
    }
    return true;
  }

  void finish(const Joined& all) {
    ByLevel<double> moved = all.moved_B;
    Score score{0, all.energy_J, 0, 0};
    for (const TensorPlace* place : place_of_) {
      score.energy_J += place->energy_J;
      moved[problem_.roles.outermost] += place->outer_read_B + place->outer_write_B;
      if (problem_.roles.shared) moved[problem_.roles.shared] += place->shared_read_B + place->shared_write_B;
    }
    const bool pipelined = einsums_.size() > 1;
    const double cycles = pipelined ? *std::ranges::max_element(all.unit_cycles) : all.all_cycles;
    score.time_s = cycles / problem_.arch.clock_Hz;
    for (const LevelId level : moved.ids())
      score.time_s = std::max(score.time_s, moved[level] / problem_.arch.levels[level].bandwidth_B_per_s);
    score.traffic_B = moved[problem_.roles.outermost];
    if (problem_.roles.shared) score.buffer_B = held_[problem_.roles.shared];
    if (is_excluded(score)) return;
    std::erase_if(found_, [&](const GroupOption& other) { return objective_.covers(score, other.score); });
    if (is_single() && (!best_single_ || objective_.before(with_rest(score), *best_single_))) best_single_ = with_rest(score);
    found_.push_back({score, plan(all, pipelined)});
  }

  [[nodiscard]] GroupPlan plan(const Joined& all, bool pipelined) const {
    GroupPlan plan{pipelined, *loops_, {}, {}};
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const TensorPlace& place = *place_of_[t];
      if (!tensors_[t].internal() && place.level != problem_.roles.outermost)
        plan.keeps.push_back({tensors_[t].tensor, problem_.roles.outermost, 0});
      plan.keeps.push_back({tensors_[t].tensor, place.level, place.below});
    }
    std::ranges::stable_sort(plan.keeps, [](const PlannedKeep& a, const PlannedKeep& b) {
      return std::tie(a.below, a.level) < std::tie(b.below, b.level);
    });
    for (const LaneOption* option : all.chosen) plan.einsums.push_back(option->plan);
    return plan;
  }

  const MapProblem& problem_;
  LaneSearch& lane_search_;
  const Objective& objective_;
  const Surroundings& around_;
  std::size_t first_;
  std::size_t last_;
  std::vector<GroupTensor> tensors_;
  std::vector<EinsumId> einsums_;
  LaneSearch::Floor floor_;     // of all Einsums together
  std::vector<RankId> batch_;   // ranks with a shared loop ...
  std::vector<RankId> ranks_;   // ... and those of them whose place among the loops matters
  std::vector<Block> blocks_;
  std::vector<GroupOption> found_;
  std::optional<Score> best_single_;
  // Of the block at hand.
  std::vector<double> tiles_;  // by rank
  const Loops* loops_ = nullptr;
  std::vector<std::vector<TensorPlace>> places_;  // by tensor
  std::vector<const TensorPlace*> place_of_;
  ByLevel<double> held_;
  LaneContext context_;
};

}  // namespace

std::vector<GroupOption> GroupSearch::run(std::size_t first, std::size_t last, const Surroundings& around) {
  const std::size_t before = lanes_.priced();
  std::vector<GroupOption> found = Run(problem_, lanes_, objective_, around, first, last).search(count_);
  count_.priced += static_cast<double>(lanes_.priced() - before);
  return found;
}

Score GroupSearch::bound(std::size_t first, std::size_t last) {
  return Run(problem_, lanes_, objective_, {}, first, last).bound();
}

}  // namespace tilewright
