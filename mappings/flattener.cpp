#include "mappings/flattener.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

using Kind = Misfit::Kind;
using Operand = CascadeFacts::Operand;

}  // namespace

Flattener::Flattener(const CascadeFacts& facts, const Arch& arch, const SharedRank* shared,
                     const StoredTensor* stored)
    : facts_(facts), arch_(arch), shared_(shared), stored_(stored) {}

Misfit Flattener::flatten(const Tree& tree, const ByNode<char>& active, FlatTree& flat) {
  start(tree, flat);
  for (const NodeId node : tree.nodes.ids()) add_node(node, active.empty() || active[node] != 0);
  for (const NodeId node : tree.nodes.ids())
    if (keeps_[node] != 0 && !misfit_) add_keep(node, keep_at(node));
  for (const LeafId leaf : flat.leaves.ids())
    if (!misfit_) connect_unit(leaf);
  if (!misfit_) check_order();
  if (!misfit_) add_lane_handovers();
  sort_by_level();
  return misfit_;
}

void Flattener::start(const Tree& tree, FlatTree& flat) {
  tree_ = &tree;
  flat_ = &flat;
  misfit_ = {};
  path_end_ = std::nullopt;
  flat.clear(tree.nodes.size());
  flat.shared = shared_;
  flat.stored = stored_;
  if (shared_ != nullptr && flat.shared_parts.empty())
    flat.shared_parts = parts_of(facts_.cascade(), shared_->rank);
  const std::size_t nodes = tree.nodes.size();
  loop_above_.resize(nodes);
  keep_above_.resize(nodes);
  parted_above_.resize(nodes);
  children_.assign(nodes, 0);
  for (const Node& node : tree.nodes)
    if (node.parent) ++children_[node.parent];
  keeps_.assign(nodes, 0);
  covered_.assign(nodes, 0);
  uncovered_ = {};
  leaves_below_.assign(nodes, {});
  const std::size_t tensors = facts_.cascade().tensors.size();
  readers_.assign(tensors, {});
  older_readers_.assign(tensors, {});
  writer_.assign(tensors, {});
}

void Flattener::add_node(NodeId n, bool active) {
  const Node& node = tree_->nodes[n];
  const NodeId parent = node.parent;
  loop_above_[n] = !parent ? NodeId() : flat_->rank_of[parent] ? parent : loop_above_[parent];
  keep_above_[n] = !parent ? NodeId() : keeps_[parent] != 0 ? parent : keep_above_[parent];
  parted_above_[n] = !parent ? NodeId() : children_[parent] > 1 ? parent : parted_above_[parent];
  if (const auto* loop = std::get_if<Loop>(&node.what)) {
    flat_->rank_of[n] = loop->rank;
    flat_->spatial[n] = static_cast<char>(loop->spatial);
    flat_->loops.push_back(n);
    NodeId outer = loop_above_[n];
    while (outer && flat_->rank_of[outer] != loop->rank) outer = loop_above_[outer];
    flat_->outer[n] = outer;
  } else if (const auto* compute = std::get_if<Compute>(&node.what)) {
    add_leaf(n, *compute);
  } else {
    keeps_[n] = static_cast<char>(active);
  }
}

void Flattener::add_leaf(NodeId node, const Compute& compute) {
  const LeafId leaf = LeafId::at(flat_->leaves.size());
  for (NodeId n = node; n; n = tree_->nodes[n].parent) leaves_below_[n].add(leaf);
  for (const Operand& operand : facts_.reads(compute.einsum)) {
    readers_[operand.tensor].add(leaf);
    if (operand.older) older_readers_[operand.tensor].add(leaf);
  }
  writer_[facts_.write(compute.einsum).tensor] = leaf;
  find_path(node);
  first_.clear();
  second_.clear();
  IdSet<RankId> open = facts_.iteration(compute.einsum);
  for (const PathLoop& loop : path_)
    if (loop.over(open)) (loop.spatial ? second_ : first_).push_back(loop.node);
  const RankId iterated = facts_.cascade().tensors[facts_.write(compute.einsum).tensor].iterated;
  flat_->leaves.push_back({compute.einsum, compute.unit, tree_->nodes[node].group, node,
                           box_of(facts_.iteration(compute.einsum), false), iterated,
                           flat_->loop_lists.keep(first_), flat_->loop_lists.keep(second_)});
  std::for_each(path_.rbegin(), path_.rend(), [&](const PathLoop& loop) {
    if (!loop.over(open)) return;
    open.remove(loop.rank);
    if (covered_[loop.node] == 0) flat_->covers.push_back({leaf, loop.rank, loop.node});
    covered_[loop.node] = 1;
  });
  open.each([&](RankId rank) {
    if (!uncovered_.has(rank)) flat_->covers.push_back({leaf, rank, {}});
    uncovered_.add(rank);
  });
}

void Flattener::add_keep(NodeId node, const Keep& keep) {
  const auto kept = [&](TensorId tensor) { return std::ranges::find(keep.tensors, tensor) != keep.tensors.end(); };
  const bool both = stored_ != nullptr && kept(stored_->tensor) && kept(stored_->in);
  for (const TensorId tensor : keep.tensors) {
    if (both && tensor == stored_->tensor) continue;
    add_tile(node, keep, tensor);
    if (misfit_) return;
  }
  if (both) add_stored(node, keep);
}

void Flattener::add_tile(NodeId node, const Keep& keep, TensorId tensor) {
  const Users users = users_below(node, tensor);
  if (users.readers.empty() && !users.writer) return fail({.kind = Kind::unused, .node = node, .tensor = tensor});
  add_residency(node, keep, tensor, users);
  const NodeId parent = keep_above(node, tensor);
  add_handovers(node, tensor, parent, users);
  if (!parent)
    check_home(node, keep, tensor, users);
  else
    check_below(node, keep, tensor, parent);
  if (misfit_) return;
  if (parent) connect_tile(node, tensor, parent, users);
}

// The tile of a tensor that is stored in another, whose own tile of this keep is there already. Where all of it is
// in that one whenever it is wanted it takes no room and does not move.
void Flattener::add_stored(NodeId node, const Keep& keep) {
  const std::size_t own = flat_->transfers.size();
  add_tile(node, keep, stored_->tensor);
  if (misfit_ || !comes_inside(node, own)) return;
  flat_->transfers.resize(own);
  flat_->residencies.back().inside = true;
}

// `own`: index of the stored tensor's transfer, if it has one. Both come from the same tiles, at the same
// iterations of the same loops; the stored one perhaps also at those of loops below, over ranks that the other does
// not have, while that stays. Rows of the other are whole: it has no loop that the stored one does not have.
bool Flattener::comes_inside(NodeId node, std::size_t own) const {
  if (keep_above(node, stored_->in) != keep_above(node, stored_->tensor)) return false;
  if (own == flat_->transfers.size()) return true;  // both at home, as a whole
  const Transfer& stored = flat_->transfers[own];
  std::size_t of_other = own - 1;
  while (flat_->transfers[of_other].tensor != stored_->in) --of_other;
  const Transfer& other = flat_->transfers[of_other];
  const auto same = [](const Trip& a, const Trip& b) { return a.loop == b.loop && a.relevant == b.relevant; };
  return other.trips.size() <= stored.trips.size() &&
         std::equal(other.trips.begin(), other.trips.end(), stored.trips.begin(), same) &&
         std::ranges::equal(other.parent_instances, stored.parent_instances) &&
         std::ranges::equal(other.distinct, stored.distinct) && std::ranges::equal(other.shared, stored.shared) &&
         other.tile.shared == stored.tile.shared;
}

Flattener::Users Flattener::users_below(NodeId node, TensorId tensor) const {
  Users users;
  const IdSet<LeafId>& below = leaves_below_[node];
  IdSet<LeafId> all = readers_[tensor];
  if (const LeafId writer = writer_[tensor]) {
    if (below.has(writer)) users.writer = writer;
    all.add(writer);
  }
  users.readers = readers_[tensor] & below;
  const IdSet<LeafId> touching = all & below;
  users.all_leaves = touching == all;
  touching.each([&](LeafId leaf) {
    const EinsumId einsum = flat_->leaves[leaf].einsum;
    users.ranks |= facts_.ranks(einsum, tensor);
    users.iteration |= facts_.iteration(einsum);
  });
  users.ranks = facts_.without_partitioned_wholes(users.ranks);
  if ((older_readers_[tensor] & below).empty()) return users;
  const RankId iterated = facts_.cascade().tensors[tensor].iterated;
  for (NodeId loop = loop_above_[node]; loop; loop = loop_above_[loop])
    if (flat_->rank_of[loop] == iterated) users.older = true;
  return users;
}

void Flattener::add_residency(NodeId node, const Keep& keep, TensorId tensor, const Users& users) {
  find_path(node);
  for (auto* list : {&first_, &second_, &third_, &tile_loops_}) list->clear();
  trips_.clear();
  const NodeId parted = parted_above_[node];
  std::size_t of_turns = 0;
  for (const PathLoop& loop : path_) {
    if (!loop.over(users.iteration)) continue;
    const bool relevant = loop.over(users.ranks);
    if (!loop.spatial) trips_.push_back({loop.node, relevant});
    if (!loop.spatial && parted && loop.node <= parted) of_turns = trips_.size();
    if (relevant) tile_loops_.push_back(loop.node);
    if (loop.spatial) first_.push_back(loop.node);
    if (loop.spatial && !relevant) second_.push_back(loop.node);
    if (!loop.spatial && relevant) third_.push_back(loop.node);
  }
  const IdSet<LeafId>& below = leaves_below_[node];
  const LeafId leaf = below.size() == 1 ? below.first() : LeafId();
  IdSet<LeafId> with_writer = users.readers;
  if (users.writer) with_writer.add(users.writer);
  Arena<NodeId>& lists = flat_->loop_lists;
  add_spread(flat_->residencies.push_back({node, keep.level, tree_->nodes[node].group, keep.in_place, keep.turns,
                                           tile_of(tensor, users.ranks), lists.keep(first_), lists.keep(second_),
                                           lists.keep(third_), leaf, flat_->trip_lists.keep(trips_), of_turns,
                                           with_writer}));
}

void Flattener::add_spread(ResidencyId residency) {
  const Residency& fresh = flat_->residencies[residency];
  if (fresh.copies.empty()) return;
  for (const ResidencyId known : flat_->spreads) {
    const Residency& other = flat_->residencies[known];
    if (other.level != fresh.level || other.copies.size() != fresh.copies.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < fresh.copies.size(); ++i) same = same && other.copies[i] == fresh.copies[i];
    if (same) return;
  }
  flat_->spreads.push_back(residency);
}

BoxId Flattener::box_of(const IdSet<RankId>& ranks, bool shared) {
  const Box box{ranks, shared};
  const BoxId known = flat_->boxes.id_of(std::ranges::find(std::as_const(flat_->boxes), box));
  return known ? known : flat_->boxes.push_back(box);
}

Tile Flattener::tile_of(TensorId tensor, const IdSet<RankId>& ranks) {
  const bool shared = shared_ != nullptr && shared_->tensors[tensor] != 0;
  return {tensor, box_of(ranks, shared), flat_->loop_lists.keep(tile_loops_), shared};
}

// Partial sums that have a place above come back with their tile, and so does a running value.
void Flattener::add_handovers(NodeId node, TensorId tensor, NodeId parent_node, const Users& users) {
  const auto above = static_cast<bool>(parent_node);
  if (!users.writer || users.readers.empty() || (users.older && above)) return;
  const IdSet<RankId>& written = facts_.iteration(flat_->leaves[users.writer].einsum);
  for (std::size_t i = 0; i < path_.size(); ++i) {
    const PathLoop& loop = path_[i];
    if (!loop.over(users.iteration) || loop.over(users.ranks)) continue;
    if (!loop.spatial && above && loop.over(written)) continue;
    first_.clear();
    for (const PathLoop& inner : std::span(path_).subspan(i + 1))
      if (inner.over(users.ranks) && !inner.spatial) first_.push_back(inner.node);
    // A tile that makes room does not stay from turn to turn, whatever changes.
    if (keep_at(node).turns && parted_above_[node] && loop.node <= parted_above_[node]) first_.push_back(loop.node);
    flat_->handovers.push_back({tensor, node, loop.node, flat_->loop_lists.keep(first_)});
  }
}

void Flattener::connect_tile(NodeId node, TensorId tensor, NodeId parent_node, const Users& users) {
  // What is written below the node is there already when it is read below the node, but for the running value
  // that an iteration left above the node.
  const bool fetches = !users.writer || users.older;
  if (!users.readers.empty() && fetches)
    add_transfer(tensor, users.readers.first(), node, parent_node, users, false);
  const bool output = facts_.cascade().tensors[tensor].role == Tensor::Role::output;
  const bool wanted_above = output || users.older || !users.all_leaves;
  if (users.writer && wanted_above) add_transfer(tensor, users.writer, node, parent_node, users, true);
}

void Flattener::connect_unit(LeafId leaf) {
  const EinsumId einsum = flat_->leaves[leaf].einsum;
  for (const Operand& operand : facts_.reads(einsum)) connect_operand(leaf, operand, false);
  connect_operand(leaf, facts_.write(einsum), true);
}

void Flattener::connect_operand(LeafId leaf, const Operand& operand, bool up) {
  if (misfit_) return;
  const Leaf& place = flat_->leaves[leaf];
  const NodeId node = keep_above(place.node, operand.tensor);
  if (!node)
    return fail({.kind = up ? Kind::unkept_write : Kind::unkept_read,
                 .node = place.node,
                 .tensor = operand.tensor,
                 .einsum = place.einsum});
  Users users;
  users.ranks = operand.ranks;
  users.iteration = facts_.iteration(place.einsum);
  add_transfer(operand.tensor, leaf, {}, node, users, up);
}

void Flattener::add_transfer(TensorId tensor, LeafId leaf, NodeId child_node, NodeId parent_node,
                             const Users& users, bool up) {
  const EinsumId einsum = flat_->leaves[leaf].einsum;
  const IdSet<RankId>& iteration = up ? facts_.iteration(einsum) : users.iteration;
  find_path(child_node ? child_node : flat_->leaves[leaf].node);
  trips_.clear();
  for (auto* list : {&first_, &second_, &third_, &fourth_, &tile_loops_}) list->clear();
  const NodeId parted = child_node && keep_at(child_node).turns ? parted_above_[child_node] : NodeId();
  std::size_t turns = 0;
  for (const PathLoop& loop : path_) {
    if (!loop.over(iteration)) continue;
    const bool relevant = loop.over(users.ranks);
    if (relevant) tile_loops_.push_back(loop.node);
    if (!loop.spatial) {
      trips_.push_back({loop.node, relevant});
      if (parted && loop.node <= parted) turns = trips_.size();
    } else if (loop.node < parent_node) {
      first_.push_back(loop.node);
      if (!relevant) second_.push_back(loop.node);
    } else {
      (relevant ? third_ : fourth_).push_back(loop.node);
    }
  }
  Arena<NodeId>& lists = flat_->loop_lists;
  const LevelId parent = keep_at(parent_node).level;
  const Level& above = arch_.levels[parent];
  flat_->transfers.push_back({.tensor = tensor,
                              .einsum = einsum,
                              .leaf = leaf,
                              .space = flat_->leaves[leaf].space,
                              .group = flat_->leaves[leaf].group,
                              .parent = parent,
                              .child = child_node ? keep_at(child_node).level : LevelId(),
                              .node = child_node,
                              .up = up,
                              .accumulates = up && facts_.reduces(einsum),
                              .once = up ? above.reduction : above.multicast,
                              .tile = tile_of(tensor, users.ranks),
                              .trips = flat_->trip_lists.keep(trips_),
                              .turns = turns,
                              .parent_instances = lists.keep(first_),
                              .parent_copies = lists.keep(second_),
                              .distinct = lists.keep(third_),
                              .shared = lists.keep(fourth_)});
}

// Inputs and outputs live at the outermost level, and exist there as a whole before and after the mapping. Any
// other tensor is handed over where its writer and its readers both see it: at one node, or, between groups, at the
// outermost level.
void Flattener::check_home(NodeId node, const Keep& keep, TensorId tensor, const Users& users) {
  const Tensor::Role role = facts_.cascade().tensors[tensor].role;
  if (arch_.levels[keep.level].parent) {
    if (role != Tensor::Role::intermediate)
      return fail({.kind = Kind::not_at_home, .node = node, .tensor = tensor, .level = keep.level});
    if (!users.all_leaves) fail({.kind = Kind::used_elsewhere, .node = node, .tensor = tensor});
    return;
  }
  find_path(node);
  if (role == Tensor::Role::intermediate || path_.empty()) return;
  fail({.kind = Kind::in_parts, .node = node, .tensor = tensor, .rank = path_.front().rank});
}

void Flattener::check_below(NodeId node, const Keep& keep, TensorId tensor, NodeId parent_node) {
  const LevelId ancestor = keep_at(parent_node).level;
  LevelId level = keep.level;
  do {
    level = arch_.levels[level].parent;
  } while (level > ancestor);
  if (level == ancestor) return;
  fail({.kind = Kind::not_below, .node = node, .tensor = tensor, .level = keep.level, .above = ancestor});
}

// A running value has one element: its last one, or the one before the step. Its history is kept nowhere.
void Flattener::check_order() {
  for (const Leaf& writer : flat_->leaves) {
    const TensorId id = facts_.write(writer.einsum).tensor;
    const Tensor& tensor = facts_.cascade().tensors[id];
    if (tensor.iterated && tensor.role == Tensor::Role::output)
      return fail({.kind = Kind::running_output, .node = writer.node, .tensor = id, .rank = tensor.iterated});
    readers_[id].each([&](LeafId leaf) {
      const Leaf& reader = flat_->leaves[leaf];
      if (!misfit_ && reader.node != writer.node) check_reader(reader, writer, id);
    });
    if (misfit_) return;
  }
}

void Flattener::check_reader(const Leaf& reader, const Leaf& writer, TensorId id) {
  const RankId iterated = facts_.cascade().tensors[id].iterated;
  for (const Operand& operand : facts_.reads(reader.einsum)) {
    if (operand.tensor != id) continue;
    if (!operand.older && reader.node < writer.node)
      return fail({.kind = Kind::read_early, .node = reader.node, .tensor = id});
    const bool by_step = iterated && facts_.iteration(reader.einsum).has(iterated);
    if (by_step && reader.group != writer.group)
      return fail({.kind = Kind::history_read, .node = reader.node, .tensor = id});
  }
}

// Einsums of two lanes run at once on two tiles of what the one hands to the other.
void Flattener::add_lane_handovers() {
  std::size_t index = 0;
  for (const FusionGroup& group : tree_->groups)
    for (const Step& step : group.steps) add_lane_handovers(step, index++);
}

void Flattener::add_lane_handovers(const Step& step, std::size_t index) {
  if (step.lanes.size() < 2) return;
  const auto lane_of = [&](EinsumId einsum) {
    return std::ranges::find_if(step.lanes,
                                [&](const auto& lane) { return std::ranges::find(lane, einsum) != lane.end(); });
  };
  for (const auto& lane : step.lanes)
    for (const EinsumId einsum : lane) {
      const TensorId tensor = facts_.write(einsum).tensor;
      const LeafId writer = writer_[tensor];
      if (!writer || flat_->leaves[writer].einsum != einsum) continue;
      readers_[tensor].each([&](LeafId reader) {
        const auto other = lane_of(flat_->leaves[reader].einsum);
        if (other == step.lanes.end() || &*other == &lane) return;
        flat_->lane_handovers.push_back({index, nearest_common_keep(writer, reader, tensor)});
      });
    }
}

NodeId Flattener::nearest_common_keep(LeafId writer, LeafId reader, TensorId tensor) const {
  NodeId node = keep_above(flat_->leaves[writer].node, tensor);
  while (node && !leaves_below_[node].has(reader)) node = keep_above(node, tensor);
  return node;
}

// By counting: residencies stand in the order of the tree, so by group already.
void Flattener::sort_by_level() {
  level_starts_.assign(arch_.levels.size(), 0);
  for (const Residency& residency : flat_->residencies) ++level_starts_[residency.level];
  std::exclusive_scan(level_starts_.begin(), level_starts_.end(), level_starts_.begin(), std::size_t{0});
  flat_->by_level.resize(flat_->residencies.size());
  for (const ResidencyId id : flat_->residencies.ids())
    flat_->by_level[level_starts_[flat_->residencies[id].level]++] = id;
}

// Loops above the node, outermost first.
void Flattener::find_path(NodeId node) {
  const NodeId end = loop_above_[node];
  if (end == path_end_) return;
  path_end_ = end;
  path_.clear();
  for (NodeId loop = end; loop; loop = loop_above_[loop])
    path_.push_back({loop, flat_->rank_of[loop], flat_->spatial[loop] != 0});
  std::ranges::reverse(path_);
}

// The nearest active keep of the tensor strictly above a node; none if there is none.
NodeId Flattener::keep_above(NodeId node, TensorId tensor) const {
  for (NodeId n = keep_above_[node]; n; n = keep_above_[n]) {
    const std::vector<TensorId>& tensors = keep_at(n).tensors;
    if (std::ranges::find(tensors, tensor) != tensors.end()) return n;
  }
  return {};
}

const Keep& Flattener::keep_at(NodeId node) const { return *std::get_if<Keep>(&tree_->nodes[node].what); }

void Flattener::fail(Misfit misfit) { misfit_ = misfit; }

void FlatTree::clear(std::size_t nodes) {
  leaves.clear();
  residencies.clear();
  transfers.clear();
  handovers.clear();
  lane_handovers.clear();
  covers.clear();
  boxes.clear();
  spreads.clear();
  loops.clear();
  rank_of.assign(nodes, {});
  spatial.assign(nodes, 0);
  outer.assign(nodes, {});
  loop_lists.clear();
  trip_lists.clear();
}

}  // namespace tilewright
