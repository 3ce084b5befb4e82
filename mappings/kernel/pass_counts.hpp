// What a pass states of itself: bytes, operations and dependent steps, as expressions over the problem. For kernels
// around attention that are no Einsums of its cascade, such as writing K and V to a cache.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/arch.hpp"
#include "common/expression.hpp"
#include "einsum/mask/properties.hpp"

namespace tilewright {

/// What these expressions may name.
struct PassShape {
  double requests = 0;  ///< sequences
  double queries = 0;   ///< tokens of all requests together
  double keys = 0;      ///< alike
  double pairs = 0;     ///< of these tokens that the mask leaves, of one head: the mean over all heads
  double longest = 0;   ///< queries of the request that has the most
  double heads = 0;
  double kv_heads = 0;
  double head_dim = 0;
  double value_dim = 0;
  double word_B = 0;   ///< of Q
  double cache_B = 0;  ///< of K and V: the larger
  MaskProperties mask = {};
  double splits = 1;  ///< parts of the keys of a Q tile: PreparedKernel::blocks
  // Of passes that choose keys (einsum/selection_counts.hpp), for which the tokens above are those that are scored,
  // E the elements of a scored row, and the words those of scored queries and keys.
  double made_B = 0;   ///< of K, from which scored keys are made; 0: they are not
  double score_B = 0;  ///< of a score; 0: it is not stored
  double choices = 0;  ///< lists of chosen keys
  double keep = 0;     ///< numbers in a list
  double products = 0;
};

/// requests, queries, keys, pairs, longest, heads, kv_heads, E, F, word_B, cache_B, causal, window, splits; of
/// a selection: made_B, score_B, choices, keep, products.
const Symbols& pass_symbols();

/// The values of pass_symbols(), in their order.
std::vector<double> slots_of(const PassShape& shape);

/// Thread blocks that are independent, each of steps that need the one before.
struct PassBlocks {
  Expression blocks;
  double resident = 1;     ///< that run beside each other on a multiprocessor
  Expression steps;        ///< of a block
  double step_cycles = 0;  ///< SM cycles that a step takes at least; 0: nothing is known of steps
  bool fitted = false;     ///< what a step takes is a fitted parameter (sim/kernel/parameters.hpp)

  /// Steps one after the other until the last block is done; blocks take turns where more are there than run at
  /// once. Throws InputError.
  [[nodiscard]] double steps_in_turn(const std::vector<double>& slots, double multiprocessors) const;
  /// How many times as long as an even share of the work the multiprocessor with the most blocks has. Throws
  /// InputError.
  [[nodiscard]] double imbalance(const std::vector<double>& slots, double multiprocessors) const;
};

/// Operations of all blocks together, on the unit that the kernel binds their kind to.
struct PassWork {
  std::string kind;
  UnitId unit;
  Expression count;
  /// Bytes of its operands, at whose rate the unit works; nothing: at that of the longest words.
  std::optional<Expression> operand_B = {};
};

/// Expressions of pass_symbols(); values below 0 or that are not finite are refused when they are known.
struct PassCounts {
  Expression read_B;  ///< at the outermost memory
  Expression write_B;
  std::vector<PassWork> work;
  std::optional<PassBlocks> blocks;           ///< nothing: as many as any machine wants
  Expression when = Expression::constant(1);  ///< 0: there is no such kernel

  [[nodiscard]] bool names(const std::string& name) const;
  /// Whether it needs what only passes of a selection know.
  [[nodiscard]] bool names_selection() const;
};

}  // namespace tilewright
