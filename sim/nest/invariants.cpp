#include "sim/nest/invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mappings/uses.hpp"
#include "sim/bound/cascade_bound.hpp"

namespace tilewright {

namespace {

constexpr double rounding = 1e-9;

bool at_most(double value, double limit) { return !(value > limit * (1 + rounding)); }
bool same(double a, double b) { return at_most(a, b) && at_most(b, a); }

class Invariants {
 public:
  Invariants(const Cascade& cascade, const Arch& arch, const Result& result)
      : cascade_(cascade), arch_(arch), result_(result) {}

  [[nodiscard]] std::string totals() const {
    for (const LevelId l : arch_.levels.ids()) {
      LevelBytes total;
      for (const GroupResult& group : result_.groups) {
        total.read_B += group.level_bytes[l].read_B;
        total.write_B += group.level_bytes[l].write_B;
      }
      const double read_B = sum_at(result_.read_B, l);
      const double write_B = sum_at(result_.write_B, l);
      if (!same(total.read_B, read_B) || !same(total.write_B, write_B))
        return fmt::format("{} B read and {} B written at '{}' in all, but {} B and {} B by tensors", total.read_B,
                           total.write_B, arch_.levels[l].name, read_B, write_B);
    }
    return {};
  }

  [[nodiscard]] std::string conservation() const {
    if (std::ranges::any_of(result_.footprints, [](const Footprint& level) { return level.spilled > 0; }))
      return {};
    const bool multicast = std::ranges::any_of(arch_.levels, &Level::multicast);
    for (TensorId t = 0; t < result_.tensors; ++t) {
      const Tensor& tensor = cascade_.tensors[static_cast<std::size_t>(t)];
      if (tensor.role != Tensor::Role::input || tensor.view_of) continue;
      const double read_B = sum_of(result_.read_B, t);
      const double taken_B = sum_of(result_.fill_B, t) + operands_B(t);
      if (multicast ? at_most(read_B, taken_B) : same(read_B, taken_B)) continue;
      return fmt::format("{} B are read of '{}', but {} B fill levels and units below", read_B, tensor.name,
                         taken_B);
    }
    return {};
  }

  [[nodiscard]] std::string utilisation() const {
    for (std::size_t e = 0; e < cascade_.einsums.size(); ++e) {
      const ComputeUnit& unit = arch_.units[result_.einsum_unit[e]];
      if (!at_most(result_.einsum_lane_cycles[e], unit.lanes * result_.einsum_cycles[e]))
        return fmt::format("{} works for {} cycles of lanes, but '{}' has {}", cascade_.einsums[e].name,
                           result_.einsum_lane_cycles[e], unit.name, unit.lanes * result_.einsum_cycles[e]);
    }
    for (const GroupResult& group : result_.groups)
      for (const UnitId u : group.unit_cycles.ids())
        if (!at_most(group.unit_cycles[u], group.time_s * arch_.clock_Hz))
          return fmt::format("'{}' is busy for {} cycles of {}", arch_.units[u].name, group.unit_cycles[u],
                             group.time_s * arch_.clock_Hz);
    return {};
  }

  [[nodiscard]] std::string bound(const MaskShare* mask) const {
    const Bound limit = time_bound(cascade_, arch_, result_.rank_shapes,
                                   {result_.element_B, result_.shared_by, result_.stored}, mask);
    if (at_most(limit.time_s, result_.time_s)) return {};
    return fmt::format("{} s is less than the bound of {} s by {}", result_.time_s, limit.time_s, limit.resource);
  }

 private:
  [[nodiscard]] double sum_at(const std::vector<double>& bytes, LevelId level) const {
    double sum = 0;
    for (TensorId t = 0; t < result_.tensors; ++t)
      for (EinsumId e = 0; e < result_.einsums; ++e) sum += bytes[result_.index(level, t, e)];
    return sum;
  }
  [[nodiscard]] double sum_of(const std::vector<double>& bytes, TensorId tensor) const {
    double sum = 0;
    for (const LevelId l : arch_.levels.ids())
      for (EinsumId e = 0; e < result_.einsums; ++e) sum += bytes[result_.index(l, tensor, e)];
    return sum;
  }
  // What units take of a tensor.
  [[nodiscard]] double operands_B(TensorId tensor) const {
    double elements = 0;
    for (std::size_t e = 0; e < cascade_.einsums.size(); ++e)
      for (const Use& use : reads_of(cascade_, cascade_.einsums[e]))
        if (use.tensor == tensor) elements += result_.einsum_points[e];
    return elements * result_.element_B[static_cast<std::size_t>(tensor)];
  }

  const Cascade& cascade_;
  const Arch& arch_;
  const Result& result_;
};

}  // namespace

std::string broken_invariant(const Cascade& cascade, const Arch& arch, const Result& result,
                             const MaskShare* mask) {
  const Invariants invariants(cascade, arch, result);
  std::string broken = invariants.totals();
  if (broken.empty()) broken = invariants.conservation();
  if (broken.empty()) broken = invariants.utilisation();
  if (broken.empty()) broken = invariants.bound(mask);
  return broken;
}

}  // namespace tilewright
