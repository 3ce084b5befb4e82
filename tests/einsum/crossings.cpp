#include "einsum/crossings.hpp"

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// "QK over M 1, SN over M 1".
std::string crossings_of(const Cascade& cascade) {
  std::string text;
  for (const Crossing& crossing : crossings(cascade))
    text += (text.empty() ? "" : ", ") + cascade.tensors[crossing.tensor].name + " over " +
            cascade.ranks[crossing.rank].name + " " + std::to_string(crossing.times);
  return text;
}

}  // namespace

TEST_CASE("what softmax attention must read again follows from its passes") {
  CHECK(crossings_of(shipped("attention-3pass")) == "QK over M 1, SN over M 1");
  CHECK(crossings_of(shipped("attention-2pass")) == "SLN over M 1");
  CHECK(crossings_of(shipped("attention-1pass")).empty());
}

TEST_CASE("an input that is read three times crosses twice") {
  CHECK(crossings_of(parse("X: [N, D]", "Y",
                           {"Mean[n] = X[n,d]", "Var[n] = exp(X[n,d] - Mean[n])",
                            "Y[n,d] = (X[n,d] - Mean[n]) / Var[n]"})) == "X over D 2");
}

TEST_CASE("two readings of which neither waits for the other cross nothing") {
  CHECK(crossings_of(parse("X: [N, D]", "Y", {"A[n] = X[n,d]", "B[n] = max[d] X[n,d]", "Y[n] = A[n] * B[n]"}))
            .empty());
}

TEST_CASE("a reading that waits for a whole fibre of another tensor crosses nothing") {
  CHECK(crossings_of(
            parse("X: [N, D], Z: [N, D]", "Y", {"A[n] = Z[n,d]", "B[n,d] = exp(X[n,d])", "Y[n,d] = B[n,d] * A[n]"}))
            .empty());
}

TEST_CASE("along each rank for itself") {
  CHECK(crossings_of(parse("X: [N, D]", "Y",
                           {"R[n] = X[n,d]", "S[n,d] = X[n,d] / R[n]", "C[d] = S[n,d]",
                            "Y[n,d] = S[n,d] / C[d]"})) == "S over N 1, X over D 1");
}

TEST_CASE("a sum over the outer parts alone holds up no whole fibre") {
  const std::string more = "  shapes: {M1: M / M0}\n  partitions: {M: [M1, M0]}\n  views: [\"BX[m1,m0] = X[m]\"]\n";
  CHECK(crossings_of(parse("X: [M]", "Y", {"S[m0] = BX[m1,m0]", "Y[m1,m0] = BX[m1,m0] / S[m0]"}, more)).empty());
  CHECK(crossings_of(parse("X: [M]", "Y", {"S[m0] = BX[m1,m0]", "R = S[m0]", "Y[m1,m0] = BX[m1,m0] / R"}, more)) ==
        "X over M 1");
}

TEST_CASE("a value at one coordinate of another rank holds nobody up but the fibre there") {
  CHECK(crossings_of(parse("X: [N, D]", "Y", {"R[n] = X[n,d]", "Y[n,d] = X[n,d] / R[N-1]"})).empty());
}

}  // namespace tilewright::test::TEST_FILE
