// The tiles that a pipeline works on at present, numbered as they come.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "sim/nest/cycle/tile_stream.hpp"

namespace tilewright {

/// Tracks, as bits; those apart by 64 share one.
using TrackSet = std::uint64_t;
inline constexpr TrackSet all_tracks = ~TrackSet{0};
inline TrackSet set_of(TrackId track) { return TrackSet{1} << (track.index() % 64); }

class TileWindow {
 public:
  /// So many tiles from the first that anything still works on.
  static constexpr std::int64_t width = 64;
  static constexpr std::int64_t remembered = 4 * width;

  TileWindow(const TileProgram& program, const TileMask* mask);

  /// One more tile; false where there is none.
  bool add();
  [[nodiscard]] std::int64_t size() const { return size_; }  ///< tiles so far
  [[nodiscard]] bool complete() const { return complete_; }

  // Of a tile in the window:
  [[nodiscard]] bool runs(TaskId task, std::int64_t tile) const {
    return (at(tile).runs[task.index() / 64] >> (task.index() % 64) & 1) != 0;
  }
  /// The outermost loop that has gone on since the task ran before.
  [[nodiscard]] int changed(TaskId task, std::int64_t tile) const { return at(tile).changed[task.index()]; }
  /// Of a granule; 1 of what is whole.
  [[nodiscard]] double share(std::int64_t tile, int granule) const {
    return granule == whole ? 1 : at(tile).shares[static_cast<std::size_t>(granule)];
  }
  /// Which tile of a track it belongs to.
  [[nodiscard]] std::int64_t of_track(TrackId track, std::int64_t tile) const {
    return at(tile).of_track[track.index()];
  }
  /// Tracks that have another tile from it on.
  [[nodiscard]] TrackSet begun(std::int64_t tile) const { return at(tile).begun; }
  /// Tracks whose tile at that time has all of its work with it: of those that the task belongs to, none comes
  /// after.
  [[nodiscard]] bool finishes(TrackId track, std::int64_t tile) const {
    return track.index() < 64 && (at(tile).finished & set_of(track)) != 0;
  }
  /// The tile before it of a loop over an iterated rank, told by its number; -1: none.
  [[nodiscard]] std::int64_t earlier(std::int64_t iterated, std::int64_t tile) const {
    return at(tile).earlier[static_cast<std::size_t>(iterated)];
  }
  /// The number of an iterated rank.
  [[nodiscard]] std::int64_t iterated(RankId rank) const;

  /// So many tiles of a track so far, less one; -1 at first.
  [[nodiscard]] std::int64_t last_of(TrackId track) const { return last_of_[track]; }
  /// The first tile of one of the last tiles of a track; of one that is longer gone, -1.
  [[nodiscard]] std::int64_t first_of(TrackId track, std::int64_t number) const {
    return last_of_[track] - number < remembered ? first_of_[track][static_cast<std::size_t>(number) % remembered]
                                                 : -1;
  }

  [[nodiscard]] TileStream& stream() { return stream_; }

 private:
  struct Entry {
    std::vector<std::uint64_t> runs;
    std::vector<signed char> changed;  // by task
    std::vector<std::int64_t> of_track;
    std::vector<std::int64_t> earlier;  // by iterated rank
    std::vector<double> shares;
    TrackSet begun = 0;
    TrackSet finished = 0;
  };
  [[nodiscard]] const Entry& at(std::int64_t tile) const {
    return entries_[static_cast<std::size_t>(tile) % width];
  }
  void note_tasks(Entry& entry);
  void note_tracks(Entry& entry);

  const TileProgram& program_;
  TileStream stream_;
  std::vector<Entry> entries_;
  std::int64_t size_ = 0;
  bool complete_ = false;
  ByTask<int> changed_;  // since it ran
  ByTrack<int> track_changed_;
  ByTrack<When> finish_;  // the last of the tiles that share one of a track
  ByTrack<std::int64_t> last_of_;
  ByTrack<std::vector<std::int64_t>> first_of_;
  std::vector<RankId> iterated_;
  std::vector<EarlierTiles> earlier_;
};

}  // namespace tilewright
