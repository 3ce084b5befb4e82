// Masks in the words of a plan, which are those of the kernels: products of windows by runs of heads, and blocks.
//
//   mask     rules by runs of heads, joined by " + ", each "N * RULE", or one "RULE" for all heads; at most
//            4 different; RULE: dense | causal | window=18x24x24[,stride=16x8x8][,dilation=1x2x2][,causal=0x0x1]
//   blocks   empty, or "QxK:HEX": a bit for every block of Q queries by K keys, which are the tiles, row by row,
//            each padded to whole hexadecimal digits, the most significant bit first; a pair exists where both
//            its block and its rule say so
//
// docs/measure-a-gpu.md says which patterns become which.
#pragma once

#include <string>
#include <vector>

#include "einsum/mask/expression.hpp"
#include "mappings/kernel/tiles.hpp"
#include "measure/plan.hpp"

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
std::vector<HeadMask> masks_of(const PlanRow& row);

}  // namespace tilewright
