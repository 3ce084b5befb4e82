#include "explore/mapper/group_blocks.hpp"

#include <algorithm>
#include <cmath>

#include "explore/mapper/sizes.hpp"

namespace tilewright {

GroupBlocks::GroupBlocks(const MapProblem& problem, LaneSearch& lanes, LaneBounds& bounds, std::size_t first,
                         std::size_t last)
    : problem_(problem),
      lanes_(lanes),
      bounds_(bounds),
      tensors_(tensors_of(problem, first, last)),
      block_(problem.shapes.size(), 1) {
  for (std::size_t e = first; e <= last; ++e) einsums_.push_back(EinsumId::at(e));
  find_floors();
  find_ranks();
  is_possible_ &= !splits_history(problem, first, last);
}

// Every tensor that comes from or goes to elsewhere moves once at least.
Score GroupBlocks::bound() const {
  Score least{least_cycles_ / problem_.arch.clock_Hz, floor_J_, 0, 0};
  for (const GroupTensor& tensor : tensors_) {
    if (tensor.internal()) continue;
    double energy = unlimited;
    for (const TensorPlace& place : places_of(problem_, tensor, {}, false))
      energy = std::min(energy, place.least_energy_J);
    least.energy_J += energy * least_share(problem_, tensor);
    least.traffic_B += tensor.bytes * least_share(problem_, tensor);
  }
  least.time_s = std::max(least.time_s, outer_time(least.traffic_B));
  return least;
}

void GroupBlocks::find_floors() {
  const std::vector<LevelId> anywhere(tensors_.size());
  for (std::size_t e = 0; e < einsums_.size(); ++e) {
    const double share = problem_.least_share(einsums_[e]);
    cycles_.push_back(lanes_.least_cycles(einsums_[e]));
    for (double& cycles : cycles_.back()) cycles *= share;
    floor_J_ += share * lanes_.least_J(einsums_[e], homes_of(e, anywhere));
  }
  least_cycles_ = unlimited;
  ByUnit<double> busy(problem_.arch.units.size(), 0);
  share_out(cycles_, 0, busy, least_cycles_);
}

// Units at once, whichever of them an Einsum is on: the least that the busiest one takes.
void GroupBlocks::share_out(const std::vector<ByUnit<double>>& cycles, std::size_t e, ByUnit<double>& busy,
                            double& least) {
  const double longest = *std::ranges::max_element(busy);
  if (longest >= least) return;
  if (e == cycles.size()) {
    least = longest;
    return;
  }
  for (const UnitId unit : busy.ids()) {
    if (cycles[e][unit] == unlimited) continue;
    busy[unit] += cycles[e][unit];
    share_out(cycles, e + 1, busy, least);
    busy[unit] -= cycles[e][unit];
  }
}

// Levels by tensor to levels by operand.
std::vector<LevelId> GroupBlocks::homes_of(std::size_t e, const std::vector<LevelId>& by_tensor) const {
  std::vector<LevelId> homes;
  for (const MappedOperand& operand : problem_.einsums[einsums_[e]].operands)
    homes.push_back(by_tensor[index_of(operand.tensor)]);
  return homes;
}
std::size_t GroupBlocks::index_of(TensorId tensor) const {
  return static_cast<std::size_t>(std::ranges::find(tensors_, tensor, &GroupTensor::tensor) - tensors_.begin());
}

double GroupBlocks::outer_time(double bytes) const {
  return bytes / problem_.arch.levels[problem_.roles.outermost].bandwidth_B_per_s;
}

// A rank that an Einsum reduces, and whose result another one of the group reads, has no shared loop: the result
// is complete only after it. A rank that all tensors and all Einsums of the group have (a batch) has all its
// steps in the outermost loops: there it costs nothing, since no tensor stays over it anywhere, and blocks are
// smallest. Only where the other ranks of an Einsum cannot fill the lanes of a unit are its tiles larger; and where
// the mapspace demands something of its loop, or of lanes, single steps need not be among what is left of the
// space.
void GroupBlocks::find_ranks() {
  RankBits all = 0;
  RankBits common = ~RankBits{0};
  RankBits completing = 0;
  for (const EinsumId e : einsums_) {
    all |= problem_.einsums[e].iteration;
    common &= problem_.einsums[e].iteration;
    const TensorId result = problem_.facts.write(e).tensor;
    for (const EinsumId reader : einsums_)
      for (const MappedOperand& operand : problem_.einsums[reader].operands)
        if (!operand.result && operand.tensor == result) completing |= problem_.einsums[e].reduced;
  }
  for (const GroupTensor& tensor : tensors_) {
    common &= tensor.ranks;
    if (problem_.shares(tensor.tensor)) shared_ = problem_.conditions.shared->rank;
  }
  if (shared_) common &= ~bit(shared_);
  for (const RankId rank : problem_.shapes.ids()) {
    if (!has(all, rank)) continue;
    if (has(completing, rank) || problem_.shapes[rank] <= 1)
      is_possible_ &= problem_.space.may_tile(rank, problem_.shapes[rank], problem_.shapes[rank]) &&
                      is_of_one_group(rank, problem_.shapes[rank]);
    else
      (has(common, rank) && !is_free(rank) ? batch_ : ranks_).push_back(rank);
  }
}

bool GroupBlocks::is_free(RankId rank) const {
  return problem_.space.names_loop(rank) ||
         std::ranges::any_of(einsums_, [&](EinsumId e) { return problem_.space.names_lanes(e); });
}

std::vector<GroupBlocks::Block> GroupBlocks::list(Sizes sizes, const Excluded& is_excluded,
                                                  const Stopped& is_stopped) {
  blocks_.clear();
  listed_ = 0;
  tile_sizes_ = problem_.tile_sizes;
  few_ = sizes == Sizes::few;
  constexpr std::size_t many_ranks = 6;
  if (few_)
    for (std::vector<double>& of_rank : tile_sizes_) of_rank = few_of(of_rank, ranks_.size() > many_ranks ? 2 : 3);
  is_excluded_ = &is_excluded;
  is_stopped_ = &is_stopped;
  fills_lanes_ = fills_lanes();
  tiles_.assign(problem_.shapes.size(), 1);
  for (const RankId rank : problem_.shapes.ids()) tiles_[rank.index()] = std::max(1.0, problem_.shapes[rank]);
  if (is_possible_) choose_tile(0);
  return std::move(blocks_);
}

void GroupBlocks::choose_tile(std::size_t r) {
  if (r == ranks_.size()) return choose_batch(0);
  for (const double tile : tile_sizes_[ranks_[r]]) {
    if (!problem_.space.may_tile(ranks_[r], tile, problem_.shapes[ranks_[r]])) continue;
    if (!is_of_one_group(ranks_[r], tile)) continue;
    tiles_[ranks_[r].index()] = tile;
    choose_tile(r + 1);
  }
  tiles_[ranks_[r].index()] = problem_.shapes[ranks_[r]];
}

// Blocks are of coordinates that share all that they share: more of them would move as much for each.
bool GroupBlocks::is_of_one_group(RankId rank, double tile) const {
  return rank != shared_ || std::fmod(problem_.shared_by(), tile) == 0;
}

void GroupBlocks::choose_batch(std::size_t r) {
  if (r == batch_.size()) return choose_order();
  const RankId rank = batch_[r];
  for (const double tile : tile_sizes_[rank]) {
    tiles_[rank.index()] = tile;
    choose_batch(r + 1);
    if (fills_lanes_) break;
  }
  tiles_[rank.index()] = problem_.shapes[rank];
}

// Without ranks of the batch.
bool GroupBlocks::fills_lanes() const {
  for (const EinsumId e : einsums_) {
    double points = 1;
    for (const RankId rank : problem_.shapes.ids())
      if (has(problem_.einsums[e].iteration & ~problem_.einsums[e].apart, rank) &&
          std::ranges::find(batch_, rank) == batch_.end())
        points *= problem_.shapes[rank];
    for (const UnitId unit : problem_.arch.units.ids())
      if (problem_.einsums[e].costs[unit] && points < problem_.arch.units[unit].lanes) return false;
  }
  return true;
}

void GroupBlocks::choose_order() {
  if ((*is_stopped_)()) return;
  Loops loops;
  const auto add = [&](RankId rank) {
    const double tile = tiles_[rank.index()];
    const double factor = std::ceil(problem_.shapes[rank] / tile);
    if (factor > 1) loops.push_back({rank, factor, tile});
  };
  for (const RankId rank : batch_) add(rank);
  const std::size_t fixed = loops.size();
  for (const RankId rank : ranks_) add(rank);
  if (few_) return add_few_orders(std::move(loops), fixed);
  const auto by_rank = [](const PlannedLoop& a, const PlannedLoop& b) { return a.rank < b.rank; };
  do {
    if ((*is_stopped_)()) return;
    if (!problem_.space.may_order(loops)) continue;
    add_blocks(loops, *is_excluded_, blocks_);
  } while (std::next_permutation(loops.begin() + static_cast<long>(fixed), loops.end(), by_rank));
}

// Of the loops after the fixed ones each as the innermost.
void GroupBlocks::add_few_orders(Loops loops, std::size_t fixed) {
  const auto first = loops.begin() + static_cast<long>(fixed);
  const std::size_t orders = std::max<std::size_t>(1, loops.size() - fixed);
  for (std::size_t i = 0; i < orders && !(*is_stopped_)(); ++i) {
    if (problem_.space.may_order(loops)) add_blocks(loops, *is_excluded_, blocks_);
    if (first != loops.end()) std::rotate(first, first + 1, loops.end());
  }
}

// With each tile of a mask.
void GroupBlocks::add_blocks(const Loops& loops, const Excluded& is_excluded, std::vector<Block>& blocks) {
  for (const TileSize& tile : mask_tiles(loops)) {
    ++listed_;
    const auto least = least_of({loops, tile});
    if (least && !is_excluded(*least)) blocks.push_back({loops, tile, *least});
  }
}

std::vector<GroupBlocks::Block> GroupBlocks::beside(const Block& block) {
  std::vector<Block> blocks;
  add_swapped(block.loops, blocks);
  for (const RankId rank : ranks_) {
    const auto loop = std::ranges::find(block.loops, rank, &PlannedLoop::rank);
    const double now = loop == block.loops.end() ? problem_.shapes[rank] : loop->tile;
    const std::vector<double>& sizes = problem_.tile_sizes[rank];
    const auto at = std::ranges::find(sizes, now);
    if (at == sizes.end()) continue;
    if (at != sizes.begin()) add_resized(block.loops, rank, *(at - 1), blocks);
    if (at + 1 != sizes.end()) add_resized(block.loops, rank, *(at + 1), blocks);
  }
  return blocks;
}

void GroupBlocks::add_swapped(const Loops& loops, std::vector<Block>& blocks) {
  const auto has_place = [&](const PlannedLoop& loop) { return std::ranges::count(ranks_, loop.rank) > 0; };
  for (std::size_t l = 0; l + 1 < loops.size(); ++l) {
    if (!has_place(loops[l]) || !has_place(loops[l + 1])) continue;
    Loops other = loops;
    std::swap(other[l], other[l + 1]);
    if (problem_.space.may_order(other))
      add_blocks(
          other, [](const Score&) { return false; }, blocks);
  }
}

// A rank that has no loop yet gets the innermost one; one with all of it as tile has none.
void GroupBlocks::add_resized(const Loops& loops, RankId rank, double tile, std::vector<Block>& blocks) {
  if (!problem_.space.may_tile(rank, tile, problem_.shapes[rank]) || !is_of_one_group(rank, tile)) return;
  Loops other = loops;
  auto loop = std::ranges::find(other, rank, &PlannedLoop::rank);
  const double factor = std::ceil(problem_.shapes[rank] / tile);
  if (factor == 1)
    other.erase(loop);
  else if (loop == other.end())
    other.push_back({rank, factor, tile});
  else
    *loop = {rank, factor, tile};
  if (problem_.space.may_order(other))
    add_blocks(
        other, [](const Score&) { return false; }, blocks);
}

std::vector<TileSize> GroupBlocks::mask_tiles(const Loops& loops) const {
  return problem_.mask ? problem_.mask->tiles_of(einsums_, loops) : std::vector<TileSize>{{1, 1}};
}

// Of every tensor by itself the places that fit beside the smallest ones of the others; of every Einsum the least
// with any of them, where the first that uses a tensor has the cost of its place. Nothing where none fits.
std::optional<Score> GroupBlocks::least_of(const GroupBlock& block) {
  at_ = block;
  if (!find_places()) return std::nullopt;
  set_tiles();
  Score least{0, 0, 0, smallest_B_};
  for (std::size_t t = 0; t < tensors_.size(); ++t) {
    double outer = unlimited;
    for (const TensorPlace& place : places_[t]) outer = std::min(outer, place.least_outer_B);
    if (outer == unlimited) return std::nullopt;
    least.traffic_B += outer;
  }
  cycles_.resize(einsums_.size());
  std::vector<char> paid(tensors_.size(), 0);
  for (std::size_t e = 0; e < einsums_.size(); ++e) {
    const double share = find_possible_homes(e, paid);
    bounds_.least(einsums_[e], steps_of(einsums_[e]), possible_, of_einsum_);
    least.energy_J += share * of_einsum_.energy_J;
    cycles_[e] = of_einsum_.cycles;
    for (double& cycles : cycles_[e]) cycles *= share;
  }
  if (least.energy_J == unlimited) return std::nullopt;
  least.time_s = std::max(least_cycles_of_block() / problem_.arch.clock_Hz, outer_time(least.traffic_B));
  return least;
}

bool GroupBlocks::find_places() {
  places_.clear();
  std::vector<double> smallest;
  smallest_B_ = 0;
  for (const GroupTensor& tensor : tensors_) {
    places_.push_back(places_of(problem_, tensor, at_, true));
    std::erase_if(places_.back(), [&](const TensorPlace& place) {
      return !problem_.space.may_place(tensor.tensor, problem_.role_of(place.level), !tensor.internal());
    });
    double least = unlimited;
    for (const TensorPlace& place : places_.back()) least = std::min(least, in_shared(place));
    smallest.push_back(least);
    smallest_B_ += least;
  }
  if (smallest_B_ > shared_capacity()) return false;
  for (std::size_t t = 0; t < tensors_.size(); ++t)
    std::erase_if(places_[t], [&](const TensorPlace& place) {
      return smallest_B_ - smallest[t] + in_shared(place) > shared_capacity();
    });
  return true;
}

void GroupBlocks::set_tiles() {
  for (const RankId rank : problem_.shapes.ids()) block_[rank.index()] = std::max(1.0, problem_.shapes[rank]);
  for (const PlannedLoop& loop : at_.loops) block_[loop.rank.index()] = loop.tile;
}

// What lanes share is within a step.
const std::vector<double>& GroupBlocks::steps_of(EinsumId einsum) {
  if (!problem_.masked(einsum)) return block_;
  steps_ = block_;
  for (const RankId rank : problem_.shapes.ids())
    if (const double tile = problem_.mask->along(rank, at_.tile); tile > 0) steps_[rank.index()] = tile;
  return steps_;
}

double GroupBlocks::find_possible_homes(std::size_t e, std::vector<char>& paid) {
  const MappedEinsum& einsum = problem_.einsums[einsums_[e]];
  possible_.resize(einsum.operands.size());
  double share = 1;
  for (std::size_t o = 0; o < possible_.size(); ++o) {
    possible_[o].clear();
    const std::size_t t = index_of(einsum.operands[o].tensor);
    const IntoBlock into = into_block(problem_, einsums_[e], einsum.operands[o], at_, einsums_.size() > 1);
    share = into.share;
    for (const TensorPlace& place : places_[t]) {
      const double cost = paid[t] != 0 ? 0 : place.energy_J / share;
      const auto known = std::ranges::find(possible_[o], place.level, &PossibleHome::level);
      if (known == possible_[o].end())
        possible_[o].push_back({place.level, into.least, into.first, cost});
      else
        known->place_J = std::min(known->place_J, cost);
    }
    paid[t] = 1;
  }
  return share;
}

// As share_out(), within the block. Of many Einsums less than that: what those take that a single unit computes,
// what all take on the fastest units if that were spread evenly, and what any one takes.
double GroupBlocks::least_cycles_of_block() {
  constexpr std::size_t few = 4;
  if (einsums_.size() <= few) {
    ByUnit<double> busy(problem_.arch.units.size(), 0);
    double least = unlimited;
    share_out(cycles_, 0, busy, least);
    return least;
  }
  double least = least_cycles_;
  for (const UnitId unit : problem_.arch.units.ids()) {
    double busy = 0;
    for (const ByUnit<double>& cycles : cycles_)
      if (std::ranges::count(cycles, unlimited) + 1 == static_cast<long>(cycles.size()) && cycles[unit] < unlimited)
        busy += cycles[unit];
    least = std::max(least, busy);
  }
  double all = 0;
  for (const ByUnit<double>& cycles : cycles_) {
    const double fastest = *std::ranges::min_element(cycles);
    all += fastest;
    least = std::max(least, fastest);
  }
  return std::max(least, all / static_cast<double>(problem_.arch.units.size()));
}

double GroupBlocks::in_shared(const TensorPlace& place) const {
  return place.level == problem_.roles.shared ? place.held_B : 0;
}
double GroupBlocks::shared_capacity() const {
  return problem_.roles.shared ? problem_.arch.levels[problem_.roles.shared].capacity_B : unlimited;
}

}  // namespace tilewright
