#include "explore/mapper/group_search.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <tuple>

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
  std::array<double, most_watched> moved_B{};
  std::vector<const LaneOption*> chosen;
};

class Run {
 public:
  Run(const MapProblem& problem, LaneSearch& lanes, LaneBounds& bounds, const Objective& objective,
      const Surroundings& around, std::size_t first, std::size_t last)
      : problem_(problem),
        lane_search_(lanes),
        objective_(objective),
        around_(around),
        first_(first),
        last_(last),
        tensors_(tensors_of(problem, first, last)),
        block_(problem.shapes.size(), 1),
        bounds_(bounds) {
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
    // A look at the first blocks of many Einsums, each for a while: what is found leaves out most of the rest.
    constexpr std::size_t few = 4;
    constexpr std::size_t looked_at = 64;
    if (einsums_.size() > few)
      for (std::size_t b = 0; b < std::min(order.size(), looked_at); ++b) open(blocks_[order[b]], 256);
    for (const std::size_t b : order) {
      if (is_excluded(blocks_[b].least)) continue;
      ++count.opened;
      open(blocks_[b], std::numeric_limits<std::size_t>::max());
    }
    count.ended = count.ended && !stopped_;
    return std::move(found_);
  }

  // Every tensor that comes from or goes to elsewhere moves once at least.
  [[nodiscard]] Score bound() const {
    Score least{least_cycles_ / problem_.arch.clock_Hz, floor_J_, 0, 0};
    for (const GroupTensor& tensor : tensors_) {
      if (tensor.internal()) continue;
      double energy = unlimited;
      for (const TensorPlace& place : places_of(problem_, tensor, {}, false))
        energy = std::min(energy, place.least_energy_J);
      least.energy_J += energy;
      least.traffic_B += tensor.bytes;
    }
    least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
    return least;
  }

 private:
  // ----- what any choice costs at least

  void find_floors() {
    const std::vector<LevelId> anywhere(tensors_.size());
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      cycles_.push_back(lane_search_.least_cycles(einsums_[e]));
      floor_J_ += lane_search_.least_J(einsums_[e], homes_of(e, anywhere));
    }
    least_cycles_ = unlimited;
    ByUnit<double> busy(problem_.arch.units.size(), 0);
    share_out(cycles_, 0, busy, least_cycles_);
  }

  // Units at once, whichever of them an Einsum is on: the least that the busiest one takes.
  static void share_out(const std::vector<ByUnit<double>>& cycles, std::size_t e, ByUnit<double>& busy,
                        double& least) {
    const double longest = *std::ranges::max_element(busy);
    if (longest >= least) return;
    if (e == cycles.size()) {
      least = longest;
      return;
    }
    for (const UnitId unit : busy.ids()) {
      if (cycles[e][unit] == unlimited) continue;
      busy[unit] += cycles[e][unit];
      share_out(cycles, e + 1, busy, least);
      busy[unit] -= cycles[e][unit];
    }
  }

  // Levels by tensor to levels by operand.
  [[nodiscard]] std::vector<LevelId> homes_of(std::size_t e, const std::vector<LevelId>& by_tensor) const {
    std::vector<LevelId> homes;
    for (const MappedOperand& operand : problem_.einsums[einsums_[e]].operands)
      homes.push_back(by_tensor[index_of(operand.tensor)]);
    return homes;
  }
  [[nodiscard]] std::size_t index_of(TensorId tensor) const {
    return static_cast<std::size_t>(std::ranges::find(tensors_, tensor, &GroupTensor::tensor) - tensors_.begin());
  }

  [[nodiscard]] double outer_time(double bytes) const {
    return bytes / problem_.arch.levels[problem_.roles.outermost].bandwidth_B_per_s;
  }

  [[nodiscard]] Score with_rest(const Score& score) const { return score.then(around_.rest); }

  [[nodiscard]] bool is_stopped() {
    constexpr unsigned between_looks = 32;
    if (!stopped_ && ++looks_ % between_looks == 0) stopped_ = around_.stop();
    return stopped_;
  }

  // Whether nothing that costs at least this can be part of a better mapping than those found: something found is
  // no worse in every respect, or any whole mapping with it is worse than one that is known.
  // And all is left out once the search is to end.
  [[nodiscard]] bool is_excluded(const Score& least) {
    if (is_stopped()) return true;
    if (around_.best && objective_.measures().size() == 1 && objective_.before(*around_.best, with_rest(least)))
      return true;
    if (is_single() && best_single_ && objective_.before(*best_single_, with_rest(least))) return true;
    return std::ranges::any_of(found_,
                               [&](const GroupOption& other) { return objective_.covers(other.score, least); });
  }
  // The group is all of the mapping: its values are final.
  [[nodiscard]] bool is_single() const {
    return einsums_.size() == problem_.cascade.einsums.size() && objective_.measures().size() == 1;
  }

  // ----- shared loops

  // A rank that an Einsum reduces, and whose result another one of the group reads, has no shared loop: the result
  // is complete only after it. A rank that all tensors and all Einsums of the group have (a batch) has all its
  // steps in the outermost loops: there it costs nothing, since no tensor stays over it anywhere, and blocks are
  // smallest. Only where the other ranks of an Einsum cannot fill the lanes of a unit are its tiles larger.
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
    fills_lanes_ = fills_lanes();
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
    for (const double tile : problem_.tile_sizes[rank]) {
      tiles_[rank.index()] = tile;
      choose_batch(r + 1);
      if (fills_lanes_) break;
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
          points *= problem_.shapes[rank];
      for (const UnitId unit : problem_.arch.units.ids())
        if (problem_.einsums[e].costs[unit] && points < problem_.arch.units[unit].lanes) return false;
    }
    return true;
  }

  void choose_order() {
    if (is_stopped()) return;
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

  // Of every tensor by itself the places that fit beside the smallest ones of the others; of every Einsum the least
  // with any of them, where the first that uses a tensor has the cost of its place. Nothing where none fits.
  [[nodiscard]] std::optional<Score> least_of(const Loops& loops) {
    if (!find_places(loops)) return std::nullopt;
    set_tiles(loops);
    Score least{0, 0, 0, smallest_B_};
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      double outer = unlimited;
      for (const TensorPlace& place : places_[t]) outer = std::min(outer, place.least_outer_B);
      if (outer == unlimited) return std::nullopt;
      least.traffic_B += outer;
    }
    cycles_.resize(einsums_.size());
    std::vector<char> paid(tensors_.size(), 0);
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      find_possible_homes(e, loops, paid);
      bounds_.least(einsums_[e], block_, possible_, of_einsum_);
      least.energy_J += of_einsum_.energy_J;
      cycles_[e] = of_einsum_.cycles;
    }
    if (least.energy_J == unlimited) return std::nullopt;
    least.time_s = std::max(least_cycles() / problem_.arch.clock_Hz, outer_time(least.traffic_B));
    return least;
  }

  bool find_places(const Loops& loops) {
    places_.clear();
    std::vector<double> smallest;
    smallest_B_ = 0;
    for (const GroupTensor& tensor : tensors_) {
      places_.push_back(places_of(problem_, tensor, loops, true));
      double least = unlimited;
      for (const TensorPlace& place : places_.back()) least = std::min(least, in_shared(place));
      smallest.push_back(least);
      smallest_B_ += least;
    }
    if (smallest_B_ > shared_capacity()) return false;
    for (std::size_t t = 0; t < tensors_.size(); ++t)
      std::erase_if(places_[t], [&](const TensorPlace& place) {
        return smallest_B_ - smallest[t] + in_shared(place) > shared_capacity();
      });
    return true;
  }

  void set_tiles(const Loops& loops) {
    for (const RankId rank : problem_.shapes.ids()) block_[rank.index()] = std::max(1.0, problem_.shapes[rank]);
    for (const PlannedLoop& loop : loops) block_[loop.rank.index()] /= loop.factor;
  }

  void find_possible_homes(std::size_t e, const Loops& loops, std::vector<char>& paid) {
    const MappedEinsum& einsum = problem_.einsums[einsums_[e]];
    possible_.resize(einsum.operands.size());
    for (std::size_t o = 0; o < possible_.size(); ++o) {
      possible_[o].clear();
      const std::size_t t = index_of(einsum.operands[o].tensor);
      const double stay = stays(einsum.iteration, einsum.operands[o].ranks, loops, einsums_.size() > 1);
      for (const TensorPlace& place : places_[t]) {
        const double cost = paid[t] != 0 ? 0 : place.energy_J;
        const auto known = std::ranges::find(possible_[o], place.level, &PossibleHome::level);
        if (known == possible_[o].end())
          possible_[o].push_back({place.level, stay, cost});
        else
          known->place_J = std::min(known->place_J, cost);
      }
      paid[t] = 1;
    }
  }

  // As share_out(), within the block. Of many Einsums less than that: what those take that a single unit computes,
  // what all take on the fastest units if that were spread evenly, and what any one takes.
  [[nodiscard]] double least_cycles() {
    constexpr std::size_t few = 4;
    if (einsums_.size() <= few) {
      ByUnit<double> busy(problem_.arch.units.size(), 0);
      double least = unlimited;
      share_out(cycles_, 0, busy, least);
      return least;
    }
    double least = least_cycles_;
    for (const UnitId unit : problem_.arch.units.ids()) {
      double busy = 0;
      for (const ByUnit<double>& cycles : cycles_)
        if (std::ranges::count(cycles, unlimited) + 1 == static_cast<long>(cycles.size()) &&
            cycles[unit] < unlimited)
          busy += cycles[unit];
      least = std::max(least, busy);
    }
    double all = 0;
    for (const ByUnit<double>& cycles : cycles_) {
      const double fastest = *std::ranges::min_element(cycles);
      all += fastest;
      least = std::max(least, fastest);
    }
    return std::max(least, all / static_cast<double>(problem_.arch.units.size()));
  }

  [[nodiscard]] double in_shared(const TensorPlace& place) const {
    return place.level == problem_.roles.shared ? place.held_B : 0;
  }
  [[nodiscard]] double shared_capacity() const {
    return problem_.roles.shared ? problem_.arch.levels[problem_.roles.shared].capacity_B : unlimited;
  }

  // ----- a block: places of tensors

  // `steps`: places that are tried at most.
  void open(const Block& block, std::size_t steps) {
    if (is_excluded(block.least)) return;
    steps_ = steps;
    const Loops& loops = block.loops;
    loops_ = &loops;
    const auto least = least_of(loops);
    if (!least) return;
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
    if (e == einsums_.size()) return join(placed);
    place_tensor(e, 0, placed);
  }

  // Tensors of the Einsum that have no place yet, one after another.
  void place_tensor(std::size_t e, std::size_t from, const Placed& placed) {
    for (std::size_t t = from; t < tensors_.size(); ++t) {
      if (place_of_[t] != nullptr || !uses(e, t)) continue;
      for (const TensorPlace& place : places_[t]) {
        if (steps_ == 0) return;
        --steps_;
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
    Placed next = placed;
    next.einsum_J.push_back(lane_search_.least_J(context(e, true)));
    if (next.einsum_J.back() == unlimited) return;
    const Score least = least_with(next, e + 1);
    if (is_excluded(least)) return;
    const std::vector<LaneOption>& options =
        lane_search_.options(context(e, true), limit(least, next.einsum_J.back()));
    if (options.empty()) return;
    next.einsum_J.back() = std::ranges::min(options, {}, &LaneOption::energy_J).energy_J;
    if (!is_excluded(least_with(next, e + 1))) place_einsum(e + 1, next);
  }

  // An Einsum that takes more than this makes the whole mapping worse than the best that is known, if all else
  // takes no more than `least` says, of which `least_J` is for this Einsum.
  [[nodiscard]] LaneSearch::Limit limit(const Score& least, double least_J) const {
    constexpr double slack = 1 + 1e-9;  // sums in another order
    const Score* best = best_single_ ? &*best_single_ : around_.best ? &*around_.best : nullptr;
    if (best == nullptr || objective_.measures().size() != 1) return {};
    const Score all = with_rest(least);
    LaneSearch::Limit limit;
    double time_s = unlimited;
    double energy_J = unlimited;
    if (objective_.measures().front() == Metric::edp) {
      time_s = best->of(Metric::edp) / all.energy_J;
      energy_J = best->of(Metric::edp) / all.time_s;
    } else if (objective_.measures().front() == Metric::energy) {
      energy_J = best->energy_J;
    } else if (objective_.measures().front() == Metric::time) {
      time_s = best->time_s;
      if (all.time_s * slack >= best->time_s) energy_J = best->energy_J * slack;
    }
    limit.energy_J = (energy_J - all.energy_J + least_J) * slack;
    limit.cycles = (time_s - around_.rest.time_s) * problem_.arch.clock_Hz * slack;
    return limit;
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

  // Of Einsums from the `e`th on the floors, for levels that are chosen; of tensors without a place the least.
  [[nodiscard]] Score least_with(const Placed& placed, std::size_t e) {
    Score least{least_cycles_ / problem_.arch.clock_Hz, placed.energy_J, placed.outer_B, 0};
    if (problem_.roles.shared) least.buffer_B = held_[problem_.roles.shared];
    for (const double energy : placed.einsum_J) least.energy_J += energy;
    levels_.clear();
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      levels_.push_back(place_of_[t] != nullptr ? place_of_[t]->level : LevelId());
      if (place_of_[t] != nullptr) continue;
      least.energy_J += std::ranges::min(places_[t], {}, &TensorPlace::least_energy_J).least_energy_J;
      least.traffic_B += std::ranges::min(places_[t], {}, &TensorPlace::least_outer_B).least_outer_B;
    }
    for (std::size_t i = e; i < einsums_.size(); ++i)
      least.energy_J += lane_search_.least_J(einsums_[i], homes_of(i, levels_));
    least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
    return least;
  }

  // `whole`: as if nothing lived at the lanes, which is no worse.
  [[nodiscard]] const LaneContext& context(std::size_t e, bool whole) {
    const MappedEinsum& einsum = problem_.einsums[einsums_[e]];
    context_.einsum = einsums_[e];
    context_.extents = block_;
    context_.homes.clear();
    for (const MappedOperand& operand : einsum.operands) {
      context_.homes.push_back({place_of_[index_of(operand.tensor)]->level,
                                stays(einsum.iteration, operand.ranks, *loops_, einsums_.size() > 1)});
    }
    context_.lane_B.clear();
    for (const LevelId level : problem_.arch.levels.ids()) {
      const Level& each = problem_.arch.levels[level];
      context_.lane_B.push_back(each.capacity_B -
                                (whole || each.instances == 1 ? 0 : held_[level] / each.instances));
    }
    return context_;
  }

  // ----- all Einsums of a block with places

  void join(const Placed& placed) {
    const Score least = least_with(placed, einsums_.size());
    if (is_excluded(least)) return;
    std::vector<Joined> joined(1);
    joined.front().unit_cycles.assign(problem_.arch.units.size(), 0);
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      const std::vector<LaneOption>& options =
          lane_search_.options(context(e, false), limit(least, placed.einsum_J[e]));
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
    for (std::size_t w = 0; w < most_watched; ++w) joined.moved_B[w] += option.moved_B[w];
    joined.chosen.push_back(&option);
    if (std::ranges::any_of(next, [&](const Joined& other) { return no_worse(other, joined); })) return;
    std::erase_if(next, [&](const Joined& other) { return no_worse(joined, other); });
    next.push_back(std::move(joined));
  }

  [[nodiscard]] bool no_worse(const Joined& a, const Joined& b) const {
    if (a.energy_J > b.energy_J || a.all_cycles > b.all_cycles) return false;
    for (const UnitId unit : a.unit_cycles.ids())
      if (a.unit_cycles[unit] > b.unit_cycles[unit]) return false;
    for (std::size_t w = 0; w < most_watched; ++w)
      if (a.moved_B[w] > b.moved_B[w]) return false;
    return true;
  }

  void finish(const Joined& all) {
    ByLevel<double> moved(problem_.arch.levels.size(), 0);
    for (std::size_t w = 0; w < problem_.watched.size(); ++w) moved[problem_.watched[w]] = all.moved_B[w];
    Score score{0, all.energy_J, 0, 0};
    for (const TensorPlace* place : place_of_) {
      score.energy_J += place->energy_J;
      moved[problem_.roles.outermost] += place->outer_read_B + place->outer_write_B;
      if (problem_.roles.shared) moved[problem_.roles.shared] += place->shared_read_B + place->shared_write_B;
    }
    const bool pipelined = einsums_.size() > 1;
    const double cycles = pipelined ? *std::ranges::max_element(all.unit_cycles) : all.all_cycles;
    score.time_s = cycles / problem_.arch.clock_Hz;
    for (const LevelId level : problem_.watched)
      score.time_s = std::max(score.time_s, moved[level] / problem_.arch.levels[level].bandwidth_B_per_s);
    score.traffic_B = moved[problem_.roles.outermost];
    if (problem_.roles.shared) score.buffer_B = held_[problem_.roles.shared];
    if (is_excluded(score)) return;
    std::erase_if(found_, [&](const GroupOption& other) { return objective_.covers(score, other.score); });
    if (is_single() && (!best_single_ || objective_.before(with_rest(score), *best_single_)))
      best_single_ = with_rest(score);
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
  double least_cycles_ = 0;    // of all Einsums together, units at once
  double floor_J_ = 0;         // of all Einsums, wherever tensors live
  std::vector<RankId> batch_;  // ranks with a shared loop ...
  std::vector<RankId> ranks_;  // ... and those of them whose place among the loops matters
  bool fills_lanes_ = false;
  std::vector<Block> blocks_;
  std::vector<GroupOption> found_;
  std::optional<Score> best_single_;
  bool stopped_ = false;
  std::size_t steps_ = 0;  // places that may still be tried
  unsigned looks_ = 0;
  // Of the block at hand.
  std::vector<double> tiles_;  // by rank
  const Loops* loops_ = nullptr;
  std::vector<std::vector<TensorPlace>> places_;  // by tensor
  double smallest_B_ = 0;                         // of the shared level, with every tensor in its smallest place
  std::vector<double> block_;
  LaneBounds& bounds_;
  LaneBounds::Least of_einsum_;
  std::vector<std::vector<PossibleHome>> possible_;  // by operand
  std::vector<ByUnit<double>> cycles_;               // by Einsum
  std::vector<LevelId> levels_;
  std::vector<const TensorPlace*> place_of_;
  ByLevel<double> held_;
  LaneContext context_;
};

}  // namespace

std::vector<GroupOption> GroupSearch::run(std::size_t first, std::size_t last, const Surroundings& around) {
  const std::size_t before = lanes_.priced();
  std::vector<GroupOption> found = Run(problem_, lanes_, bounds_, objective_, around, first, last).search(count_);
  count_.priced += static_cast<double>(lanes_.priced() - before);
  return found;
}

Score GroupSearch::bound(std::size_t first, std::size_t last) {
  return Run(problem_, lanes_, bounds_, objective_, {}, first, last).bound();
}

}  // namespace tilewright
