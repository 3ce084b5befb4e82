#include <algorithm>
#include <cmath>

#include "mappings/sized_tree.hpp"

namespace tilewright {

namespace {

using Kind = Misfit::Kind;

class CoverageCheck {
 public:
  CoverageCheck(const Cascade& cascade, const Arch& arch, const SizedTree& sized)
      : cascade_(cascade), arch_(arch), sized_(sized), flat_(sized.flat()) {}

  // Loops that end with the same one cover a rank alike: the list has each once. Only a last tile may be smaller
  // than the others: the outermost loop over a rank has no iteration beyond its end.
  [[nodiscard]] Misfit covers() const {
    if (!sized_.imperfect()) return {};
    for (const Cover& cover : flat_.covers) {
      const double has = cover.loop ? sized_.covered(cover.loop) : 1;
      const double shape = sized_.numbers().shapes[cover.rank];
      if (has < shape || idle(cover, has, shape)) return covered(Kind::uncovered, cover, has, shape);
      if (const Misfit misfit = other_tiles(cover)) return misfit;
    }
    return shared_imperfect();
  }

  // Steps of an iteration come one after another.
  [[nodiscard]] Misfit lanes() const {
    for (const Leaf& leaf : flat_.leaves) {
      double lanes = 1;
      for (const NodeId loop : leaf.spatial) {
        lanes *= sized_.factor(loop);
        if (flat_.rank_of[loop] == leaf.iterated && sized_.factor(loop) > 1)
          return {.kind = Kind::steps_at_once, .node = loop, .tensor = output_of(leaf)};
      }
      const double most = arch_.units[leaf.unit].lanes;
      if (lanes <= most) continue;
      Misfit misfit{.kind = Kind::lanes, .node = leaf.node, .einsum = leaf.einsum, .unit = leaf.unit};
      misfit.has = lanes;
      misfit.wanted = most;
      return misfit;
    }
    return {};
  }

  [[nodiscard]] Misfit instances() const {
    for (const ResidencyId id : flat_.spreads) {
      const Residency& residency = flat_.residencies[id];
      const double copies = sized_.product(residency.copies);
      const double most = arch_.levels[residency.level].instances;
      if (copies <= most) continue;
      Misfit misfit{.kind = Kind::instances, .node = residency.node, .tensor = residency.tile.tensor};
      misfit.level = residency.level;
      misfit.has = copies;
      misfit.wanted = most;
      return misfit;
    }
    return {};
  }

  // A tile of a tensor that is shared is of whole groups, or within one.
  [[nodiscard]] Misfit groups() const {
    if (flat_.shared == nullptr) return {};
    for (const Transfer& transfer : flat_.transfers)
      for (const NodeId loop : transfer.tile.loops) {
        if (!std::isnan(sized_.selected(transfer.tile, loop))) continue;
        Misfit misfit{.kind = Kind::group_divided, .node = loop, .tensor = transfer.tensor};
        misfit.rank = flat_.rank_of[loop];
        misfit.has = sized_.shared_by();
        return misfit;
      }
    return {};
  }

  // A tile of a keep stays only while no other tile comes, and in its own instance.
  [[nodiscard]] Misfit handovers() const {
    for (const Handover& handover : flat_.handovers) {
      if (sized_.factor(handover.loop) == 1) continue;
      const bool spatial = flat_.spatial[handover.loop] != 0;
      if (!spatial && sized_.product(handover.changes) == 1) continue;
      Misfit misfit{.kind = spatial ? Kind::other_instances : Kind::gone, .node = handover.node};
      misfit.tensor = handover.tensor;
      misfit.rank = flat_.rank_of[handover.loop];
      return misfit;
    }
    return {};
  }

 private:
  [[nodiscard]] Misfit covered(Kind kind, const Cover& cover, double has, double wanted) const {
    const Leaf& leaf = flat_.leaves[cover.leaf];
    Misfit misfit{.kind = kind, .node = leaf.node, .einsum = leaf.einsum, .rank = cover.rank};
    misfit.has = has;
    misfit.wanted = wanted;
    return misfit;
  }
  // Whether the outermost loop that iterates has an iteration for nothing; those below it have a full tile.
  [[nodiscard]] bool idle(const Cover& cover, double has, double shape) const {
    double outermost = 1;
    for (NodeId loop = cover.loop; loop; loop = flat_.outer[loop])
      if (sized_.factor(loop) > 1) outermost = sized_.factor(loop);
    return has - has / outermost >= shape;
  }
  // Einsums below one loop have the same tile of it.
  [[nodiscard]] Misfit other_tiles(const Cover& cover) const {
    double extent = 1;
    for (NodeId loop = cover.loop; loop; loop = flat_.outer[loop]) {
      if (sized_.below(loop) != extent) return covered(Kind::other_tiles, cover, extent, sized_.below(loop));
      extent *= sized_.factor(loop);
    }
    return {};
  }
  // Groups of a shared rank are counted by loops that divide it.
  [[nodiscard]] Misfit shared_imperfect() const {
    if (flat_.shared == nullptr) return {};
    for (const Cover& cover : flat_.covers) {
      if (!sized_.imperfect_ranks().has(cover.rank)) continue;
      const bool part = std::ranges::find(flat_.shared_parts, cover.rank) != flat_.shared_parts.end();
      if (part || cover.rank == flat_.shared->rank)
        return covered(Kind::shared_imperfect, cover, sized_.covered(cover.loop),
                       sized_.numbers().shapes[cover.rank]);
    }
    return {};
  }
  [[nodiscard]] TensorId output_of(const Leaf& leaf) const { return cascade_.einsums[leaf.einsum].output.tensor; }

  const Cascade& cascade_;
  const Arch& arch_;
  const SizedTree& sized_;
  const FlatTree& flat_;
};

}  // namespace

Misfit check_coverage(const Cascade& cascade, const Arch& arch, const SizedTree& sized) {
  const CoverageCheck check(cascade, arch, sized);
  if (const Misfit misfit = check.covers()) return misfit;
  if (const Misfit misfit = check.lanes()) return misfit;
  if (const Misfit misfit = check.instances()) return misfit;
  if (const Misfit misfit = check.groups()) return misfit;
  return check.handovers();
}

}  // namespace tilewright
