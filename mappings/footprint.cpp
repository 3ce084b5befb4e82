#include "mappings/footprint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

double bytes(const Residency& residency, const Frame& frame, const std::vector<double>& element_B) {
  return tile_elements(residency.tile, frame) * product(residency.copies, frame) *
         frame.buffers[static_cast<std::size_t>(residency.node)] *
         element_B[static_cast<std::size_t>(residency.tile.tensor)];
}

// Adds up the tiles of one level; residencies of one node stand next to each other.
class LevelSum {
 public:
  LevelSum(const Mapping& mapping, const Plan& plan) : mapping_(mapping), plan_(plan) {}

  double operator()(int group, LevelId level, const Frame& frame, const std::vector<double>& element_B) {
    shared_ = 0;
    per_leaf_.assign(plan_.leaves.size(), 0);
    int node = -1;
    double largest = 0;
    for (const Residency& residency : plan_.residencies) {
      const Node& place = mapping_.nodes[static_cast<std::size_t>(residency.node)];
      if (place.group != group || residency.level != level) continue;
      if (residency.node != node) largest = 0;
      node = residency.node;
      double size = bytes(residency, frame, element_B);
      if (std::get<Keep>(place.what).in_place) {
        const double more = std::max(0.0, size - largest);
        largest = std::max(largest, size);
        size = more;
      }
      (residency.leaf < 0 ? shared_ : per_leaf_[static_cast<std::size_t>(residency.leaf)]) += size;
    }
    return shared_ + turns();
  }

 private:
  // Einsums of one unit take turns; units run at once.
  [[nodiscard]] double turns() const {
    double sum = 0;
    for (std::size_t a = 0; a < per_leaf_.size(); ++a) {
      bool largest = per_leaf_[a] > 0;
      for (std::size_t b = 0; b < per_leaf_.size(); ++b)
        if (b != a && plan_.leaves[a].unit == plan_.leaves[b].unit &&
            (per_leaf_[b] > per_leaf_[a] || (per_leaf_[b] == per_leaf_[a] && b < a)))
          largest = false;
      if (largest) sum += per_leaf_[a];
    }
    return sum;
  }

  const Mapping& mapping_;
  const Plan& plan_;
  double shared_ = 0;
  std::vector<double> per_leaf_;
};

[[noreturn]] void does_not_fit(const Arch& arch, const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                               const Frame& frame, const std::vector<double>& element_B, LevelId level,
                               double used) {
  const Level& target = arch.levels[static_cast<std::size_t>(level)];
  const Residency* largest = nullptr;
  std::string tensors;
  for (const Residency& residency : plan.residencies) {
    if (residency.level != level) continue;
    const double size = bytes(residency, frame, element_B);
    tensors += fmt::format("{}{} {} B", tensors.empty() ? "" : ", ",
                           cascade.tensors[static_cast<std::size_t>(residency.tile.tensor)].name, size);
    if (largest == nullptr || size > bytes(*largest, frame, element_B)) largest = &residency;
  }
  const double capacity = target.capacity_B * target.instances;
  const std::string message = fmt::format("does not fit '{}': {} B of {} B, {} B too many ({})", target.name, used,
                                          capacity, used - capacity, tensors);
  if (largest == nullptr) throw InputError({mapping.file, 0, 0}, "", message);
  throw InputError(mapping.nodes[static_cast<std::size_t>(largest->node)].place, "", message);
}

}  // namespace

void footprints(const Arch& arch, const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                const Frame& frame, const std::vector<double>& element_B, std::vector<Footprint>& result) {
  result.assign(arch.levels.size(), {});
  LevelSum sum(mapping, plan);
  for (std::size_t l = 0; l < arch.levels.size(); ++l) {
    const Level& level = arch.levels[l];
    for (std::size_t g = 0; g < mapping.groups.size(); ++g)
      result[l].used_B =
          std::max(result[l].used_B, sum(static_cast<int>(g), static_cast<LevelId>(l), frame, element_B));
    for (const auto& [id, reserved] : mapping.reserved_B)
      if (id == static_cast<LevelId>(l)) result[l].used_B += reserved.evaluate(frame.slots);
    const double capacity = level.capacity_B * level.instances;
    if (result[l].used_B <= capacity) continue;
    if (std::ranges::find(mapping.overbooked, static_cast<LevelId>(l)) == mapping.overbooked.end())
      does_not_fit(arch, cascade, mapping, plan, frame, element_B, static_cast<LevelId>(l), result[l].used_B);
    result[l].spilled = 1 - capacity / result[l].used_B;
  }
}

}  // namespace tilewright
