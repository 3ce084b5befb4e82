// What choosing keys takes, in closed form: the pairs of coarse queries and keys are the tiles that a causal or
// dense mask visits (einsum/mask/census.hpp), at no loop over pairs.
//
// Keys that no query of a sequence may see are not scored: where a mask of the problem is causal (MaskProperties),
// a group of queries has scores with the groups of keys up to its last query, else with all. Packed documents count
// as one sequence; as requests they are several.
#pragma once

#include "einsum/attention.hpp"

namespace tilewright {

/// Of one choice for all heads, sequences and queries; a step of a layer takes Selection::share() of it.
struct SelectionCounts {
  double heads = 0;      ///< of scored queries
  double key_heads = 0;  ///< of scored keys
  double dim = 0;        ///< elements of a scored row
  double query_word_B = 0;
  double key_word_B = 0;
  double queries = 0;  ///< (groups of) tokens that are scored, of all sequences
  double longest = 0;  ///< such of the sequence that has most
  double keys = 0;     ///< alike
  double pairs = 0;    ///< of these, of one head
  double choices = 0;  ///< lists of chosen keys, of all key heads
  double keep = 0;     ///< numbers in such a list
  bool causal = false;

  double query_B = 0;  ///< scored queries
  double key_B = 0;    ///< scored keys
  double made_B = 0;   ///< of K, from which scored keys are made; 0: they are not
  double score_B = 0;  ///< stored scores, once; scores of heads that share scored keys are one
  double index_B = 0;  ///< lists
  double multiply_adds = 0;
};

/// Throws InputError, where the selection was given, for numbers that do not fit the problem (key heads that do not
/// divide heads, more keys in a group or in a choice than there are, more last queries than there are).
SelectionCounts count_selection(const Attention& problem, const Selection& selection);

/// The longer word of the products.
double scored_word_B(const Attention& problem, const Selection& selection);

/// Whether scored keys are rows of K, or their first elements, so that one read may serve both.
bool scores_rows_of_keys(const Attention& problem, const Selection& selection);

}  // namespace tilewright
