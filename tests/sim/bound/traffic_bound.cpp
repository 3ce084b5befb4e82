#include "sim/bound/traffic_bound.hpp"

#include <catch2/catch.hpp>

#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Two passes over D: R waits for all of X, and Y reads X again.
TrafficBound normalised(double needed = 1) {
  const Cascade cascade =
      parse("X: [N, D]", "Y", {"E[n,d] = exp(X[n,d])", "R[n] = E[n,d]", "Y[n,d] = E[n,d] / R[n]"});
  const ByRank<double> shapes = rank_shapes(cascade, {{"N", 10}, {"D", 64}});
  const ByTensor<double> ones(cascade.tensors.size(), needed);
  return traffic_bound(cascade, shapes, {ByTensor<double>(cascade.tensors.size(), 2.0)}, ones);
}

}  // namespace

TEST_CASE("fibres that fit do not return, and each byte of those that do not goes out and in") {
  const TrafficBound bound = normalised();
  CHECK(bound.compulsory_B == 2 * 10 * 64 * 2);
  CHECK(bound.least_B(128) == bound.compulsory_B);
  CHECK(bound.least_B(127) == bound.compulsory_B + 10 * 2);
  CHECK(bound.least_B(0) == bound.compulsory_B + 10 * 128 * 2);
}

TEST_CASE("a mask that needs a half of the elements halves the fibres") {
  const TrafficBound bound = normalised(0.5);
  CHECK(bound.least_B(64) == bound.compulsory_B);
  CHECK(bound.least_B(60) == bound.compulsory_B + 10 * 4 * 2);
}

TEST_CASE("an input comes in once more for each further reading") {
  const Cascade cascade =
      parse("X: [N, D]", "Y", {"M[n] = X[n,d]", "V[n] = exp(X[n,d] - M[n])", "Y[n,d] = (X[n,d] - M[n]) / V[n]"});
  const ByRank<double> shapes = rank_shapes(cascade, {{"N", 10}, {"D", 64}});
  const ByTensor<double> ones(cascade.tensors.size(), 1.0);
  const TrafficBound bound = traffic_bound(cascade, shapes, {ByTensor<double>(cascade.tensors.size(), 1.0)}, ones);
  CHECK(bound.least_B(60) == bound.compulsory_B + 10 * 4 * 2);
}

}  // namespace tilewright::test::TEST_FILE
