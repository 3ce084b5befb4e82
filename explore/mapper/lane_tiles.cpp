#include "explore/mapper/lane_tiles.hpp"

#include <algorithm>
#include <cmath>
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
//
// With remainders, larger tiles of which the last is smaller leave lanes without work in the last step, and so may
// take more steps in all: they rule no others out. One that cuts no tile off does, also those that cut one off: all
// lanes work in all of its steps, which are the fewest that there can be; a lane has no more of them than of
// smaller tiles, and more than one only where it has more than one of these. Of a rank that selects no kept tile
// single coordinates leave the fewest lanes without work, and move no more; but where the last block of the rank is
// smaller, larger ones leave fewer lanes that want what they keep there.
void LaneTiles::choose_held(std::size_t r) {
  if (r == held_.size()) {
    if (is_largest()) try_orders();
    return;
  }
  for (const double size : block_.tiles_of(r, choice_->lanes[r])) {
    if (!block_.may_have_tile(r, size) || block_.idles(r, choice_->lanes[r], size)) continue;
    if (size > 1 && !keeps_) break;
    held_[r] = size;
    if (!fits()) break;
    choose_held(r + 1);
    if (!is_in(used_, r) && (choice_->lanes[r] == 1 || !block_.is_cut_off(r))) break;
  }
  held_[r] = 1;
}

bool LaneTiles::is_largest() {
  for (std::size_t r = 0; r < held_.size(); ++r) {
    if (!is_in(used_, r)) continue;
    const std::vector<double>& sizes = block_.tiles_of(r, choice_->lanes[r]);
    const auto next = std::find_if(std::ranges::upper_bound(sizes, held_[r]), sizes.end(), [&](double size) {
      return block_.may_have_tile(r, size) && !block_.cuts(r, choice_->lanes[r], size);
    });
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
// select all of them stand outermost, and those that select none innermost. This is so for every lane and every
// block by itself, whose loops have other factors where the last ones are smaller.
void LaneTiles::try_orders() {
  steps_.resize(block_.ranks.size());
  uneven_ = false;
  classes_.clear();
  LocalBits all = 0;
  for (std::size_t o = 0; o < choice_->keepers.size(); ++o)
    if (choice_->keepers[o] != nullptr) all |= LocalBits{1} << o;
  for (std::size_t r = 0; r < steps_.size(); ++r) {
    steps_[r] = is_uneven(r) ? std::ceil(block_.extents[r] / (choice_->lanes[r] * held_[r]))
                             : block_.extents[r] / choice_->lanes[r] / held_[r];
    uneven_ |= is_uneven(r);
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

bool LaneTiles::is_uneven(std::size_t r) const {
  return block_.is_cut_off(r) || block_.cuts(r, choice_->lanes[r], held_[r]);
}

// Of what lanes want at every step, different elements.
double LaneTiles::apart(const LaneOperand& o) const {
  double elements = o.price.points();
  for (std::size_t r = 0; r < held_.size(); ++r)
    if (!is_in(o.ranks, r))
      elements =
          elements / block_.problem.shapes[block_.ranks[r]] * block_.busy_steps(r, choice_->lanes[r], held_[r]);
  return elements;
}

// Whether the steps over a rank are two at least for every lane in every block.
bool LaneTiles::always_moves(std::size_t r) const {
  return !is_uneven(r) || (!block_.has_loop(r) && steps_[r] > 2);
}

// As comes(), of loops outside of one that always selects another tile for each lane; exact where no others select
// one inside of any that do not. Ranks that select the tile come to all their coordinates each time.
LaneTiles::Least LaneTiles::least_coming(const LaneOperand& o) const {
  const MapProblem& problem = block_.problem;
  const TileSelection selects = problem.selection(o.of->tensor, o.of->ranks);
  RankBits blocks = 0;         // ranks whose shared loops bring the tile again ...
  RankBits steps = 0;          // ... and whose steps do
  RankBits blocks_inside = 0;  // the same, inside of all that surely move it
  RankBits steps_inside = 0;
  double shared = 1;
  double shared_inside = 1;
  bool exact = true;
  const auto select = [&](bool always) {
    if (!always) {
      exact &= (blocks_inside | steps_inside) == 0 && shared_inside == 1;
      return;
    }
    blocks |= std::exchange(blocks_inside, 0);
    steps |= std::exchange(steps_inside, 0);
    shared *= std::exchange(shared_inside, 1);
    exact = true;
  };
  for (const PlannedLoop& loop : block_.context.loops) {
    const double selected = selects.of(loop);
    if (selected > 1) select(loop.factor > 2 || loop.factor * loop.tile == problem.shapes[loop.rank]);
    if (selected == 1)
      (block_.context.turns ? blocks : blocks_inside) |= bit(loop.rank);
    else
      (block_.context.turns ? shared : shared_inside) *= loop.factor / selected;
  }
  for (const Class& each : classes_)
    if (is_in(o.ranks, each.rank))
      select(always_moves(each.rank));
    else
      steps_inside |= bit(block_.ranks[each.rank]);
  OperandPrice::Coming comes{o.of->elements * shared, o.of->elements * shared};
  for (const PlannedLoop& loop : block_.context.loops)
    if (block_.is_single(loop.rank) && has(blocks, loop.rank)) {
      comes.apart *= loop.factor;
      comes.of_lanes *= loop.factor;
    }
  for (std::size_t r = 0; r < held_.size(); ++r) {
    if (is_in(o.ranks, r)) continue;
    const double lanes = choice_->lanes[r];
    const double shape = problem.shapes[block_.ranks[r]];
    const double all = std::ceil(shape / held_[r]);
    if (has(steps, block_.ranks[r])) {
      comes.apart *= std::ceil(shape / (lanes * held_[r]));
      comes.of_lanes *= all;
    } else if (has(blocks, block_.ranks[r])) {
      const double full = std::ceil(shape / block_.extents[r]) - 1;
      comes.apart *= full + 1;
      comes.of_lanes *= full * lanes + std::min(lanes, std::ceil((shape - full * block_.extents[r]) / held_[r]));
    } else {
      comes.of_lanes *= lanes;
    }
  }
  return {comes, exact};
}

// All loops above the tile that a lane keeps, as ImperfectCount has them of a tree.
void LaneTiles::find_path(const LaneOperand& o) {
  using Does = TileWalk::Does;
  const MapProblem& problem = block_.problem;
  walk_.path.clear();
  walk_.edges.clear();
  walk_.imperfect = {};
  walk_.even_elements = 1;
  walk_.stays = true;
  const TileSelection selects = problem.selection(o.of->tensor, o.of->ranks);
  for (const PlannedLoop& loop : block_.context.loops) {
    const double selected = selects.of(loop);
    const bool turns = block_.context.turns;
    if (selected > 1) walk_.path.push_back({loop.rank, Does::select, selected, selected - 1, turns});
    const double repeats = loop.factor / selected;
    if (repeats > 1) walk_.path.push_back({loop.rank, Does::repeat, repeats, repeats - 1, turns});
  }
  const auto last = [&](std::size_t r, double below, double factor) {
    return std::fmod(std::floor((problem.shapes[block_.ranks[r]] - 1) / below), factor);
  };
  for (const Class& each : classes_) {
    const std::size_t r = each.rank;
    walk_.path.push_back({block_.ranks[r], is_in(o.ranks, r) ? Does::select : Does::repeat, steps_[r],
                          last(r, choice_->lanes[r] * held_[r], steps_[r])});
  }
  for (std::size_t r = 0; r < held_.size(); ++r) {
    const double lanes = choice_->lanes[r];
    const bool selects_tile = is_in(o.ranks, r);
    if (lanes > 1)
      walk_.path.push_back({block_.ranks[r],
                            !selects_tile  ? Does::merge
                            : is_uneven(r) ? Does::spread
                                           : Does::copy,
                            lanes, last(r, held_[r], lanes)});
    if (is_uneven(r)) walk_.imperfect.add(block_.ranks[r]);
    if (!selects_tile) continue;
    if (is_uneven(r))
      walk_.edges.push_back(
          {block_.ranks[r], held_[r], std::fmod(problem.shapes[block_.ranks[r]] - 1, held_[r]) + 1});
    else
      walk_.even_elements *= held_[r];
  }
}

OperandPrice::Coming LaneTiles::coming(const LaneOperand& o) {
  find_path(o);
  OperandPrice::Coming comes{walk_.count(), 0};
  bool shared = false;
  for (TileWalk::Loop& loop : walk_.path)
    if (loop.does == TileWalk::Does::merge) {
      loop.does = TileWalk::Does::copy;
      shared = true;
    }
  comes.of_lanes = shared ? walk_.count() : comes.apart;
  return comes;
}

void LaneTiles::price_uneven() {
  double steps = block_.einsum.points;
  for (std::size_t r = 0; r < held_.size(); ++r)
    steps = steps / block_.problem.shapes[block_.ranks[r]] * block_.busy_steps(r, choice_->lanes[r], held_[r]);
  const double cycles = steps * block_.einsum.costs[choice_->unit]->cycles;
  bool exact = true;
  const auto price = [&](bool least) {
    Moved moved;
    moved.energy_J = choice_->compute_J;
    for (std::size_t o = 0; o < choice_->keepers.size(); ++o) {
      const LaneOperand& operand = block_.operands[o];
      if (choice_->keepers[o] == nullptr) {
        operand.price.direct_apart(operand.at_home, apart(operand), moved);
        continue;
      }
      const Least bound = least_coming(operand);
      exact &= bound.exact;
      operand.price.kept(operand.at_home, choice_->keepers[o]->price, choice_->copies[o],
                         least || bound.exact ? bound.comes : coming(operand), moved);
    }
    return moved;
  };
  Moved moved = price(true);
  if (front_.is_dominated(cycles, moved)) return;
  if (!exact) {
    moved = price(false);
    if (front_.is_dominated(cycles, moved)) return;
  }
  front_.add({cycles, moved.energy_J, moved.watched_B, plan()});
}

void LaneTiles::price() {
  ++priced_;
  if (uneven_) return price_uneven();
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
