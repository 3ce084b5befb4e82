// The ranks of the cascades of configs/ in their roles.
#pragma once

#include "einsum/attention_ranks.hpp"

namespace tilewright::test {

inline AttentionRanks attention_roles() {
  AttentionRanks ranks;
  ranks.queries = "P";
  ranks.keys = "M";
  ranks.heads = "H";
  ranks.kv_heads = "G";
  ranks.batch = "B";
  ranks.head_dim = "E";
  ranks.value_dim = "F";
  return ranks;
}

}  // namespace tilewright::test
