// What a search of kernels found, beside the best of them.
#pragma once

#include <string>

#include "explore/mapper/mapper.hpp"

namespace tilewright::cli {

/// How large the space is, and what became of it.
std::string space_of(const KernelRanking& ranking);

/// What binds the best one, how the runner-up differs, a table of the first, and which kernels are left out and
/// why.
std::string why_of(const MapResult& result, const Objective& objective);

}  // namespace tilewright::cli
