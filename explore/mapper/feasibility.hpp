// Whether a problem has a mapping at all, whatever it costs.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "explore/mapper/group_search.hpp"

namespace tilewright {

class Feasibility {
 public:
  /// Must outlive it. Once `stop` says so all groups that are not known yet count as without a mapping.
  Feasibility(const MapProblem& problem, const std::function<bool()>& stop);

  [[nodiscard]] bool has_mapping();
  /// The first Einsum that no group with a mapping has; none where each is in one.
  [[nodiscard]] EinsumId without_group();

 private:
  [[nodiscard]] bool has_group(std::size_t first, std::size_t last);

  const MapProblem& problem_;
  Objective objective_;
  LaneSearch lanes_;
  GroupSearch groups_;
  Surroundings around_;
  std::map<std::pair<std::size_t, std::size_t>, bool> known_;
};

}  // namespace tilewright
