#include "tests/sim/nest/masked_nest.hpp"

#include <algorithm>

namespace tilewright::test {

namespace {

void append(std::vector<NodeId>& to, Loops more) { to.insert(to.end(), more.begin(), more.end()); }

std::vector<int> indices_of(const std::vector<NodeId>& loops, const std::map<NodeId, int>& at) {
  std::vector<int> result;
  for (const NodeId loop : loops) result.push_back(at.at(loop));
  return result;
}

}  // namespace

MaskedNest::MaskedNest(const Model& model, const MaskOfPairs& mask)
    : model_(model), mask_(mask), flat_(model), group_(model.cascade.einsums.size()) {}

MaskedNest::Counts MaskedNest::run() {
  const std::size_t einsums = model_.cascade.einsums.size();
  const std::size_t size = model_.arch.levels.size() * model_.cascade.tensors.size() * einsums;
  const std::vector<double> none(size, 0);
  counts_ = {ByEinsum<double>(einsums, 0),           ByEinsum<double>(einsums, 0),          none, none, none,
             ByEinsum<Trust>(einsums, Trust::equal), std::vector<Trust>(size, Trust::equal)};
  find_tiles();
  for (const Leaf& leaf : flat_.tree.leaves) count_steps(leaf);
  for (const Transfer& transfer : flat_.tree.transfers) count_transfer(transfer);
  return counts_;
}

// Of every group the most queries, and keys, that an Einsum takes in one step.
void MaskedNest::find_tiles() {
  tile_.assign(model_.mapping.tree.groups.size(), {mask_.query_tile, mask_.key_tile});
  tile_in_rows_.assign(model_.mapping.tree.groups.size(), 1);
  for (const Leaf& leaf : flat_.tree.leaves) {
    group_[leaf.einsum] = leaf.group;
    if (mask_.masked[leaf.einsum] == 0) continue;
    const Place place = place_of(leaf);
    Indices first;
    for (const NodeId node : place.selecting) first[node] = 0;
    in_rows_ = true;
    const std::vector<int> queries = tokens(mask_.queries, place, first);
    const std::vector<int> keys = tokens(mask_.keys, place, first);
    auto& [query_tile, key_tile] = tile_[leaf.group];
    query_tile = std::max(query_tile, static_cast<int>(queries.size()));
    key_tile = std::max(key_tile, static_cast<int>(keys.size()));
    if (!in_rows_) tile_in_rows_[leaf.group] = 0;
  }
  for (const GroupId group : tile_.ids())
    for (const auto& [rank, tokens] : model_.mapping.tree.groups[group].tiles)
      (rank == mask_.queries ? tile_[group].first : tile_[group].second) = static_cast<int>(tokens);
}

MaskedNest::Place MaskedNest::place_of(const Leaf& leaf) const {
  Place place{
      leaf.einsum, {leaf.temporal.begin(), leaf.temporal.end()}, {leaf.temporal.begin(), leaf.temporal.end()}};
  append(place.above, leaf.spatial);
  std::ranges::sort(place.above);
  for (const NodeId node : leaf.spatial)
    if (loop(node).independent) place.selecting.insert(node);
  return place;
}

void MaskedNest::count_steps(const Leaf& leaf) {
  const Place place = place_of(leaf);
  Indices at;
  in_rows_ = true;
  walk(place.above, 0, at, [&] { counts_.points[leaf.einsum] += runs(place, at) ? 1 : 0; });
  counts_.steps[leaf.einsum] = steps(place, place.above, 0, at);
  trust(counts_.trust_einsum[leaf.einsum], Trust::at_least, leaf.group);
}

void MaskedNest::trust(Trust& known, Trust now, GroupId group) const {
  if (!in_rows_ || tile_in_rows_[group] == 0) known = std::max(known, now);
}

double MaskedNest::steps(const Place& place, const List& loops, std::size_t depth, Indices& at) {
  if (depth == loops.size()) return runs(place, at) ? 1 : 0;
  const NodeId node = loops[depth];
  if (loop(node).spatial && !loop(node).independent) return steps(place, loops, depth + 1, at);
  double sum = 0;
  double longest = 0;
  for (int i = 0; i < factor(node); ++i) {
    at[node] = i;
    const double each = steps(place, loops, depth + 1, at);
    sum += each;
    longest = std::max(longest, each);
  }
  return loop(node).spatial ? longest : sum;
}

MaskedNest::List MaskedNest::moving(const Transfer& transfer) const {
  List loops;
  for (const Trip& trip : transfer.trips) loops.push_back(trip.loop);
  for (auto trip = transfer.trips.rbegin(); transfer.child && trip != transfer.trips.rend(); ++trip) {
    if (trip->relevant && factor(trip->loop) > 1) break;
    loops.pop_back();
  }
  return loops;
}

void MaskedNest::count_transfer(const Transfer& transfer) {
  const List trips = moving(transfer);
  Place place{transfer.einsum, {}, {trips.begin(), trips.end()}};
  List element(transfer.parent_instances.begin(),
               transfer.parent_instances.end());  // which element of the tensor, in which instance of the parent
  for (const Trip& trip : transfer.trips) {
    place.above.push_back(trip.loop);
    if (trip.relevant && place.selecting.contains(trip.loop)) element.push_back(trip.loop);
  }
  append(element, transfer.distinct);
  List arriving = trips;
  append(arriving, transfer.parent_instances);
  append(arriving, transfer.distinct);
  List walked = arriving;
  append(walked, transfer.shared);
  append(place.above, transfer.parent_instances);
  append(place.above, transfer.distinct);
  append(place.above, transfer.shared);
  std::ranges::sort(place.above);
  for (const NodeId node : place.above)
    if (loop(node).independent) place.selecting.insert(node);
  const Level& parent = model_.arch.levels[transfer.parent];
  if (!(transfer.up ? parent.reduction : parent.multicast)) append(arriving, transfer.shared);
  in_rows_ = true;
  watch_rows(place, element);
  watch_rows(place, arriving);
  std::map<std::vector<int>, double> arrivals;  // and of how many instances
  std::set<std::vector<int>> touched;
  bool even = true;  // every arrival is of as many instances
  double refilled = 0;
  double moved = 0;
  Indices at;
  walk(walked, 0, at, [&] {
    if (!runs(place, at)) return;
    ++moved;
    ++arrivals[indices_of(arriving, at)];
    touched.insert(indices_of(element, at));
  });
  const double again = static_cast<double>(arrivals.size() - touched.size());
  for (const auto& [arrival, instances] : arrivals)
    if (instances != arrivals.begin()->second) even = false;
  if (!arrivals.empty()) refilled = again * arrivals.begin()->second;
  const double size = flat_.sized.tile_elements(transfer.tile);
  const auto index = [&](LevelId level) {
    return (level.index() * model_.cascade.tensors.size() + transfer.tensor.index()) *
               model_.cascade.einsums.size() +
           transfer.einsum.index();
  };
  const bool sums = transfer.up && transfer.accumulates;
  trust(counts_.trust[index(transfer.parent)], sums ? Trust::unknown : Trust::at_least, group_[transfer.einsum]);
  const auto come = static_cast<double>(arrivals.size()) * size;
  if (!transfer.up) counts_.read[index(transfer.parent)] += come;
  if (transfer.up) counts_.written[index(transfer.parent)] += come;
  if (sums) counts_.read[index(transfer.parent)] += again * size;
  if (!transfer.child) return;
  Trust& trusted = counts_.trust[index(transfer.child)];
  trust(trusted, sums ? Trust::unknown : Trust::at_least, group_[transfer.einsum]);
  if (sums && !even) trusted = Trust::unknown;
  const double filled = transfer.up ? (sums ? refilled * size : 0) : moved * size;
  if (transfer.up && model_.arch.drains_charged) counts_.read[index(transfer.child)] += moved * size;
  counts_.written[index(transfer.child)] += filled;
  counts_.filled[index(transfer.child)] += filled;
}

// List that select one arrival, or one element, of a tensor.
void MaskedNest::watch_rows(Place place, const List& selecting) {
  std::erase_if(place.selecting,
                [&](NodeId node) { return std::ranges::find(selecting, node) == selecting.end(); });
  Indices first;
  for (const NodeId node : place.selecting) first[node] = 0;
  for (const RankId rank : {mask_.queries, mask_.keys}) tokens(rank, place, first);
}

void MaskedNest::walk(const List& loops, std::size_t depth, Indices& at, const std::function<void()>& visit) {
  if (depth == loops.size()) return visit();
  for (int i = 0; i < factor(loops[depth]); ++i) {
    at[loops[depth]] = i;
    walk(loops, depth + 1, at, visit);
  }
}

bool MaskedNest::runs(const Place& place, const Indices& at) {
  if (mask_.masked[place.einsum] == 0) return true;
  const auto [query_tile, key_tile] = tile_[group_[place.einsum]];
  const auto tiles = [&](RankId rank, int tile) {
    std::set<int> result;
    for (const int token : tokens(rank, place, at)) result.insert(token / tile);
    return result;
  };
  const std::set<int> key_tiles = tiles(mask_.keys, key_tile);
  const std::vector<int> heads = mask_.heads ? tokens(mask_.heads, place, at) : std::vector<int>{0};
  for (const int query : tiles(mask_.queries, query_tile))
    for (const int key : key_tiles)
      for (const int head : heads)
        for (int q = query * query_tile; q < (query + 1) * query_tile; ++q)
          for (int k = key * key_tile; k < (key + 1) * key_tile; ++k)
            if (mask_.pair(head, q, k)) return true;
  return false;
}

std::vector<int> MaskedNest::tokens(RankId whole, const Place& place, const Indices& at) {
  std::vector<std::pair<RankId, int>> parts{{whole, shape(whole)}};  // and how many tokens one of it is apart
  for (const Partition& partition : model_.cascade.partitions)
    if (partition.whole == whole)
      for (const RankId part : partition.parts) parts.emplace_back(part, parts.back().second / shape(part));
  parts.front().second = 1;
  std::vector<int> result;
  for (int token = 0; token < shape(whole); ++token)
    if (std::ranges::all_of(parts, [&](const auto& part) {
          return selects(part.first, token / part.second % shape(part.first), place, at);
        }))
      result.push_back(token);
  if (result.back() + 1 - result.front() != static_cast<int>(result.size())) in_rows_ = false;
  return result;
}

bool MaskedNest::selects(RankId rank, int coordinate, const Place& place, const Indices& at) const {
  int left = shape(rank);
  for (const NodeId node : place.above) {
    if (loop(node).rank != rank) continue;
    left /= factor(node);
    if (place.selecting.contains(node) && coordinate / left % factor(node) != at.at(node)) return false;
  }
  return true;
}

int MaskedNest::factor(NodeId loop) const { return static_cast<int>(model_.frame.factors[loop]); }
const Loop& MaskedNest::loop(NodeId node) const { return std::get<Loop>(model_.mapping.tree.nodes[node].what); }
int MaskedNest::shape(RankId rank) const { return static_cast<int>(model_.frame.shapes[rank]); }

}  // namespace tilewright::test
