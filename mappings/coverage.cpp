#include <cmath>

#include "mappings/sized_tree.hpp"

namespace tilewright {

namespace {

using Kind = Misfit::Kind;

class CoverageCheck {
 public:
  CoverageCheck(const Cascade& cascade, const Arch& arch, const SizedTree& sized)
      : cascade_(cascade), arch_(arch), sized_(sized), flat_(sized.flat()) {}

  // Loops that end with the same one cover a rank alike: the list has each once.
  [[nodiscard]] Misfit covers() const {
    for (const Cover& cover : flat_.covers) {
      const double has = cover.loop ? sized_.covered(cover.loop) : 1;
      const double shape = sized_.numbers().shapes[cover.rank];
      if (has == shape) continue;
      const Leaf& leaf = flat_.leaves[cover.leaf];
      Misfit misfit{.kind = Kind::uncovered, .node = leaf.node, .einsum = leaf.einsum, .rank = cover.rank};
      misfit.has = has;
      misfit.wanted = shape;
      return misfit;
    }
    return {};
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
