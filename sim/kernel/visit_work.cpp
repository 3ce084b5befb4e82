#include "sim/kernel/visit_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/iteration.hpp"
#include "einsum/operation_count.hpp"
#include "mappings/kernel/occupancy.hpp"

namespace tilewright {

namespace {

bool is_per_visit(const Kernel& kernel, const Einsum& einsum) {
  const auto has = [&](RankId rank) {
    return rank && std::ranges::find(einsum.iteration, rank) != einsum.iteration.end();
  };
  const KernelRanks& ranks = kernel.ranks;
  return has(ranks.tile) || has(ranks.tiles) || (has(ranks.queries) && has(ranks.keys));
}

// The ranks of one tile of queries and one of keys.
ByRank<double> tile_shapes(const Kernel& kernel, const Cascade& cascade, const KernelShape& shape) {
  ByRank<double> shapes(cascade.ranks.size(), 1);
  const auto set = [&](RankId rank, double extent) {
    if (rank) shapes[rank] = extent;
  };
  set(kernel.ranks.queries, shape.q);
  set(kernel.ranks.keys, shape.kv);
  set(kernel.ranks.tile, shape.kv);
  set(kernel.ranks.head_dim, shape.head_dim);
  set(kernel.ranks.value_dim, shape.value_dim);
  return shapes;
}

void add_roles(const Arch& arch, UnitWork& work) {
  for (const UnitId u : arch.units.ids()) {
    const UnitRole role = role_of(arch.units[u]);
    (role == UnitRole::matrix    ? work.matrix_cycles
     : role == UnitRole::special ? work.special_cycles
                                 : work.vector_cycles) += work.unit_cycles[u];
  }
}

// Some exponentials of an Einsum move from the units that have them to polynomials on others.
void move_to_polynomials(const Kernel& kernel, const Arch& arch, double word_B, LaneWork& work) {
  if (kernel.polynomial.share == 0) return;
  const ComputeUnit& other = arch.units[kernel.polynomial.unit];
  double cycles = 0;  // of one exponential, on a lane
  double energy_J = 0;
  for (const auto& [kind, count] : kernel.polynomial.operations) {
    cycles += count * other.find(kind)->cycles_for(word_B);
    energy_J += count * other.find(kind)->energy_for(word_B);
  }
  for (const UnitId u : arch.units.ids()) {
    const OperationCost* exp = arch.units[u].find("exp");
    if (exp == nullptr || work.cycles[u] == 0) continue;
    const double moved = kernel.polynomial.share * work.cycles[u] * arch.units[u].lanes / exp->cycles_for(word_B);
    work.cycles[u] *= 1 - kernel.polynomial.share;
    work.energy_J[u] -= moved * exp->energy_for(word_B);
    work.cycles[kernel.polynomial.unit] += moved * cycles / other.lanes;
    work.energy_J[kernel.polynomial.unit] += moved * energy_J;
  }
}

// Where the element mask is applied: on the unit that most of the vector work is on.
UnitId mask_unit(const Kernel& kernel, const Arch& arch) {
  for (const KernelWork& work : kernel.work)
    if (role_of(arch.units[work.unit]) == UnitRole::vector) return work.unit;
  for (const KernelWork& work : kernel.work)
    if (role_of(arch.units[work.unit]) == UnitRole::special) return work.unit;
  throw InputError(
      fmt::format("kernel '{}' binds no Einsum to a unit besides those of matrix products", kernel.name));
}

// Of a visit, on units of matrix products.
double multiply_adds(const Kernel& kernel, const Cascade& cascade, const Arch& arch, const ByRank<double>& shapes) {
  double sum = 0;
  for (const KernelWork& work : kernel.work)
    if (work.kind == "multiply_add" && role_of(arch.units[work.unit]) == UnitRole::matrix &&
        !is_in_pass(kernel, work.einsum) && is_per_visit(kernel, cascade.einsums[work.einsum]))
      sum += work.per_point * points(cascade.einsums[work.einsum], shapes);
  return sum;
}

}  // namespace

UnitRole role_of(const ComputeUnit& unit) {
  if (unit.find("multiply_add") != nullptr) return UnitRole::matrix;
  return unit.find("exp") != nullptr ? UnitRole::special : UnitRole::vector;
}

LaneWork lane_work(const Kernel& kernel, const Cascade& cascade, const Arch& arch, EinsumId einsum,
                   const ByRank<double>& shapes, double word_B) {
  LaneWork sum{ByUnit<double>(arch.units.size(), 0), ByUnit<double>(arch.units.size(), 0)};
  const double all = points(cascade.einsums[einsum], shapes);
  for (const KernelWork& work : kernel.work) {
    if (work.einsum != einsum) continue;
    const ComputeUnit& unit = arch.units[work.unit];
    const OperationCost& cost = *unit.find(work.kind);
    sum.cycles[work.unit] += work.per_point * all * cost.cycles_for(word_B) / unit.lanes;
    sum.energy_J[work.unit] += work.per_point * all * cost.energy_for(word_B);
  }
  return sum;
}

VisitWork visit_work(const Kernel& kernel, const Cascade& cascade, const Arch& arch, const Attention& problem,
                     const KernelShape& shape) {
  VisitWork result;
  for (UnitWork* work : {&result.visit, &result.tile}) {
    work->unit_cycles.assign(arch.units.size(), 0);
    work->unit_energy_J.assign(arch.units.size(), 0);
  }
  const double multiprocessors = arch.levels[block_level(arch)].instances;
  const ByRank<double> shapes = tile_shapes(kernel, cascade, shape);
  const ByTensor<double> element_B = problem.words.of(kernel.ranks, cascade);
  for (const EinsumId e : cascade.einsums.ids()) {
    const auto id = e;
    if (is_in_pass(kernel, id)) continue;
    const bool per_visit = is_per_visit(kernel, cascade.einsums[e]);
    UnitWork& into = per_visit ? result.visit : result.tile;
    const auto share = kernel.visits.find(id);
    const double times = share == kernel.visits.end() ? 1 : share->second;
    const double word_B = operand_B(cascade, cascade.einsums[e], element_B);
    LaneWork work = lane_work(kernel, cascade, arch, id, shapes, word_B);
    if (per_visit) move_to_polynomials(kernel, arch, word_B, work);
    for (const UnitId u : arch.units.ids()) {
      into.unit_cycles[u] += multiprocessors * times * work.cycles[u];
      into.unit_energy_J[u] += times * work.energy_J[u];
    }
  }
  add_roles(arch, result.visit);
  add_roles(arch, result.tile);
  result.multiply_adds = multiply_adds(kernel, cascade, arch, shapes) / (shape.q * shape.kv);
  result.mask_unit = mask_unit(kernel, arch);
  result.mask_vector_cycles = shape.q * shape.kv * multiprocessors / arch.units[result.mask_unit].lanes;
  return result;
}

}  // namespace tilewright
