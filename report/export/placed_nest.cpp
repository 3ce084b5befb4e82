#include "report/export/placed_nest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

class Placer {
 public:
  explicit Placer(const SizedNest& nest) : nest_(nest), children_(nest.mapping.tree.nodes.size()) {
    for (const NodeId n : nest.mapping.tree.nodes.ids()) {
      const NodeId parent = nest.node(n).parent;
      (parent ? children_[parent] : roots_).push_back(n);
    }
  }

  PlacedNodes place() {
    open_.emplace_back();
    below(roots_);
    PlacedNodes all = std::move(outermost_);
    all.insert(all.end(), open_.front().begin(), open_.front().end());
    return all;
  }

 private:
  void below(const std::vector<NodeId>& nodes) {
    if (nodes.size() == 1) return add(nodes.front());
    std::vector<PlacedNodes> parts;
    for (const NodeId n : nodes) {
      open_.emplace_back();
      add(n);
      parts.push_back(std::move(open_.back()));
      open_.pop_back();
    }
    open_.back().push_back({{}, {}, std::move(parts)});
  }

  void add(NodeId n) {
    if (const auto* keep = std::get_if<Keep>(&nest_.node(n).what)) {
      if (nest_.frame.active[n])
        for (const TensorId tensor : keep->tensors) add_tile(n, *keep, tensor);
    } else if (std::holds_alternative<Compute>(nest_.node(n).what) || nest_.frame.factors[n] > 1) {
      open_.back().push_back({n});
    }
    if (!children_[n].empty()) below(children_[n]);
  }

  void add_tile(NodeId n, const Keep& keep, TensorId tensor) {
    if (!nest_.arch.levels[keep.level].parent) {
      if (std::ranges::find(outermost_, tensor, &PlacedNode::tensor) == outermost_.end())
        outermost_.push_back({n, tensor});
      return;
    }
    const std::vector<NodeId> over = stays_over(n, tensor);
    if (over.empty()) {
      open_.back().push_back({n, tensor});
    } else {
      insert_above(over, {n, tensor});
    }
  }

  // Loops that make no difference to the tile, though they stand above it.
  [[nodiscard]] std::vector<NodeId> stays_over(NodeId n, TensorId tensor) const {
    std::vector<NodeId> over;
    for (const Residency& residency : nest_.flat.residencies) {
      if (residency.node != n || residency.tile.tensor != tensor) continue;
      const std::span<const Trip> trips = residency.trips;
      const std::size_t moving = residency.turns ? residency.trips_of_turns : 0;
      for (std::size_t i = trips.size(); i > moving; --i) {
        const bool once = nest_.frame.factors[trips[i - 1].loop] == 1;
        if (trips[i - 1].relevant && !once) break;
        if (!once) over.push_back(trips[i - 1].loop);
      }
    }
    return over;
  }

  // Goes up from the end of the innermost list; `over` is innermost first. Lanes on the way come along, since the
  // tile is one of each of them.
  void insert_above(const std::vector<NodeId>& over, const PlacedNode& tile) {
    for (std::size_t list = open_.size(); list > 0; --list) {
      PlacedNodes& nodes = open_[list - 1];
      for (std::size_t at = nodes.size(); at > 0; --at) {
        if (nodes[at - 1].tensor == tile.tensor)
          fail(tile, over.back(), "which its tile in an outer level comes at");
        if (nodes[at - 1].node == over.back()) return insert(list - 1, at - 1, over.back(), tile);
      }
    }
    fail(tile, over.back(), "which stands elsewhere");
  }

  void insert(std::size_t list, std::size_t at, NodeId outermost, const PlacedNode& tile) {
    PlacedNodes& nodes = open_[list];
    if (list + 1 < open_.size()) {
      for (std::size_t inner = list; inner < open_.size(); ++inner)
        for (std::size_t i = inner == list ? at : 0; i < open_[inner].size(); ++i)
          if (is_spatial(open_[inner][i]))
            fail(tile, outermost, "which other Einsums are below, too; with 'turns: true' it does not");
      if (used_elsewhere(tile, outermost)) fail(tile, outermost, "below which other Einsums use the tensor, too");
    }
    const auto lanes = std::stable_partition(nodes.begin() + static_cast<std::ptrdiff_t>(at), nodes.end(),
                                             [&](const PlacedNode& node) { return is_spatial(node); });
    // Tiles that stood above lanes would now stand below them.
    const bool moved = lanes != nodes.begin() + static_cast<std::ptrdiff_t>(at);
    if (moved && std::any_of(lanes, nodes.end(), [&](const PlacedNode& node) {
          return node.is_tile() && !is_below(node.node, std::prev(lanes)->node);
        }))
      fail(tile, outermost, "between which and its lanes another tile is kept");
    nodes.insert(lanes, tile);
  }

  [[nodiscard]] bool is_spatial(const PlacedNode& node) const {
    if (!node.node || node.is_tile()) return false;
    const auto* loop = std::get_if<Loop>(&nest_.node(node.node).what);
    return loop != nullptr && loop->spatial;
  }

  [[nodiscard]] bool is_below(NodeId inner, NodeId outer) const {
    for (NodeId n = inner; n; n = nest_.node(n).parent)
      if (n == outer) return true;
    return false;
  }

  // By an Einsum below the loop, but not below the keep.
  [[nodiscard]] bool used_elsewhere(const PlacedNode& tile, NodeId loop) const {
    return std::ranges::any_of(nest_.flat.leaves, [&](const Leaf& leaf) {
      return is_below(leaf.node, loop) && !is_below(leaf.node, tile.node) &&
             nest_.touches(leaf.einsum, tile.tensor);
    });
  }

  [[noreturn]] void fail(const PlacedNode& tile, NodeId loop, const char* why) const {
    const Written& written = nest_.written(tile.node);
    const RankId rank = std::get<Loop>(nest_.node(loop).what).rank;
    throw InputError(written.place, written.key_path,
                     fmt::format("cannot be exported: '{}' stays over the loop of {}, {}", nest_.name(tile.tensor),
                                 nest_.cascade.ranks[rank].variable, why));
  }

  const SizedNest& nest_;
  std::vector<NodeId> roots_;
  ByNode<std::vector<NodeId>> children_;
  PlacedNodes outermost_;
  std::vector<PlacedNodes> open_;  // lists from the root to where nodes are added
};

}  // namespace

PlacedNodes place_tiles(const SizedNest& nest) { return Placer(nest).place(); }

}  // namespace tilewright
