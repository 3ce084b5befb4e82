#include "report/export/exported_arch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "einsum/iteration.hpp"

namespace tilewright {

namespace {

using Path = std::vector<const PlacedNode*>;

void find_paths(const PlacedNodes& nodes, Path above, std::vector<Path>& paths) {
  for (const PlacedNode& node : nodes) {
    if (!node.parts.empty()) {
      for (const PlacedNodes& part : node.parts) find_paths(part, above, paths);
      return;
    }
    above.push_back(&node);
  }
  paths.push_back(std::move(above));
}

class Exporter {
 public:
  Exporter(const SizedNest& nest, const PlacedNodes& placed) : nest_(nest) { find_paths(placed, {}, paths_); }

  ExportedArch make() {
    find_levels();
    for (const Path& path : paths_) add_unit(path);
    result_.spread_over.resize(nest_.mapping.tree.nodes.size());
    for (const Path& path : paths_) spread(path);
    return std::move(result_);
  }

 private:
  // An instance of a memory or of a unit for each iteration of a spatial loop.
  struct Fanout {
    std::string name;
    LevelId level;  // none: of the unit
    double left;
  };

  [[nodiscard]] const Compute& compute(const Path& path) const {
    return std::get<Compute>(nest_.node(path.back()->node).what);
  }
  [[nodiscard]] LevelId level(const PlacedNode& tile) const {
    return std::get<Keep>(nest_.node(tile.node).what).level;
  }
  // Tiles of other Einsums may stand on the way.
  [[nodiscard]] bool is_used_tile(const PlacedNode& node, const Path& path) const {
    return node.is_tile() && nest_.touches(compute(path).einsum, node.tensor);
  }

  [[nodiscard]] bool is_above(LevelId outer, LevelId inner) const {
    for (LevelId l = inner; l; l = nest_.arch.levels[l].parent)
      if (l == outer) return true;
    return false;
  }

  void find_levels() {
    std::set<LevelId> used;
    for (const Path& path : paths_)
      for (const PlacedNode* node : path)
        if (node->is_tile()) used.insert(level(*node));
    const ByLevel<Level>& levels = nest_.arch.levels;
    result_.levels.assign(used.begin(), used.end());
    result_.parent.resize(levels.size());
    result_.fanout.assign(levels.size(), 1);
    for (const LevelId l : result_.levels) {
      LevelId above = levels[l].parent;
      while (above && !used.contains(above)) above = levels[above].parent;
      result_.parent[l] = above;
      result_.fanout[l] = levels[l].instances / (above ? levels[above].instances : 1);
      if (result_.fanout[l] != std::floor(result_.fanout[l]))
        throw InputError(
            {nest_.arch.file, 0, 0}, "arch.levels",
            fmt::format("cannot be exported: {} instances of {} are not equally many below each of {} "
                        "of {}",
                        levels[l].instances, levels[l].name, levels[above].instances, levels[above].name));
    }
  }

  // All Einsums of a unit use levels one below the other.
  [[nodiscard]] LevelId innermost(UnitId unit) const {
    LevelId inner;
    for (const Path& path : paths_) {
      if (compute(path).unit != unit) continue;
      for (const PlacedNode* node : path) {
        if (!is_used_tile(*node, path)) continue;
        const LevelId l = level(*node);
        if (!inner || is_above(inner, l)) {
          inner = l;
        } else if (!is_above(l, inner)) {
          fail(*node,
               fmt::format("'{}' takes tiles from {} and {}, neither of which is above the other",
                           nest_.arch.units[unit].name, nest_.arch.levels[inner].name, nest_.arch.levels[l].name));
        }
      }
    }
    return inner;
  }

  void add_unit(const Path& path) {
    const EinsumId einsum = compute(path).einsum;
    const UnitId id = compute(path).unit;
    const ComputeUnit& unit = nest_.arch.units[id];
    ByTensor<double> element_B;
    for (const Tensor& tensor : nest_.cascade.tensors) element_B.push_back(nest_.workload.element_B(tensor.name));
    const double word_B = operand_B(nest_.cascade, nest_.cascade.einsums[einsum], element_B);
    const PointCost cost = *point_cost(nest_.cascade, nest_.cascade.einsums[einsum], unit, word_B);
    const auto equal = [&](const ExportedUnit& other) {
      return other.unit == id && other.cost.cycles == cost.cycles &&
             (other.cost.energy_J == cost.energy_J ||
              (std::isnan(other.cost.energy_J) && std::isnan(cost.energy_J)));
    };
    auto found = std::ranges::find_if(result_.units, equal);
    if (found == result_.units.end()) {
      const LevelId below = innermost(id);
      const double fanout = std::max(1.0, std::floor(unit.lanes / nest_.arch.levels[below].instances));
      const bool first = std::ranges::find(result_.units, id, &ExportedUnit::unit) == result_.units.end();
      result_.units.push_back(
          {first ? unit.name : unit.name + "_" + nest_.cascade.einsums[einsum].name, id, cost, below, fanout});
      found = result_.units.end() - 1;
    }
    result_.unit_of.resize(nest_.cascade.einsums.size());
    result_.unit_of[einsum] = static_cast<std::size_t>(found - result_.units.begin());
  }

  // From the outside in: each loop takes instances below those of the loops above it.
  void spread(const Path& path) {
    std::vector<Fanout> fanouts = fanouts_of(result_.units[result_.unit_of[compute(path).einsum]]);
    auto next = fanouts.begin();
    for (auto at = path.begin(); at != path.end(); ++at) {
      const auto* loop = std::get_if<Loop>(&nest_.node((*at)->node).what);
      if (loop == nullptr || !loop->spatial) continue;
      const double factor = nest_.frame.factors[(*at)->node];
      while (next != fanouts.end() && (next->left < factor || !lies_between(*next, path, at))) ++next;
      std::string& name = result_.spread_over[(*at)->node];
      if (next == fanouts.end() || !(name.empty() || name == next->name)) fail_to_spread(path, at);
      name = next->name;
      next->left = std::floor(next->left / factor);
    }
  }

  [[nodiscard]] std::vector<Fanout> fanouts_of(const ExportedUnit& unit) const {
    std::vector<Fanout> fanouts{{unit.name, {}, unit.fanout}};
    for (LevelId l = unit.below; l; l = result_.parent[l])
      fanouts.insert(fanouts.begin(), {nest_.arch.levels[l].name, l, result_.fanout[l]});
    return fanouts;
  }

  // Tiles above the loop are above the instances, tiles below it are in them or below.
  [[nodiscard]] bool lies_between(const Fanout& fanout, const Path& path, Path::const_iterator loop) const {
    for (auto at = path.begin(); at != path.end(); ++at) {
      if (!is_used_tile(**at, path)) continue;
      const bool inside = fanout.level && is_above(fanout.level, level(**at));
      if (inside != (at > loop)) return false;
    }
    return true;
  }

  [[noreturn]] void fail_to_spread(const Path& path, Path::const_iterator loop) const {
    for (auto at = loop; at != path.begin(); --at) {
      const PlacedNode& tile = **std::prev(at);
      if (is_used_tile(tile, path) && result_.fanout[level(tile)] > 1)
        fail(tile, fmt::format("'{}' is spread over instances of {} by lanes below it", nest_.name(tile.tensor),
                               nest_.arch.levels[level(tile)].name));
    }
    fail(**loop, fmt::format("no {} instances stand between the tiles above and below it",
                             nest_.frame.factors[(*loop)->node]));
  }

  [[noreturn]] void fail(const PlacedNode& node, const std::string& what) const {
    const Written& written = nest_.written(node.node);
    throw InputError(written.place, written.key_path, "cannot be exported: " + what);
  }

  const SizedNest& nest_;
  std::vector<Path> paths_;
  ExportedArch result_;
};

}  // namespace

ExportedArch export_arch(const SizedNest& nest, const PlacedNodes& placed) { return Exporter(nest, placed).make(); }

}  // namespace tilewright
