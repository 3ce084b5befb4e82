// How long the units of a multiprocessor are busy with one visit of a KV tile, and with one Q tile: the cascade's
// operations at tile shape, on the units that the kernel binds them to, at the architecture's rates.
//
// Shapes of a visit: one head of one sequence, a tile of queries and one of keys. Einsums over the ranks `tile` or
// `tiles`, or over queries and keys, are computed per visit, all others once per Q tile. A unit that does
// multiply_add is a matrix unit, one that does exp a special-function unit, any other a vector unit.
#pragma once

#include <vector>

#include "arch/arch.hpp"
#include "einsum/attention.hpp"
#include "einsum/cascade.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

enum class UnitRole { matrix, special, vector };
UnitRole role_of(const ComputeUnit& unit);

/// Cycles of one multiprocessor's units, for a block that has them to itself.
struct UnitWork {
  ByUnit<double> unit_cycles;
  ByUnit<double> unit_energy_J;  ///< not a number where it is not known
  double matrix_cycles = 0;      ///< sums of cycles by role
  double special_cycles = 0;
  double vector_cycles = 0;

  [[nodiscard]] double softmax_cycles() const { return special_cycles + vector_cycles; }
};

struct VisitWork {
  UnitWork visit;                 ///< of one KV tile, without the element mask
  UnitWork tile;                  ///< once per Q tile
  double multiply_adds = 0;       ///< of a pair, in matrix products
  double mask_vector_cycles = 0;  ///< of a visit, for one operation per pair: vector lanes of the unit below
  UnitId mask_unit = {};
};

/// Throws InputError where the kernel binds no vector unit.
VisitWork visit_work(const Kernel& kernel, const Cascade& cascade, const Arch& arch, const Attention& problem,
                     const KernelShape& shape);

/// What operations take on units.
struct LaneWork {
  ByUnit<double> cycles;
  ByUnit<double> energy_J;
};

/// Of an Einsum's operations on the words of its operands (operand_B), at any shapes: SM cycles on all
/// multiprocessors, and energy.
LaneWork lane_work(const Kernel& kernel, const Cascade& cascade, const Arch& arch, EinsumId einsum,
                   const ByRank<double>& shapes, double word_B);

}  // namespace tilewright
