#include "explore/mapper/lane_search.hpp"

#include <algorithm>
#include <bit>

#include "explore/mapper/lane_ways.hpp"

namespace tilewright {

std::size_t LaneSearch::Hash::operator()(const std::vector<double>& key) const {
  std::size_t hash = key.size();
  for (const double each : key)
    hash = (hash ^ std::bit_cast<std::uint64_t>(each)) * 0x9E3779B97F4A7C15u + (hash >> 29);
  return hash;
}

void LaneSearch::find_key(const LaneContext& context) {
  const MappedEinsum& einsum = problem_.einsums[context.einsum];
  key_.clear();
  key_.push_back(static_cast<double>(context.einsum.index()));
  for (const RankId rank : problem_.shapes.ids())
    if (has(einsum.iteration, rank)) key_.push_back(context.extents[rank.index()]);
  for (const OperandHome& home : context.homes) {
    key_.push_back(static_cast<double>(home.level.index()));
    key_.push_back(home.stays);
    key_.push_back(home.first);
    key_.push_back(home.least);
  }
  for (const auto& levels : problem_.roles.lanes)
    for (const LevelId level : levels) key_.push_back(context.lane_B[level]);
  key_.push_back(static_cast<double>(context.mask_tile.first));
  key_.push_back(static_cast<double>(context.mask_tile.second));
  for (const PlannedLoop& loop : context.loops) {
    key_.push_back(static_cast<double>(loop.rank.index()));
    key_.push_back(loop.tile);
  }
}

// What was found within a wider limit serves a narrower one.
const std::vector<LaneOption>& LaneSearch::options(const LaneContext& context, const LaneLimit& limit) {
  find_key(context);
  const auto [place, fresh] = known_.try_emplace(key_);
  Known& known = place->second;
  if (!fresh && known.limit.cycles >= limit.cycles && known.limit.energy_J >= limit.energy_J) return known.options;
  known = {limit, {}};
  LaneWays(problem_, context).list(limit, known.options, priced_);
  return known.options;
}

double LaneSearch::least_J(const LaneContext& context) {
  find_key(context);
  const auto [place, fresh] = least_.try_emplace(key_);
  if (!fresh) return place->second;
  return place->second =
             LaneWays(problem_, context).least_J(std::vector<std::vector<LevelId>>(context.homes.size()));
}

// One block of everything.
LaneContext LaneSearch::whole(EinsumId e) const {
  LaneContext context{e, {}, {}, {}, {1, 1}};
  context.any_block = true;
  for (const double shape : problem_.shapes) context.extents.push_back(std::max(1.0, shape));
  for (const Level& level : problem_.arch.levels) context.lane_B.push_back(level.capacity_B);
  if (problem_.masked(e)) context.mask_tile = problem_.mask->all();
  return context;
}

// Of operands without a home: at the outermost level, at the shared one and, where another Einsum of the cascade
// writes or reads them too, at lanes.
double LaneSearch::least_J(EinsumId e, const std::vector<LevelId>& homes) {
  const MappedEinsum& einsum = problem_.einsums[e];
  key_.clear();
  key_.push_back(static_cast<double>(e.index()));
  for (const LevelId home : homes) key_.push_back(home ? static_cast<double>(home.index()) : -1);
  const auto [place, fresh] = floors_.try_emplace(key_);
  if (!fresh) return place->second;
  LaneContext context = whole(e);
  std::vector<std::vector<LevelId>> others(homes.size());
  for (std::size_t o = 0; o < homes.size(); ++o) {
    context.homes.push_back({homes[o] ? homes[o] : problem_.roles.outermost, 1, 1 / problem_.least_share(e), 1});
    if (homes[o]) continue;
    const Tensor& tensor = problem_.cascade.tensors[einsum.operands[o].tensor];
    for (const LevelId level : problem_.arch.levels.ids())
      if (level == problem_.roles.shared ||
          (tensor.role == Tensor::Role::intermediate && problem_.arch.levels[level].instances > 1))
        others[o].push_back(level);
  }
  return place->second = LaneWays(problem_, context).least_J(others);
}

ByUnit<double> LaneSearch::least_cycles(EinsumId e) {
  LaneContext context = whole(e);
  context.homes.assign(problem_.einsums[e].operands.size(), {problem_.roles.outermost, 1, 1, 1});
  ByUnit<double> cycles;
  for (const UnitId unit : problem_.arch.units.ids()) {
    cycles.push_back(unlimited);
    if (problem_.einsums[e].costs[unit]) cycles[unit] = LaneWays(problem_, context).least_cycles(unit);
  }
  return cycles;
}

}  // namespace tilewright
