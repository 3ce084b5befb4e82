// The tile census of a mask as `mask` prints it.
#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/expression.hpp"

namespace tilewright::cli {

/// Heads that share a mask, and its census: of one of so many equal sequences.
struct HeadCensus {
  HeadMask heads;
  Census census;
  Count sequences = 1;
};

/// Whether they are of several sequences.
bool has_requests(const std::vector<HeadCensus>& masks);

/// "0" or "4-31".
std::string head_names(const HeadMask& heads);

/// A row per mask with every number, for programs.
Table census_rows(const std::vector<HeadCensus>& masks);
/// The same as JSON, with the whole distribution over Q tiles.
std::string census_json(const std::vector<HeadCensus>& masks);

/// A row per mask with the numbers that heads, and requests where there are several, are compared by, and one of
/// all heads and sequences together.
Table compare_heads(const std::vector<HeadCensus>& masks);

/// One census in words, a row per quantity.
Table describe(const Census& census);

}  // namespace tilewright::cli
