#include "explore/study/pending.hpp"

#include <unordered_set>

namespace tilewright {

Pending pending_points(const SweepPlan& plan, const Store& store, const std::function<bool(std::size_t)>& wanted) {
  std::vector<std::size_t> points;
  std::vector<Digest> digests;
  std::unordered_set<Digest, HashOfDigest> seen;
  for (std::size_t n = 0; n < plan.size(); ++n) {
    if (!wanted(n) || !plan.has_digest(n)) continue;
    const Digest digest = plan.digest(n);
    if (!seen.insert(digest).second) continue;
    points.push_back(n);
    digests.push_back(digest);
  }
  const std::vector<bool> known = store.known(digests);
  Pending pending{.distinct = points.size(), .missing = {}};
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!known[i]) pending.missing.push_back(points[i]);
  return pending;
}

}  // namespace tilewright
