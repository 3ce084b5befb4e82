// Which KV tiles of a fixed grid the pieces of a Q tile visit, and which they fill.
#pragma once

#include <vector>

#include "einsum/mask/by_count.hpp"
#include "einsum/mask/pieces.hpp"

namespace tilewright {

/// KV tiles [first, last) of a Q tile that are alike.
struct TileRun {
  Count first;
  Count last;
  bool full;
};

class PieceCensus {
 public:
  explicit PieceCensus(Count key_tile);

  /// Of a Q tile of so many queries, among so many keys.
  void count(const Pieces& pieces, Count queries, Count keys);
  [[nodiscard]] Count pairs() const { return pairs_; }
  /// Ascending.
  [[nodiscard]] const std::vector<TileRun>& runs() const { return runs_; }
  void swap_runs(std::vector<TileRun>& runs) { runs_.swap(runs); }
  /// Keys in visited tiles.
  [[nodiscard]] Count visited_keys() const { return visited_keys_; }

 private:
  // From a tile on so many more rows are whole; and only in it, so many pairs.
  struct Change {
    Count rows = 0;
    Count pairs = 0;
  };
  struct Event {
    Count tile;
    Change change;
  };
  void add_events(const Piece& piece);
  void add_event(Count tile, const Change& change);
  void gather_events(const Pieces& pieces);
  void add_run(Count first, Count last, bool full);
  [[nodiscard]] Count keys_in(Count tile) const { return std::min(key_tile_, keys_ - tile * key_tile_); }
  [[nodiscard]] Count tile_of(Count key) const { return shift_ >= 0 ? key >> shift_ : key / key_tile_; }

  Count key_tile_;
  int shift_;  // of a key to its tile, where tiles are of a power of two; else -1
  Count keys_ = 0;
  Count key_tiles_ = 0;
  std::vector<Event> events_;
  ByCount<Change> by_tile_;  // their sums, where they are many
  std::vector<TileRun> runs_;
  Count pairs_ = 0;
  Count visited_keys_ = 0;
};

}  // namespace tilewright
