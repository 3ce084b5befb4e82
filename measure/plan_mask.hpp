// Masks as a plan says them (kernels/plan/mask.hpp): products of windows by runs of heads, and blocks.
// docs/measure-a-gpu.md says which patterns become which.
#pragma once

#include <string>
#include <vector>

#include "einsum/mask/expression.hpp"
#include "explore/advice/tile_choices.hpp"
#include "kernels/plan/row.hpp"

namespace tilewright {

struct PlanMask {
  std::string rules;
  std::string blocks;
};

/// The mask of so many heads. A run that is no product of windows is given by the tiles that it visits, where these
/// and no rule, or `causal`, make exactly its pairs, the tokens have one dimension, and all heads are equal. Throws
/// InputError for any other, for more than 4 rules, and for what the mask itself refuses.
PlanMask plan_mask(const std::vector<HeadRun>& runs, const Layout& layout, Count heads, const TileChoice& tiles);

/// The masks of a row's heads, equal ones in a row together. Throws InputError for texts that are no such mask.
std::vector<HeadMask> masks_of(const plan::Row& row);

}  // namespace tilewright
