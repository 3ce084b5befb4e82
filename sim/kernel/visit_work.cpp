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
void move_to_polynomials(const Kernel& kernel, const Arch& arch, double word_B, ByUnit<double>& unit_cycles) {
  if (kernel.polynomial.share == 0) return;
  const ComputeUnit& other = arch.units[kernel.polynomial.unit];
  double cycles = 0;  // of one exponential, on a lane
  for (const auto& [kind, count] : kernel.polynomial.operations)
    cycles += count * other.find(kind)->cycles_for(word_B);
  for (const UnitId u : arch.units.ids()) {
    const OperationCost* exp = arch.units[u].find("exp");
    if (exp == nullptr) continue;
    const double moved = kernel.polynomial.share * unit_cycles[u];
    unit_cycles[u] -= moved;
    unit_cycles[kernel.polynomial.unit] +=
        moved * arch.units[u].lanes / exp->cycles_for(word_B) * cycles / other.lanes;
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

ByUnit<double> unit_cycles(const Kernel& kernel, const Cascade& cascade, const Arch& arch, EinsumId einsum,
                           const ByRank<double>& shapes, double word_B) {
  ByUnit<double> cycles(arch.units.size(), 0);
  const double all = points(cascade.einsums[einsum], shapes);
  for (const KernelWork& work : kernel.work) {
    if (work.einsum != einsum) continue;
    const ComputeUnit& unit = arch.units[work.unit];
    cycles[work.unit] += work.per_point * all * unit.find(work.kind)->cycles_for(word_B) / unit.lanes;
  }
  return cycles;
}

VisitWork visit_work(const Kernel& kernel, const Cascade& cascade, const Arch& arch, const Attention& problem,
                     const KernelShape& shape) {
  VisitWork result;
  result.visit.unit_cycles.assign(arch.units.size(), 0);
  result.tile.unit_cycles.assign(arch.units.size(), 0);
  const double multiprocessors = arch.levels[block_level(arch)].instances;
  const ByRank<double> shapes = tile_shapes(kernel, cascade, shape);
  const ByTensor<double> element_B = problem.words.of(kernel.ranks, cascade);
  for (const EinsumId e : cascade.einsums.ids()) {
    const auto id = e;
    if (is_in_pass(kernel, id)) continue;
    const bool per_visit = is_per_visit(kernel, cascade.einsums[e]);
    UnitWork& into = per_visit ? result.visit : result.tile;
    const auto share = kernel.visits.find(id);
    const double times = multiprocessors * (share == kernel.visits.end() ? 1 : share->second);
    const double word_B = operand_B(cascade, cascade.einsums[e], element_B);
    ByUnit<double> cycles = unit_cycles(kernel, cascade, arch, id, shapes, word_B);
    if (per_visit) move_to_polynomials(kernel, arch, word_B, cycles);
    for (const UnitId u : cycles.ids()) into.unit_cycles[u] += times * cycles[u];
  }
  add_roles(arch, result.visit);
  add_roles(arch, result.tile);
  result.multiply_adds = multiply_adds(kernel, cascade, arch, shapes) / (shape.q * shape.kv);
  result.mask_unit = mask_unit(kernel, arch);
  result.mask_vector_cycles = shape.q * shape.kv * multiprocessors / arch.units[result.mask_unit].lanes;
  return result;
}

}  // namespace tilewright
