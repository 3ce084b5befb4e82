// Shared by the tests of relations: random ones, whose pairs are known from single segments and not from the code
// under test.
#pragma once

#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test {

/// What bands make of random segments, several bands of some queries each.
class SomeBands final : public Relation {
 public:
  SomeBands(Extent extent, Random& random) : Relation(extent) {
    for (Count q = 0; q < extent.queries;) {
      const Count end = random.from(q + 1, extent.queries);
      all_.open(q, end);
      Count from = 0;
      for (Count n = random.from(0, 3); n > 0; --n) add_segment(random, end - q, from);
      q = end;
    }
  }

  void bands(Count first, Count last, Bands& out) const override {
    for (const Band& band : all_.bands) {
      const Count begin = std::max(first, band.first);
      const Count end = std::min(last, band.last);
      if (begin >= end) continue;
      out.open(begin, end);
      for (const Segment& segment : all_.of(band)) out.add(later(segment, begin - band.first));
    }
  }

  [[nodiscard]] const Bands& all() const { return all_; }

 private:
  // Behind key `from`, which moves behind it.
  void add_segment(Random& random, Count rows, Count& from) {
    const bool low_rises = random.coin();
    const bool high_rises = random.coin();
    const Count low = from + random.from(0, 3);
    const Count least = low + 1 + (low_rises && !high_rises ? rows - 1 : 0);
    const Count high = least + random.from(0, 4);
    const Count end = high + (high_rises ? rows - 1 : 0);
    if (end > extent().keys) return;
    all_.add({{low, low_rises}, {high, high_rises}});
    from = end;
  }

  Bands all_;
};

struct Known {
  RelationPtr relation;
  Pairs pairs;
};

inline Known some_relation(Random& random, Extent extent) {
  auto relation = std::make_shared<SomeBands>(extent, random);
  Known known{relation, Pairs(extent)};
  for (const Band& band : relation->all().bands)
    for (Count q = band.first; q < band.last; ++q)
      for (const Segment& segment : relation->all().of(band))
        for (Count k = segment.low.row(q - band.first); k < segment.high.row(q - band.first); ++k)
          known.pairs.at(q, k) = 1;
  return known;
}

inline Extent some_extent(Random& random, Count most) { return {random.from(1, most), random.from(1, most)}; }

}  // namespace tilewright::test
