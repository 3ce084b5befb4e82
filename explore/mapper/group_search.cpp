#include "explore/mapper/group_search.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "explore/mapper/first_mappings.hpp"
#include "explore/mapper/placed_block.hpp"

namespace tilewright {

namespace {

using Block = GroupBlocks::Block;

class Run {
 public:
  Run(const MapProblem& problem, LaneSearch& lanes, LaneBounds& bounds, const Objective& objective,
      const Surroundings& around, std::size_t first, std::size_t last)
      : problem_(problem),
        lane_search_(lanes),
        group_(problem, lanes, bounds, first, last),
        tensors_(group_.tensors()),
        einsums_(group_.einsums()),
        placed_(problem, group_),
        found_(objective, around, lanes, einsums_.size() == problem.cascade.einsums.size()) {}

  std::vector<GroupOption> search(SearchCount& count) {
    constexpr std::size_t few = 4;
    if (einsums_.size() > few) {
      look_at(first_blocks());
      if (found_.is_empty()) found_.around().none_at_once();
    }
    const std::vector<Block> blocks = sorted_blocks(group_, GroupBlocks::Sizes::all, found_);
    count.blocks += group_.listed();
    if (einsums_.size() > few) look_at(blocks);
    for (const Block& block : blocks) {
      if (found_.is_excluded(block.least)) continue;
      ++count.opened;
      open(block, std::numeric_limits<std::size_t>::max());
    }
    count.ended = count.ended && !found_.has_stopped();
    found_.tell();
    SearchStatus* status = found_.around().status;
    if (status != nullptr && !found_.has_stopped()) status->group_done();
    return found_.take();
  }

  std::vector<GroupOption> at_once() {
    first_blocks();
    found_.tell();
    return found_.take();
  }

 private:
  std::vector<Block> first_blocks() {
    return FirstMappings(problem_, lane_search_, group_, placed_, found_).find();
  }

  // At the first blocks of many Einsums, each for a while: what is found leaves out most of the rest.
  void look_at(const std::vector<Block>& blocks) {
    constexpr std::size_t looked_at = 64;
    for (std::size_t b = 0; b < std::min(blocks.size(), looked_at); ++b) open(blocks[b], 256);
  }

  // `steps`: places that are tried at most.
  void open(const Block& block, std::size_t steps) {
    if (found_.is_excluded(block.least) || !placed_.begin(block)) return;
    steps_ = steps;
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
      if (placed_.places()[t] != nullptr || !placed_.uses(e, t)) continue;
      for (const TensorPlace& place : group_.places()[t]) {
        if (steps_ == 0) return;
        --steps_;
        if (!placed_.put(t, place)) continue;
        Placed next = placed;
        next.energy_J += place.energy_J;
        next.outer_B += place.outer_read_B + place.outer_write_B;
        if (!found_.is_excluded(least_with(next, e))) place_tensor(e, t + 1, next);
        placed_.take_away(t);
      }
      return;
    }
    Placed next = placed;
    next.einsum_J.push_back(lane_search_.least_J(placed_.context(e, true)) * placed_.share(e));
    if (next.einsum_J.back() == unlimited) return;
    const Score least = least_with(next, e + 1);
    if (found_.is_excluded(least)) return;
    const std::vector<LaneOption>& options =
        lane_search_.options(placed_.context(e, true), limit(least, next.einsum_J.back(), e));
    if (options.empty()) return;
    next.einsum_J.back() = std::ranges::min(options, {}, &LaneOption::energy_J).energy_J * placed_.share(e);
    if (!found_.is_excluded(least_with(next, e + 1))) place_einsum(e + 1, next);
  }

  // An Einsum that takes more than this makes the whole mapping worse than the best that is known, if all else
  // takes no more than `least` says, of which `least_J` is for this Einsum.
  [[nodiscard]] LaneLimit limit(const Score& least, double least_J, std::size_t e) const {
    constexpr double slack = 1 + 1e-9;  // sums in another order
    const Score* best = found_.best();
    if (found_.around().any) return {unlimited, unlimited, 1};
    if (best == nullptr) return {};
    const Metric measure = found_.objective().measures().front();
    const Score all = found_.with_rest(least);
    LaneLimit limit;
    double time_s = unlimited;
    double energy_J = unlimited;
    if (measure == Metric::edp) {
      time_s = best->of(Metric::edp) / all.energy_J;
      energy_J = best->of(Metric::edp) / all.time_s;
    } else if (measure == Metric::energy) {
      energy_J = best->energy_J;
    } else if (measure == Metric::time) {
      time_s = best->time_s;
      if (all.time_s * slack >= best->time_s) energy_J = best->energy_J * slack;
    }
    limit.energy_J = (energy_J - all.energy_J + least_J) * slack / placed_.share(e);
    limit.cycles = (time_s - found_.around().rest.time_s) * problem_.arch.clock_Hz * slack / placed_.share(e);
    return limit;
  }

  // Of Einsums from the `e`th on the floors, for levels that are chosen; of tensors without a place the least.
  [[nodiscard]] Score least_with(const Placed& placed, std::size_t e) {
    Score least{group_.least_cycles() / problem_.arch.clock_Hz, placed.energy_J, placed.outer_B, 0};
    least.buffer_B = placed_.shared_B();
    for (const double energy : placed.einsum_J) least.energy_J += energy;
    levels_.clear();
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const TensorPlace* place = placed_.places()[t];
      levels_.push_back(place != nullptr ? place->level : LevelId());
      if (place != nullptr) continue;
      least.energy_J += std::ranges::min(group_.places()[t], {}, &TensorPlace::least_energy_J).least_energy_J;
      least.traffic_B += std::ranges::min(group_.places()[t], {}, &TensorPlace::least_outer_B).least_outer_B;
    }
    for (std::size_t i = e; i < einsums_.size(); ++i)
      least.energy_J += placed_.share(i) * lane_search_.least_J(einsums_[i], group_.homes_of(i, levels_));
    least.time_s = std::max(least.time_s, group_.outer_time(least.traffic_B));
    return least;
  }

  void join(const Placed& placed) {
    if (placed_.is_avoided(found_.around().avoid)) return;
    const Score least = least_with(placed, einsums_.size());
    if (found_.is_excluded(least)) return;
    std::vector<JoinedWays> joined(1);
    joined.front().unit_cycles.assign(problem_.arch.units.size(), 0);
    for (std::size_t e = 0; e < einsums_.size(); ++e) {
      const std::vector<LaneOption>& options =
          lane_search_.options(placed_.context(e, false), limit(least, placed.einsum_J[e], e));
      std::vector<JoinedWays> next;
      for (const JoinedWays& before : joined)
        for (const LaneOption& option : options) add(before, option, placed_.share(e), next);
      joined = std::move(next);
    }
    for (const JoinedWays& all : joined) placed_.finish(all, found_);
  }

  // What is no better in anything than another one cannot become better by the same additions.
  void add(const JoinedWays& before, const LaneOption& option, double share, std::vector<JoinedWays>& next) const {
    JoinedWays joined = before;
    joined.add(option, share);
    joined.chosen.push_back(&option);
    if (std::ranges::any_of(next, [&](const JoinedWays& other) { return no_worse(other, joined); })) return;
    std::erase_if(next, [&](const JoinedWays& other) { return no_worse(joined, other); });
    next.push_back(std::move(joined));
  }

  [[nodiscard]] bool no_worse(const JoinedWays& a, const JoinedWays& b) const {
    if (a.energy_J > b.energy_J || a.all_cycles > b.all_cycles) return false;
    for (const UnitId unit : a.unit_cycles.ids())
      if (a.unit_cycles[unit] > b.unit_cycles[unit]) return false;
    for (std::size_t w = 0; w < most_watched; ++w)
      if (a.moved_B[w] > b.moved_B[w]) return false;
    return true;
  }

  const MapProblem& problem_;
  LaneSearch& lane_search_;
  GroupBlocks group_;
  const std::vector<GroupTensor>& tensors_;
  const std::vector<EinsumId>& einsums_;
  PlacedBlock placed_;
  FoundOptions found_;
  std::size_t steps_ = 0;        // places that may still be tried
  std::vector<LevelId> levels_;  // of places, by tensor
};

}  // namespace

std::vector<GroupOption> GroupSearch::run(std::size_t first, std::size_t last, const Surroundings& around) {
  const std::size_t before = lanes_.priced();
  std::vector<GroupOption> found = Run(problem_, lanes_, bounds_, objective_, around, first, last).search(count_);
  count_.priced += static_cast<double>(lanes_.priced() - before);
  return found;
}

std::vector<GroupOption> GroupSearch::at_once(std::size_t first, std::size_t last, const Surroundings& around) {
  return Run(problem_, lanes_, bounds_, objective_, around, first, last).at_once();
}

Score GroupSearch::bound(std::size_t first, std::size_t last) {
  return GroupBlocks(problem_, lanes_, bounds_, first, last).bound();
}

}  // namespace tilewright
