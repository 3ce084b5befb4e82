// Who may begin: how far every task and copy of a program is, what each waits for, and whom it wakes when it goes
// on.
//
// A task is asked again only when what it waited for has gone on, and a condition that once held for a tile is not
// asked again for it: all that is waited for only grows.
#pragma once

#include <vector>

#include "sim/nest/cycle/tile_course.hpp"
#include "sim/nest/cycle/tile_window.hpp"

namespace tilewright {

class TileProgress {
 public:
  /// Both must outlive it; `mask` may be nullptr.
  TileProgress(const TileProgram& program, const TileMask* mask);

  [[nodiscard]] const Owners& owners() const { return owners_; }
  [[nodiscard]] const Course& course(std::size_t owner) const { return courses_[owner]; }
  [[nodiscard]] const TileWindow& window() const { return window_; }
  [[nodiscard]] TileStream& stream() { return window_.stream(); }

  /// The next owner that may perhaps begin; Owners::none: all others wait.
  std::size_t take();

  /// Goes on to the next tile that the task has; false where none is known.
  bool find_tile(TaskId task);
  /// After that, where tiles are known only so far: one more. false where the task waits for others to need it, or
  /// has had its last tile.
  bool add_tile(TaskId task);
  /// What the task waits for with the tile that was found: Owners::none, or an owner.
  std::size_t waits_for(TaskId task);
  [[nodiscard]] bool may_begin(std::size_t copy) const;

  void begin(std::size_t owner, double now);
  /// The tile that has ended; its results are there `latency` cycles later, and what it read may be overwritten
  /// `skew` cycles later, no more than the latency.
  std::int64_t end(std::size_t owner, double now, double latency, double skew);
  /// When the next results are there, or registers are free; infinity: none are on their way.
  [[nodiscard]] double next_landing() const;
  void land(double now);

  [[nodiscard]] bool is_over(std::size_t owner) const { return courses_[owner].next >= past_all_tiles; }
  /// Tiles of every track that were left out, and will not come.
  void leave_out(const std::vector<std::int64_t>& tiles_of_tracks);

 private:
  /// Of a task: a Need, a Credit, or a copy that must have come this far.
  struct Condition {
    enum class Kind { tile, earlier_tile, room, copy } kind;
    std::size_t owner;       // that is waited for
    std::int64_t apart = 0;  // shift of tiles; tiles held; which earlier tile
    TrackId track = {};
  };
  void add_conditions(TaskId id, const std::vector<Need>& needs);
  [[nodiscard]] bool holds(const Condition& condition, std::int64_t tile, TrackSet passed) const;
  [[nodiscard]] std::int64_t released(std::size_t copy) const;
  void note_finished(TaskId task, std::int64_t tile, bool landed);
  void look_at(std::size_t owner) { look_at_[owner / 64] |= std::uint64_t{1} << (owner % 64); }
  void look_at_copies(std::size_t task, TrackSet tracks);
  void wake(std::size_t owner, std::int64_t from);
  void land(std::size_t owner, std::deque<Landing>& landings, double now);
  [[nodiscard]] bool window_is_full() const;

  const TileProgram& program_;
  Owners owners_;
  TileWindow window_;
  ByTrack<std::int64_t> tiles_of_track_;
  std::vector<Course> courses_;
  ByTask<std::vector<Condition>> conditions_;
  ByTask<std::size_t> holding_;  // so many conditions hold for the next tile
  ByTask<TrackSet> passed_;      // tracks that have come to another tile since the task began its last one
  ByTask<char> follows_;         // tasks that only some tiles have, where others have all
  std::vector<std::vector<std::int64_t>> finished_;  // by copy and user: so many tiles for certain
  std::vector<std::vector<std::size_t>> copies_of_;  // by task
  std::vector<std::vector<std::size_t>> waiting_;    // for an owner: owners
  std::vector<std::uint64_t> look_at_;               // owners that may perhaps begin, as bits
  std::size_t landings_ = 0;                         // results on their way
  bool was_full_ = false;                            // no room for one more tile
};

}  // namespace tilewright
