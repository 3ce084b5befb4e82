// A sweep over queries: where no two edges cross, their order is that of the first query, and the pairs of any
// combination lie between neighbouring edges. So rows are cut where edges cross.
#include <algorithm>

#include "common/parallel.hpp"
#include "einsum/mask/bands.hpp"

namespace tilewright {

namespace {

struct Bound {
  Edge edge;
  int a = 0;  // what it adds to the number of segments of a that are open
  int b = 0;
};

class Sweep {
 public:
  Sweep(Count keys, Combination how) : keys_(keys), how_(how) {}

  // Edges of the segments at query `from`, counted from their own first query, where they have keys before `to`.
  void take(std::span<const Segment> segments, Count from, Count to, bool is_a) {
    for (const Segment& segment : segments) {
      if (segment.high.row(to - 1) <= 0 || segment.low.row(from) >= keys_) continue;
      const Segment at = later(segment, from);
      // Empty at this query: its edges may only cross, later.
      const int open = at.low.at < at.high.at ? 1 : 0;
      bounds_.push_back({at.low, is_a ? open : 0, is_a ? 0 : open});
      bounds_.push_back({at.high, is_a ? -open : 0, is_a ? 0 : -open});
    }
  }

  void sort() {
    bounds_.push_back({{0, false}});
    bounds_.push_back({{keys_, false}});
    std::ranges::sort(bounds_, [](const Bound& x, const Bound& y) {
      return x.edge.at != y.edge.at ? x.edge.at < y.edge.at : x.edge.rises < y.edge.rises;
    });
  }

  // For how many queries, of at most `most`, the order stays.
  [[nodiscard]] Count steady(Count most) const {
    for (std::size_t i = 1; i < bounds_.size(); ++i) {
      const Edge& low = bounds_[i - 1].edge;
      const Edge& high = bounds_[i].edge;
      if (low.at == high.at && low.rises != high.rises) return 1;  // they part after this query
      if (low.rises && !high.rises) most = std::min(most, high.at - low.at);
    }
    return most;
  }

  void emit(Bands& out) {
    int a = 0;
    int b = 0;
    const Edge* opened = nullptr;
    for (const Bound& bound : bounds_) {
      a += bound.a;
      b += bound.b;
      const bool in = wanted(a > 0, b > 0) && bound.edge.at >= 0 && bound.edge.at < keys_;
      if (in && opened == nullptr) opened = &bound.edge;
      if (in || opened == nullptr) continue;
      if (opened->at < bound.edge.at) out.add({*opened, bound.edge});
      opened = nullptr;
    }
    bounds_.clear();
  }

 private:
  [[nodiscard]] bool wanted(bool a, bool b) const {
    switch (how_) {
      case Combination::either:
        return a || b;
      case Combination::both:
        return a && b;
      case Combination::first_only:
        return a && !b;
    }
    return false;
  }

  Count keys_;
  Combination how_;
  std::vector<Bound> bounds_;
};

}  // namespace

void combine(Count first, Count last, Count keys, std::span<const Segment> a, std::span<const Segment> b,
             Combination how, Bands& out) {
  Sweep sweep(keys, how);
  for (Count row = first; row < last;) {
    stop_if_interrupted();
    sweep.take(a, row - first, last - first, true);
    sweep.take(b, row - first, last - first, false);
    sweep.sort();
    const Count rows = sweep.steady(last - row);
    out.open(row, row + rows);
    sweep.emit(out);
    row += rows;
  }
}

}  // namespace tilewright
