#include "mappings/plan_builder.hpp"

#include <algorithm>
#include <iterator>

namespace tilewright {

namespace {

void merge(std::vector<RankId>& into, const std::vector<RankId>& ranks) {
  for (const RankId rank : ranks)
    if (!contains(into, rank)) into.push_back(rank);
}

// Where some users see a rank whole and others in parts, its parts select the element.
void drop_partitioned_wholes(const Cascade& cascade, std::vector<RankId>& ranks) {
  for (const Partition& partition : cascade.partitions)
    if (contains(ranks, partition.parts.front())) std::erase(ranks, partition.whole);
}

}  // namespace

PlanBuilder::PlanBuilder(const Cascade& cascade, const Arch& arch, const Mapping& mapping,
                         const std::vector<char>& active)
    : cascade_(cascade), arch_(arch), mapping_(mapping), active_(active) {}

Plan PlanBuilder::build() {
  find_leaves();
  for (int node = 0; node < static_cast<int>(mapping_.nodes.size()); ++node) {
    if (!std::holds_alternative<Keep>(mapping_.nodes[static_cast<std::size_t>(node)].what)) continue;
    if (!active_[static_cast<std::size_t>(node)]) continue;
    for (const TensorId tensor : keep(node).tensors) {
      add_residency(node, tensor);
      const int parent = keep_above(node, tensor);
      add_handovers(node, tensor, parent);
      if (parent < 0) {
        require_home(node, tensor);
      } else {
        require_descendant(node, parent, tensor);
        connect_tile(node, tensor, parent);
      }
    }
  }
  for (int leaf = 0; leaf < static_cast<int>(plan_.leaves.size()); ++leaf) connect_unit(leaf);
  return std::move(plan_);
}

void PlanBuilder::find_leaves() {
  for (int n = 0; n < static_cast<int>(mapping_.nodes.size()); ++n) {
    const Node& node = mapping_.nodes[static_cast<std::size_t>(n)];
    const auto* compute = std::get_if<Compute>(&node.what);
    if (compute == nullptr) continue;
    Leaf leaf{compute->einsum, compute->unit, node.group, n, {}, {}};
    const auto& iteration = cascade_.einsums[static_cast<std::size_t>(compute->einsum)].iteration;
    for (const int above : path(n)) {
      const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(above)].what);
      if (loop == nullptr || !contains(iteration, loop->rank)) continue;
      (loop->spatial ? leaf.spatial : leaf.temporal).push_back(above);
    }
    plan_.leaves.push_back(std::move(leaf));
  }
}

void PlanBuilder::connect_tile(int node, TensorId tensor, int parent_node) {
  const Users users = users_below(node, tensor);
  // What is written below the node is there already when it is read below the node, but for the running value
  // that an iteration left above the node.
  const bool fetches = users.writer < 0 || users.older;
  if (!users.readers.empty() && fetches)
    add_transfer(tensor, users.readers.front(), node, parent_node, users, false);
  const bool output = cascade_.tensors[static_cast<std::size_t>(tensor)].role == Tensor::Role::output;
  const bool wanted_above = output || users.older || !users.all_leaves;
  if (users.writer >= 0 && wanted_above) add_transfer(tensor, users.writer, node, parent_node, users, true);
}

void PlanBuilder::connect_unit(int leaf) {
  const Leaf& place = plan_.leaves[static_cast<std::size_t>(leaf)];
  const auto connect = [&](const Use& use, bool up) {
    const int node = keep_above(place.node, use.tensor);
    if (node < 0)
      fail(place.node, "'" + einsum_of(leaf).name + (up ? "' writes '" : "' reads '") +
                           cascade_.tensors[static_cast<std::size_t>(use.tensor)].name +
                           "', which no level keeps above it");
    add_transfer(use.tensor, leaf, -1, node, users_of_leaf(leaf, use), up);
  };
  for (const Use& use : reads_of(cascade_, einsum_of(leaf))) connect(use, false);
  connect(write_of(cascade_, einsum_of(leaf)), true);
}

void PlanBuilder::add_residency(int node, TensorId tensor) {
  const Users users = users_below(node, tensor);
  if (users.readers.empty() && users.writer < 0)
    fail(node,
         "'" + cascade_.tensors[static_cast<std::size_t>(tensor)].name + "' is kept, but nothing below uses it");
  Residency residency{node, keep(node).level, {tensor, users.ranks, {}, shares(tensor)}, {}, -1};
  for (const int above : path(node)) {
    const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(above)].what);
    if (loop == nullptr || !contains(users.iteration, loop->rank)) continue;
    if (contains(users.ranks, loop->rank)) residency.tile.loops.push_back(above);
    if (loop->spatial) residency.copies.push_back(above);
  }
  int leaves = 0;
  for (int leaf = 0; leaf < static_cast<int>(plan_.leaves.size()); ++leaf)
    if (below(leaf, node)) {
      ++leaves;
      residency.leaf = leaf;
    }
  if (leaves > 1) residency.leaf = -1;
  plan_.residencies.push_back(std::move(residency));
}

// Partial sums that have a place above come back with their tile, and so does a running value.
void PlanBuilder::add_handovers(int node, TensorId tensor, int parent_node) {
  const Users users = users_below(node, tensor);
  const bool above = parent_node >= 0;
  if (users.writer < 0 || users.readers.empty() || (users.older && above)) return;
  std::vector<Handover> open;  // those of the loops met so far
  for (const int n : path(node)) {
    const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(n)].what);
    if (loop == nullptr || !contains(users.iteration, loop->rank)) continue;
    if (contains(users.ranks, loop->rank)) {
      if (!loop->spatial)
        for (Handover& handover : open) handover.changes.push_back(n);
    } else if (loop->spatial || !above || !contains(einsum_of(users.writer).iteration, loop->rank)) {
      open.push_back({tensor, node, n, {}});
    }
  }
  std::ranges::move(open, std::back_inserter(plan_.handovers));
}

void PlanBuilder::add_transfer(TensorId tensor, int leaf, int child_node, int parent_node, const Users& users,
                               bool up) {
  const Einsum& einsum = einsum_of(leaf);
  Transfer transfer{};
  transfer.tensor = tensor;
  transfer.einsum = plan_.leaves[static_cast<std::size_t>(leaf)].einsum;
  transfer.parent = keep(parent_node).level;
  transfer.child = child_node < 0 ? -1 : keep(child_node).level;
  transfer.up = up;
  transfer.accumulates = up && einsum.reduce >= 0;
  transfer.tile = {tensor, users.ranks, {}, shares(tensor)};
  const auto& iteration = up ? einsum.iteration : users.iteration;
  for (const int above : path(child_node < 0 ? plan_.leaves[static_cast<std::size_t>(leaf)].node : child_node)) {
    const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(above)].what);
    if (loop == nullptr || !contains(iteration, loop->rank)) continue;
    const bool relevant = contains(users.ranks, loop->rank);
    if (relevant) transfer.tile.loops.push_back(above);
    if (!loop->spatial) {
      transfer.trips.push_back({above, relevant});
    } else if (above < parent_node) {
      transfer.parent_instances.push_back(above);
      if (!relevant) transfer.parent_copies.push_back(above);
    } else {
      (relevant ? transfer.distinct : transfer.shared).push_back(above);
    }
  }
  plan_.transfers.push_back(std::move(transfer));
}

bool PlanBuilder::shares(TensorId tensor) const {
  return mapping_.shared && mapping_.shared->tensors[static_cast<std::size_t>(tensor)] != 0;
}

int PlanBuilder::keep_above(int node, TensorId tensor) const {
  for (int n = mapping_.nodes[static_cast<std::size_t>(node)].parent; n >= 0;
       n = mapping_.nodes[static_cast<std::size_t>(n)].parent) {
    const auto* kept = std::get_if<Keep>(&mapping_.nodes[static_cast<std::size_t>(n)].what);
    if (kept == nullptr || !active_[static_cast<std::size_t>(n)]) continue;
    if (std::ranges::find(kept->tensors, tensor) != kept->tensors.end()) return n;
  }
  return -1;
}

PlanBuilder::Users PlanBuilder::users_below(int node, TensorId tensor) const {
  Users users;
  bool older = false;
  for (int leaf = 0; leaf < static_cast<int>(plan_.leaves.size()); ++leaf) {
    const Einsum& einsum = einsum_of(leaf);
    const auto touch = [&](const Use& use, bool writes) {
      if (use.tensor != tensor) return;
      if (!below(leaf, node)) {
        users.all_leaves = false;
        return;
      }
      if (writes) users.writer = leaf;
      if (!writes && (users.readers.empty() || users.readers.back() != leaf)) users.readers.push_back(leaf);
      older = older || use.older;
      merge(users.ranks, use.ranks);
      merge(users.iteration, einsum.iteration);
    };
    for (const Use& use : reads_of(cascade_, einsum)) touch(use, false);
    touch(write_of(cascade_, einsum), true);
  }
  drop_partitioned_wholes(cascade_, users.ranks);
  const RankId iterated = cascade_.tensors[static_cast<std::size_t>(tensor)].iterated;
  const auto above = path(node);
  users.older = older && std::ranges::any_of(above, [&](int n) {
                  const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(n)].what);
                  return loop != nullptr && loop->rank == iterated;
                });
  return users;
}

PlanBuilder::Users PlanBuilder::users_of_leaf(int leaf, const Use& use) const {
  Users users;
  users.ranks = use.ranks;
  users.iteration = einsum_of(leaf).iteration;
  return users;
}

bool PlanBuilder::below(int leaf, int node) const {
  for (int n = plan_.leaves[static_cast<std::size_t>(leaf)].node; n >= 0;
       n = mapping_.nodes[static_cast<std::size_t>(n)].parent)
    if (n == node) return true;
  return false;
}

std::vector<int> PlanBuilder::path(int node) const {
  std::vector<int> nodes;
  for (int n = mapping_.nodes[static_cast<std::size_t>(node)].parent; n >= 0;
       n = mapping_.nodes[static_cast<std::size_t>(n)].parent)
    nodes.push_back(n);
  std::ranges::reverse(nodes);
  return nodes;
}

const Keep& PlanBuilder::keep(int node) const {
  return std::get<Keep>(mapping_.nodes[static_cast<std::size_t>(node)].what);
}

const Einsum& PlanBuilder::einsum_of(int leaf) const {
  return cascade_.einsums[static_cast<std::size_t>(plan_.leaves[static_cast<std::size_t>(leaf)].einsum)];
}

void PlanBuilder::require_descendant(int child_node, int parent_node, TensorId tensor) const {
  const LevelId ancestor = keep(parent_node).level;
  LevelId level = keep(child_node).level;
  do {
    level = arch_.levels[static_cast<std::size_t>(level)].parent;
  } while (level > ancestor);
  if (level == ancestor) return;
  fail(child_node, "'" + cascade_.tensors[static_cast<std::size_t>(tensor)].name + "' comes from level '" +
                       arch_.levels[static_cast<std::size_t>(ancestor)].name + "', which is not above '" +
                       arch_.levels[static_cast<std::size_t>(keep(child_node).level)].name + "'");
}

// Inputs and outputs live at the outermost level. Any other tensor is handed over where its writer and its readers
// both see it: at one node, or, between groups, at the outermost level.
void PlanBuilder::require_home(int node, TensorId tensor) const {
  const Tensor& data = cascade_.tensors[static_cast<std::size_t>(tensor)];
  if (keep(node).level == 0) return require_whole(node, data);
  const std::string& level = arch_.levels[static_cast<std::size_t>(keep(node).level)].name;
  if (data.role != Tensor::Role::intermediate)
    fail(node, "'" + data.name + "' is an " + (data.role == Tensor::Role::input ? "input" : "output") +
                   " and must be kept at '" + arch_.levels.front().name + "' above '" + level + "'");
  if (!users_below(node, tensor).all_leaves)
    fail(node, "'" + data.name + "' is also used elsewhere; keep it above all its Einsums, or at '" +
                   arch_.levels.front().name + "'");
}

// An input or output exists as a whole before and after the mapping.
void PlanBuilder::require_whole(int node, const Tensor& data) const {
  if (data.role == Tensor::Role::intermediate) return;
  for (const int above : path(node))
    if (const auto* loop = std::get_if<Loop>(&mapping_.nodes[static_cast<std::size_t>(above)].what))
      fail(node, "'" + data.name + "' lives at '" + arch_.levels.front().name + "'; keep it above the loop over " +
                     cascade_.ranks[static_cast<std::size_t>(loop->rank)].variable);
}

void PlanBuilder::fail(int node, const std::string& message) const {
  const Node& at = mapping_.nodes[static_cast<std::size_t>(node)];
  throw InputError(at.place, at.key_path, message);
}

}  // namespace tilewright
