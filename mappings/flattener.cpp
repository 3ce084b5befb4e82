#include "mappings/flattener.hpp"

#include <algorithm>

#include "einsum/masked_einsums.hpp"

namespace tilewright {

namespace {

using Kind = Misfit::Kind;
using Operand = CascadeFacts::Operand;

std::size_t at(int id) { return static_cast<std::size_t>(id); }

}  // namespace

Flattener::Flattener(const CascadeFacts& facts, const Arch& arch, const SharedRank* shared,
                     const StoredTensor* stored)
    : facts_(facts), arch_(arch), shared_(shared), stored_(stored) {}

Misfit Flattener::flatten(const Tree& tree, std::span<const char> active, FlatTree& flat) {
  start(tree, flat);
  for (int node = 0; node < static_cast<int>(tree.nodes.size()); ++node)
    add_node(node, active.empty() || active[at(node)] != 0);
  for (int node = 0; node < static_cast<int>(tree.nodes.size()) && !misfit_; ++node)
    if (keeps_[at(node)] != 0) add_keep(node, keep_at(node));
  for (int leaf = 0; leaf < static_cast<int>(flat.leaves.size()) && !misfit_; ++leaf) connect_unit(leaf);
  if (!misfit_) check_order();
  sort_by_level();
  return misfit_;
}

void Flattener::start(const Tree& tree, FlatTree& flat) {
  tree_ = &tree;
  flat_ = &flat;
  misfit_ = {};
  path_end_ = no_path;
  flat.clear(tree.nodes.size());
  flat.shared = shared_;
  flat.stored = stored_;
  if (shared_ != nullptr && flat.shared_parts.empty())
    flat.shared_parts = parts_of(facts_.cascade(), shared_->rank);
  const std::size_t nodes = tree.nodes.size();
  loop_above_.resize(nodes);
  keep_above_.resize(nodes);
  keeps_.assign(nodes, 0);
  covered_.assign(nodes, 0);
  uncovered_ = {};
  leaves_below_.assign(nodes, {});
  const std::size_t tensors = facts_.cascade().tensors.size();
  readers_.assign(tensors, {});
  older_readers_.assign(tensors, {});
  writer_.assign(tensors, -1);
}

void Flattener::add_node(int n, bool active) {
  const Node& node = tree_->nodes[at(n)];
  const int parent = node.parent;
  loop_above_[at(n)] = parent < 0 ? -1 : flat_->rank_of[at(parent)] >= 0 ? parent : loop_above_[at(parent)];
  keep_above_[at(n)] = parent < 0 ? -1 : keeps_[at(parent)] != 0 ? parent : keep_above_[at(parent)];
  if (const auto* loop = std::get_if<Loop>(&node.what)) {
    flat_->rank_of[at(n)] = loop->rank;
    flat_->spatial[at(n)] = static_cast<char>(loop->spatial);
    flat_->loops.push_back(n);
    int outer = loop_above_[at(n)];
    while (outer >= 0 && flat_->rank_of[at(outer)] != loop->rank) outer = loop_above_[at(outer)];
    flat_->outer[at(n)] = outer;
  } else if (const auto* compute = std::get_if<Compute>(&node.what)) {
    add_leaf(n, *compute);
  } else {
    keeps_[at(n)] = static_cast<char>(active);
  }
}

void Flattener::add_leaf(int node, const Compute& compute) {
  const int leaf = static_cast<int>(flat_->leaves.size());
  for (int n = node; n >= 0; n = tree_->nodes[at(n)].parent) leaves_below_[at(n)].add(at(leaf));
  for (const Operand& operand : facts_.reads(compute.einsum)) {
    readers_[at(operand.tensor)].add(at(leaf));
    if (operand.older) older_readers_[at(operand.tensor)].add(at(leaf));
  }
  writer_[at(facts_.write(compute.einsum).tensor)] = leaf;
  find_path(node);
  first_.clear();
  second_.clear();
  IdSet open = facts_.iteration(compute.einsum);
  for (const PathLoop& loop : path_)
    if (loop.over(open)) (loop.spatial ? second_ : first_).push_back(loop.node);
  const RankId iterated = facts_.cascade().tensors[at(facts_.write(compute.einsum).tensor)].iterated;
  flat_->leaves.push_back({compute.einsum, compute.unit, tree_->nodes[at(node)].group, node,
                           box_of(facts_.iteration(compute.einsum), false), iterated,
                           flat_->loop_lists.keep(first_), flat_->loop_lists.keep(second_)});
  for (auto loop = path_.rbegin(); loop != path_.rend(); ++loop) {
    if (!loop->over(open)) continue;
    open.remove(at(loop->rank));
    if (covered_[at(loop->node)] == 0) flat_->covers.push_back({leaf, loop->rank, loop->node});
    covered_[at(loop->node)] = 1;
  }
  open.each([&](RankId rank) {
    if (!uncovered_.has(at(rank))) flat_->covers.push_back({leaf, rank, -1});
    uncovered_.add(at(rank));
  });
}

void Flattener::add_keep(int node, const Keep& keep) {
  const auto kept = [&](TensorId tensor) { return std::ranges::find(keep.tensors, tensor) != keep.tensors.end(); };
  const bool both = stored_ != nullptr && kept(stored_->tensor) && kept(stored_->in);
  for (const TensorId tensor : keep.tensors) {
    if (both && tensor == stored_->tensor) continue;
    add_tile(node, keep, tensor);
    if (misfit_) return;
  }
  if (both) add_stored(node, keep);
}

void Flattener::add_tile(int node, const Keep& keep, TensorId tensor) {
  const Users users = users_below(node, tensor);
  if (users.readers.empty() && users.writer < 0)
    return fail({.kind = Kind::unused, .node = node, .tensor = tensor});
  add_residency(node, keep, tensor, users);
  const int parent = keep_above(node, tensor);
  add_handovers(node, tensor, parent, users);
  if (parent < 0)
    check_home(node, keep, tensor, users);
  else
    check_below(node, keep, tensor, parent);
  if (misfit_) return;
  if (parent >= 0) connect_tile(node, tensor, parent, users);
}

// The tile of a tensor that is stored in another, whose own tile of this keep is there already. Where all of it is
// in that one whenever it is wanted it takes no room and does not move.
void Flattener::add_stored(int node, const Keep& keep) {
  const std::size_t own = flat_->transfers.size();
  add_tile(node, keep, stored_->tensor);
  if (misfit_ || !comes_inside(node, own)) return;
  flat_->transfers.resize(own);
  flat_->residencies.back().inside = true;
}

// `own`: index of the stored tensor's transfer, if it has one. Both come from the same tiles, at the same
// iterations of the same loops; the stored one perhaps also at those of loops below, over ranks that the other does
// not have, while that stays. Rows of the other are whole: it has no loop that the stored one does not have.
bool Flattener::comes_inside(int node, std::size_t own) const {
  if (keep_above(node, stored_->in) != keep_above(node, stored_->tensor)) return false;
  if (own == flat_->transfers.size()) return true;  // both at home, as a whole
  const Transfer& stored = flat_->transfers[own];
  std::size_t of_other = own - 1;
  while (flat_->transfers[of_other].tensor != stored_->in) --of_other;
  const Transfer& other = flat_->transfers[of_other];
  const auto same = [](const Transfer::Trip& a, const Transfer::Trip& b) {
    return a.loop == b.loop && a.relevant == b.relevant;
  };
  return other.trips.size() <= stored.trips.size() &&
         std::equal(other.trips.begin(), other.trips.end(), stored.trips.begin(), same) &&
         std::ranges::equal(other.parent_instances, stored.parent_instances) &&
         std::ranges::equal(other.distinct, stored.distinct) && std::ranges::equal(other.shared, stored.shared) &&
         other.tile.shared == stored.tile.shared;
}

Flattener::Users Flattener::users_below(int node, TensorId tensor) const {
  Users users;
  const IdSet& below = leaves_below_[at(node)];
  IdSet all = readers_[at(tensor)];
  if (const int writer = writer_[at(tensor)]; writer >= 0) {
    if (below.has(at(writer))) users.writer = writer;
    all.add(at(writer));
  }
  users.readers = readers_[at(tensor)] & below;
  const IdSet touching = all & below;
  users.all_leaves = touching == all;
  touching.each([&](int leaf) {
    const EinsumId einsum = flat_->leaves[at(leaf)].einsum;
    users.ranks |= facts_.ranks(einsum, tensor);
    users.iteration |= facts_.iteration(einsum);
  });
  users.ranks = facts_.without_partitioned_wholes(users.ranks);
  if ((older_readers_[at(tensor)] & below).empty()) return users;
  const RankId iterated = facts_.cascade().tensors[at(tensor)].iterated;
  for (int loop = loop_above_[at(node)]; loop >= 0; loop = loop_above_[at(loop)])
    if (flat_->rank_of[at(loop)] == iterated) users.older = true;
  return users;
}

void Flattener::add_residency(int node, const Keep& keep, TensorId tensor, const Users& users) {
  find_path(node);
  for (auto* list : {&first_, &second_, &third_, &tile_loops_}) list->clear();
  for (const PathLoop& loop : path_) {
    if (!loop.over(users.iteration)) continue;
    const bool relevant = loop.over(users.ranks);
    if (relevant) tile_loops_.push_back(loop.node);
    if (loop.spatial) first_.push_back(loop.node);
    if (loop.spatial && !relevant) second_.push_back(loop.node);
    if (!loop.spatial && relevant) third_.push_back(loop.node);
  }
  const IdSet& below = leaves_below_[at(node)];
  const int leaf = below.size() == 1 ? below.first() : -1;
  Arena<int>& lists = flat_->loop_lists;
  flat_->residencies.push_back({node, keep.level, tree_->nodes[at(node)].group, keep.in_place,
                                tile_of(tensor, users.ranks), lists.keep(first_), lists.keep(second_),
                                lists.keep(third_), leaf});
  add_spread(static_cast<int>(flat_->residencies.size()) - 1);
}

void Flattener::add_spread(int residency) {
  const Residency& fresh = flat_->residencies[at(residency)];
  if (fresh.copies.empty()) return;
  for (const int known : flat_->spreads) {
    const Residency& other = flat_->residencies[at(known)];
    if (other.level != fresh.level || other.copies.size() != fresh.copies.size()) continue;
    bool same = true;
    for (std::size_t i = 0; i < fresh.copies.size(); ++i) same = same && other.copies[i] == fresh.copies[i];
    if (same) return;
  }
  flat_->spreads.push_back(residency);
}

int Flattener::box_of(const IdSet& ranks, bool shared) {
  const Box box{ranks, shared};
  const auto known = std::ranges::find(flat_->boxes, box);
  if (known == flat_->boxes.end()) {
    flat_->boxes.push_back(box);
    return static_cast<int>(flat_->boxes.size()) - 1;
  }
  return static_cast<int>(known - flat_->boxes.begin());
}

Tile Flattener::tile_of(TensorId tensor, const IdSet& ranks) {
  const bool shared = shared_ != nullptr && shared_->tensors[at(tensor)] != 0;
  return {tensor, box_of(ranks, shared), flat_->loop_lists.keep(tile_loops_), shared};
}

// Partial sums that have a place above come back with their tile, and so does a running value.
void Flattener::add_handovers(int node, TensorId tensor, int parent_node, const Users& users) {
  const bool above = parent_node >= 0;
  if (users.writer < 0 || users.readers.empty() || (users.older && above)) return;
  const IdSet& written = facts_.iteration(flat_->leaves[at(users.writer)].einsum);
  for (std::size_t i = 0; i < path_.size(); ++i) {
    const PathLoop& loop = path_[i];
    if (!loop.over(users.iteration) || loop.over(users.ranks)) continue;
    if (!loop.spatial && above && loop.over(written)) continue;
    first_.clear();
    for (const PathLoop& inner : std::span(path_).subspan(i + 1))
      if (inner.over(users.ranks) && !inner.spatial) first_.push_back(inner.node);
    flat_->handovers.push_back({tensor, node, loop.node, flat_->loop_lists.keep(first_)});
  }
}

void Flattener::connect_tile(int node, TensorId tensor, int parent_node, const Users& users) {
  // What is written below the node is there already when it is read below the node, but for the running value
  // that an iteration left above the node.
  const bool fetches = users.writer < 0 || users.older;
  if (!users.readers.empty() && fetches)
    add_transfer(tensor, users.readers.first(), node, parent_node, users, false);
  const bool output = facts_.cascade().tensors[at(tensor)].role == Tensor::Role::output;
  const bool wanted_above = output || users.older || !users.all_leaves;
  if (users.writer >= 0 && wanted_above) add_transfer(tensor, users.writer, node, parent_node, users, true);
}

void Flattener::connect_unit(int leaf) {
  const EinsumId einsum = flat_->leaves[at(leaf)].einsum;
  for (const Operand& operand : facts_.reads(einsum)) connect_operand(leaf, operand, false);
  connect_operand(leaf, facts_.write(einsum), true);
}

void Flattener::connect_operand(int leaf, const Operand& operand, bool up) {
  if (misfit_) return;
  const Leaf& place = flat_->leaves[at(leaf)];
  const int node = keep_above(place.node, operand.tensor);
  if (node < 0)
    return fail({.kind = up ? Kind::unkept_write : Kind::unkept_read,
                 .node = place.node,
                 .tensor = operand.tensor,
                 .einsum = place.einsum});
  Users users;
  users.ranks = operand.ranks;
  users.iteration = facts_.iteration(place.einsum);
  add_transfer(operand.tensor, leaf, -1, node, users, up);
}

void Flattener::add_transfer(TensorId tensor, int leaf, int child_node, int parent_node, const Users& users,
                             bool up) {
  const EinsumId einsum = flat_->leaves[at(leaf)].einsum;
  const IdSet& iteration = up ? facts_.iteration(einsum) : users.iteration;
  find_path(child_node < 0 ? flat_->leaves[at(leaf)].node : child_node);
  trips_.clear();
  for (auto* list : {&first_, &second_, &third_, &fourth_, &tile_loops_}) list->clear();
  for (const PathLoop& loop : path_) {
    if (!loop.over(iteration)) continue;
    const bool relevant = loop.over(users.ranks);
    if (relevant) tile_loops_.push_back(loop.node);
    if (!loop.spatial) {
      trips_.push_back({loop.node, relevant});
    } else if (loop.node < parent_node) {
      first_.push_back(loop.node);
      if (!relevant) second_.push_back(loop.node);
    } else {
      (relevant ? third_ : fourth_).push_back(loop.node);
    }
  }
  Arena<int>& lists = flat_->loop_lists;
  const LevelId parent = keep_at(parent_node).level;
  const Level& above = arch_.levels[parent];
  flat_->transfers.push_back({.tensor = tensor,
                              .einsum = einsum,
                              .leaf = leaf,
                              .space = flat_->leaves[at(leaf)].space,
                              .group = flat_->leaves[at(leaf)].group,
                              .parent = parent,
                              .child = child_node < 0 ? LevelId() : keep_at(child_node).level,
                              .up = up,
                              .accumulates = up && facts_.reduces(einsum),
                              .once = up ? above.reduction : above.multicast,
                              .tile = tile_of(tensor, users.ranks),
                              .trips = flat_->trip_lists.keep(trips_),
                              .parent_instances = lists.keep(first_),
                              .parent_copies = lists.keep(second_),
                              .distinct = lists.keep(third_),
                              .shared = lists.keep(fourth_)});
}

// Inputs and outputs live at the outermost level, and exist there as a whole before and after the mapping. Any
// other tensor is handed over where its writer and its readers both see it: at one node, or, between groups, at the
// outermost level.
void Flattener::check_home(int node, const Keep& keep, TensorId tensor, const Users& users) {
  const Tensor::Role role = facts_.cascade().tensors[at(tensor)].role;
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

void Flattener::check_below(int node, const Keep& keep, TensorId tensor, int parent_node) {
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
    const Tensor& tensor = facts_.cascade().tensors[at(id)];
    if (tensor.iterated >= 0 && tensor.role == Tensor::Role::output)
      return fail({.kind = Kind::running_output, .node = writer.node, .tensor = id, .rank = tensor.iterated});
    readers_[at(id)].each([&](int leaf) {
      const Leaf& reader = flat_->leaves[at(leaf)];
      if (!misfit_ && reader.node != writer.node) check_reader(reader, writer, id);
    });
    if (misfit_) return;
  }
}

void Flattener::check_reader(const Leaf& reader, const Leaf& writer, TensorId id) {
  const RankId iterated = facts_.cascade().tensors[at(id)].iterated;
  for (const Operand& operand : facts_.reads(reader.einsum)) {
    if (operand.tensor != id) continue;
    if (!operand.older && reader.node < writer.node)
      return fail({.kind = Kind::read_early, .node = reader.node, .tensor = id});
    const bool by_step = iterated >= 0 && facts_.iteration(reader.einsum).has(at(iterated));
    if (by_step && reader.group != writer.group)
      return fail({.kind = Kind::history_read, .node = reader.node, .tensor = id});
  }
}

// By counting: residencies stand in the order of the tree, so by group already.
void Flattener::sort_by_level() {
  level_ends_.assign(arch_.levels.size() + 1, 0);
  for (const Residency& residency : flat_->residencies) ++level_ends_[residency.level.index() + 1];
  for (std::size_t l = 1; l < level_ends_.size(); ++l) level_ends_[l] += level_ends_[l - 1];
  flat_->by_level.resize(flat_->residencies.size());
  for (std::size_t i = 0; i < flat_->residencies.size(); ++i)
    flat_->by_level[level_ends_[flat_->residencies[i].level.index()]++] = static_cast<int>(i);
}

// Loops above the node, outermost first.
void Flattener::find_path(int node) {
  const int end = loop_above_[at(node)];
  if (end == path_end_) return;
  path_end_ = end;
  path_.clear();
  for (int loop = end; loop >= 0; loop = loop_above_[at(loop)])
    path_.push_back({loop, flat_->rank_of[at(loop)], flat_->spatial[at(loop)] != 0});
  std::ranges::reverse(path_);
}

// The nearest active keep of the tensor strictly above a node; -1 if there is none.
int Flattener::keep_above(int node, TensorId tensor) const {
  for (int n = keep_above_[at(node)]; n >= 0; n = keep_above_[at(n)]) {
    const std::vector<TensorId>& tensors = keep_at(n).tensors;
    if (std::ranges::find(tensors, tensor) != tensors.end()) return n;
  }
  return -1;
}

const Keep& Flattener::keep_at(int node) const { return *std::get_if<Keep>(&tree_->nodes[at(node)].what); }

void Flattener::fail(Misfit misfit) { misfit_ = misfit; }

void FlatTree::clear(std::size_t nodes) {
  leaves.clear();
  residencies.clear();
  transfers.clear();
  handovers.clear();
  covers.clear();
  boxes.clear();
  spreads.clear();
  loops.clear();
  rank_of.assign(nodes, -1);
  spatial.assign(nodes, 0);
  outer.assign(nodes, -1);
  loop_lists.clear();
  trip_lists.clear();
}

}  // namespace tilewright
