#include "explore/mapper/group_search.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <tuple>

namespace tilewright {

namespace {

using Block = GroupBlocks::Block;

// Ways of the Einsums so far, together.
struct Joined {
  ByUnit<double> unit_cycles;
  double all_cycles = 0;
  double energy_J = 0;
  std::array<double, most_watched> moved_B{};
  std::vector<const LaneOption*> chosen;

  void add(const LaneOption& option, double share) {
    unit_cycles[option.plan.unit] += share * option.cycles;
    all_cycles += share * option.cycles;
    energy_J += share * option.energy_J;
    for (std::size_t w = 0; w < most_watched; ++w) moved_B[w] += share * option.moved_B[w];
  }
};

class Run {
 public:
  Run(const MapProblem& problem, LaneSearch& lanes, LaneBounds& bounds, const Objective& objective,
      const Surroundings& around, std::size_t first, std::size_t last)
      : problem_(problem),
        lane_search_(lanes),
        objective_(objective),
        around_(around),
        group_(problem, lanes, bounds, first, last),
        tensors_(group_.tensors()),
        einsums_(group_.einsums()) {}

  std::vector<GroupOption> search(SearchCount& count) {
    constexpr std::size_t few = 4;
    if (einsums_.size() > few) look_at(dived_blocks());
    const std::vector<Block> blocks = sorted_blocks(GroupBlocks::Sizes::all);
    count.blocks += group_.listed();
    if (einsums_.size() > few) look_at(blocks);
    for (const Block& block : blocks) {
      if (is_excluded(block.least)) continue;
      ++count.opened;
      open(block, std::numeric_limits<std::size_t>::max());
    }
    count.ended = count.ended && !stopped_;
    tell();
    if (around_.status != nullptr && !stopped_) around_.status->group_done();
    return std::move(found_);
  }

 private:
  std::vector<Block> sorted_blocks(GroupBlocks::Sizes sizes) {
    std::vector<Block> blocks = group_.list(
        sizes, [this](const Score& least) { return is_excluded(least); }, [this] { return is_stopped(); });
    std::ranges::stable_sort(blocks, [&](const Block& a, const Block& b) {
      return objective_.before(with_rest(a.least), with_rest(b.least));
    });
    return blocks;
  }

  // Blocks of few sizes, those in which a mapping found at once is good first.
  std::vector<Block> dived_blocks() {
    std::vector<Block> blocks = sorted_blocks(GroupBlocks::Sizes::few);
    std::vector<std::pair<Score, Block>> dived;
    for (Block& block : blocks) {
      const std::optional<Score> found = dive(block);
      if (found) dived.emplace_back(*found, std::move(block));
      if (is_stopped()) break;
    }
    std::ranges::stable_sort(dived,
                             [&](const auto& a, const auto& b) { return objective_.before(a.first, b.first); });
    constexpr std::size_t improved = 16;
    blocks.clear();
    for (auto& [score, block] : dived) {
      if (blocks.size() < improved) improve(block = climbed(std::move(block), score));
      blocks.push_back(std::move(block));
    }
    return blocks;
  }

  // Goes on to a block beside as long as a mapping found at once is better there.
  Block climbed(Block block, Score best) {
    for (bool higher = true; higher && !is_stopped();) {
      higher = false;
      for (Block& beside : group_.beside(block)) {
        const std::optional<Score> score = dive(beside);
        if (!score || !objective_.before(*score, best)) continue;
        best = *score;
        block = std::move(beside);
        higher = true;
        break;
      }
    }
    return block;
  }

  // At the first blocks of many Einsums, each for a while: what is found leaves out most of the rest.
  void look_at(const std::vector<Block>& blocks) {
    constexpr std::size_t looked_at = 64;
    for (std::size_t b = 0; b < std::min(blocks.size(), looked_at); ++b) open(blocks[b], 256);
  }

  [[nodiscard]] Score with_rest(const Score& score) const { return score.then(around_.rest); }

  [[nodiscard]] bool is_stopped() {
    if (around_.any && !found_.empty()) stopped_ = true;
    constexpr unsigned between_looks = 32;
    if (stopped_ || ++looks_ % between_looks != 0) return stopped_;
    stopped_ = around_.stop();
    tell();
    return stopped_;
  }

  void tell() {
    if (around_.status == nullptr) return;
    around_.status->add_plans(lane_search_.priced() - told_);
    told_ = lane_search_.priced();
    around_.status->show();
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

  // ----- a block: places of tensors

  // `steps`: places that are tried at most.
  void open(const Block& block, std::size_t steps) {
    if (is_excluded(block.least) || !begin(block)) return;
    steps_ = steps;
    place_einsum(0, {});
  }

  bool begin(const Block& block) {
    loops_ = &block.loops;
    if (!group_.least_of({block.loops, block.mask_tile})) return false;
    shares_.clear();
    for (const EinsumId e : einsums_) shares_.push_back(visited_share(problem_, e, group_.block()));
    place_of_.assign(tensors_.size(), nullptr);
    held_.assign(problem_.arch.levels.size(), 0);
    return true;
  }

  using Places = std::vector<const TensorPlace*>;  // by tensor

  // A mapping at once: every tensor in the first place that has room.
  std::optional<Score> dive(const Block& block) {
    if (is_excluded(block.least) || !begin(block)) return std::nullopt;
    for (std::size_t t = 0; t < tensors_.size(); ++t)
      for (const TensorPlace& place : group_.places()[t])
        if (place_of_[t] == nullptr && hold(t, place)) place_of_[t] = &place;
    return at_places(Places(place_of_));
  }

  // Tensors move one by one, as long as that makes the mapping better.
  void improve(const Block& block) {
    std::optional<Score> best = dive(block);
    if (!best) return;
    Places chosen = place_of_;
    for (std::size_t t = 0, moved = 0; moved < tensors_.size(); ++moved, t = (t + 1) % tensors_.size())
      for (const TensorPlace& place : group_.places()[t]) {
        if (is_stopped()) return;
        Places other = chosen;
        other[t] = &place;
        const std::optional<Score> score = at_places(other);
        if (!score || !objective_.before(*score, *best)) continue;
        best = score;
        chosen = std::move(other);
        moved = 0;
      }
  }

  // With every Einsum in a quick way on the unit that is busy least with it.
  std::optional<Score> at_places(const Places& places) {
    place_of_.assign(tensors_.size(), nullptr);
    held_.assign(problem_.arch.levels.size(), 0);
    for (std::size_t t = 0; t < tensors_.size(); ++t)
      if (places[t] == nullptr || !hold(t, *places[t])) return std::nullopt;
    place_of_ = places;
    if (is_avoided()) return std::nullopt;
    const std::optional<Joined> joined = quick_ways();
    if (!joined) return std::nullopt;
    return finish(*joined);
  }

  std::optional<Joined> quick_ways() {
    std::vector<std::vector<const LaneOption*>> ways(einsums_.size());
    std::vector<std::size_t> longest_first(einsums_.size());
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      longest_first[e] = e;
      ways[e] = quick_ways(e);
      if (ways[e].empty()) return std::nullopt;
    }
    std::ranges::stable_sort(longest_first, std::greater<>(), [&](std::size_t e) {
      return shares_[e] * std::ranges::min(ways[e], {}, &LaneOption::cycles)->cycles;
    });
    Joined joined;
    joined.unit_cycles.assign(problem_.arch.units.size(), 0);
    joined.chosen.assign(einsums_.size(), nullptr);
    for (const std::size_t e : longest_first) {
      const auto busy = [&](const LaneOption* way) {
        return joined.unit_cycles[way->plan.unit] + shares_[e] * way->cycles;
      };
      joined.chosen[e] = std::ranges::min(ways[e], {}, busy);
      joined.add(*joined.chosen[e], shares_[e]);
    }
    return joined;
  }

  // One on each unit that can compute it.
  std::vector<const LaneOption*> quick_ways(std::size_t e) {
    const auto is_better = [&](const LaneOption& a, const LaneOption& b) {
      return objective_.before({a.cycles / problem_.arch.clock_Hz, a.energy_J, a.moved_B[0], 0},
                               {b.cycles / problem_.arch.clock_Hz, b.energy_J, b.moved_B[0], 0});
    };
    std::vector<const LaneOption*> ways;
    const LaneContext& in = context(e, false);
    for (const UnitId unit : problem_.arch.units.ids())
      if (const LaneOption* way = lane_search_.quick(in, unit, is_better)) ways.push_back(way);
    return ways;
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
      for (const TensorPlace& place : group_.places()[t]) {
        if (steps_ == 0) return;
        --steps_;
        if (!hold(t, place)) continue;
        place_of_[t] = &place;
        Placed next = placed;
        next.energy_J += place.energy_J;
        next.outer_B += place.outer_read_B + place.outer_write_B;
        if (!is_excluded(least_with(next, e))) place_tensor(e, t + 1, next);
        place_of_[t] = nullptr;
        held_[place.level] -= place.held_B;
        held_[problem_.roles.outermost] -= outside_B(t, place);
      }
      return;
    }
    Placed next = placed;
    next.einsum_J.push_back(lane_search_.least_J(context(e, true)) * shares_[e]);
    if (next.einsum_J.back() == unlimited) return;
    const Score least = least_with(next, e + 1);
    if (is_excluded(least)) return;
    const std::vector<LaneOption>& options =
        lane_search_.options(context(e, true), limit(least, next.einsum_J.back(), e));
    if (options.empty()) return;
    next.einsum_J.back() = std::ranges::min(options, {}, &LaneOption::energy_J).energy_J * shares_[e];
    if (!is_excluded(least_with(next, e + 1))) place_einsum(e + 1, next);
  }

  // An Einsum that takes more than this makes the whole mapping worse than the best that is known, if all else
  // takes no more than `least` says, of which `least_J` is for this Einsum.
  [[nodiscard]] LaneLimit limit(const Score& least, double least_J, std::size_t e) const {
    constexpr double slack = 1 + 1e-9;  // sums in another order
    const Score* best = best_single_ ? &*best_single_ : around_.best ? &*around_.best : nullptr;
    if (around_.any) return {unlimited, unlimited, 1};
    if (best == nullptr || objective_.measures().size() != 1) return {};
    const Score all = with_rest(least);
    LaneLimit limit;
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
    limit.energy_J = (energy_J - all.energy_J + least_J) * slack / shares_[e];
    limit.cycles = (time_s - around_.rest.time_s) * problem_.arch.clock_Hz * slack / shares_[e];
    return limit;
  }

  bool hold(std::size_t t, const TensorPlace& place) {
    const Level& level = problem_.arch.levels[place.level];
    const double outside = outside_B(t, place);
    if (held_[place.level] + place.held_B > level.capacity_B * level.instances) return false;
    if (held_[problem_.roles.outermost] + outside > problem_.arch.levels[problem_.roles.outermost].capacity_B)
      return false;
    held_[place.level] += place.held_B;
    held_[problem_.roles.outermost] += outside;
    return true;
  }

  // What comes from or goes to outside of the group is in the outermost level, too.
  [[nodiscard]] double outside_B(std::size_t t, const TensorPlace& place) const {
    return tensors_[t].internal() || place.level == problem_.roles.outermost ? 0 : tensors_[t].bytes;
  }

  [[nodiscard]] bool uses(std::size_t e, std::size_t t) const {
    return std::ranges::any_of(problem_.einsums[einsums_[e]].operands,
                               [&](const MappedOperand& operand) { return operand.tensor == tensors_[t].tensor; });
  }

  // Of Einsums from the `e`th on the floors, for levels that are chosen; of tensors without a place the least.
  [[nodiscard]] Score least_with(const Placed& placed, std::size_t e) {
    Score least{group_.least_cycles() / problem_.arch.clock_Hz, placed.energy_J, placed.outer_B, 0};
    if (problem_.roles.shared) least.buffer_B = held_[problem_.roles.shared];
    for (const double energy : placed.einsum_J) least.energy_J += energy;
    levels_.clear();
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      levels_.push_back(place_of_[t] != nullptr ? place_of_[t]->level : LevelId());
      if (place_of_[t] != nullptr) continue;
      least.energy_J += std::ranges::min(group_.places()[t], {}, &TensorPlace::least_energy_J).least_energy_J;
      least.traffic_B += std::ranges::min(group_.places()[t], {}, &TensorPlace::least_outer_B).least_outer_B;
    }
    for (std::size_t i = e; i < einsums_.size(); ++i)
      least.energy_J += shares_[i] * lane_search_.least_J(einsums_[i], group_.homes_of(i, levels_));
    least.time_s = std::max(least.time_s, group_.outer_time(least.traffic_B));
    return least;
  }

  // `whole`: as if nothing lived at the lanes, which is no worse.
  [[nodiscard]] const LaneContext& context(std::size_t e, bool whole) {
    const MappedEinsum& einsum = problem_.einsums[einsums_[e]];
    context_.einsum = einsums_[e];
    context_.mask_tile = group_.block().tile;
    context_.extents = group_.extents();
    context_.homes.clear();
    for (const MappedOperand& operand : einsum.operands) {
      const IntoBlock into = into_block(problem_, einsums_[e], operand, group_.block(), einsums_.size() > 1);
      const TensorPlace& place = *place_of_[group_.index_of(operand.tensor)];
      context_.homes.push_back({place.level, into.stays, into.first, into.least, place.spread});
    }
    find_loops(einsum);
    context_.lane_B.clear();
    for (const LevelId level : problem_.arch.levels.ids()) {
      const Level& each = problem_.arch.levels[level];
      context_.lane_B.push_back(each.capacity_B -
                                (whole || each.instances == 1 ? 0 : held_[level] / each.instances));
    }
    return context_;
  }

  void find_loops(const MappedEinsum& einsum) {
    context_.loops.clear();
    context_.turns = einsums_.size() > 1;
    bool uneven = false;
    for (const RankId rank : problem_.shapes.ids()) uneven |= has(einsum.iteration, rank) && problem_.uneven(rank);
    if (!uneven) return;
    std::ranges::copy_if(*loops_, std::back_inserter(context_.loops),
                         [&](const PlannedLoop& loop) { return has(einsum.iteration, loop.rank); });
  }

  // ----- all Einsums of a block with places

  // Loops and places are those that options must not have.
  [[nodiscard]] bool is_avoided() const {
    const GroupStructure* avoid = around_.avoid;
    if (avoid == nullptr || EinsumId::at(avoid->first) != einsums_.front() ||
        EinsumId::at(avoid->last) != einsums_.back())
      return false;
    const auto is_shared = [&](RankId rank) { return std::ranges::count(*loops_, rank, &PlannedLoop::rank) > 0; };
    return loops_->size() == avoid->loops.size() && std::ranges::all_of(avoid->loops, is_shared) &&
           std::ranges::all_of(avoid->homes, [&](const auto& home) {
             return place_of_[group_.index_of(home.first)]->level == home.second;
           });
  }

  void join(const Placed& placed) {
    if (is_avoided()) return;
    const Score least = least_with(placed, einsums_.size());
    if (is_excluded(least)) return;
    std::vector<Joined> joined(1);
    joined.front().unit_cycles.assign(problem_.arch.units.size(), 0);
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      const std::vector<LaneOption>& options =
          lane_search_.options(context(e, false), limit(least, placed.einsum_J[e], e));
      std::vector<Joined> next;
      for (const Joined& before : joined)
        for (const LaneOption& option : options) add(before, option, shares_[e], next);
      joined = std::move(next);
    }
    for (const Joined& all : joined) finish(all);
  }

  // What is no better in anything than another one cannot become better by the same additions.
  void add(const Joined& before, const LaneOption& option, double share, std::vector<Joined>& next) const {
    Joined joined = before;
    joined.add(option, share);
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

  Score finish(const Joined& all) {
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
    if (is_excluded(score)) return score;
    std::erase_if(found_, [&](const GroupOption& other) { return objective_.covers(score, other.score); });
    if (is_single() && (!best_single_ || objective_.before(with_rest(score), *best_single_))) {
      best_single_ = with_rest(score);
      if (around_.status != nullptr) around_.status->found(score);
    }
    found_.push_back({score, plan(all, pipelined)});
    return score;
  }

  [[nodiscard]] GroupPlan plan(const Joined& all, bool pipelined) const {
    GroupPlan plan{pipelined, *loops_, {}, {}, {}};
    if (std::ranges::any_of(einsums_, [&](EinsumId e) { return problem_.masked(e); }))
      plan.tiles = {{problem_.mask->queries(), group_.block().tile.first},
                    {problem_.mask->keys(), group_.block().tile.second}};
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
  GroupBlocks group_;
  const std::vector<GroupTensor>& tensors_;
  const std::vector<EinsumId>& einsums_;
  std::vector<GroupOption> found_;
  std::optional<Score> best_single_;
  bool stopped_ = false;
  std::size_t steps_ = 0;  // places that may still be tried
  unsigned looks_ = 0;
  std::size_t told_ = lane_search_.priced();
  // Of the block at hand.
  const GroupBlocks::Loops* loops_ = nullptr;
  std::vector<double> shares_;  // of its blocks that a mask leaves, by Einsum
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
  return GroupBlocks(problem_, lanes_, bounds_, first, last).bound();
}

}  // namespace tilewright
