#include "einsum/mask/patterns/query_blocks.hpp"

#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/diagonal_census.hpp"

namespace tilewright {

namespace {

class ByQueryBlock : public Relation {
 public:
  ByQueryBlock(Extent extent, Count block, bool causal, SeenByBlock seen)
      : Relation(extent), block_(block), causal_(causal), seen_(std::move(seen)) {}

  void bands(Count first, Count last, Bands& out) const override {
    for_each_block(first, last, [&](Count q, Count end, Count at, std::vector<Segment>& seen) {
      for (Segment& segment : seen) segment = later(segment, at % block_);
      if (causal_) {
        const Segment past{{0, false}, {at + 1, true}};
        combine(q, end, extent().keys, seen, {&past, 1}, Combination::both, out);
      } else {
        combine(q, end, extent().keys, seen, {}, Combination::either, out);
      }
    });
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    for_each_block(first, last, [&](Count q, Count end, Count at, std::vector<Segment>& seen) {
      for (Segment& segment : seen) segment = later(segment, at % block_ + first - q);
      const Edge after = causal_ ? Edge{at + 1 + first - q, true} : Edge{extent().keys, false};
      unite(seen, {{0, false}, after}, q - first, end - first, out);
    });
  }

 private:
  // what(first query, the one behind the last, position of the first, segments as they are at the first of the
  // block)
  template <class What>
  void for_each_block(Count first, Count last, What what) const {
    std::vector<Segment> seen;
    for (Count q = first; q < last;) {
      stop_if_interrupted();
      const Count at = extent().position(q);
      const Count begin = at / block_ * block_;
      const Count end = std::min(last, q + begin + block_ - at);
      seen.clear();
      seen_(at / block_, seen);
      what(q, end, at, seen);
      q = end;
    }
  }

  Count block_;
  bool causal_;
  SeenByBlock seen_;
};

class ByDiagonals final : public ByQueryBlock, public AlongDiagonals {
 public:
  ByDiagonals(Extent extent, Count block, SeenByBlock seen) : ByQueryBlock(extent, block, true, std::move(seen)) {}
};

}  // namespace

RelationPtr by_query_block(Extent extent, Count block, bool causal, SeenByBlock seen) {
  return std::make_shared<ByQueryBlock>(extent, block, causal, std::move(seen));
}

RelationPtr by_diagonals(Extent extent, Count block, SeenByBlock seen) {
  return std::make_shared<ByDiagonals>(extent, block, std::move(seen));
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
