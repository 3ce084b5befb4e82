#include "explore/claim/needed.hpp"

#include <limits>

namespace tilewright {

namespace {

// Of the whole time, what the method changes.
double changed(const Claim& claim) {
  if (!claim.whole) return 1;
  return claim.whole->share.value_or(1) * claim.whole->applies;
}

}  // namespace

double needed_of_attention(const Claim& claim, double speedup) {
  const double f = changed(claim);
  const double left = (1 / speedup - (1 - f)) / f - claim.overhead;  // 1 / s
  return left > 0 ? 1 / left : std::numeric_limits<double>::infinity();
}

double most_of_whole(const Claim& claim) {
  const double f = changed(claim);
  const double least = 1 - f + f * claim.overhead;
  return least > 0 ? 1 / least : std::numeric_limits<double>::infinity();
}

double least_share(const Claim& claim, double speedup, double attention) {
  const double applies = claim.whole ? claim.whole->applies : 1;
  const double gained = applies * (1 - claim.overhead - 1 / attention);
  return gained > 0 ? (1 - 1 / speedup) / gained : std::numeric_limits<double>::infinity();
}

}  // namespace tilewright
