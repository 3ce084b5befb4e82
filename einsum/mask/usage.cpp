#include "einsum/mask/usage.hpp"

#include <algorithm>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

constexpr std::size_t enough_pieces = 1 << 16;  // at a time, so that memory stays bounded
constexpr Count most_queries = Count{1} << 16;  // at a time

// How often [0, size) is covered, from where intervals begin and end.
class Cover {
 public:
  explicit Cover(Count size) : change_(static_cast<std::size_t>(size) + 1, 0) {}
  void add(Count begin, Count end) {
    ++change_[static_cast<std::size_t>(begin)];
    --change_[static_cast<std::size_t>(end)];
  }
  [[nodiscard]] Count covered() const {
    Count sum = 0;
    return std::ranges::count_if(change_, [&sum](Count change) { return (sum += change) > 0; });
  }

 private:
  std::vector<Count> change_;
};

Usage usage_of(const Relation& relation) {
  const Extent extent = relation.extent();
  Usage usage;
  Cover keys(extent.keys);
  Pieces pieces;
  Count chunk = 64;  // queries at a time: as many as have few pieces
  for (Count first = 0; first < extent.queries;) {
    stop_if_interrupted();
    const Count last = std::min(first + chunk, extent.queries);
    pieces.clear();
    relation.pieces(first, last, pieces);
    Cover queries(last - first);
    for (const Piece& piece : pieces) {
      usage.pairs += pairs_below(piece.segment, piece.begin, piece.end, extent.keys);
      keys.add(piece.lowest(), piece.highest());
      queries.add(piece.begin, piece.end);
    }
    usage.queries += queries.covered();
    first = last;
    chunk = pieces.size() > enough_pieces ? std::max(chunk / 2, Count{1}) : std::min(chunk * 2, most_queries);
  }
  usage.keys = keys.covered();
  return usage;
}

}  // namespace

Usage usage_of(const Mask& mask) {
  Usage usage{1, 1, 1};
  for (const Axis& axis : mask.axes) {
    const Usage of_axis = usage_of(*axis.relation);
    usage.pairs = checked_product(usage.pairs, of_axis.pairs);
    usage.queries *= of_axis.queries;
    usage.keys *= of_axis.keys;
  }
  return usage;
}

}  // namespace tilewright
