#include "sim/nest/cycle/tile_stream.hpp"

#include <algorithm>
#include <utility>

#include "sim/nest/cycle/tile_mask.hpp"

namespace tilewright {

TileStream::TileStream(const TileNest& nest, const TileMask* mask) : nest_(nest), mask_(mask) {
  at_.assign(nest.loops.size(), 0);
  for (std::size_t i = 0; i < at_.size(); ++i) note(i);
}

void TileStream::note(std::size_t loop) {
  const LoopSet bit = LoopSet{1} << loop;
  first_ = at_[loop] == 0 ? first_ | bit : first_ & ~bit;
  last_ = at_[loop] + 1 == nest_.loops[loop].times ? last_ | bit : last_ & ~bit;
}

// A tile that is not there has no parts.
void TileStream::find_shares() {
  if (mask_ == nullptr) return;
  shares_.resize(mask_->granules());
  shares_.front() = mask_->share(at_, 0);
  for (std::size_t granule = 1; granule < shares_.size(); ++granule)
    shares_[granule] = shares_.front() > 0 ? mask_->share(at_, granule) : 0;
}

bool TileStream::next() {
  if (begun_) {
    std::size_t loop = at_.size();
    while (loop > 0 && at_[loop - 1] + 1 == nest_.loops[loop - 1].times) {
      at_[--loop] = 0;
      note(loop);
    }
    if (loop == 0) return false;
    ++at_[loop - 1];
    note(loop - 1);
    changed_ = static_cast<int>(loop) - 1;
  }
  begun_ = true;
  find_shares();
  return true;
}

void TileStream::skip(std::size_t loop, std::int64_t iterations) {
  at_[loop] += iterations;
  note(loop);
  find_shares();
}

ByTrack<std::int64_t> tiles_of_tracks(const TileProgram& program, const TileMask* mask) {
  ByTrack<std::int64_t> counts;
  for (const TileTrack& track : program.tracks) {
    std::int64_t count = 1;
    const LoopSet irrelevant = track.when.first | track.when.last;
    for (int i = 0; i <= track.level; ++i)
      if ((irrelevant >> i & 1) == 0) count *= program.nest.loops[static_cast<std::size_t>(i)].times;
    counts.push_back(mask != nullptr && track.when.masked ? 0 : count);
  }
  if (mask == nullptr) return counts;
  ByTrack<int> changed;
  changed.assign(counts.size(), -1);
  for (TileStream stream(program.nest, mask); stream.next();)
    for (const TrackId t : counts.ids()) {
      const TileTrack& track = program.tracks[t];
      if (!track.when.masked) continue;
      changed[t] = std::min(changed[t], stream.changed());
      if (!stream.holds(track.when)) continue;
      if (changed[t] <= track.level && (track.level >= 0 || counts[t] == 0)) ++counts[t];
      changed[t] = static_cast<int>(program.nest.loops.size());
    }
  return counts;
}

EarlierTiles::EarlierTiles(const TileNest& nest, RankId iterated) {
  std::size_t loop = 0;
  while (nest.loops[loop].rank != iterated) ++loop;
  outermost_ = static_cast<int>(loop);
  std::int64_t tiles = 1;
  for (std::size_t i = nest.loops.size(); i-- > loop;) {
    if (nest.loops[i].rank == iterated) continue;
    inside_.emplace_back(i, tiles);
    tiles *= nest.loops[i].times;
  }
  last_.assign(static_cast<std::size_t>(tiles), -1);
}

std::int64_t EarlierTiles::replace(const TileStream& stream, int changed, std::int64_t tile) {
  if (changed < outermost_) begun_ = tile;
  std::int64_t key = 0;
  for (const auto& [loop, apart] : inside_) key += stream.at(loop) * apart;
  const std::int64_t before = std::exchange(last_[static_cast<std::size_t>(key)], tile);
  return before < begun_ ? -1 : before;
}

}  // namespace tilewright
