#include "explore/mapper/structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tilewright {

namespace {

class Differences {
 public:
  Differences(const Cascade& cascade, const Arch& arch) : cascade_(cascade), arch_(arch) {}

  std::vector<std::string> find(const std::vector<GroupPlan>& plan, const std::vector<GroupPlan>& other) {
    if (const std::string is = groups_of(other), was = groups_of(plan); is != was) {
      add("", fmt::format("groups {}", is), was);
    } else {
      for (std::size_t g = 0; g < plan.size(); ++g) {
        const std::string of = plan.size() == 1 ? "" : name_of(plan[g]) + ": ";
        compare(of, structure_of(plan[g], arch_), structure_of(other[g], arch_));
      }
    }
    compare_units(plan, other);
    return std::move(found_);
  }

 private:
  void add(const std::string& of, const std::string& is, const std::string& was) {
    found_.push_back(of + is + " instead of " + was);
  }

  // "A + B, C"
  [[nodiscard]] std::string groups_of(const std::vector<GroupPlan>& groups) const {
    std::string text;
    for (const GroupPlan& group : groups) text += (text.empty() ? "" : ", ") + name_of(group);
    return text;
  }
  [[nodiscard]] std::string name_of(const GroupPlan& group) const {
    std::string text;
    for (const EinsumPlan& plan : group.einsums)
      text += (text.empty() ? "" : " + ") + cascade_.einsums[plan.einsum].name;
    return text;
  }
  [[nodiscard]] std::string loops_of(const GroupStructure& group) const {
    std::string text;
    for (const RankId rank : group.loops) text += (text.empty() ? "" : ", ") + cascade_.ranks[rank].name;
    return text.empty() ? "no rank" : text;
  }

  void compare(const std::string& of, const GroupStructure& plan, const GroupStructure& other) {
    if (plan.loops != other.loops) add(of, "shared loops over " + loops_of(other), loops_of(plan));
    for (std::size_t t = 0; t < plan.homes.size(); ++t)
      if (plan.homes[t].second != other.homes[t].second)
        add(of,
            fmt::format("{} in {}", cascade_.tensors[plan.homes[t].first].name,
                        arch_.levels[other.homes[t].second].name),
            arch_.levels[plan.homes[t].second].name);
  }

  void compare_units(const std::vector<GroupPlan>& plan, const std::vector<GroupPlan>& other) {
    std::map<EinsumId, UnitId> units;
    for (const GroupPlan& group : plan)
      for (const EinsumPlan& einsum : group.einsums) units[einsum.einsum] = einsum.unit;
    for (const GroupPlan& group : other)
      for (const EinsumPlan& einsum : group.einsums)
        if (const UnitId was = units.at(einsum.einsum); was != einsum.unit)
          add("", fmt::format("{} on {}", cascade_.einsums[einsum.einsum].name, arch_.units[einsum.unit].name),
              arch_.units[was].name);
  }

  const Cascade& cascade_;
  const Arch& arch_;
  std::vector<std::string> found_;
};

}  // namespace

// A tensor that comes from elsewhere is in the outermost level, and perhaps in another one too.
GroupStructure structure_of(const GroupPlan& group, const Arch& arch) {
  GroupStructure structure{group.einsums.front().einsum.index(), group.einsums.back().einsum.index(), {}, {}};
  for (const PlannedLoop& loop : group.loops) structure.loops.push_back(loop.rank);
  std::ranges::sort(structure.loops);
  std::map<TensorId, LevelId> homes;
  for (const PlannedKeep& keep : group.keeps)
    if (const auto [home, is_new] = homes.try_emplace(keep.tensor, keep.level);
        !is_new && arch.levels[keep.level].parent)
      home->second = keep.level;
  structure.homes.assign(homes.begin(), homes.end());
  return structure;
}

std::vector<std::string> differences(const std::vector<GroupPlan>& plan, const std::vector<GroupPlan>& other,
                                     const Cascade& cascade, const Arch& arch) {
  return Differences(cascade, arch).find(plan, other);
}

}  // namespace tilewright
