#include "einsum/mask/patterns/query_blocks.hpp"

#include <algorithm>

namespace tilewright {

namespace {

class ByQueryBlock final : public Relation {
 public:
  ByQueryBlock(Extent extent, Count block, bool causal, SeenByBlock seen)
      : Relation(extent), block_(block), causal_(causal), seen_(std::move(seen)) {}

  void bands(Count first, Count last, Bands& out) const override {
    std::vector<Segment> seen;
    for (Count q = first; q < last;) {
      const Count at = extent().position(q);
      const Count begin = at / block_ * block_;
      const Count end = std::min(last, q + begin + block_ - at);
      seen.clear();
      seen_(at / block_, seen);
      for (Segment& segment : seen) segment = later(segment, at - begin);
      if (causal_) {
        const Segment past{{0, false}, {at + 1, true}};
        combine(q, end, extent().keys, seen, {&past, 1}, Combination::both, out);
      } else {
        combine(q, end, extent().keys, seen, {}, Combination::either, out);
      }
      q = end;
    }
  }

 private:
  Count block_;
  bool causal_;
  SeenByBlock seen_;
};

}  // namespace

RelationPtr by_query_block(Extent extent, Count block, bool causal, SeenByBlock seen) {
  return std::make_shared<ByQueryBlock>(extent, block, causal, std::move(seen));
}

void append_runs(std::span<const Count> values, Count width, std::vector<Segment>& seen) {
  const std::size_t before = seen.size();
  for (const Count value : values) {
    if (seen.size() > before && seen.back().high.at >= value * width) {
      seen.back().high.at = (value + 1) * width;
    } else {
      seen.push_back(fixed_segment(value * width, (value + 1) * width));
    }
  }
}

}  // namespace tilewright
