// What cascades are by analysis, side by side: passes over each rank, what they keep between passes, operations.
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// "M 3; B, E, F, H, P 1": of every rank that is traversed, most passes first.
std::string passes_text(const Cascade& cascade);

/// "QK (M), SN (M)": what stays live from a pass over a rank to a later one, and the ranks that its size grows
/// with. "nothing" where no rank takes a second pass.
std::string live_text(const Cascade& cascade);

/// "B H M P times: E multiply_add; max, subtract": operations by kind at each point of the ranks that they go
/// over, with the ranks of all of them in front. A split rank stands as a whole where all its parts do.
std::string operations_text(const Cascade& cascade);

/// A page in Markdown: a table of all, and a section for each.
std::string taxonomy_page(const std::vector<Cascade>& cascades);

}  // namespace tilewright
