// A workload's mask for the ranks P and M of a model, as the estimator takes it and pair by pair; and random ones.
#pragma once

#include <algorithm>
#include <string>

#include "einsum/mask/expression.hpp"
#include "einsum/masked_einsums.hpp"
#include "einsum/workload.hpp"
#include "tests/sim/nest/masked_nest.hpp"
#include "tests/sim/nest/random_mapping.hpp"

namespace tilewright::test {

inline WorkloadMask workload_mask(const std::string& pattern, const std::string& heads = "", Extents keys = {},
                                  Extents queries = {}) {
  return {"P", "M", heads, {pattern, parse_mask(pattern), std::move(keys), std::move(queries)}, {}};
}

struct TestMask {
  WorkloadMask mask;
  MaskOfPairs pairs;

  TestMask(const Model& model, const std::string& pattern) : TestMask(model, workload_mask(pattern)) {}
  TestMask(const Model& model, WorkloadMask given) : mask(std::move(given)) {
    const Cascade& cascade = model.cascade;
    pairs.queries = cascade.rank(mask.queries);
    pairs.keys = cascade.rank(mask.keys);
    pairs.heads = mask.heads.empty() ? RankId() : cascade.rank(mask.heads);
    pairs.masked = masked_einsums(cascade, pairs.queries, pairs.keys);
    const auto shape = [&](RankId rank) { return static_cast<Count>(model.frame.shapes[rank]); };
    const Layout layout = mask.layout(shape(pairs.queries), shape(pairs.keys));
    std::vector<RelationPtr> heads;
    for (const HeadMask& head : make_masks(mask.spec.runs, layout, pairs.heads ? shape(pairs.heads) : 1))
      heads.insert(heads.end(), static_cast<std::size_t>(head.heads), head.mask.flattened());
    const Extent all = layout.flattened();
    pairs.pair = [heads, all](int head, int query, int key) {
      return query < all.queries && key < all.keys && contains(*heads[static_cast<std::size_t>(head)], query, key);
    };
  }

  /// Tokens in the order of multi-dimensional tiles, row-major between them and within them.
  void permute(const Layout& layout, const Extents& query_tile, const Extents& key_tile) {
    const std::vector<int> queries = in_tiles(layout.queries, query_tile);
    const std::vector<int> keys = in_tiles(layout.keys, key_tile);
    pairs.query_tile = static_cast<int>(tokens_of(query_tile));
    pairs.key_tile = static_cast<int>(tokens_of(key_tile));
    pairs.pair = [as_laid_out = pairs.pair, queries, keys](int head, int query, int key) {
      return as_laid_out(head, queries.at(query), keys.at(key));
    };
  }

 private:
  static std::vector<int> in_tiles(const Extents& layout, const Extents& tile) {
    std::vector<std::pair<std::vector<Count>, int>> tokens;  // tile by dimension, place in it by dimension
    for (Count token = 0; token < tokens_of(layout); ++token) {
      std::vector<Count> key(2 * layout.size());
      Count rest = token;
      for (std::size_t d = layout.size(); d-- > 0; rest /= layout[d]) {
        key[d] = rest % layout[d] / tile[d];
        key[layout.size() + d] = rest % layout[d] % tile[d];
      }
      tokens.emplace_back(std::move(key), static_cast<int>(token));
    }
    std::ranges::sort(tokens);
    std::vector<int> order;
    for (const auto& [key, token] : tokens) order.push_back(token);
    return order;
  }
};

/// Scores of parts of the keys, sums over the keys of a part, over all, and over the queries; and what
/// the mask does not touch.
inline Cascade scores_in_parts() {
  return cascade_of(
      "  shapes: {M1: M / M0}\n"
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {Q: [E, P], K: [E, M1, M0], D: [P], N: [M]}\n"
      "  outputs: [Z, G, A]\n"
      "  einsums:\n"
      "    - S[m1,m0,p] = Q[e,p] * K[e,m1,m0]\n"
      "    - L[m1,p] = max[m0] S[m1,m0,p]\n"
      "    - Z[p] = L[m1,p]\n"
      "    - G[m1,m0] = S[m1,m0,p] * D[p]\n"
      "    - A[m] = exp(N[m])\n");
}

/// A random mapping with shapes of queries P and keys M that every tile divides, and with some of the spatial loops
/// independent. `level` as for random_model().
inline Model random_attention(Random& random, const Cascade& cascade, const std::string& level = "") {
  Shapes given;
  ByRank<int> by_rank;
  for (const Rank& rank : cascade.ranks) {
    const int least = rank.name == "M" ? 4 : 2;  // patterns want no more queries than keys
    const bool token = rank.name == "M" || rank.name == "P" || rank.name == "M0";
    by_rank.push_back(rank.name == "M0" ? 2 : token ? least << random.below(2) : 1 + random.below(3));
    if (!rank.shape) given.emplace_back(rank.name, by_rank.back());
  }
  for (const Partition& partition : cascade.partitions) by_rank[partition.parts[0]] = by_rank[partition.whole] / 2;
  const Arch arch = random_model(random, small_attention(), level).arch;
  std::vector<std::string> levels;
  for (const Level& each : arch.levels) levels.push_back(each.name);
  std::string text = RandomMapping(random, cascade, levels, "array", by_rank).text();
  const std::string spatial = "{spatial: [";
  for (std::size_t at = text.find(spatial); at != std::string::npos; at = text.find(spatial, at + 1))
    if (random.chance(50)) text.replace(at, spatial.size(), "{independent: [");
  return {cascade, arch, text, given};
}

/// Causal, windows, blocks, and a few of them together.
inline std::string random_pattern(Random& random, const Model& model) {
  const auto shape = [&](const char* rank) {
    return static_cast<int>(model.frame.shapes[model.cascade.rank(rank)]);
  };
  const auto one = [&]() -> std::string {
    const auto window = std::to_string(1 + random.below(std::min(shape("M"), shape("P"))));
    const auto moved =
        " >> " + std::to_string(random.below(shape("P"))) + "/" + std::to_string(random.below(shape("M")));
    switch (random.below(5)) {
      case 0:
        return "causal";
      case 1:
        return "sliding,left=" + std::to_string(random.below(3)) + ",right=" + std::to_string(random.below(2));
      case 2:
        return "(blocked,window=" + window + ")";
      case 3:
        return "((blocked,window=" + window + ")" + moved + ")";
      default:
        return "(!(blocked,window=" + window + "))";
    }
  };
  std::string text = one();
  for (int more = random.below(3); more > 0; --more) text += (random.chance(50) ? " | " : " & ") + one();
  return text;
}

}  // namespace tilewright::test
