#include "mappings/space/mapspace.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

bool is_within(EinsumId einsum, std::size_t first, std::size_t last) {
  return einsum.index() >= first && einsum.index() <= last;
}

std::ptrdiff_t within(const std::vector<EinsumId>& einsums, std::size_t first, std::size_t last) {
  return std::ranges::count_if(einsums, [&](EinsumId e) { return is_within(e, first, last); });
}

std::size_t index_of(Role role) { return static_cast<std::size_t>(role); }

bool all_have(const std::vector<AllowedSizes>& all, double size) {
  return std::ranges::all_of(all, [&](const AllowedSizes& sizes) { return sizes.has(size); });
}

// Empty: any.
const std::vector<AllowedSizes>& sizes_of(const auto& of_einsums, EinsumId einsum, RankId rank) {
  static const std::vector<AllowedSizes> any;
  const auto known = of_einsums.find({einsum, rank});
  return known == of_einsums.end() ? any : known->second;
}

}  // namespace

bool AllowedSizes::has(double size) const {
  return listed.empty() ? size >= from && size <= to : std::ranges::find(listed, size) != listed.end();
}

std::string AllowedSizes::text() const {
  if (listed.empty()) return fmt::format("between {:.0f} and {:.0f}", from, to);
  std::string text;
  for (const double size : listed) text += fmt::format("{}{:.0f}", text.empty() ? "" : ", ", size);
  return text;
}

Mapspace::Mapspace(const Cascade& cascade, const Arch& arch, std::vector<Constraint> constraints)
    : constraints_(std::move(constraints)) {
  if (constraints_.empty()) return;
  named_tiles_.resize(cascade.ranks.size());
  tiles_.resize(cascade.ranks.size());
  no_loop_.assign(cascade.ranks.size(), 0);
  every_size_.assign(cascade.ranks.size(), 0);
  named_.assign(cascade.ranks.size(), 0);
  kept_.assign(cascade.tensors.size(), {});
  bypassed_.assign(cascade.tensors.size(), {});
  runs_.assign(cascade.einsums.size(), ByUnit<char>(arch.units.size(), 1));
  for (const Constraint& constraint : constraints_) {
    name(constraint);
    if (!constraint.preferred) demand(constraint);
  }
}

void Mapspace::name(const Constraint& constraint) {
  const auto& what = constraint.what;
  if (const auto* tile = std::get_if<Constraint::Tile>(&what)) {
    named_tiles_[tile->rank].push_back(tile->sizes);
    named_[tile->rank] = 1;
  } else if (const auto* whole = std::get_if<Constraint::NoLoop>(&what)) {
    named_[whole->rank] = 1;
  } else if (const auto* every = std::get_if<Constraint::EverySize>(&what)) {
    every_size_[every->rank] = 1;
  } else if (const auto* order = std::get_if<Constraint::Order>(&what)) {
    for (const RankId rank : order->ranks) named_[rank] = 1;
  } else if (const auto* lanes = std::get_if<Constraint::Lanes>(&what)) {
    named_lanes_[{lanes->einsum, lanes->rank}].push_back(lanes->sizes);
  } else if (const auto* held = std::get_if<Constraint::LaneTile>(&what)) {
    named_lane_tiles_[{held->einsum, held->rank}].push_back(held->sizes);
  }
}

void Mapspace::demand(const Constraint& constraint) {
  const auto& what = constraint.what;
  if (const auto* fuse = std::get_if<Constraint::Fuse>(&what)) {
    fused_.push_back(fuse->einsums);
  } else if (const auto* split = std::get_if<Constraint::Split>(&what)) {
    split_.push_back(split->einsums);
  } else if (const auto* most = std::get_if<Constraint::MaxFused>(&what)) {
    max_fused_ = std::min(max_fused_, most->einsums);
  } else if (const auto* tile = std::get_if<Constraint::Tile>(&what)) {
    tiles_[tile->rank].push_back(tile->sizes);
  } else if (const auto* whole = std::get_if<Constraint::NoLoop>(&what)) {
    no_loop_[whole->rank] = 1;
  } else if (const auto* order = std::get_if<Constraint::Order>(&what)) {
    orders_.emplace_back(named_.size(), 0);
    for (std::size_t i = 0; i < order->ranks.size(); ++i) orders_.back()[order->ranks[i]] = static_cast<int>(i) + 1;
  } else if (const auto* keep = std::get_if<Constraint::Residency>(&what)) {
    (keep->kept ? kept_ : bypassed_)[keep->tensor][index_of(keep->role)] = true;
  } else if (const auto* units = std::get_if<Constraint::Units>(&what)) {
    for (const UnitId unit : runs_[units->einsum].ids())
      if ((std::ranges::find(units->units, unit) != units->units.end()) != units->on)
        runs_[units->einsum][unit] = 0;
  } else if (const auto* lanes = std::get_if<Constraint::Lanes>(&what)) {
    lanes_[{lanes->einsum, lanes->rank}].push_back(lanes->sizes);
  } else if (const auto* held = std::get_if<Constraint::LaneTile>(&what)) {
    lane_tiles_[{held->einsum, held->rank}].push_back(held->sizes);
  }
}

bool Mapspace::may_fuse(std::size_t first, std::size_t last) const {
  if (last - first + 1 > max_fused_) return false;
  for (const std::vector<EinsumId>& together : fused_) {
    const auto count = within(together, first, last);
    if (count != 0 && count != std::ssize(together)) return false;
  }
  return std::ranges::all_of(split_, [&](const auto& apart) { return within(apart, first, last) <= 1; });
}

bool Mapspace::may_tile(RankId rank, double tile, double shape) const {
  if (constraints_.empty()) return true;
  if (no_loop_[rank] != 0 && tile != shape) return false;
  return all_have(tiles_[rank], tile);
}

const std::vector<AllowedSizes>& Mapspace::tiles(RankId rank) const {
  static const std::vector<AllowedSizes> any;
  return constraints_.empty() ? any : named_tiles_[rank];
}
bool Mapspace::wants_every_size(RankId rank) const { return !constraints_.empty() && every_size_[rank] != 0; }

bool Mapspace::may_order(std::span<const PlannedLoop> loops) const {
  if (constraints_.empty()) return true;
  return std::ranges::all_of(orders_, [&](const ByRank<int>& order) {
    int last = 0;
    for (const PlannedLoop& loop : loops) {
      const int at = order[loop.rank];
      if (at == 0) continue;
      if (at < last) return false;
      last = at;
    }
    return true;
  });
}

bool Mapspace::may_place(TensorId tensor, Role home, bool outside) const {
  if (constraints_.empty()) return true;
  const auto holds = [&](Role role) { return role == home || (role == Role::outermost && outside); };
  for (const Role role : {Role::outermost, Role::shared}) {
    if (kept_[tensor][index_of(role)] && !holds(role)) return false;
    if (bypassed_[tensor][index_of(role)] && holds(role)) return false;
  }
  return home != Role::lanes || !bypassed_[tensor][index_of(Role::lanes)];
}

bool Mapspace::may_keep_in_lanes(TensorId tensor) const {
  return constraints_.empty() || !bypassed_[tensor][index_of(Role::lanes)];
}
bool Mapspace::must_keep_in_lanes(TensorId tensor) const {
  return !constraints_.empty() && kept_[tensor][index_of(Role::lanes)];
}

bool Mapspace::may_run(EinsumId einsum, UnitId unit) const {
  return constraints_.empty() || runs_[einsum][unit] != 0;
}

bool Mapspace::may_have_lanes(EinsumId einsum, RankId rank, double lanes) const {
  return all_have(sizes_of(lanes_, einsum, rank), lanes);
}
bool Mapspace::may_have_lane_tile(EinsumId einsum, RankId rank, double tile) const {
  return all_have(sizes_of(lane_tiles_, einsum, rank), tile);
}
const std::vector<AllowedSizes>& Mapspace::lanes(EinsumId einsum, RankId rank) const {
  return sizes_of(named_lanes_, einsum, rank);
}
const std::vector<AllowedSizes>& Mapspace::lane_tiles(EinsumId einsum, RankId rank) const {
  return sizes_of(named_lane_tiles_, einsum, rank);
}

bool Mapspace::names_loop(RankId rank) const { return !constraints_.empty() && named_[rank] != 0; }
bool Mapspace::names_lanes(EinsumId einsum) const {
  const auto of = [&](const auto& entry) { return entry.first.first == einsum; };
  return std::ranges::any_of(named_lanes_, of) || std::ranges::any_of(named_lane_tiles_, of);
}

}  // namespace tilewright
