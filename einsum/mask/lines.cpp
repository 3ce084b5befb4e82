#include "einsum/mask/lines.hpp"

#include <algorithm>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

class CausalLines final : public Relation {
 public:
  CausalLines(Extent extent, std::vector<Segment> columns, std::vector<Segment> diagonals)
      : Relation(extent), columns_(std::move(columns)), diagonals_(std::move(diagonals)) {}

  void bands(Count first, Count last, Bands& out) const override {
    stop_if_interrupted();
    const Count at = extent().position(first);
    std::vector<Segment> seen(columns_.begin(), columns_end(at + last - first));
    for (auto each = diagonals_begin(at + last - first); each != diagonals_.end(); ++each)
      seen.push_back(later(*each, at));
    const Segment past{{0, false}, {at + 1, true}};
    combine(first, last, extent().keys, seen, {&past, 1}, Combination::both, out);
  }

  void pieces(Count first, Count last, Pieces& out) const override {
    stop_if_interrupted();
    const Count at = extent().position(first);
    const Count rows = last - first;
    const Segment past{{0, false}, {at + 1, true}};
    Pieces columns;
    Pieces diagonals;
    columns.reserve(columns_.size());
    diagonals.reserve(diagonals_.size());
    const auto add = [&](const Segment& segment, Pieces& to) { append_clipped({segment, 0, rows}, past, to); };
    std::for_each(columns_.begin(), columns_end(at + rows), [&](const Segment& each) { add(each, columns); });
    std::for_each(diagonals_begin(at + rows), diagonals_.end(),
                  [&](const Segment& each) { add(later(each, at), diagonals); });
    combine(columns, diagonals, Combination::either, out);
  }

 private:
  using Lines = std::vector<Segment>;
  // Columns before this position; diagonals that have begun before it.
  [[nodiscard]] Lines::const_iterator columns_end(Count position) const {
    return std::ranges::lower_bound(columns_, position, {}, [](const Segment& each) { return each.low.at; });
  }
  [[nodiscard]] Lines::const_iterator diagonals_begin(Count position) const {
    return std::ranges::upper_bound(diagonals_, 1 - position, {}, [](const Segment& each) { return each.high.at; });
  }

  Lines columns_;
  Lines diagonals_;
};

}  // namespace

RelationPtr causal_lines(Extent extent, std::vector<Segment> columns, std::vector<Segment> diagonals) {
  return std::make_shared<CausalLines>(extent, std::move(columns), std::move(diagonals));
}

}  // namespace tilewright
