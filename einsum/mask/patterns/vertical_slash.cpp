// Chosen columns (k in `columns`) and chosen diagonals (q - k in `diagonals`); causal. Bands end where a diagonal
// meets a column, so their number is at most the product of both lists.
//
// Source: H. Jiang et al., "MInference 1.0: Accelerating Pre-filling for Long-Context LLMs via Dynamic Sparse
// Attention", NeurIPS 2024, section 3.2.
#include <algorithm>

#include "einsum/mask/patterns/all.hpp"
#include "einsum/mask/patterns/query_blocks.hpp"

namespace tilewright {

namespace {

std::vector<Segment> segments_of(std::vector<Count> columns, std::vector<Count> diagonals) {
  std::vector<Segment> segments;
  std::ranges::sort(columns);
  append_runs(columns, 1, segments);
  std::vector<Segment> moving;
  for (Count& offset : diagonals) offset = -offset;  // the key that position 0 would see
  std::ranges::sort(diagonals);
  append_runs(diagonals, 1, moving);
  for (const Segment& each : moving) segments.push_back({{each.low.at, true}, {each.high.at, true}});
  return segments;
}

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const std::vector<Count> columns = arguments.counts("columns", 0, extent.keys - 1);
  const std::vector<Count> diagonals = arguments.counts("diagonals", 0, extent.keys - 1);
  if (columns.empty() && diagonals.empty())
    arguments.fail("columns", "expected columns, diagonals or both, got none");
  const auto seen = [all = segments_of(columns, diagonals)](Count, std::vector<Segment>& segments) {
    segments.insert(segments.end(), all.begin(), all.end());
  };
  return flat_mask(scene.layout, by_query_block(extent, extent.keys, true, seen));
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
