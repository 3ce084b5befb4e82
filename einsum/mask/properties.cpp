#include "einsum/mask/properties.hpp"

#include <algorithm>
#include <initializer_list>

#include "common/parallel.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

namespace {

constexpr Count chunk = 4096;  // queries at a time, so that memory stays bounded

// Positions [first, last) that see each other, and how far the furthest pair is apart.
struct Sequence {
  Count first;
  Count last;
  Count furthest;
};

// Whether segments of so many queries are one run. Edges are straight, so that the first and last query say all.
bool touch(std::span<const Segment> segments, Count queries) {
  for (std::size_t i = 1; i < segments.size(); ++i)
    for (const Count row : {Count{0}, queries - 1})
      if (segments[i - 1].high.row(row) < segments[i].low.row(row)) return false;
  return true;
}

bool are_runs(const Relation& relation, Count first, Count last) {
  Bands bands;
  relation.bands(first, last, bands);
  return std::ranges::all_of(bands.bands,
                             [&](const Band& band) { return touch(bands.of(band), band.last - band.first); });
}

// Whether every query sees one run of keys. The last query is a good guess: it sees all columns of a mask.
bool are_runs(const Relation& relation) {
  const Count queries = relation.extent().queries;
  if (!are_runs(relation, queries - 1, queries)) return false;
  for (Count first = 0; first < queries; first += chunk) {
    stop_if_interrupted();
    if (!are_runs(relation, first, std::min(first + chunk, queries))) return false;
  }
  return true;
}

class PropertyReader {
 public:
  explicit PropertyReader(const Relation& relation) : relation_(relation), extent_(relation.extent()) {
    if (extent_.keys > extent_.queries) sequences_.push_back({0, extent_.position(0) + 1, 0});  // the cache
  }

  MaskProperties read() {
    if (!are_runs(relation_)) return {.causal = is_causal(), .window = false};
    for (Count first = 0; first < extent_.queries; first += chunk) add(sequences_from(first));
    const auto is_bounded = [](const Sequence& each) { return each.furthest < each.last - each.first - 1; };
    return {.causal = none_after_ && std::ranges::any_of(sequences_, [this](auto& each) { return has_more(each); }),
            .window = std::ranges::any_of(sequences_, is_bounded)};
  }

 private:
  // Several queries of it.
  [[nodiscard]] bool has_more(const Sequence& each) const {
    return each.last - std::max(each.first, extent_.position(0)) > 1;
  }

  // Without the sequences: where no query sees a key after it, one of them has more if one of its pieces has, as
  // the piece of its last query.
  bool is_causal() {
    bool more = false;
    for (Count first = 0; first < extent_.queries && none_after_; first += chunk)
      for (const Sequence& each : sequences_from(first)) more = more || has_more(each);
    return none_after_ && more;
  }

  // Of the pieces of a chunk; who sees only itself is alone, unless others see it.
  const std::vector<Sequence>& sequences_from(Count first) {
    stop_if_interrupted();
    pieces_.clear();
    found_.clear();
    relation_.pieces(first, std::min(first + chunk, extent_.queries), pieces_);
    for (const Piece& piece : pieces_) {
      const Sequence seen = sequence_of(piece, extent_.position(first));
      if (seen.furthest > 0) found_.push_back(seen);
    }
    return found_;
  }

  void add(std::vector<Sequence> found) {
    std::ranges::sort(found, {}, &Sequence::first);
    for (const Sequence& each : found) add(each);
  }

  void add(Sequence seen) {
    while (!sequences_.empty() && sequences_.back().last > seen.first) {
      const Sequence& before = sequences_.back();
      seen = {std::min(before.first, seen.first), std::max(before.last, seen.last),
              std::max(before.furthest, seen.furthest)};
      sequences_.pop_back();
    }
    sequences_.push_back(seen);
  }

  // Edges are straight, so that the first and last query say all.
  Sequence sequence_of(const Piece& piece, Count position) {
    const Segment& keys = piece.segment;
    Sequence seen{std::min(piece.lowest(), position + piece.begin), std::max(piece.highest(), position + piece.end),
                  0};
    for (const Count i : {piece.begin, piece.end - 1}) {
      const Count before = position + i - keys.low.row(i);        // how far back
      const Count after = keys.high.row(i) - 1 - (position + i);  // and how far ahead
      none_after_ = none_after_ && after <= 0;
      seen.furthest = std::max({seen.furthest, before, after});
    }
    return seen;
  }

  const Relation& relation_;
  Extent extent_;
  bool none_after_ = true;
  std::vector<Sequence> sequences_;
  Pieces pieces_;
  std::vector<Sequence> found_;
};

}  // namespace

const MaskProperties& Relation::properties() const {
  return properties_.get([this] { return PropertyReader(*this).read(); });
}

MaskProperties properties_of(const Mask& mask) {
  MaskProperties all = mask.axes.front().relation->properties();
  for (std::size_t axis = 1; axis < mask.axes.size(); ++axis)
    all.causal = all.causal && mask.axes[axis].relation->properties().causal;
  return all;
}

}  // namespace tilewright
