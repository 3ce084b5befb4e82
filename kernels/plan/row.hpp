// A plan: what to measure, one row of CSV a point. `tilewright measure` writes it, the runner (kernels/runner)
// reads it, and the rows of results begin with it (kernels/plan/measurement.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/plan/error.hpp"
#include "kernels/plan/mask.hpp"
#include "kernels/plan/shape.hpp"
#include "kernels/plan/words.hpp"

namespace tilewright::plan {

struct Row {
  std::string point;  ///< unique in its plan
  std::string group;
  std::string operation;  ///< one of operations()
  std::string kernel;
  // Of a microbenchmark nothing of the following up to `splits` is known: 0 or empty.
  std::string dtype;  ///< one of dtypes()
  int batch = 0;
  int heads = 0;
  int kv_heads = 0;  ///< divides heads
  int head_dim = 0;
  Shape queries;
  Shape keys;          ///< as many axes as queries
  std::string mask;    ///< kernels/plan/mask.hpp
  std::string blocks;  ///< empty: none
  Shape q_tile;        ///< empty: the kernel's own
  Shape kv_tile;
  bool permuted = false;  ///< tokens stand in the order of tiles before the kernel begins
  int splits = 0;         ///< of the keys, in decoding; 0: chosen by the runner
  Cache cache = Cache::warm;
  int warm_up = 0;
  int repetitions = 1;
  std::uint64_t seed = 0;

  [[nodiscard]] bool is_micro() const { return operation == "micro"; }
  /// A kernel of others, which a script of its own measures.
  [[nodiscard]] bool is_peer() const { return kernel.starts_with("torch-"); }
  bool operator==(const Row&) const = default;
};

/// Its texts by plan_columns(); read_row() gives the row back.
std::vector<std::string> cells_of(const Row& row);

/// Shapes, heads, data types and masks are read but where the operation is `micro`. Throws Error at the place for
/// what is no such row: unknown words, shapes and masks that contradict each other, 2^31 tokens or more.
Row read_row(const std::vector<std::string>& cells, const Place& place);

/// The mask and the blocks of a row that is no microbenchmark. Throw std::invalid_argument.
HeadRules mask_of(const Row& row);
Blocks blocks_of(const Row& row);

/// A plan as CSV.
std::string write_plan(const std::vector<Row>& rows);

/// The rows of such a text. Throws Error for another header and for a point that is there twice, and as read_row().
std::vector<Row> read_plan(const std::string& text, const std::string& file);

}  // namespace tilewright::plan
