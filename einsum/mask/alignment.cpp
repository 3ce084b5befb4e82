#include "einsum/mask/alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/error.hpp"
#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

constexpr std::array by_dimension{&neighborhood_pattern, &blocked_pattern, &shifted_window_pattern, &halo_pattern,
                                  &sliding_tile_pattern};
// Files have a row for every block of queries.
constexpr std::array without_positions{&dense_pattern, &file_pattern, &bsr_pattern};

}  // namespace

Alignment alignment_of(const Pattern& pattern) {
  if (std::ranges::find(without_positions, &pattern) != without_positions.end()) return Alignment::none;
  return std::ranges::find(by_dimension, &pattern) != by_dimension.end() ? Alignment::by_dimension
                                                                         : Alignment::flattened;
}

// So they are where a step in a dimension is as long among queries as among keys.
bool has_one_alignment(const Layout& layout) {
  Extent step{1, 1};
  for (std::size_t d = layout.dimensions(); d-- > 0;) {
    if (layout.queries[d] > 1 && step.queries != step.keys) return false;
    step = {step.queries * layout.queries[d], step.keys * layout.keys[d]};
  }
  return true;
}

Aligned::Aligned(const Pattern& pattern) {
  const Alignment alignment = alignment_of(pattern);
  if (alignment == Alignment::by_dimension) by_dimension = &pattern;
  if (alignment == Alignment::flattened) flattened = &pattern;
}

Aligned::Aligned(const Aligned& first, const Aligned& second)
    : by_dimension(first.by_dimension != nullptr ? first.by_dimension : second.by_dimension),
      flattened(first.flattened != nullptr ? first.flattened : second.flattened) {}

void require_one_alignment(const Aligned& aligned, const Layout& layout) {
  if (aligned.by_dimension == nullptr || aligned.flattened == nullptr || has_one_alignment(layout)) return;
  const std::string& grid = aligned.by_dimension->name;
  const std::string& flat = aligned.flattened->name;
  throw InputError(
      fmt::format("'{}' and '{}' cannot be combined over {} queries of {} keys: '{}' has the queries at the end of "
                  "each dimension, '{}' at the end of the flattened tokens",
                  grid, flat, to_text(layout.queries), to_text(layout.keys), grid, flat));
}

}  // namespace tilewright
