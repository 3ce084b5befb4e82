// Documents packed one after another: query and key are of the same document (block diagonal); with causal = 1 also
// k <= q.
//
// Source: the variable-length interface of T. Dao, "FlashAttention-2: Faster Attention with Better Parallelism and
// Work Partitioning", ICLR 2024 (cumulative sequence lengths).
#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

class Documents final : public Relation {
 public:
  // ends: the first token after each document, ascending.
  Documents(Extent extent, std::vector<Count> ends, bool causal)
      : Relation(extent), ends_(std::move(ends)), causal_(causal) {}

  void bands(Count first, Count last, Bands& out) const override {
    auto end = std::ranges::upper_bound(ends_, extent().position(first));
    for (Count q = first; q < last; ++end) {
      const Count at = extent().position(q);
      const Count until = std::min(last, q + *end - at);
      out.open(q, until);
      out.add({{end == ends_.begin() ? 0 : *(end - 1), false}, causal_ ? Edge{at + 1, true} : Edge{*end, false}});
      q = until;
    }
  }

 private:
  std::vector<Count> ends_;
  bool causal_;
};

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  std::vector<Count> ends;
  Count sum = 0;
  for (const Count length : arguments.counts("lengths", 1)) ends.push_back(sum += length);
  if (sum != extent.keys)
    arguments.fail("lengths", fmt::format("they sum to {}, the layout has {} keys", sum, extent.keys));
  if (extent.queries != extent.keys)
    arguments.fail(
        "lengths",
        fmt::format("{} queries of {} keys: which document is each of? State requests with their own queries and "
                    "keys, as in --mask causal --requests 300x900,40x40, or 'requests' of a workload",
                    extent.queries, extent.keys));
  return flat_mask(scene.layout,
                   std::make_shared<Documents>(extent, std::move(ends), arguments.count("causal", 0, 1) == 1));
}

}  // namespace

const Pattern documents_pattern{
    .name = "documents",
    .summary = "query and key of the same of several packed documents",
    .source = "Dao, FlashAttention-2, 2024 (variable-length batches)",
    .parameters = {{"lengths", "tokens of each document, as in 10/30/24; their sum is the layout's"},
                   {"causal", "1: also k <= q", "0", false}},
    .example = "lengths=10/30/24,causal=1",
    .example_layout = "64",
    .make = make};

}  // namespace tilewright
