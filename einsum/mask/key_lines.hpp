// The lines of keys that a line of queries sees under a product mask. A line is a run of the last dimension.
#pragma once

#include <vector>

#include "einsum/mask/relation.hpp"

namespace tilewright {

/// Numbers of lines, ascending. `outer` are the relations of all dimensions but the last.
std::vector<Count> key_lines(const std::vector<RelationPtr>& outer, Count query_line);

}  // namespace tilewright
