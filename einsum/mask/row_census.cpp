#include "einsum/mask/row_census.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "common/parallel.hpp"

namespace tilewright {

namespace {

using Bits = std::uint64_t;  // one per query

constexpr Count at_once = 64;
constexpr std::size_t many_pieces = 64;     // of these queries
constexpr Count fetched_queries = 1 << 16;  // bands of so many at a time: memory stays bounded

// A number for each query, held bit by bit, so that one is added to all of them at once.
class Counters {
 public:
  void add(Bits queries) {
    for (Bits& bits : bits_) {
      if (queries == 0) return;
      const Bits carry = bits & queries;
      bits ^= queries;
      queries = carry;
    }
  }
  [[nodiscard]] Count of(Count query) const {
    Count sum = 0;
    for (std::size_t bit = 0; bit < bits_.size(); ++bit) sum |= static_cast<Count>(bits_[bit] >> query & 1) << bit;
    return sum;
  }

 private:
  std::array<Bits, 48> bits_ = {};
};

Bits bits_of(Count from, Count to) {
  if (from >= to) return 0;
  return (~Bits{0} >> (at_once - (to - from))) << from;
}

class RowWalk {
 public:
  RowWalk(const Relation& relation, Count key_tile)
      : relation_(relation),
        extent_(relation.extent()),
        key_tile_(key_tile),
        key_tiles_(ceil_div(extent_.keys, key_tile)),
        visitors_(static_cast<std::size_t>(key_tiles_), 0),
        rows_(static_cast<std::size_t>(key_tiles_) + 1, 0) {}

  std::optional<RowCensus> count(Count most_touched) {
    for (Count first = 0; first < extent_.queries && touches_ <= most_touched; first += at_once)
      count(first, std::min(first + at_once, extent_.queries));
    if (touches_ > most_touched) return std::nullopt;
    for (std::size_t visited = 0; visited < rows_.size(); ++visited)
      if (rows_[visited] > 0) census_.distribution.push_back({static_cast<Count>(visited), rows_[visited]});
    return std::move(census_);
  }

 private:
  void count(Count first, Count last) {
    stop_if_interrupted();
    pieces_.clear();
    relation_.pieces(first, last, pieces_);
    for (const Piece& piece : pieces_) visit(piece);
    Counters counters;
    for (const Count tile : touched_) {
      Bits& visitors = visitors_[static_cast<std::size_t>(tile)];
      counters.add(visitors);
      census_.fetched_keys += std::popcount(visitors) * std::min(key_tile_, extent_.keys - tile * key_tile_);
      visitors = 0;
    }
    touched_.clear();
    for (Count query = 0; query < last - first; ++query) ++rows_[static_cast<std::size_t>(counters.of(query))];
  }

  // Edges are straight: the queries whose keys reach into a tile are neighbours.
  void visit(const Piece& piece) {
    const Edge& low = piece.segment.low;
    const Edge& high = piece.segment.high;
    const Count last = (piece.highest() - 1) / key_tile_;
    touches_ += last - piece.lowest() / key_tile_ + 1;
    for (Count tile = piece.lowest() / key_tile_; tile <= last; ++tile) {
      const Count begin = tile * key_tile_;
      const Count end = begin + key_tile_;
      const Count from = high.rises        ? std::max(piece.begin, begin - high.at + 1)
                         : high.at > begin ? piece.begin
                                           : piece.end;
      const Count to = low.rises ? std::min(piece.end, end - low.at) : low.at < end ? piece.end : piece.begin;
      add(tile, bits_of(from, to));
    }
  }

  void add(Count tile, Bits queries) {
    Bits& visitors = visitors_[static_cast<std::size_t>(tile)];
    if (visitors == 0 && queries != 0) touched_.push_back(tile);
    visitors |= queries;
  }

  const Relation& relation_;
  Extent extent_;
  Count key_tile_;
  Count key_tiles_;
  Pieces pieces_;
  std::vector<Bits> visitors_;  // by KV tile
  std::vector<Count> touched_;
  Count touches_ = 0;        // of pieces, in all
  std::vector<Count> rows_;  // by the KV tiles that they visit
  RowCensus census_;
};

}  // namespace

std::optional<RowCensus> count_rows(const Relation& relation, Count key_tile, Count most_touched) {
  return RowWalk(relation, key_tile).count(most_touched);
}

bool has_many_pieces(const Relation& relation) {
  Pieces pieces;
  const Count queries = relation.extent().queries;
  relation.pieces(std::max(queries - at_once, Count{0}), queries, pieces);
  return pieces.size() > many_pieces;
}

bool takes_at_most(Count steps, const Relation& relation, Count key_tile) {
  const Count queries = relation.extent().queries;
  Bands bands;
  for (Count first = 0; first < queries; first += fetched_queries) {
    stop_if_interrupted();
    bands.clear();
    relation.bands(first, std::min(first + fetched_queries, queries), bands);
    for (const Band& band : bands.bands) {
      const auto segments = static_cast<Count>(band.end - band.begin);
      const Count rows = band.last - band.first;
      steps -= segments <= 1 ? std::min(rows, key_tile) : rows * segments;
    }
    if (steps < 0) return false;
  }
  return true;
}

}  // namespace tilewright
