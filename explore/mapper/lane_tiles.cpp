#include "explore/mapper/lane_tiles.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tilewright {

void LaneTiles::search(const Choice& choice) {
  choice_ = &choice;
  direct_ = {};
  direct_.energy_J = choice_->compute_J;
  used_ = 0;
  keeps_ = false;
  for (std::size_t o = 0; o < choice_->keepers.size(); ++o) {
    if (choice_->keepers[o] != nullptr) {
      used_ |= block_.operands[o].ranks;
      keeps_ = true;
    } else {
      block_.operands[o].price.direct(block_.operands[o].at_home, choice_->copies[o], direct_);
    }
  }
  held_.assign(block_.ranks.size(), 1);
  if (fits()) choose_held(0);
}

// Larger tiles of a lane leave fewer steps, and a tile never comes more often for fewer steps: of those that the
// mapspace has, only tiles that cannot grow along any rank are tried. Ranks that select no kept tile have all their
// steps innermost, where it is the same whether lanes or loops above them run over these: one size is enough.
void LaneTiles::choose_held(std::size_t r) {
  if (r == held_.size()) {
    if (is_largest()) try_orders();
    return;
  }
  for (const double size : block_.divisors_of(r, block_.steps[r] / choice_->lanes[r])) {
    if (!block_.may_have_tile(r, size)) continue;
    if (size > 1 && !keeps_) break;
    held_[r] = size;
    if (!fits()) break;
    choose_held(r + 1);
    if (!is_in(used_, r)) break;
  }
  held_[r] = 1;
}

bool LaneTiles::is_largest() {
  for (std::size_t r = 0; r < held_.size(); ++r) {
    if (!is_in(used_, r)) continue;
    const std::vector<double>& sizes = block_.divisors_of(r, block_.steps[r] / choice_->lanes[r]);
    const auto next = std::find_if(std::ranges::upper_bound(sizes, held_[r]), sizes.end(),
                                   [&](double size) { return block_.may_have_tile(r, size); });
    if (next == sizes.end()) continue;
    const double now = std::exchange(held_[r], *next);
    const bool grows = fits();
    held_[r] = now;
    if (grows) return false;
  }
  return true;
}

bool LaneTiles::fits() const {
  for (const LevelId level : block_.problem.roles.lanes[choice_->unit]) {
    double bytes = 0;
    for (std::size_t o = 0; o < choice_->keepers.size(); ++o) {
      if (choice_->keepers[o] == nullptr || choice_->keepers[o]->level != level) continue;
      double tile = block_.operands[o].of->element_B;
      for (std::size_t r = 0; r < held_.size(); ++r)
        if (is_in(block_.operands[o].ranks, r)) tile *= held_[r];
      bytes += tile;
    }
    if (bytes > block_.context.lane_B[level]) return false;
  }
  return true;
}

// Ranks that select the same kept tiles stand together: moving the outer one of two inwards, to the other, lets
// tiles come no more often, since what selects no other tile is counted only outside of what does. So ranks that
// select all of them stand outermost, and those that select none innermost.
void LaneTiles::try_orders() {
  steps_.resize(block_.ranks.size());
  classes_.clear();
  LocalBits all = 0;
  for (std::size_t o = 0; o < choice_->keepers.size(); ++o)
    if (choice_->keepers[o] != nullptr) all |= LocalBits{1} << o;
  for (std::size_t r = 0; r < steps_.size(); ++r) {
    steps_[r] = block_.extents[r] / choice_->lanes[r] / held_[r];
    if (steps_[r] == 1) continue;
    LocalBits selects = 0;
    for (std::size_t o = 0; o < choice_->keepers.size(); ++o)
      if (is_in(all, o) && is_in(block_.operands[o].ranks, r)) selects |= LocalBits{1} << o;
    classes_.push_back({selects == all ? 0 : selects == 0 ? 2 : 1, selects, r});
  }
  std::ranges::sort(classes_, {}, [](const Class& each) { return std::tie(each.place, each.selects, each.rank); });
  price();
  // Permutations of the classes between: of their ranks, those that keep a class together and in order.
  permute();
}

void LaneTiles::permute() {
  std::vector<std::vector<Class>> between;
  std::vector<Class> first;
  std::vector<Class> last;
  for (const Class& each : classes_) {
    if (each.place == 0) first.push_back(each);
    if (each.place == 2) last.push_back(each);
    if (each.place != 1) continue;
    if (between.empty() || between.back().front().selects != each.selects) between.emplace_back();
    between.back().push_back(each);
  }
  if (between.size() < 2) return;
  const auto by_class = [](const std::vector<Class>& a, const std::vector<Class>& b) {
    return a.front().selects < b.front().selects;
  };
  while (std::ranges::next_permutation(between, by_class).found) {
    classes_ = first;
    for (const auto& each : between) classes_.insert(classes_.end(), each.begin(), each.end());
    classes_.insert(classes_.end(), last.begin(), last.end());
    price();
  }
}

// How often a tile comes: every iteration of the loops above it, but for the innermost run of those that select
// no other tile.
double LaneTiles::comes(const LaneOperand& o) const {
  double all = 1;
  double until = 0;
  std::size_t moving = 0;
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    if (is_in(o.ranks, classes_[c].rank)) {
      until = all;
      moving = c + 1;
    } else {
      all *= steps_[classes_[c].rank];
    }
  }
  return until == 0 ? o.stays : o.outside * until * visited_below(moving);
}

// Of what the mask leaves: tiles below the first steps are skipped as a whole, with all that stays there.
double LaneTiles::visited_below(std::size_t steps) const {
  if (!block_.problem.masked(block_.context.einsum)) return 1;
  BlockMask& mask = *block_.problem.mask;
  TileSize tile = block_.context.mask_tile;
  for (std::size_t r = 0; r < block_.ranks.size(); ++r) {
    if (block_.steps[r] == block_.extents[r]) continue;
    double tokens = block_.extents[r];
    for (std::size_t c = 0; c < steps; ++c)
      if (classes_[c].rank == r) tokens /= steps_[r];
    Count& along = block_.ranks[r] == mask.queries() ? tile.first : tile.second;
    along = std::max(along, static_cast<Count>(tokens));
  }
  return mask.share(tile) / mask.share(block_.context.mask_tile);
}

void LaneTiles::price() {
  ++priced_;
  Moved moved = direct_;
  for (std::size_t o = 0; o < choice_->keepers.size(); ++o)
    if (choice_->keepers[o] != nullptr)
      block_.operands[o].price.kept(block_.operands[o].at_home, choice_->keepers[o]->price, choice_->copies[o],
                                    comes(block_.operands[o]), moved);
  if (!front_.is_dominated(choice_->cycles, moved))
    front_.add({choice_->cycles, moved.energy_J, moved.watched_B, plan()});
}

EinsumPlan LaneTiles::plan() const {
  EinsumPlan plan{block_.context.einsum, choice_->unit, {}, {}, {}, {}};
  for (const Class& each : classes_) plan.steps.push_back({block_.ranks[each.rank], steps_[each.rank]});
  for (std::size_t r = 0; r < held_.size(); ++r) {
    if (choice_->lanes[r] > 1) plan.lanes.push_back({block_.ranks[r], choice_->lanes[r]});
    if (held_[r] > 1) plan.in_lane.push_back({block_.ranks[r], held_[r]});
  }
  for (std::size_t o = 0; o < choice_->keepers.size(); ++o)
    if (choice_->keepers[o] != nullptr)
      plan.kept.push_back({block_.operands[o].of->tensor, choice_->keepers[o]->level, 0});
  std::ranges::stable_sort(plan.kept, {}, &PlannedKeep::level);
  return plan;
}

}  // namespace tilewright
