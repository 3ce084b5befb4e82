#include "sim/nest/cycle/tile_nest.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace tilewright {

namespace {

std::vector<NodeId> children_of(const Tree& tree, GroupId group, NodeId parent) {
  std::vector<NodeId> children;
  for (const NodeId n : tree.nodes.ids())
    if (tree.nodes[n].group == group && tree.nodes[n].parent == parent) children.push_back(n);
  return children;
}

// From the root to the last node that is above all Einsums.
std::vector<NodeId> shared_path(const Tree& tree, GroupId group) {
  std::vector<NodeId> path;
  std::vector<NodeId> next = children_of(tree, group, {});
  while (next.size() == 1) {
    path.push_back(next.front());
    next = children_of(tree, group, next.front());
  }
  return path;
}

// Of the path to a group's only Einsum: down to the last tile that all its lanes share.
void end_at_shared_tile(const Tree& tree, const Arch& arch, std::vector<NodeId>& path) {
  const auto holds = [&](NodeId node) {
    const auto* keep = std::get_if<Keep>(&tree.nodes[node].what);
    return keep != nullptr && arch.levels[keep->level].instances == 1;
  };
  while (!path.empty() && !holds(path.back())) path.pop_back();
}

}  // namespace

int innermost_of(LoopSet set) { return set == 0 ? -1 : 63 - std::countl_zero(set); }

std::int64_t TileNest::tiles() const {
  std::int64_t product = 1;
  for (const TileLoop& loop : loops) product *= loop.times;
  return product;
}

LoopSet TileNest::position_of(NodeId loop) const {
  for (std::size_t i = 0; i < loops.size(); ++i)
    if (loops[i].node == loop) return LoopSet{1} << i;
  return 0;
}

LoopSet TileNest::over(const IdSet<RankId>& ranks) const {
  LoopSet set = 0;
  for (std::size_t i = 0; i < loops.size(); ++i)
    if (ranks.has(loops[i].rank)) set |= LoopSet{1} << i;
  return set;
}

TileNest tile_nest(const Tree& tree, const Arch& arch, const SizedTree& sized, GroupId group) {
  TileNest nest{.group = group, .loops = {}, .shared = {}};
  nest.shared.assign(tree.nodes.size(), 0);
  std::vector<NodeId> path = shared_path(tree, group);
  const bool alone = !path.empty() && std::holds_alternative<Compute>(tree.nodes[path.back()].what);
  if (alone) end_at_shared_tile(tree, arch, path);
  for (const NodeId node : path) {
    nest.shared[node] = 1;
    const auto* loop = std::get_if<Loop>(&tree.nodes[node].what);
    if (loop != nullptr && !loop->spatial)
      nest.loops.push_back({node, loop->rank, static_cast<std::int64_t>(sized.factor(node))});
  }
  if (nest.loops.size() > 64) throw std::length_error("more than 64 loops above a tile");
  return nest;
}

}  // namespace tilewright
