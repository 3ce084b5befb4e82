#include "explore/mapper/lane_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

LaneBounds::LaneBounds(const MapProblem& problem) : problem_(problem) {
  for (const EinsumId e : problem.einsums.ids()) {
    einsums_.push_back({});
    list(e);
  }
}

void LaneBounds::list(EinsumId e) {
  const MappedEinsum& einsum = problem_.einsums[e];
  classify(e);
  OfEinsum& of = einsums_[e];
  if (of.classes.size() > most || einsum.operands.size() > most)
    throw InputError(
        problem_.cascade.einsums[e].place, "cascade",
        fmt::format("the mapper takes Einsums of at most {} kinds of ranks and {} operands", most, most));
  for (const UnitId unit : problem_.arch.units.ids()) {
    if (!problem_.runs_on(e, unit)) continue;
    of.units.push_back({unit, {}, std::vector<std::vector<double>>(einsum.operands.size())});
    Lanes lanes;
    spread(e, 0, lanes, of.units.back());
  }
  prices_.push_back({});
  for (const MappedOperand& operand : einsum.operands) {
    prices_[e].emplace_back();
    for (const LevelId level : problem_.arch.levels.ids())
      prices_[e].back().push_back(price_of(problem_, operand, level));
  }
}

void LaneBounds::classify(EinsumId e) {
  const MappedEinsum& einsum = problem_.einsums[e];
  OfEinsum& of = einsums_[e];
  std::vector<unsigned> signatures;
  for (const RankId rank : problem_.shapes.ids()) {
    if (!has(einsum.iteration & ~einsum.apart, rank) || problem_.shapes[rank] <= 1) continue;
    unsigned selects = 0;
    for (std::size_t o = 0; o < einsum.operands.size(); ++o)
      if (has(einsum.operands[o].ranks, rank)) selects |= 1u << o;
    if (selects + 1 == 1u << einsum.operands.size()) {
      of.unshared |= bit(rank);
      continue;
    }
    const auto known = static_cast<std::size_t>(std::ranges::find(signatures, selects) - signatures.begin());
    if (known == signatures.size()) {
      signatures.push_back(selects);
      of.classes.push_back({0, {1}});
    }
    Class& each = of.classes[known];
    each.ranks |= bit(rank);
    std::vector<double> products;
    for (const double before : each.lanes)
      for (const double factor : problem_.lane_sizes[rank]) products.push_back(before * factor);
    std::ranges::sort(products);
    products.erase(std::unique(products.begin(), products.end()), products.end());
    each.lanes = std::move(products);
  }
}

void LaneBounds::spread(EinsumId e, std::size_t next, Lanes& lanes, OnUnit& on) const {
  const MappedEinsum& einsum = problem_.einsums[e];
  const std::vector<Class>& classes = einsums_[e].classes;
  if (next == classes.size()) {
    for (std::size_t o = 0; o < einsum.operands.size(); ++o) {
      double sharing = 1;
      for (std::size_t c = 0; c < classes.size(); ++c)
        if ((classes[c].ranks & einsum.operands[o].ranks) == 0) sharing *= lanes.along[c];
      const auto known =
          static_cast<std::size_t>(std::ranges::find(on.sharing[o], sharing) - on.sharing[o].begin());
      if (known == on.sharing[o].size()) on.sharing[o].push_back(sharing);
      lanes.sharing[o] = static_cast<unsigned>(known);
    }
    on.choices.push_back(lanes);
    return;
  }
  const double before = lanes.all;
  for (const double factor : classes[next].lanes) {
    if (before * factor > problem_.arch.units[on.unit].lanes) break;
    lanes.along[next] = factor;
    lanes.all = before * factor;
    spread(e, next + 1, lanes, on);
  }
  lanes.all = before;
}

void LaneBounds::least(EinsumId e, const std::vector<double>& extents,
                       const std::vector<std::vector<PossibleHome>>& homes, Least& result) {
  const MappedEinsum& einsum = problem_.einsums[e];
  const OfEinsum& of = einsums_[e];
  std::array<double, most> within{};
  const auto box = [&](RankBits ranks) {
    double product = 1;
    for (const RankId rank : problem_.shapes.ids())
      if (has(ranks, rank)) product *= extents[rank.index()];
    return product;
  };
  for (std::size_t c = 0; c < of.classes.size(); ++c) within[c] = box(of.classes[c].ranks);
  const double unshared = box(of.unshared);
  result.energy_J = unlimited;
  result.cycles.assign(problem_.arch.units.size(), unlimited);
  for (const OnUnit& on : of.units) {
    price(e, on, homes);
    double most_lanes = 1;
    double energy = unlimited;
    for (const Lanes& lanes : on.choices) {
      bool fits = true;
      for (std::size_t c = 0; c < of.classes.size(); ++c) fits &= lanes.along[c] <= within[c];
      if (!fits) continue;
      most_lanes = std::max(most_lanes, lanes.all);
      double sum = 0;
      for (std::size_t o = 0; o < table_.size(); ++o) sum += table_[o][lanes.sharing[o]];
      energy = std::min(energy, sum);
    }
    most_lanes = std::min(most_lanes * unshared, problem_.arch.units[on.unit].lanes);
    result.energy_J = std::min(result.energy_J, energy + einsum.points * einsum.costs[on.unit]->energy_J);
    result.cycles[on.unit] = einsum.points / most_lanes * einsum.costs[on.unit]->cycles;
  }
}

void LaneBounds::price(EinsumId e, const OnUnit& on, const std::vector<std::vector<PossibleHome>>& homes) {
  const MappedEinsum& einsum = problem_.einsums[e];
  table_.resize(einsum.operands.size());
  for (std::size_t o = 0; o < table_.size(); ++o) {
    const MappedOperand& operand = einsum.operands[o];
    table_[o].assign(on.sharing[o].size(), unlimited);
    for (const PossibleHome& possible : homes[o]) {
      const OperandPrice operand_price(operand, einsum.points, possible.first);
      const LevelPrice& home = prices_[e][o][possible.level];
      const bool away = problem_.arch.levels[possible.level].instances == 1;
      const bool keeps = away && operand.once && problem_.space.may_keep_in_lanes(operand.tensor);
      const bool takes = !away || !problem_.space.must_keep_in_lanes(operand.tensor);
      for (std::size_t i = 0; takes && i < table_[o].size(); ++i) {
        Moved direct{possible.place_J};
        operand_price.direct(home, on.sharing[o][i], direct);
        table_[o][i] = std::min(table_[o][i], direct.energy_J);
      }
      if (!keeps) continue;
      for (const LevelId level : problem_.roles.lanes[on.unit]) {
        const LevelPrice& lane = prices_[e][o][level];
        for (std::size_t i = 0; i < table_[o].size(); ++i) {
          Moved kept{possible.place_J};
          operand_price.kept(home, lane, on.sharing[o][i], possible.least, kept);
          table_[o][i] = std::min(table_[o][i], kept.energy_J);
        }
      }
    }
  }
}

}  // namespace tilewright
