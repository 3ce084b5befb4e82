// Shared by the tests: small problems of unequal requests.
#pragma once

#include <string>
#include <vector>

#include "einsum/requests.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test {

/// Heads of 32 elements of 2 B.
inline Attention small_requests(const std::string& requests, const std::string& mask, Count heads = 1) {
  Attention problem = small_problem(mask, 1, heads);
  problem.requests = make_requests(find_requests(requests), find_mask(mask), heads);
  return problem;
}

/// The same requests, each by itself: equal ones in a row are not together.
inline Attention apart(Attention problem) {
  std::vector<Request> requests;
  for (const Request& request : problem.requests)
    for (double time = 0; time < request.times; ++time) requests.push_back({1, request.layout, request.masks});
  problem.requests = std::move(requests);
  return problem;
}

}  // namespace tilewright::test
