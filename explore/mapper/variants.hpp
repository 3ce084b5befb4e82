// Cascades with all their shapes, and which of them a search of limited time looks at first.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "mappings/space/mapspace.hpp"

namespace tilewright {

struct Variant {
  std::string name;
  const Cascade* cascade;
  std::vector<std::pair<RankId, double>> chosen;  ///< shapes that the mapping gives
  ByRank<double> shapes;
  Mapspace space = {};
};

/// A cascade with every shape of ranks that neither it nor the workload gives one: parts of another rank, of which
/// they may be any divisor.
void add_variants(const std::string& name, const Cascade& cascade, const Workload& workload,
                  std::vector<Variant>& variants);

/// Variants with few shapes of each such rank, from the smallest to the largest.
std::vector<std::size_t> few_of(const std::vector<Variant>& variants);

/// Those that have the next smaller or larger shape of one such rank.
std::vector<std::size_t> beside(const std::vector<Variant>& variants, std::size_t variant);

}  // namespace tilewright
