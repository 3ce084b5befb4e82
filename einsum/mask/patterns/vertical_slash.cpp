// Chosen columns (k in `columns`) and chosen diagonals (q - k in `diagonals`); causal.
//
// Which columns depends on the data. Where a claim says only how many, `drawn` of all keys stand for them, drawn
// with a seed without repetition: scattered, the worst case; real ones cluster.
//
// Source: H. Jiang et al., "MInference 1.0: Accelerating Pre-filling for Long-Context LLMs via Dynamic Sparse
// Attention", NeurIPS 2024, section 3.2.
#include <algorithm>

#include "einsum/mask/lines.hpp"
#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/draw.hpp"

namespace tilewright {

namespace {

// Ascending, neighbours as one.
std::vector<Segment> runs_of(std::vector<CountRange> lines, bool rise) {
  std::vector<Segment> runs;
  std::ranges::sort(lines, {}, &CountRange::first);
  for (const CountRange& line : lines)
    if (!runs.empty() && runs.back().high.at >= line.first)
      runs.back().high.at = std::max(runs.back().high.at, line.last + 1);
    else
      runs.push_back({{line.first, rise}, {line.last + 1, rise}});
  return runs;
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  std::vector<CountRange> columns = arguments.ranges("columns", 0, extent.keys - 1);
  if (arguments.count("seed", 0) != 0 && arguments.count("drawn", 0) == 0)
    arguments.fail("seed", "expected 'drawn' beside it");
  for (const Count column : draw({arguments.count("seed", 0)}, arguments.count("drawn", 0), extent.keys))
    columns.push_back({column, column});
  std::vector<CountRange> diagonals = arguments.ranges("diagonals", 0, extent.keys - 1);
  if (columns.empty() && diagonals.empty())
    arguments.fail("columns", "expected columns, diagonals or both, got none");
  for (CountRange& each : diagonals) each = {-each.last, -each.first};  // the keys that position 0 would see
  return flat_mask(scene.layout, causal_lines(extent, runs_of(columns, false), runs_of(diagonals, true)));
}

}  // namespace

const Pattern vertical_slash_pattern{
    .name = "vertical-slash",
    .summary = "k in columns or q - k in diagonals; causal",
    .source = "Jiang et al., MInference, 2024",
    .parameters = {{"columns", "positions of keys that every later query sees, as in 0/64/65 or 0..63/200", "",
                    false},
                   {"diagonals", "distances q - k, as in 0/1/128 or 0..127/500", "", false},
                   {"drawn", "columns drawn from all keys, besides those", "0", false},
                   {"seed", "another one draws other columns", "0", false}},
    .example = "columns=0/1/20/37,diagonals=0/1/2/16/32",
    .example_layout = "64",
    .make = make};

}  // namespace tilewright
