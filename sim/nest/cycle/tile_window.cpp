#include "sim/nest/cycle/tile_window.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// Loops inside that make a difference are at their last iterations.
When finish_of(const TileTrack& track, const TileNest& nest) {
  When finish = track.when;
  for (auto i = static_cast<std::size_t>(track.level) + 1; i < nest.loops.size(); ++i)
    finish.last |= (LoopSet{1} << i) & ~track.when.first;
  return finish;
}

}  // namespace

TileWindow::TileWindow(const TileProgram& program, const TileMask* mask)
    : program_(program), stream_(program.nest, mask) {
  for (const TileTask& task : program.tasks)
    for (const Need& need : task.needs)
      if (need.iterated && std::ranges::find(iterated_, need.iterated) == iterated_.end()) {
        iterated_.push_back(need.iterated);
        earlier_.emplace_back(program.nest, need.iterated);
      }
  for (const TileTrack& track : program.tracks) finish_.push_back(finish_of(track, program.nest));
  Entry entry;
  entry.runs.assign(program.tasks.size() / 64 + 1, 0);
  entry.changed.assign(program.tasks.size(), 0);
  entry.of_track.assign(program.tracks.size(), 0);
  entry.earlier.assign(iterated_.size(), -1);
  entries_.assign(width, entry);
  changed_.assign(program.tasks.size(), -1);
  track_changed_.assign(program.tracks.size(), -1);
  last_of_.assign(program.tracks.size(), -1);
  first_of_.assign(program.tracks.size(), std::vector<std::int64_t>(remembered, 0));
}

bool TileWindow::add() {
  Entry& entry = entries_[static_cast<std::size_t>(size_ % width)];
  int changed = static_cast<int>(program_.nest.loops.size());
  entry.begun = 0;
  entry.finished = 0;
  do {
    complete_ = !stream_.next();
    if (complete_) return false;
    changed = std::min(changed, stream_.changed());
    note_tasks(entry);
    note_tracks(entry);
  } while (std::ranges::all_of(entry.runs, [](std::uint64_t word) { return word == 0; }));
  entry.shares = stream_.shares();
  for (std::size_t i = 0; i < earlier_.size(); ++i) entry.earlier[i] = earlier_[i].replace(stream_, changed, size_);
  ++size_;
  return true;
}

void TileWindow::note_tasks(Entry& entry) {
  std::ranges::fill(entry.runs, 0);
  for (const TaskId task : program_.tasks.ids()) {
    int& changed = changed_[task];
    changed = std::min(changed, stream_.changed());
    if (!stream_.holds(program_.tasks[task].when)) continue;
    entry.runs[task.index() / 64] |= std::uint64_t{1} << (task.index() % 64);
    entry.changed[task.index()] = static_cast<signed char>(changed);
    changed = static_cast<int>(program_.nest.loops.size());
  }
}

void TileWindow::note_tracks(Entry& entry) {
  for (const TrackId t : program_.tracks.ids()) {
    const TileTrack& track = program_.tracks[t];
    int& changed = track_changed_[t];
    changed = std::min(changed, stream_.changed());
    if (stream_.holds(track.when)) {
      if (changed <= track.level || last_of_[t] < 0) {
        first_of_[t][static_cast<std::size_t>(++last_of_[t] % remembered)] = size_;
        entry.begun |= set_of(t);
      }
      changed = static_cast<int>(program_.nest.loops.size());
    }
    if (stream_.holds(finish_[t])) entry.finished |= set_of(t);
    entry.of_track[t.index()] = last_of_[t];
  }
}

std::int64_t TileWindow::iterated(RankId rank) const {
  return std::ranges::find(iterated_, rank) - iterated_.begin();
}

}  // namespace tilewright
