#include "explore/mapper/feasibility.hpp"

#include <vector>

namespace tilewright {

Feasibility::Feasibility(const MapProblem& problem, const std::function<bool()>& stop)
    : problem_(problem),
      objective_(Objective::parse("time")),
      lanes_(problem),
      groups_(problem, lanes_, objective_),
      around_{{}, {}, stop, true, nullptr} {}

bool Feasibility::has_group(std::size_t first, std::size_t last) {
  const auto [place, fresh] = known_.try_emplace({first, last}, false);
  if (fresh && problem_.space.may_fuse(first, last)) place->second = !groups_.run(first, last, around_).empty();
  return place->second;
}

// Small groups first: they have the fewest loops to choose.
bool Feasibility::has_mapping() {
  const std::size_t all = problem_.cascade.einsums.size();
  std::vector<char> until(all + 1, 0);  // by number of Einsums
  until[0] = 1;
  for (std::size_t end = 1; end <= all; ++end)
    for (std::size_t first = end; first-- > 0 && until[end] == 0;)
      if (until[first] != 0 && has_group(first, end - 1)) until[end] = 1;
  return until[all] != 0;
}

EinsumId Feasibility::without_group() {
  const std::size_t all = problem_.cascade.einsums.size();
  for (std::size_t e = 0; e < all; ++e) {
    bool found = false;
    for (std::size_t first = e + 1; first-- > 0 && !found;)
      for (std::size_t last = e; last < all && !found; ++last) found = has_group(first, last);
    if (!found) return EinsumId::at(e);
  }
  return {};
}

}  // namespace tilewright
