#include "explore/mapper/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/iteration.hpp"

namespace tilewright {

namespace {

MappedOperand operand_of(const MapProblem& problem, const CascadeFacts::Operand& operand) {
  MappedOperand result;
  result.tensor = operand.tensor;
  result.ranks = problem.bits(operand.ranks);
  result.elements = problem.box(result.ranks);
  if (problem.shares(operand.tensor)) {
    result.ranks &= ~bit(problem.conditions.shared->rank);
    result.elements /= problem.shared_by();
  }
  result.element_B = problem.element_B[operand.tensor];
  return result;
}

MappedEinsum einsum_of(const MapProblem& problem, EinsumId e) {
  const CascadeFacts& facts = problem.facts;
  MappedEinsum einsum;
  einsum.iteration = problem.bits(facts.iteration(e));
  einsum.points = problem.box(einsum.iteration);
  for (const RankId rank : problem.cascade.einsums[e].reduced) einsum.reduced |= bit(rank);
  for (const CascadeFacts::Operand& read : facts.reads(e)) einsum.operands.push_back(operand_of(problem, read));
  MappedOperand result = operand_of(problem, facts.write(e));
  result.result = true;
  result.accumulates = facts.reduces(e);
  einsum.operands.push_back(result);
  for (MappedOperand& operand : einsum.operands)
    operand.once = std::ranges::count(einsum.operands, operand.tensor, &MappedOperand::tensor) == 1;
  if (const RankId iterated = problem.cascade.tensors[facts.write(e).tensor].iterated) einsum.apart = bit(iterated);
  const double word_B = operand_B(problem.cascade, problem.cascade.einsums[e], problem.element_B);
  for (const ComputeUnit& unit : problem.arch.units)
    einsum.costs.push_back(point_cost(problem.cascade, problem.cascade.einsums[e], unit, word_B));
  return einsum;
}

// Energies of a level that has none make all sums unknown.
void price(MapProblem& problem) {
  for (const Level& level : problem.arch.levels) {
    const double share = level.charged_instances / level.instances / level.access_B;
    problem.read_J_per_B.push_back(share * level.read_J);
    problem.write_J_per_B.push_back(share * level.write_J);
    if (!std::isfinite(problem.read_J_per_B.back() + problem.write_J_per_B.back())) problem.knows_energy = false;
  }
  for (const MappedEinsum& einsum : problem.einsums)
    for (const auto& cost : einsum.costs)
      if (cost && !std::isfinite(cost->energy_J)) problem.knows_energy = false;
  if (problem.knows_energy) return;
  problem.read_J_per_B.assign(problem.arch.levels.size(), 0);
  problem.write_J_per_B.assign(problem.arch.levels.size(), 0);
  for (MappedEinsum& einsum : problem.einsums)
    for (auto& cost : einsum.costs)
      if (cost) cost->energy_J = 0;
}

void watch(MapProblem& problem) {
  for (const LevelId level : problem.arch.levels.ids())
    if (level == problem.roles.outermost || problem.arch.levels[level].bandwidth_B_per_s < unlimited)
      problem.watched.push_back(level);
  if (problem.watched.size() > most_watched)
    throw InputError({problem.arch.file, 0, 0}, "arch.levels",
                     fmt::format("the mapper takes at most {} levels with a bandwidth, not {}", most_watched,
                                 problem.watched.size()));
}

void require_mappable(const MapProblem& problem) {
  if (problem.cascade.ranks.size() > 64)
    throw InputError(problem.cascade.place, "cascade",
                     fmt::format("the mapper takes at most 64 ranks, not {}", problem.cascade.ranks.size()));
  for (const EinsumId e : problem.cascade.einsums.ids()) {
    if (std::ranges::any_of(problem.einsums[e].costs, [](const auto& cost) { return cost.has_value(); })) continue;
    throw InputError(
        problem.cascade.einsums[e].place, "cascade",
        fmt::format("no unit of '{}' can compute Einsum '{}'", problem.arch.name, problem.cascade.einsums[e].name));
  }
}

}  // namespace

MapProblem::MapProblem(const Cascade& mapped, const Arch& target, ByRank<double> rank_shapes,
                       ByTensor<double> bytes, MapConditions given)
    : cascade(mapped),
      arch(target),
      conditions(std::move(given)),
      facts(mapped),
      roles(roles_of(target)),
      shapes(std::move(rank_shapes)),
      element_B(std::move(bytes)) {
  if (conditions.mask != nullptr)
    mask = std::make_shared<BlockMask>(*conditions.mask, cascade, shapes,
                                       conditions.shared ? static_cast<Count>(shared_by()) : 1);
  for (const EinsumId e : cascade.einsums.ids()) einsums.push_back(einsum_of(*this, e));
  price(*this);
  watch(*this);
  require_mappable(*this);
  find_sizes();
}

void MapProblem::constrain(Mapspace demanded) {
  space = std::move(demanded);
  find_sizes();
}

// Groups of a shared rank and the parts of a rank that is split are counted by loops that divide it, and so are all
// blocks under a mask.
bool MapProblem::must_divide(RankId rank) const {
  if (conditions.shared && conditions.shared->rank == rank) return true;
  if (mask) return true;
  return std::ranges::any_of(cascade.partitions, [&](const Partition& partition) {
    return partition.whole == rank || std::ranges::find(partition.parts, rank) != partition.parts.end();
  });
}

const std::vector<double>& MapProblem::lanes_in(EinsumId einsum, RankId rank, double block, bool whole) const {
  const auto [known, fresh] = lanes_in_.try_emplace({einsum, rank, block, whole});
  if (fresh) known->second = whole ? size_rules[rank].of(block, space.lanes(einsum, rank)) : divisors(block);
  return known->second;
}

const std::vector<double>& MapProblem::lane_tiles_in(EinsumId einsum, RankId rank, double left, bool whole) const {
  const auto [known, fresh] = lane_tiles_in_.try_emplace({einsum, rank, left, whole});
  if (fresh) known->second = whole ? size_rules[rank].of(left, space.lane_tiles(einsum, rank)) : divisors(left);
  return known->second;
}

void MapProblem::find_sizes() {
  lanes_in_.clear();
  lane_tiles_in_.clear();
  size_rules.clear();
  tile_sizes.clear();
  any_uneven = false;
  lane_sizes.clear();
  std::vector<double> lanes;
  for (const ComputeUnit& unit : arch.units) lanes.push_back(unit.lanes);
  for (const RankId rank : shapes.ids()) {
    std::vector<AllowedSizes> of_lanes;
    bool named = space.wants_every_size(rank);
    const auto look_at = [&](const std::vector<AllowedSizes>& some) {
      for (const AllowedSizes& sizes : some) named |= names_remainder(sizes, shapes[rank]);
    };
    for (const EinsumId e : einsums.ids()) {
      std::ranges::copy(space.lanes(e, rank), std::back_inserter(of_lanes));
      look_at(space.lanes(e, rank));
      look_at(space.lane_tiles(e, rank));
    }
    look_at(space.tiles(rank));
    size_rules.push_back(must_divide(rank) ? SizeRule()
                                           : SizeRule(shapes[rank], lanes, space.wants_every_size(rank), named));
    any_uneven |= uneven(rank);
    tile_sizes.push_back(size_rules[rank].of(shapes[rank], space.tiles(rank)));
    lane_sizes.push_back(size_rules[rank].lanes_of(shapes[rank], tile_sizes[rank], of_lanes));
  }
}

bool MapProblem::runs_on(EinsumId einsum, UnitId unit) const {
  return einsums[einsum].costs[unit] && space.may_run(einsum, unit);
}

Role MapProblem::role_of(LevelId level) const {
  return level == roles.outermost ? Role::outermost : level == roles.shared ? Role::shared : Role::lanes;
}

TileSelection MapProblem::selection(TensorId tensor, RankBits ranks) const {
  if (!shares(tensor)) return {ranks, {}, 1};
  return {ranks | bit(conditions.shared->rank), conditions.shared->rank, conditions.groups};
}

RankBits MapProblem::bits(const IdSet<RankId>& ranks) const {
  RankBits set = 0;
  ranks.each([&](RankId rank) { set |= bit(rank); });
  return set;
}

double MapProblem::box(RankBits ranks) const {
  double product = 1;
  for (const RankId rank : shapes.ids())
    if (has(ranks, rank)) product *= shapes[rank];
  return product;
}

}  // namespace tilewright
