// Where patterns place queries that are fewer than the keys.
#pragma once

#include "einsum/mask/pattern.hpp"

namespace tilewright {

/// At the end of each dimension, or of the flattened tokens; none: no pair depends on it.
enum class Alignment { none, by_dimension, flattened };

Alignment alignment_of(const Pattern& pattern);

/// Whether the last queries of every dimension are the last of the flattened tokens.
bool has_one_alignment(const Layout& layout);

/// What is combined: the first pattern of each alignment, where there is one.
struct Aligned {
  const Pattern* by_dimension = nullptr;
  const Pattern* flattened = nullptr;

  explicit Aligned(const Pattern& pattern);
  Aligned(const Aligned& first, const Aligned& second);
};

/// Throws InputError where a query would have two positions.
void require_one_alignment(const Aligned& aligned, const Layout& layout);

}  // namespace tilewright
