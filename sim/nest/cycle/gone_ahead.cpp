#include "sim/nest/cycle/gone_ahead.hpp"

#include <cmath>

#include "sim/nest/cycle/tile_mask.hpp"

namespace tilewright {

GoneAhead::GoneAhead(const TileProgram& program, const TileMask* mask, TileProgress& progress, const Shares& shares,
                     TileCounts& counts)
    : program_(program),
      mask_(mask),
      progress_(progress),
      shares_(shares),
      counts_(counts),
      repetition_(program.nest.loops.size()),
      left_out_(program.tracks.size(), 0) {}

void GoneAhead::look(double now) {
  const int changed = progress_.stream().changed();
  if (changed < 0) return;
  const auto loop = static_cast<std::size_t>(changed);
  if (mask_ != nullptr && mask_->depends_on(loop)) return;
  const std::int64_t rounds =
      repetition_.rounds(loop, progress_.stream().at(loop), program_.nest.loops[loop].times, snapshot(now));
  if (rounds > 0) skip(loop, rounds);
}

// Counts end with what was left out so far, which outer loops repeat too.
Snapshot GoneAhead::snapshot(double now) {
  Snapshot made{
      .cycle = now, .tile = progress_.window().size(), .state = state(now), .counts = counts_.all(), .tracks = {}};
  made.counts.insert(made.counts.end(), left_out_.begin(), left_out_.end());
  made.counts.push_back(cycles_);
  made.counts.push_back(tiles_);
  for (const TrackId track : program_.tracks.ids()) made.tracks.push_back(progress_.window().last_of(track));
  return made;
}

std::vector<double> GoneAhead::state(double now) const {
  const TileWindow& window = progress_.window();
  std::vector<double> state;
  for (std::size_t owner = 0; owner < progress_.owners().size(); ++owner) {
    const Course& course = progress_.course(owner);
    const std::int64_t newest =
        progress_.owners().is_task(owner) ? window.size() - 1 : window.last_of(program_.copies[owner].track);
    state.push_back(progress_.is_over(owner) ? -1 : static_cast<double>(newest - course.next));
    state.push_back(course.now < 0 ? -1 : static_cast<double>(newest - course.now));
    for (const auto* landings : {&course.behind, &course.within})
      for (const Landing& landing : *landings) state.push_back(landing.cycle - now);
  }
  for (const SharedWork& work : shares_.running()) {
    state.push_back(static_cast<double>(work.owner));
    state.push_back(work.begun ? (work.rate == 0 ? work.rest : (work.end - now) * work.rate) : 1);
  }
  return state;
}

void GoneAhead::skip(std::size_t loop, std::int64_t rounds) {
  const Repetition::Round round = repetition_.round(loop);
  if (tile_cycles_ == 0) tile_cycles_ = round.cycles / static_cast<double>(round.tiles);
  const auto times = static_cast<double>(rounds);
  const std::span<const double> added(round.counts);
  const std::size_t own = added.size() - left_out_.size() - 2;
  counts_.add(times, added.first(own));
  cycles_ += times * (round.cycles + added[added.size() - 2]);
  tiles_ += times * (static_cast<double>(round.tiles) + added.back());
  std::vector<std::int64_t> left(left_out_.size());
  for (std::size_t t = 0; t < left.size(); ++t) {
    const double tiles = times * (static_cast<double>(round.tracks[t]) + added[own + t]);
    left_out_[t] += tiles;
    left[t] = std::llround(tiles);
  }
  progress_.leave_out(left);
  progress_.stream().skip(loop, rounds);
  repetition_.forget_outside(loop);
}

}  // namespace tilewright
