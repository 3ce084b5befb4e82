#include "sim/bound/selection_floor.hpp"

#include <algorithm>

#include "einsum/selection_counts.hpp"

namespace tilewright {

namespace {

// Rows of K that the mask leaves, as far as they are scored or made from.
double reused_B(const Attention& problem, const SelectionCounts& counts, const AttentionNeeds& needs) {
  if (counts.made_B > 0) return std::min(counts.made_B, needs.keys * problem.key_row_B());
  if (!scores_rows_of_keys(problem, *problem.selection)) return 0;
  return std::min(counts.key_B, needs.keys * counts.dim * counts.key_word_B);
}

double reused_products(const Attention& problem, const SelectionCounts& counts, const AttentionNeeds& needs) {
  const Selection& selection = *problem.selection;
  const bool same = scores_rows_of_keys(problem, selection) && selection.queries == 1 &&
                    counts.heads == problem.heads() && !selection.made;
  return same ? std::min(counts.multiply_adds, needs.pairs * counts.dim) : 0;
}

}  // namespace

SelectionFloor selection_floor(const Attention& problem) {
  const Selection& selection = *problem.selection;
  const SelectionCounts counts = count_selection(problem, selection);
  const AttentionNeeds needs = needs_of(problem);
  const double share = selection.share();
  SelectionFloor floor;
  floor.share = share;
  floor.key_B = share * (counts.made_B > 0 ? counts.made_B : counts.key_B);
  floor.query_B = share * (counts.dim == problem.head_dim ? 0 : counts.query_B);
  floor.score_B = share * 2 * counts.score_B;
  floor.reused_B = share * reused_B(problem, counts, needs);
  floor.multiply_adds = share * (counts.multiply_adds - reused_products(problem, counts, needs));
  return floor;
}

}  // namespace tilewright
