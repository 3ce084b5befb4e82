// What a selection of keys adds, at least, to the time of attention under the mask that it finds, in the mean of
// all steps and layers.
//
// All that is done with them shares the units and the memories of the machine, so what is added are bytes and
// products, and no time. Left out is what a kernel may spare: scores and lists of chosen keys that stay in
// registers, scored keys that are made and not kept, queries that attention reads too, and lists, for which there
// are shorter codes. Where rows of K themselves are scored, a chosen one need not be read again for attention, nor
// multiplied again where every query head scores every key by itself.
#pragma once

#include "einsum/attention.hpp"

namespace tilewright {

struct SelectionFloor {
  double share = 1;          ///< of a choice, that a step of a layer makes
  double key_B = 0;          ///< read to give scores: scored keys, or K of which they are made
  double query_B = 0;        ///< of scored queries that are other rows than those of attention
  double score_B = 0;        ///< stored scores, written and read
  double reused_B = 0;       ///< of rows of K that are scored, and read for attention at the same time
  double multiply_adds = 0;  ///< of words of scored rows, without those that are products of attention too

  /// That the outermost memory moves beside those of attention.
  [[nodiscard]] double outermost_B() const { return key_B + query_B + score_B - reused_B; }
  /// That any other memory moves: rows of K that are scored may be those that attention fetches there.
  [[nodiscard]] double inner_B() const { return reused_B > 0 ? query_B + score_B : key_B + query_B + score_B; }
};

/// Of the selection of a problem that has one. Throws InputError as count_selection() does.
SelectionFloor selection_floor(const Attention& problem);

}  // namespace tilewright
