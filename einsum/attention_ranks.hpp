// Which ranks are what to attention. A workload says it once, by the names that its cascades share:
//
//   ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

/// By name; empty where there is no such rank: one head, one sequence, as many KV heads as heads.
struct AttentionRanks {
  std::string queries;
  std::string keys;
  std::string heads;     ///< of the queries
  std::string kv_heads;  ///< of K and V; a shape that need not be a rank of any cascade
  std::string batch;
  std::string head_dim;   ///< elements of a row of Q and K
  std::string value_dim;  ///< of V and the output
  Place place;

  /// Roles as they are written, and their names.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> roles() const;
};

/// Throws InputError where queries or keys are missing, and where two roles have one rank (but head_dim and
/// value_dim may, and heads and kv_heads).
AttentionRanks parse_attention_ranks(const Yaml& yaml);

/// The ranks of a cascade; none where it does not have them.
struct AttentionRankIds {
  RankId queries = {};
  RankId keys = {};
  RankId heads = {};
  RankId batch = {};
  RankId head_dim = {};
  RankId value_dim = {};
};

/// Whether a cascade has the queries and the keys.
bool has_ranks(const AttentionRanks& ranks, const Cascade& cascade);
/// Throws InputError, at the place of the roles, for a cascade without the queries or the keys.
AttentionRankIds find_ranks(const AttentionRanks& ranks, const Cascade& cascade);

/// The tensors of a cascade that are attention's; none where it has none. Q is the input with queries and head_dim,
/// K the one with keys and head_dim, V the one with keys and value_dim that is not K, the output the one with
/// queries and value_dim.
struct AttentionTensors {
  TensorId query = {};
  TensorId key = {};
  TensorId value = {};
  TensorId output = {};
};

/// Of several that fit a role, the first.
AttentionTensors find_tensors(const AttentionRankIds& ranks, const Cascade& cascade);

/// What V is multiplied by: the other operands of Einsums that read it. Nothing where there is no V.
std::vector<TensorId> find_weights(const AttentionTensors& tensors, const Cascade& cascade);

}  // namespace tilewright
