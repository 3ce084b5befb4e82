// Chosen columns (k in `columns`) and chosen diagonals (q - k in `diagonals`); causal.
//
// Source: H. Jiang et al., "MInference 1.0: Accelerating Pre-filling for Long-Context LLMs via Dynamic Sparse
// Attention", NeurIPS 2024, section 3.2.
#include <algorithm>

#include "einsum/mask/lines.hpp"
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

std::vector<Segment> runs_of(std::vector<Count> keys, bool rise) {
  std::vector<Segment> runs;
  std::ranges::sort(keys);
  append_runs(keys, 1, runs);
  for (Segment& run : runs) run = {{run.low.at, rise}, {run.high.at, rise}};
  return runs;
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const std::vector<Count> columns = arguments.counts("columns", 0, extent.keys - 1);
  std::vector<Count> diagonals = arguments.counts("diagonals", 0, extent.keys - 1);
  if (columns.empty() && diagonals.empty())
    arguments.fail("columns", "expected columns, diagonals or both, got none");
  for (Count& distance : diagonals) distance = -distance;  // the key that position 0 would see
  return flat_mask(scene.layout, causal_lines(extent, runs_of(columns, false), runs_of(diagonals, true)));
}

}  // namespace

const Pattern vertical_slash_pattern{
    .name = "vertical-slash",
    .summary = "k in columns or q - k in diagonals; causal",
    .source = "Jiang et al., MInference, 2024",
    .parameters = {{"columns", "keys that every later query sees, as in 0/64/65", "", false},
                   {"diagonals", "distances q - k, as in 0/1/128", "", false}},
    .example = "columns=0/1/20/37,diagonals=0/1/2/16/32",
    .example_layout = "64",
    .make = make};

}  // namespace tilewright
