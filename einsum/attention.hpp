// The attention problem: which (query, key) pairs of which heads of which requests, over rows of how many elements
// and bytes. Made from a workload here, from options in cli/attention_options.hpp and from rows of a plan
// in measure/work.hpp; the tile census, bounds, kernels, measurements and validation take it. How it is computed,
// tiles above all, is no part of it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "einsum/attention_ranks.hpp"
#include "einsum/mask/expression.hpp"
#include "einsum/selection.hpp"

namespace tilewright {

struct Workload;

/// Bytes of an element.
struct AttentionWords {
  double query_B = 0;
  double key_B = 0;
  double value_B = 0;
  double output_B = 0;
  double weight_B = 0;                    ///< of what V is multiplied by
  double other_B = 0;                     ///< of what else is between them in a cascade
  std::map<std::string, double> named_B;  ///< of tensors of a cascade that have others, by name

  static AttentionWords all(double element_B);
  /// The longer operand of a product of rows of Q and K, and of weights and V: what a unit multiplies.
  [[nodiscard]] double score_product_B() const { return std::max(query_B, key_B); }
  [[nodiscard]] double value_product_B() const { return std::max(weight_B, value_B); }
  /// Of all tensors of a cascade.
  [[nodiscard]] ByTensor<double> of(const AttentionRankIds& ranks, const Cascade& cascade) const;
  bool operator==(const AttentionWords&) const = default;
};

/// What nothing can spare, over all heads and sequences.
struct AttentionNeeds {
  double pairs = 0;    ///< that exist
  double queries = 0;  ///< rows of Q that see any key
  double keys = 0;     ///< rows of K, and of V, that any query sees, of any head that shares them
};

/// So many sequences in a row with as many queries and keys, and the same masks.
struct Request {
  double times = 1;
  Layout layout;                ///< of the queries and keys of one sequence
  std::vector<HeadMask> masks;  ///< of all query heads, in order

  [[nodiscard]] double heads() const;
  [[nodiscard]] double queries() const;  ///< of one sequence
  [[nodiscard]] double keys() const;
  [[nodiscard]] double pairs() const { return queries() * keys(); }  ///< all, of one head of one sequence
};

struct Attention {
  /// The batch, in the order of its sequences; all with as many heads.
  std::vector<Request> requests = std::vector<Request>(1);
  double kv_heads = 1;   ///< a divisor of the query heads
  double head_dim = 0;   ///< elements of a row of Q and K; 0: not known, which is enough for a census
  double value_dim = 0;  ///< of V and the output
  AttentionWords words;
  bool values_in_keys = false;  ///< a row of V is the first value_dim elements of that of K (latent attention)
  std::optional<Selection> selection = {};  ///< of the keys that the masks leave; nothing: it costs nothing

  [[nodiscard]] double heads() const;      ///< of the queries
  [[nodiscard]] double sequences() const;  ///< of all requests
  /// What all sequences are, where they have the same length. Throws InputError where they have not: "WHO: expected
  /// requests of one length, ..".
  [[nodiscard]] const Request& only_request(const std::string& who) const;
  [[nodiscard]] double group() const { return heads() / kv_heads; }  ///< query heads of a KV head
  /// Rows of Q, and of the output, over all heads and sequences.
  [[nodiscard]] double query_rows() const;
  /// Rows of K, and of V.
  [[nodiscard]] double key_rows() const;
  /// Multiply-adds of a pair: a row of Q with one of K, and a weight with one of V.
  [[nodiscard]] double multiply_adds() const { return head_dim + value_dim; }

  [[nodiscard]] double query_row_B() const { return head_dim * words.query_B; }
  [[nodiscard]] double output_row_B() const { return value_dim * words.output_B; }
  [[nodiscard]] double key_row_B() const { return head_dim * words.key_B; }
  [[nodiscard]] double value_row_B() const { return value_dim * words.value_B; }
  /// What K and V store of a token, for one KV head.
  [[nodiscard]] double token_B() const { return key_row_B() + (values_in_keys ? 0 : value_row_B()); }
  /// What is fetched of a token where so many neighbours are gathered together, by whole accesses, from rows of K
  /// and from those of V.
  [[nodiscard]] double gathered_token_B(Count unit, double access_B) const;

  /// Rows that one Q tile may have at most: the queries of all query heads of a KV head.
  [[nodiscard]] Count queries_of_tile() const;
};

/// The same problem, whose masks cost nothing to find.
Attention without_selection(Attention problem);

/// Throws InputError where it is not whole: no request or requests with other heads or dimensions, dimensions of
/// rows or words that are not known, KV heads that do not divide the heads, values that do not fit into the keys
/// that they are stored in.
void require_whole(const Attention& problem);

/// Cost: as usage_of() of every mask; of KV heads whose query heads differ, as keys_of_any().
AttentionNeeds needs_of(const Attention& problem);
/// The part of it that one of its requests has, all times of it.
AttentionNeeds needs_of(const Attention& problem, const Request& request);

/// Which ranks of the workload are what. Throws InputError for one that does not say it.
const AttentionRanks& roles_of(const Workload& workload);

/// The problem that a workload states for the ranks and tensors of one of its cascades; all pairs where it has no
/// mask. Throws InputError for a workload that does not say which ranks are which, or gives one no shape.
Attention attention_of(const Workload& workload, const Cascade& cascade);

}  // namespace tilewright
