#include "einsum/mask/pieces.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// The query from which on the one of two edges that rises is not the earlier one.
Count crossing(const Edge& x, const Edge& y) {
  if (x.rises == y.rises) return 0;
  return x.rises ? y.at - x.at : x.at - y.at;
}

// Queries [begin, end) of the keys between the later of two low edges and the earlier of two high ones. Each two
// may change their order once, so there are at most three runs of queries.
void append_between(const Segment& a, const Segment& b, Count begin, Count end, Pieces& out) {
  const Count at_low = crossing(a.low, b.low);
  const Count at_high = crossing(a.high, b.high);
  for (const Count cut : {std::min(at_low, at_high), std::max(at_low, at_high), end}) {
    const Count stop = std::min(cut, end);
    if (stop <= begin) continue;
    const Edge low = a.low.row(stop - 1) > b.low.row(stop - 1) ? a.low : b.low;
    const Edge high = a.high.row(stop - 1) < b.high.row(stop - 1) ? a.high : b.high;
    Count from = begin;
    Count to = stop;
    if (low.rises && !high.rises) to = std::min(to, high.at - low.at);
    if (!low.rises && high.rises) from = std::max(from, low.at - high.at + 1);
    if (from < to && low.row(from) < high.row(from)) out.push_back({{low, high}, from, to});
    begin = stop;
  }
}

void append_both(const Piece& a, const Piece& b, Pieces& out) {
  if (a.highest() <= b.lowest() || b.highest() <= a.lowest()) return;
  append_between(a.segment, b.segment, std::max(a.begin, b.begin), std::min(a.end, b.end), out);
}

// At any of the queries [begin, end).
bool is_before(const Edge& x, const Edge& y, Count begin, Count end) {
  return x.row(begin) < y.row(begin) || x.row(end - 1) < y.row(end - 1);
}

// Takes pieces of one set away from those of the other, or keeps what they share, as both begin from key to key.
class KeySweep {
 public:
  KeySweep(Combination how, Pieces& out) : how_(how), out_(out) {}

  void run(const Pieces& a, const Pieces& b) {
    std::size_t in_b = 0;
    for (const Piece& piece : a) {
      for (; in_b < b.size() && b[in_b].lowest() < piece.lowest(); ++in_b) begin_b(b[in_b]);
      std::erase_if(open_b_, [&](const Piece& each) { return each.highest() <= piece.lowest(); });
      const bool alone = open_b_.empty() && (in_b == b.size() || b[in_b].lowest() >= piece.highest());
      if (!alone) {
        begin_a(piece);
      } else if (how_ == Combination::first_only) {
        out_.push_back(piece);
      }
    }
    for (; in_b < b.size() && !open_a_.empty(); ++in_b) begin_b(b[in_b]);
    if (how_ == Combination::first_only) out_.insert(out_.end(), open_a_.begin(), open_a_.end());
  }

 private:
  void begin_a(const Piece& piece) {
    if (how_ == Combination::both) {
      for (const Piece& b : open_b_) append_both(piece, b, out_);
      open_a_.push_back(piece);
      return;
    }
    rest_.assign(1, piece);
    for (const Piece& b : open_b_) cut(rest_, b);
    open_a_.insert(open_a_.end(), rest_.begin(), rest_.end());
  }

  void begin_b(const Piece& piece) {
    std::erase_if(open_a_, [&](const Piece& a) {
      if (a.highest() > piece.lowest()) return false;
      if (how_ == Combination::first_only) out_.push_back(a);
      return true;
    });
    if (how_ == Combination::first_only) {
      cut(open_a_, piece);
    } else {
      for (const Piece& a : open_a_) append_both(a, piece, out_);
    }
    open_b_.push_back(piece);
  }

  // Where no key is shared nothing is cut, so that pieces stay few.
  void cut(Pieces& pieces, const Piece& by) {
    for (std::size_t i = pieces.size(); i-- > 0;) {
      shared_.clear();
      append_both(pieces[i], by, shared_);
      if (shared_.empty()) continue;
      const Piece whole = pieces[i];
      pieces[i] = pieces.back();
      pieces.pop_back();
      const Count begin = shared_.front().begin;
      const Count end = shared_.back().end;
      if (whole.begin < begin) pieces.push_back({whole.segment, whole.begin, begin});
      if (is_before(whole.segment.low, by.segment.low, begin, end))
        append_between(whole.segment, {whole.segment.low, by.segment.low}, begin, end, pieces);
      if (is_before(by.segment.high, whole.segment.high, begin, end))
        append_between(whole.segment, {by.segment.high, whole.segment.high}, begin, end, pieces);
      if (end < whole.end) pieces.push_back({whole.segment, end, whole.end});
    }
  }

  Combination how_;
  Pieces& out_;
  Pieces open_a_;
  Pieces open_b_;
  Pieces rest_;
  Pieces shared_;
};

void sort(std::vector<Segment>& segments) {
  const auto before = [](const Segment& x, const Segment& y) { return x.low.at < y.low.at; };
  if (!std::ranges::is_sorted(segments, before)) std::ranges::sort(segments, before);
}

void sort(Pieces& pieces) {
  const auto before = [](const Piece& x, const Piece& y) { return x.lowest() < y.lowest(); };
  if (!std::ranges::is_sorted(pieces, before)) std::ranges::sort(pieces, before);
}

// Segments whose edges all stay, or all rise: neighbours and overlapping ones become one piece.
class Merge {
 public:
  Merge(const Segment& limit, Count begin, Count end, Pieces& out)
      : limit_(limit), begin_(begin), end_(end), out_(out) {}

  void run(std::span<const Segment> ascending) {
    for (const Segment& segment : ascending) add(segment);
    close();
  }

 private:
  void add(const Segment& segment) {
    if (is_open_ && segment.low.at <= open_.high.at) {
      open_.high.at = std::max(open_.high.at, segment.high.at);
    } else {
      close();
      open_ = segment;
      is_open_ = true;
    }
  }

  void close() {
    if (is_open_) append_clipped({open_, begin_, end_}, limit_, out_);
    is_open_ = false;
  }

  Segment limit_;
  Count begin_;
  Count end_;
  Pieces& out_;
  Segment open_ = {};
  bool is_open_ = false;
};

}  // namespace

void append_pieces(const Bands& bands, Count first, Pieces& out) {
  for (const Band& band : bands.bands)
    for (const Segment& segment : bands.of(band))
      out.push_back({later(segment, first - band.first), band.first - first, band.last - first});
}

void append_clipped(const Piece& piece, const Segment& segment, Pieces& out) {
  const Segment& s = piece.segment;
  const bool inside = !is_before(s.low, segment.low, piece.begin, piece.end) &&
                      !is_before(segment.high, s.high, piece.begin, piece.end);
  if (inside) return out.push_back(piece);
  append_between(s, segment, piece.begin, piece.end, out);
}

void combine(Pieces& a, Pieces& b, Combination how, Pieces& out) {
  sort(a);
  sort(b);
  if (how == Combination::either) {
    out.insert(out.end(), a.begin(), a.end());
    KeySweep(Combination::first_only, out).run(b, a);
  } else {
    KeySweep(how, out).run(a, b);
  }
}

void unite(std::span<const Segment> segments, const Segment& limit, Count begin, Count end, Pieces& out) {
  const Count from = limit.low.row(begin);
  const Count to = limit.high.row(end - 1);
  std::vector<Segment> staying;
  std::vector<Segment> rising;
  std::vector<Segment> mixed;
  rising.reserve(segments.size());
  for (const Segment& segment : segments) {
    if (segment.high.row(end - 1) <= from || segment.low.row(begin) >= to) continue;
    if (segment.low.rises != segment.high.rises) {
      mixed.push_back(segment);
    } else if (segment.low.at < segment.high.at) {
      (segment.low.rises ? rising : staying).push_back(segment);
    }
  }
  sort(staying);
  sort(rising);
  Pieces united;
  Pieces more;
  Pieces both;
  united.reserve(staying.size());
  more.reserve(rising.size());
  Merge(limit, begin, end, united).run(staying);
  Merge(limit, begin, end, more).run(rising);
  for (const Segment& segment : mixed) {
    both.clear();
    combine(united, more, Combination::either, both);
    united.swap(both);
    more.clear();
    append_between(segment, limit, begin, end, more);
  }
  combine(united, more, Combination::either, out);
}

}  // namespace tilewright
