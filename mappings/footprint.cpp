#include "mappings/footprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

double reserved(const Mapping& mapping, LevelId level, const Frame& frame) {
  double sum = 0;
  for (const auto& [id, expression] : mapping.reserved_B) {
    if (id != level) continue;
    const double bytes = expression.evaluate(frame.slots);
    if (!(bytes >= 0 && std::isfinite(bytes)))
      expression.fail(
          fmt::format("reserved bytes must be finite and at least 0; '{}' is {}", expression.text(), bytes));
    sum += bytes;
  }
  return sum;
}

struct Overflow {
  LevelId level;
  int group;  ///< that needs most
  double used_B;
  double reserved_B;  ///< of them
};

[[noreturn]] void does_not_fit(const Arch& arch, const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                               const Frame& frame, const std::vector<double>& element_B, const Overflow& overflow) {
  const Level& target = arch.levels[static_cast<std::size_t>(overflow.level)];
  const Residency* largest = nullptr;
  std::string tensors;
  for (const Residency& residency : plan.residencies) {
    const int group = mapping.nodes[static_cast<std::size_t>(residency.node)].group;
    if (residency.level != overflow.level || group != overflow.group) continue;
    const double size = bytes(residency, frame, element_B);
    tensors += fmt::format("{}{} {} B", tensors.empty() ? "" : ", ",
                           cascade.tensors[static_cast<std::size_t>(residency.tile.tensor)].name, size);
    if (largest == nullptr || size > bytes(*largest, frame, element_B)) largest = &residency;
  }
  const double capacity = target.capacity_B * target.instances;
  if (overflow.reserved_B > 0)
    tensors += fmt::format("{}{} B reserved", tensors.empty() ? "" : ", ", overflow.reserved_B);
  const std::string message = fmt::format("does not fit '{}': {} B of {} B, {} B too many ({})", target.name,
                                          overflow.used_B, capacity, overflow.used_B - capacity, tensors);
  if (largest == nullptr) throw InfeasibleError({mapping.file, 0, 0}, "", message);
  const Node& node = mapping.nodes[static_cast<std::size_t>(largest->node)];
  throw InfeasibleError(node.place, node.key_path, message);
}

}  // namespace

void footprints(const Arch& arch, const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                const Frame& frame, const std::vector<double>& element_B, std::vector<Footprint>& result) {
  result.assign(arch.levels.size(), {});
  LevelSum sum(mapping, plan);
  for (std::size_t l = 0; l < arch.levels.size(); ++l) {
    const Level& level = arch.levels[l];
    Overflow need{static_cast<LevelId>(l), 0, 0, reserved(mapping, static_cast<LevelId>(l), frame)};
    for (std::size_t g = 0; g < mapping.groups.size(); ++g) {
      const double size = sum(static_cast<int>(g), need.level, frame, element_B);
      if (size > need.used_B) need.group = static_cast<int>(g);
      need.used_B = std::max(need.used_B, size);
    }
    need.used_B += need.reserved_B;
    result[l].used_B = need.used_B;
    const double capacity = level.capacity_B * level.instances;
    if (need.used_B <= capacity) continue;
    if (std::ranges::find(mapping.overbooked, need.level) == mapping.overbooked.end())
      does_not_fit(arch, cascade, mapping, plan, frame, element_B, need);
    result[l].spilled = 1 - capacity / result[l].used_B;
  }
}

}  // namespace tilewright
