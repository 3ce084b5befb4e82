#include "explore/mapper/lane_ways.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace tilewright {

LaneWays::LaneWays(const MapProblem& problem, const LaneContext& context)
    : block_(problem, context), lanes_(block_.ranks.size(), 1) {}

void LaneWays::list(const LaneLimit& limit, std::vector<LaneOption>& found, std::size_t& priced) {
  LaneFront front(found, limit);
  LaneTiles tiles(block_, front, priced);
  for (const UnitId unit : block_.problem.arch.units.ids()) {
    if ((limit.unit && limit.unit != unit) || !start(unit)) continue;
    spread_.clear();
    along_.clear();
    spread(0, 1);
    std::ranges::stable_sort(spread_, {}, &Lanes::cycles);
    for (auto first = spread_.begin(); first != spread_.end() && !front.is_over(first->cycles);) {
      const auto last = std::ranges::find_if(first, spread_.end(),
                                             [&](const Lanes& other) { return other.cycles != first->cycles; });
      try_alike({first, last}, front, tiles);
      first = last;
    }
  }
}

// Those that take as many cycles, the least energy first.
void LaneWays::try_alike(std::span<Lanes> choices, LaneFront& front, LaneTiles& tiles) {
  for (Lanes& choice : choices) {
    std::copy_n(along_.begin() + static_cast<long>(choice.along), lanes_.size(), lanes_.begin());
    choice.least = least_of_lanes(choice.all);
  }
  std::ranges::fill(lanes_, 1);
  std::ranges::stable_sort(choices, {}, [](const Lanes& choice) { return choice.least.energy_J; });
  for (const Lanes& choice : choices)
    if (!front.is_dominated(choice.cycles, choice.least)) try_lanes(choice, front, tiles);
}

double LaneWays::least_J(const std::vector<std::vector<LevelId>>& homes) {
  for (std::size_t o = 0; o < block_.operands.size(); ++o) {
    others_.emplace_back();
    for (const LevelId level : homes[o])
      others_.back().push_back(
          {price_of(block_.problem, block_.einsum.operands[o], level), takes_directly(block_.operands[o], level)});
  }
  double least = unlimited;
  for (const UnitId unit : block_.problem.arch.units.ids()) {
    if (!start(unit)) continue;
    least_only_ = &least;
    find_kinds();
    spread_kinds(0, 1);
  }
  return least;
}

// For what is moved it matters only how many lanes there are along the ranks of a kind together.
void LaneWays::find_kinds() {
  std::map<std::vector<bool>, std::vector<std::size_t>> ranks;  // by the operands that have them
  for (std::size_t r = 0; r < block_.ranks.size(); ++r) {
    std::vector<bool> has_it;
    for (const LaneOperand& o : block_.operands) has_it.push_back(is_in(o.ranks, r));
    ranks[has_it].push_back(r);
  }
  kinds_.clear();
  for (const auto& [operands, alike] : ranks) kinds_.push_back({alike.front(), lanes_along(alike)});
}

// All products of lanes along these ranks that the unit has, ascending, each once.
std::vector<double> LaneWays::lanes_along(const std::vector<std::size_t>& ranks) {
  std::vector<double> products{1};
  for (const std::size_t r : ranks) {
    std::vector<double> more;
    for (const double factor : block_.lanes_of(r))
      if (block_.may_have_lanes(r, factor))
        for (const double product : products)
          if (factor <= most_along(r, product)) more.push_back(product * factor);
    products = std::move(more);
    std::ranges::sort(products);
    products.erase(std::unique(products.begin(), products.end()), products.end());
  }
  return products;
}

void LaneWays::spread_kinds(std::size_t kind, double used) {
  if (kind == kinds_.size()) {
    if (reaches_spread(used)) *least_only_ = std::min(*least_only_, least_of_lanes(used).energy_J);
    return;
  }
  for (const double factor : kinds_[kind].lanes) {
    if (factor > block_.problem.arch.units[unit_].lanes / used) break;
    lanes_[kinds_[kind].rank] = factor;
    spread_kinds(kind + 1, used * factor);
  }
  lanes_[kinds_[kind].rank] = 1;
}

double LaneWays::least_cycles(UnitId unit) {
  if (!start(unit)) return unlimited;
  std::vector<std::size_t> all(block_.ranks.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<double> products = lanes_along(all);
  const double most = products.empty() ? 1 : products.back();
  return block_.einsum.points / most * block_.einsum.costs[unit]->cycles;
}

// What must be kept by lanes is, by those of the Einsum's unit or by where it lives.
bool LaneWays::takes_directly(const LaneOperand& o, LevelId home) const {
  return !block_.problem.space.must_keep_in_lanes(o.of->tensor) || block_.problem.arch.levels[home].instances != 1;
}

bool LaneWays::start(UnitId unit) {
  if (!block_.problem.runs_on(block_.context.einsum, unit)) return false;
  for (const LaneOperand& o : block_.operands)
    if (!reaches(block_.problem.arch, unit, o.home)) return false;
  if (!block_.takes_single()) return false;
  unit_ = unit;
  compute_J_ = block_.einsum.points * block_.einsum.costs[unit]->energy_J;
  for (LaneOperand& o : block_.operands) {
    o.keepers.clear();
    if (!o.of->once || block_.problem.arch.levels[o.home].instances != 1) continue;
    if (!block_.problem.space.may_keep_in_lanes(o.of->tensor)) continue;
    for (const LevelId level : block_.problem.roles.lanes[unit])
      if (o.of->element_B <= block_.context.lane_B[level])
        o.keepers.push_back({level, price_of(block_.problem, *o.of, level)});
  }
  return true;
}

double LaneWays::most_along(std::size_t r, double used) const {
  return has(block_.einsum.apart, block_.ranks[r]) ? 1 : block_.problem.arch.units[unit_].lanes / used;
}

// All products of lanes.
void LaneWays::spread(std::size_t r, double used) {
  if (r == block_.ranks.size()) return add_lanes(used);
  const double most = most_along(r, used);
  for (const double factor : block_.lanes_of(r)) {
    if (factor > most) break;
    if (!block_.may_have_lanes(r, factor)) continue;
    lanes_[r] = factor;
    spread(r + 1, used * factor);
  }
  lanes_[r] = 1;
}

double LaneWays::sharing(const LaneOperand& o, const std::vector<double>& lanes) const {
  double product = 1;
  for (std::size_t r = 0; r < lanes.size(); ++r)
    if (!is_in(o.ranks, r)) product *= lanes[r];
  return product;
}

void LaneWays::add_lanes(double used) {
  if (!reaches_spread(used)) return;
  spread_.push_back({along_.size(), used, least_steps(used) * block_.einsum.costs[unit_]->cycles});
  along_.insert(along_.end(), lanes_.begin(), lanes_.end());
}

// One lane by itself does not reach what is spread over all.
bool LaneWays::reaches_spread(double used) const {
  return used > 1 || std::ranges::none_of(block_.context.homes, &OperandHome::spread);
}

// Of each operand by itself the lesser of being taken directly, which is what it is, and of being kept
// with every tile coming as rarely as it can. No choice of what is kept, of tiles and of orders is below, since
// all sums over operands have these terms. Where the last step has no work for some lanes, it moves as if they had,
// or more: all lanes together take the points of the rank in as many steps at least as it has coordinates for each.
Moved LaneWays::least_of_lanes(double used) const {
  Moved all;
  for (std::size_t o = 0; o < block_.operands.size(); ++o) {
    const double copies = sharing(block_.operands[o], lanes_);
    const OtherHome own{block_.operands[o].at_home, takes_directly(block_.operands[o], block_.operands[o].home)};
    Moved least = least_of(block_.operands[o], own, copies, used);
    if (least_only_ != nullptr)
      for (const OtherHome& home : others_[o]) least.lessen(least_of(block_.operands[o], home, copies, used));
    all.add(least);
  }
  all.energy_J += compute_J_;
  return all;
}

// Tiles of single coordinates leave the fewest lanes without work in the last step.
double LaneWays::least_steps(double used) const {
  double steps = block_.einsum.points / used;
  for (std::size_t r = 0; r < lanes_.size(); ++r)
    if (block_.cuts(r, lanes_[r], 1))
      steps *= block_.busy_steps(r, lanes_[r], 1) * lanes_[r] / block_.problem.shapes[block_.ranks[r]];
  return steps;
}

Moved LaneWays::least_of(const LaneOperand& o, const OtherHome& home, double copies, double used) const {
  Moved least;
  if (home.direct) {
    o.price.direct(home.price, copies, least);
  } else {
    least.energy_J = unlimited;
    least.watched_B.fill(unlimited);
  }
  for (const LaneOperand::Keeper& keeper : o.keepers) {
    if (used > block_.problem.arch.levels[keeper.level].instances) continue;
    Moved moved;
    o.price.kept(home.price, keeper.price, copies, o.least, moved);
    least.lessen(moved);
  }
  return least;
}

void LaneWays::try_lanes(const Lanes& choice, LaneFront& front, LaneTiles& tiles) {
  used_ = choice.all;
  const auto along = along_.begin() + static_cast<long>(choice.along);
  choice_ = {unit_, {along, along + static_cast<long>(lanes_.size())}, choice.cycles, compute_J_, {}, {}};
  for (const LaneOperand& o : block_.operands) choice_.copies.push_back(sharing(o, choice_.lanes));
  choice_.keepers.assign(block_.operands.size(), nullptr);
  Moved least;
  least.energy_J = compute_J_;
  choose_kept(0, least, front, tiles);
}

// `least` of the operands before, as in least_of_lanes().
void LaneWays::choose_kept(std::size_t o, const Moved& least, LaneFront& front, LaneTiles& tiles) {
  if (front.is_dominated(choice_.cycles, least)) return;
  if (o == block_.operands.size()) return tiles.search(choice_);
  const LaneOperand& operand = block_.operands[o];
  if (takes_directly(operand, operand.home)) {
    Moved next = least;
    operand.price.direct(operand.at_home, choice_.copies[o], next);
    choose_kept(o + 1, next, front, tiles);
  }
  for (const LaneOperand::Keeper& keeper : operand.keepers) {
    if (used_ > block_.problem.arch.levels[keeper.level].instances) continue;
    choice_.keepers[o] = &keeper;
    Moved next = least;
    operand.price.kept(operand.at_home, keeper.price, choice_.copies[o], operand.least, next);
    choose_kept(o + 1, next, front, tiles);
  }
  choice_.keepers[o] = nullptr;
}

}  // namespace tilewright
