// How keys are chosen before attention, as a part of its problem: neighbouring keys, or each by itself, get scores
// by products with queries, and those with the best scores are kept, which is what the mask then says. Counts are
// those of einsum/selection_counts.hpp.
//
// In a workload as a map, on a command line as text with the same keys ("keys=64,every=4"):
//
//   selection:
//     keys: 64             # neighbouring keys that share a score (pooled); left out: 1
//     queries: 1           # neighbouring queries that share scores; left out: 1
//     last_queries: 64     # in its place: only so many queries, the last ones, are scored, and choose for all
//     heads: 4             # heads of scored queries; left out: the KV heads
//     key_heads: 4         # heads of scored keys: those that share one add up their scores and choose together;
//                          # left out: the KV heads, or `heads` where these are fewer
//     dim: 128             # elements of a scored row; left out: head_dim
//     word_B: 1 B          # of an element of a scored row; left out: those of Q and K
//     made: false          # true: scored keys are made from all of K each time; else they are kept beside it
//     choose: top-k        # a kernel of its own that reads scores: top-k, threshold or sort; hash: what
//                          # scores keys takes those with the signature of a query, without products and scores
//     scores: fused        # no score is written; stored: they are, and read by what chooses (top-k, if not said);
//                          # left out: stored where `choose` says what reads them
//     score_B: 4 B         # of a stored score
//     keep: 16             # (groups of) keys that a choice names; left out: as many as the mask leaves a query,
//     mean every: 4             # steps that a choice serves; left out: 1 layers: 1/2          # share of the
//     layers that choose, as the others reuse a choice; left out: 1 score_by: score-keys # kernel files of passes,
//     below configs/kernels; left out: score-keys, and choose- with choose_by: choose-top-k # what `choose` says
#pragma once

#include <optional>
#include <string>

#include "common/yaml.hpp"
#include "einsum/mask/layout.hpp"

namespace tilewright {

enum class KeyChoice { top_k, threshold, sort, hash };

std::string to_text(KeyChoice choice);

/// 0, or nothing: left out.
struct Selection {
  Count keys = 1;
  Count queries = 1;
  Count last_queries = 0;
  Count heads = 0;
  Count key_heads = 0;
  Count dim = 0;
  double word_B = 0;
  bool made = false;
  std::optional<KeyChoice> choose = {};  ///< nothing: what scores keys chooses, too
  double score_B = 0;                    ///< of a stored score; 0: scores are not stored
  double keep = 0;
  double every = 1;
  double layers = 1;
  std::string score_by = {};   ///< names, or paths from the file or where the program runs
  std::string choose_by = {};  ///< empty: nothing runs beside what scores
  std::string text = {};       ///< as it was given, "keys=64,every=4"
  Place place = {};
  std::string key_path = {};

  /// Mean choices of a layer in a step.
  [[nodiscard]] double share() const { return layers / every; }
  [[nodiscard]] bool multiplies() const { return choose != KeyChoice::hash; }
  /// Throws InputError where it was given.
  [[noreturn]] void fail(const std::string& message) const;
};

/// Throws InputError at the key: unknown ones, numbers that are no number, not finite, 0 or below, or beyond 1 for
/// a share, and keys that have no effect beside others.
Selection parse_selection(const Yaml& yaml);
/// `option`: what is named in messages.
Selection parse_selection(const std::string& text, const std::string& option);

}  // namespace tilewright
