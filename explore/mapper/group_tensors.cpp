#include "explore/mapper/group_tensors.hpp"

#include <algorithm>
#include <tuple>

#include "mappings/footprint.hpp"

namespace tilewright {

namespace {

bool in_group(EinsumId e, std::size_t first, std::size_t last) { return e.index() >= first && e.index() <= last; }

struct Use {
  RankBits ranks = 0;
  bool reads = false;
  bool writes = false;
  bool older = false;
};

Use use_of(const MapProblem& problem, EinsumId e, TensorId tensor) {
  Use use;
  use.ranks = problem.bits(problem.facts.ranks(e, tensor));
  for (const CascadeFacts::Operand& read : problem.facts.reads(e)) {
    use.reads |= read.tensor == tensor;
    use.older |= read.tensor == tensor && read.older;
  }
  use.writes = problem.facts.write(e).tensor == tensor;
  return use;
}

// Levels of the lanes of units that can compute the Einsum.
void add_lanes(const MapProblem& problem, EinsumId e, std::vector<LevelId>& lanes) {
  for (const UnitId unit : problem.arch.units.ids())
    if (problem.einsums[e].costs[unit])
      for (const LevelId level : problem.roles.lanes[unit])
        if (std::ranges::count(lanes, level) == 0) lanes.push_back(level);
}

// Whether a unit that runs the Einsum can take operands from there.
bool takes_from(const MapProblem& problem, EinsumId e, LevelId level) {
  for (const UnitId unit : problem.arch.units.ids())
    if (problem.runs_on(e, unit) && reaches(problem.arch, unit, level)) return true;
  return false;
}

GroupTensor tensor_of(const MapProblem& problem, TensorId id, std::size_t first, std::size_t last) {
  GroupTensor tensor;
  tensor.tensor = id;
  bool outside = problem.cascade.tensors[id].role == Tensor::Role::output;
  bool writer = false;
  bool reader = false;  // another Einsum
  std::vector<EinsumId> users;
  IdSet<RankId> ranks;
  for (const EinsumId e : problem.cascade.einsums.ids()) {
    const Use use = use_of(problem, e, id);
    if (!use.reads && !use.writes) continue;
    if (!in_group(e, first, last)) {
      outside |= use.reads;
      continue;
    }
    ranks |= problem.facts.ranks(e, id);
    tensor.iteration |= problem.einsums[e].iteration;
    tensor.read |= use.reads;
    writer |= use.writes;
    reader |= use.reads && !use.writes;
    if (use.reads && !tensor.reader) tensor.reader = e;
    if (use.writes) tensor.writer = e;
    if (use.older) tensor.older = problem.cascade.tensors[id].iterated;
    if (use.writes) {
      tensor.written = problem.einsums[e].iteration;
      tensor.accumulates = problem.facts.reduces(e);
    }
    add_lanes(problem, e, tensor.lanes);
    users.push_back(e);
  }
  std::erase_if(tensor.lanes, [&](LevelId level) {
    return !std::ranges::all_of(users, [&](EinsumId e) { return takes_from(problem, e, level); });
  });
  tensor.handed = writer && reader;
  tensor.ranks = problem.bits(problem.facts.without_partitioned_wholes(ranks));
  tensor.fetched = tensor.read && tensor.written == 0;
  tensor.leaves = tensor.written != 0 && outside;
  tensor.element_B = problem.element_B[id];
  tensor.selects = problem.selection(id, tensor.ranks);
  tensor.bytes = problem.box(tensor.ranks) * tensor.element_B / (problem.shares(id) ? problem.shared_by() : 1);
  return tensor;
}

// The loops over `iteration` without the innermost run of those that select no other tile.
std::span<const PlannedLoop> moving(RankBits iteration, const TileSelection& selects,
                                    std::span<const PlannedLoop> loops) {
  const auto moves = [&](const PlannedLoop& loop) { return has(iteration, loop.rank) && selects.of(loop) > 1; };
  while (!loops.empty() && !moves(loops.back())) loops = loops.first(loops.size() - 1);
  return loops;
}

bool is_uneven(const MapProblem& problem, const PlannedLoop& loop) {
  return problem.any_uneven && loop.factor * loop.tile != problem.shapes[loop.rank];
}

// How often lanes select the same tile again at least, as repeats() without a mask says it of blocks. Where the
// last block of a rank is smaller, some lanes may have no part of it. Of lanes over a rank that selects no other
// tile the last block, `tile - rest` coordinates short, has at least that share of them, since its part of the
// coordinates has at least as large a part of the lanes' tiles: so together they come at least shape / tile times
// each. And a rank that selects another tile in two blocks alone may select none of a lane's in the second one:
// then the tile of that lane stays, so that such a loop keeps no other one from being of the innermost run. A lane
// has a part of all blocks before the last, so of three and more it has two at least.
double least_repeats(const MapProblem& problem, RankBits iteration, const TileSelection& selects,
                     std::span<const PlannedLoop> loops, bool turns) {
  const auto moves = [&](const PlannedLoop& loop) {
    return has(iteration, loop.rank) && selects.of(loop) > 1 && !(loop.factor == 2 && is_uneven(problem, loop));
  };
  while (!turns && !loops.empty() && !moves(loops.back())) loops = loops.first(loops.size() - 1);
  double all = 1;
  for (const PlannedLoop& loop : loops) {
    if (!has(iteration, loop.rank)) continue;
    const double selected = selects.of(loop);
    if (selected == 1)
      all *= is_uneven(problem, loop) ? problem.shapes[loop.rank] / loop.tile : loop.factor;
    else if (turns || &loop != &loops.back())
      all *= loop.factor / selected;
  }
  return all;
}

// How often the loops over `iteration` select the same tile again. `stays`: not those iterations of the innermost
// one that do so in a row.
double repeats(RankBits iteration, const TileSelection& selects, std::span<const PlannedLoop> loops, bool stays) {
  double all = 1;
  for (const PlannedLoop& loop : loops) {
    if (!has(iteration, loop.rank)) continue;
    const double selected = selects.of(loop);
    if (!stays || selected == 1 || &loop != &loops.back()) all *= loop.factor / selected;
  }
  return all;
}

// Of what moves into tiles below these loops, what a mask leaves.
double share(const MapProblem& problem, EinsumId einsum, RankBits over, const GroupBlock& block,
             std::span<const PlannedLoop> loops) {
  return problem.masked(einsum) ? problem.mask->share(block.tile, over, loops) : 1;
}

// Of tiles that differ the largest.
double held_B(const MapProblem& problem, const GroupTensor& tensor, std::span<const PlannedLoop> above) {
  double bytes = tensor.bytes * (tensor.handed ? 2 : 1);
  for (const PlannedLoop& loop : above) {
    const double selected = tensor.selects.of(loop);
    if (selected > 1 && is_uneven(problem, loop))
      bytes = bytes / problem.shapes[loop.rank] * loop.tile;
    else
      bytes /= selected;
  }
  return bytes;
}

// Over the lanes: as much in every instance as in the fullest.
TensorPlace spread(const MapProblem& problem, const GroupTensor& tensor, LevelId level, int below, double held_B) {
  const double instances = problem.arch.levels[level].instances;
  const double element_B = problem.element_B[tensor.tensor];
  TensorPlace place{level, below, even_share_B(held_B, element_B, instances) * instances};
  place.spread = instances > 1 && held_B > element_B;
  return place;
}

// What is written and read below a place must still be there when a loop that selects no tile of it comes again: no
// loop in between selects another. Partial sums of a tensor that has a place above come back from there.
bool hands_over(const GroupTensor& tensor, bool place_above, bool older, std::span<const PlannedLoop> above) {
  if (tensor.written == 0 || !tensor.read || (older && place_above)) return true;
  for (std::size_t i = 0; i < above.size(); ++i) {
    if (!has(tensor.iteration, above[i].rank) || has(tensor.ranks, above[i].rank)) continue;
    if (place_above && has(tensor.written, above[i].rank)) continue;
    for (const PlannedLoop& inner : above.subspan(i + 1))
      if (has(tensor.ranks, inner.rank) && inner.factor > 1 && above[i].factor > 1) return false;
  }
  return true;
}

bool is_older(const GroupTensor& tensor, std::span<const PlannedLoop> above) {
  return tensor.older &&
         std::ranges::any_of(above, [&](const PlannedLoop& loop) { return loop.rank == tensor.older; });
}

void price(const MapProblem& problem, TensorPlace& place) {
  place.energy_J = place.outer_read_B * problem.read_J_per_B[problem.roles.outermost] +
                   place.outer_write_B * problem.write_J_per_B[problem.roles.outermost];
  if (problem.roles.shared)
    place.energy_J += place.shared_read_B * problem.read_J_per_B[problem.roles.shared] +
                      place.shared_write_B * problem.write_J_per_B[problem.roles.shared];
  place.least_energy_J = place.energy_J;
  place.least_outer_B = place.outer_read_B + place.outer_write_B;
}

// At the outermost level alone. Floors may take its operands from the shared level. All its elements are read (or
// written) once at least, and as often from either level where both multicast (and reduce): so every way costs at
// least as many times the difference of the two levels more.
TensorPlace direct(const MapProblem& problem, const GroupTensor& tensor) {
  const LevelId outer = problem.roles.outermost;
  TensorPlace place{outer, 0, held_B(problem, tensor, {})};
  const double bytes = tensor.bytes * least_share(problem, tensor);
  place.least_outer_B = (tensor.read ? bytes : 0) + (tensor.written != 0 ? bytes : 0);
  const LevelId shared = problem.roles.shared;
  if (!shared) return place;
  const auto more = [&](const ByLevel<double>& price) {
    return bytes * std::max(0.0, price[outer] - price[shared]);
  };
  const Level& from = problem.arch.levels[shared];
  const Level& instead = problem.arch.levels[outer];
  if (tensor.read && (from.multicast || !instead.multicast)) place.least_energy_J += more(problem.read_J_per_B);
  if (tensor.written != 0 && (from.reduction || !instead.reduction))
    place.least_energy_J += more(problem.write_J_per_B);
  return place;
}

// In the shared level, with a place at the outermost one.
TensorPlace staged(const MapProblem& problem, const GroupTensor& tensor, const GroupBlock& block,
                   std::size_t below) {
  const auto above = block.loops.first(below);
  TensorPlace place{problem.roles.shared, static_cast<int>(below), held_B(problem, tensor, above)};
  const bool older = is_older(tensor, above);
  if (tensor.read && (tensor.written == 0 || older)) {
    const auto loops = moving(tensor.iteration, tensor.selects, above);
    const double bytes = tensor.bytes * repeats(tensor.iteration, tensor.selects, loops, true) *
                         share(problem, tensor.reader, tensor.iteration, block, loops);
    place.outer_read_B += bytes;
    place.shared_write_B += bytes;
  }
  if (tensor.written != 0 && (tensor.leaves || older)) {
    const auto loops = moving(tensor.written, tensor.selects, above);
    const double bytes = tensor.bytes * repeats(tensor.written, tensor.selects, loops, true) *
                         share(problem, tensor.writer, tensor.written, block, loops);
    const double first = tensor.bytes * share(problem, tensor.writer, tensor.written & tensor.ranks, block, loops);
    const double again = tensor.accumulates ? std::max(0.0, bytes - first) : 0;
    place.outer_write_B += bytes;
    if (problem.arch.drains_charged) place.shared_read_B += bytes;
    place.outer_read_B += again;
    place.shared_write_B += again;
  }
  price(problem, place);
  return place;
}

}  // namespace

std::vector<GroupTensor> tensors_of(const MapProblem& problem, std::size_t first, std::size_t last) {
  std::vector<GroupTensor> tensors;
  for (const TensorId id : problem.cascade.tensors.ids()) {
    if (problem.cascade.tensors[id].view_of) continue;
    GroupTensor tensor = tensor_of(problem, id, first, last);
    if (tensor.iteration != 0 || tensor.read || tensor.written != 0) tensors.push_back(std::move(tensor));
  }
  return tensors;
}

bool splits_history(const MapProblem& problem, std::size_t first, std::size_t last) {
  const auto splits = [&](EinsumId writer, EinsumId reader) {
    return in_group(writer, first, last) != in_group(reader, first, last);
  };
  for (const EinsumId writer : problem.einsums.ids()) {
    const TensorId written = problem.facts.write(writer).tensor;
    const RankId iterated = problem.cascade.tensors[written].iterated;
    if (!iterated) continue;
    for (const EinsumId reader : problem.einsums.ids())
      if (has(problem.einsums[reader].iteration, iterated) && use_of(problem, reader, written).reads &&
          splits(writer, reader))
        return true;
  }
  return false;
}

std::vector<TensorPlace> places_of(const MapProblem& problem, const GroupTensor& tensor, const GroupBlock& block,
                                   bool fitting) {
  const std::span<const PlannedLoop> loops = block.loops;
  std::vector<TensorPlace> places;
  places.push_back(direct(problem, tensor));
  for (std::size_t below = 0; below <= loops.size(); ++below) {
    if (below > 0 && tensor.selects.of(loops[below - 1]) == 1) continue;
    const auto above = loops.first(below);
    const bool older = is_older(tensor, above);
    if (!hands_over(tensor, !tensor.internal(), older, above)) continue;
    const double held = held_B(problem, tensor, above);
    if (problem.roles.shared) {
      if (!tensor.internal())
        places.push_back(staged(problem, tensor, block, below));
      else
        places.push_back({problem.roles.shared, static_cast<int>(below), held});
    }
    if (!tensor.internal()) continue;
    for (const LevelId level : tensor.lanes)
      places.push_back(spread(problem, tensor, level, static_cast<int>(below), held));
  }
  std::erase_if(places, [&](const TensorPlace& place) {
    const Level& level = problem.arch.levels[place.level];
    return fitting && place.held_B > level.capacity_B * level.instances;
  });
  // What is found first should be good: in the shared level with the least to move, or where reads cost little; and
  // the smallest of these.
  std::ranges::stable_sort(places, {}, [&](const TensorPlace& place) {
    return std::tuple(place.level == problem.roles.outermost, place.energy_J, problem.read_J_per_B[place.level],
                      place.held_B);
  });
  return places;
}

double least_share(const MapProblem& problem, const GroupTensor& tensor) {
  const bool some =
      (!tensor.reader || problem.masked(tensor.reader)) && (!tensor.writer || problem.masked(tensor.writer));
  return some ? problem.mask->least(tensor.ranks) : 1;
}

double visited_share(const MapProblem& problem, EinsumId einsum, const GroupBlock& block) {
  return problem.masked(einsum) ? problem.mask->share(block.tile) : 1;
}

IntoBlock into_block(const MapProblem& problem, EinsumId einsum, const MappedOperand& operand,
                     const GroupBlock& block, bool turns) {
  const RankBits iteration = problem.einsums[einsum].iteration;
  const TileSelection selects = problem.selection(operand.tensor, operand.ranks);
  const auto loops = turns ? block.loops : moving(iteration, selects, block.loops);
  const double stays = repeats(iteration, selects, loops, !turns);
  IntoBlock into{visited_share(problem, einsum, block), stays, 1, stays};
  if (problem.any_uneven) into.least = least_repeats(problem, iteration, selects, block.loops, turns);
  if (!problem.masked(einsum)) return into;
  into.stays *= problem.mask->share(block.tile, iteration, loops) / into.share;
  into.least = into.stays;
  if (problem.mask->skips_along(block.tile, operand.ranks, block.loops))
    into.least = repeats(iteration, selects, block.loops, false) *
                 problem.mask->share_along(block.tile, operand.ranks, iteration, block.loops) / into.share;
  into.first = problem.mask->share_along(block.tile, operand.ranks, operand.ranks, block.loops) / into.share;
  return into;
}

}  // namespace tilewright
