// Masks with queries and keys exchanged: the Q tiles that each KV tile visits are the KV tiles of each Q tile
// there.
#pragma once

#include "einsum/mask/mask.hpp"

namespace tilewright {

/// Cost: the pieces of all queries of the relation, which it keeps.
RelationPtr transposed(const Relation& relation);

/// Dimension by dimension, with the dilation groups.
Mask transposed(const Mask& mask);

}  // namespace tilewright
