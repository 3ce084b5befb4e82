#include "sim/nest/cycle/tile_progress.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/nest/cycle/least_needs.hpp"

namespace tilewright {

TileProgress::TileProgress(const TileProgram& program, const TileMask* mask)
    : program_(program),
      owners_{program.copies.size(), program.tasks.size()},
      window_(program, mask),
      tiles_of_track_(tiles_of_tracks(program, mask)),
      courses_(owners_.size()),
      waiting_(owners_.size()) {
  const std::size_t tasks = program.tasks.size();
  holding_.assign(tasks, 0);
  passed_.assign(tasks, 0);
  copies_of_.resize(tasks);
  look_at_.assign(owners_.size() / 64 + 1, 0);
  for (std::size_t owner = 0; owner < owners_.size(); ++owner) look_at(owner);
  for (std::size_t c = 0; c < owners_.copies; ++c)
    for (const TaskId user : program.copies[c].users) copies_of_[user.index()].push_back(c);
  for (const TileCopy& copy : program.copies) finished_.emplace_back(copy.users.size(), 0);
  const auto follows = [](const TileTask& task) { return task.when.first != 0 || task.when.last != 0; };
  const bool all = std::ranges::all_of(program.tasks, follows);
  const ByTask<std::vector<Need>> needs = least_needs(program);
  for (const TaskId task : program.tasks.ids()) {
    follows_.push_back(static_cast<char>(!all && follows(program.tasks[task])));
    add_conditions(task, needs[task]);
  }
}

void TileProgress::add_conditions(TaskId id, const std::vector<Need>& needs) {
  using Kind = Condition::Kind;
  std::vector<Condition> all;
  for (const Need& need : needs)
    all.push_back(need.iterated
                      ? Condition{Kind::earlier_tile, owners_.of(need.task), window_.iterated(need.iterated)}
                      : Condition{Kind::tile, owners_.of(need.task), need.shift});
  for (const Credit& credit : program_.tasks[id].credits)
    all.push_back({Kind::room, owners_.of(credit.reader), credit.held, credit.track});
  for (const std::size_t c : copies_of_[id.index()]) {
    const TileCopy& copy = program_.copies[c];
    all.push_back({Kind::copy, c, copy.up ? copy.held : 0, copy.track});
  }
  conditions_.push_back(std::move(all));
}

std::size_t TileProgress::take() {
  for (std::uint64_t& word : look_at_) {
    if (word == 0) continue;
    const int bit = std::countr_zero(word);
    word &= word - 1;
    return static_cast<std::size_t>(64 * (&word - look_at_.data()) + bit);
  }
  return Owners::none;
}

// A task may be needed by others for tiles that it does not have.
bool TileProgress::find_tile(TaskId task) {
  Course& course = courses_[owners_.of(task)];
  const std::int64_t from = course.next;
  while (course.next < window_.size()) {
    passed_[task] |= window_.begun(course.next);
    if (window_.runs(task, course.next)) break;
    ++course.next;
  }
  if (course.next != from) wake(owners_.of(task), from);
  return course.next < window_.size();
}

bool TileProgress::add_tile(TaskId task) {
  const std::size_t owner = owners_.of(task);
  if (is_over(owner)) return false;
  if (window_.complete()) {
    courses_[owner].next = past_all_tiles;
    wake(owner, window_.size());
    return false;
  }
  // Those that all tiles have go ahead, and the others follow.
  if (follows_[task] != 0) return false;
  was_full_ = window_is_full();
  if (was_full_) return false;
  const bool added = window_.add();
  for (const TaskId other : program_.tasks.ids()) {
    if (added && courses_[owners_.of(other)].next + 1 != window_.size()) continue;
    look_at(owners_.of(other));
    look_at_copies(other.index(), added ? window_.begun(window_.size() - 1) : all_tracks);
  }
  return true;
}

bool TileProgress::window_is_full() const {
  std::int64_t first = window_.size();
  for (std::size_t owner = owners_.copies; owner < owners_.size(); ++owner) {
    const Course& course = courses_[owner];
    if (course.next < window_.size() || course.now >= 0 || !course.behind.empty())
      first = std::min(first, course.done());
  }
  return window_.size() - first >= TileWindow::width;
}

std::size_t TileProgress::waits_for(TaskId task) {
  const std::vector<Condition>& conditions = conditions_[task];
  const std::int64_t tile = courses_[owners_.of(task)].next;
  for (std::size_t& i = holding_[task]; i < conditions.size(); ++i) {
    if (holds(conditions[i], tile, passed_[task])) continue;
    waiting_[conditions[i].owner].push_back(owners_.of(task));
    return conditions[i].owner;
  }
  return Owners::none;
}

bool TileProgress::holds(const Condition& condition, std::int64_t tile, TrackSet passed) const {
  const Course& other = courses_[condition.owner];
  switch (condition.kind) {
    case Condition::Kind::tile: {
      const std::int64_t until = tile + condition.apart;
      return until < 0 || other.done() > until;
    }
    case Condition::Kind::earlier_tile: {
      const std::int64_t until = window_.earlier(condition.apart, tile);
      return until < 0 || other.done() > until;
    }
    case Condition::Kind::room: {
      const std::int64_t freed = window_.of_track(condition.track, tile) - condition.apart + 1;
      return freed <= 0 || other.has_read() >= window_.first_of(condition.track, freed);
    }
    case Condition::Kind::copy:
      return (passed & set_of(condition.track)) == 0 ||
             window_.of_track(condition.track, tile) < other.done() + condition.apart;
  }
  return true;
}

// So many tiles of a copy's track are no longer used.
std::int64_t TileProgress::released(std::size_t c) const {
  const TileCopy& copy = program_.copies[c];
  std::int64_t least = past_all_tiles;
  for (std::size_t u = 0; u < copy.users.size(); ++u) {
    const Course& course = courses_[owners_.of(copy.users[u])];
    const std::int64_t done = copy.up ? course.done() : course.has_read();
    if (done >= past_all_tiles) continue;
    const std::int64_t number =
        done < window_.size() ? window_.of_track(copy.track, done) : window_.last_of(copy.track);
    least = std::min(least, std::max({std::int64_t{0}, number, finished_[c][u]}));
  }
  return least;
}

// That no more of its tiles share one of a track is known before the next one comes.
void TileProgress::note_finished(TaskId task, std::int64_t tile, bool landed) {
  for (const std::size_t c : copies_of_[task.index()]) {
    const TileCopy& copy = program_.copies[c];
    if (copy.up != landed || program_.tasks[task].when != program_.tracks[copy.track].when) continue;
    if (!window_.finishes(copy.track, tile)) continue;
    const auto user = static_cast<std::size_t>(std::ranges::find(copy.users, task) - copy.users.begin());
    finished_[c][user] = window_.of_track(copy.track, tile) + 1;
    look_at(c);
  }
}

bool TileProgress::may_begin(std::size_t c) const {
  const TileCopy& copy = program_.copies[c];
  const Course& course = courses_[c];
  return course.now < 0 && course.next < tiles_of_track_[copy.track] &&
         course.next < released(c) + (copy.up ? 0 : copy.held);
}

void TileProgress::begin(std::size_t owner, double now) {
  Course& course = courses_[owner];
  course.now = course.next++;
  course.began = now;
  if (!owners_.is_task(owner)) return;
  holding_[owners_.task(owner)] = 0;
  passed_[owners_.task(owner)] = 0;
}

std::int64_t TileProgress::end(std::size_t owner, double now, double latency, double skew) {
  Course& course = courses_[owner];
  const std::int64_t tile = std::exchange(course.now, -1);
  const auto send = [&](std::deque<Landing>& landings, double cycles) {
    if (cycles <= 0) return;
    landings.push_back({now + cycles, tile});
    ++landings_;
  };
  send(course.behind, latency);
  send(course.within, skew);
  if (owners_.is_task(owner)) {
    if (skew <= 0) note_finished(owners_.task(owner), tile, false);
    if (latency <= 0) note_finished(owners_.task(owner), tile, true);
  }
  wake(owner, tile);
  return tile;
}

double TileProgress::next_landing() const {
  double next = std::numeric_limits<double>::infinity();
  if (landings_ == 0) return next;
  for (const Course& course : courses_)
    for (const std::deque<Landing>* landings : {&course.behind, &course.within})
      if (!landings->empty()) next = std::min(next, landings->front().cycle);
  return next;
}

void TileProgress::land(double now) {
  if (landings_ == 0) return;
  for (std::size_t owner = 0; owner < courses_.size(); ++owner) {
    land(owner, courses_[owner].within, now);
    land(owner, courses_[owner].behind, now);
  }
}

void TileProgress::land(std::size_t owner, std::deque<Landing>& landings, double now) {
  for (; !landings.empty() && landings.front().cycle <= now; --landings_) {
    const std::int64_t tile = landings.front().tile;
    landings.pop_front();
    if (owners_.is_task(owner)) note_finished(owners_.task(owner), tile, &landings == &courses_[owner].behind);
    wake(owner, tile);
  }
}

void TileProgress::leave_out(const std::vector<std::int64_t>& tiles_of_tracks) {
  for (const TrackId t : tiles_of_track_.ids()) tiles_of_track_[t] -= tiles_of_tracks[t.index()];
}

void TileProgress::look_at_copies(std::size_t task, TrackSet tracks) {
  for (const std::size_t copy : copies_of_[task])
    if ((tracks & set_of(program_.copies[copy].track)) != 0) look_at(copy);
}

// An owner has gone on from a tile: those that wait for it, and copies of tracks that have another tile by now.
void TileProgress::wake(std::size_t owner, std::int64_t from) {
  look_at(owner);
  for (const std::size_t waiting : waiting_[owner]) look_at(waiting);
  waiting_[owner].clear();
  if (owners_.is_task(owner)) {
    TrackSet tracks = is_over(owner) ? all_tracks : 0;
    const std::int64_t to = std::min(courses_[owner].has_read(), window_.size() - 1);
    for (std::int64_t tile = from + 1; tile <= to; ++tile) tracks |= window_.begun(tile);
    look_at_copies(owner - owners_.copies, tracks);
  }
  if (!was_full_) return;
  for (const TaskId task : program_.tasks.ids()) look_at(owners_.of(task));
}

}  // namespace tilewright
