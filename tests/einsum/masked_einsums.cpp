#include "einsum/masked_einsums.hpp"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// Names of the Einsums that are masked: "QK SN"; after a '!', of those that are not.
std::string split(const Cascade& cascade, const std::string& queries = "P", const std::string& keys = "M") {
  const ByEinsum<char> masked = masked_einsums(cascade, cascade.rank(queries), cascade.rank(keys));
  REQUIRE(masked.size() == cascade.einsums.size());
  std::string yes;
  std::string no;
  for (const EinsumId e : masked.ids()) (masked[e] != 0 ? yes : no) += cascade.einsums[e].name + " ";
  return yes + "! " + no;
}

/// Scores S of queries and keys, with a projection of the keys before and a sum over the keys after.
std::string scores(const std::string& filter) {
  return split(
      parse("Q: [E, P], X: [D, M], W: [D, E], MASK: [M, P]", "O",
            {"K[e,m] = X[d,m] * W[d,e]", "S[m,p] = Q[e,p] * K[e,m]", "T[m,p] = exp(S[m,p])" + filter,
             "U[m,p] = T[m,p] * 2", "B[m,p] = S[m,p] * MASK[m,p]", "D[p] = U[m,p] * B[m,p]", "O[p] = D[p] * 2"}));
}

}  // namespace

TEST_CASE("in a cascade without a filter every Einsum over queries and keys is masked, whatever the passes") {
  CHECK(split(shipped("attention-3pass")) == "QK GM SN SD A AV ! ");
  CHECK(split(shipped("attention-naive")) == "QK SN SD A AV ! ");
  CHECK(split(shipped("sigmoid-attention")) == "QK A AV ! ");
  CHECK(split(shipped("attention-2pass")) == "QK LM SLN SLD GM PLM SD A AV ! ");
}

TEST_CASE("what reads a running value after its last step is not masked") {
  const std::string all = "QK LM RM SLN SLD SLNV PRM SPD RD SPNV RNV ! AV ";
  CHECK(split(shipped("attention-1pass")) == all);
  CHECK(split(shipped("attention-1pass"), "P", "M1") == all);
}

TEST_CASE("a part of a rank alone masks only what runs over it") {
  CHECK(split(shipped("attention-1pass"), "P", "M0") == "QK LM SLN SLD SLNV ! RM PRM SPD RD SPNV RNV AV ");
}

TEST_CASE("an Einsum over keys only, or over queries only, is not masked") {
  CHECK(scores("") == "S T U B D ! K O ");
  CHECK(split(shipped("encoder-linear"), "T", "D") == "XQ XK XV FF1 ! Z FF2 ");
}

TEST_CASE("with a filter only what it filters is masked, and what reads that for the same pairs") {
  CHECK(scores(" where MASK[m,p]") == "T U D ! K S B O ");
}

TEST_CASE("a filter over keys alone is another kind of mask") {
  const Cascade cascade = parse("Q: [P], K: [M], PAD: [M]", "O",
                                {"S[m,p] = Q[p] * K[m]", "T[m,p] = S[m,p] * 2 where PAD[m]", "O[p] = T[m,p]"});
  CHECK(split(cascade) == "S T O ! ");
}

TEST_CASE("a filter over the parts of the keys masks running values and what steps with them") {
  const Cascade cascade = parse(
      "Q: [P], K: [M], MASK: [M1, M0, P]", "O",
      {"S[m1,m0,p] = Q[p] * BK[m1,m0] where MASK[m1,m0,p]", "L[m1,p] = max[m0] S[m1,m0,p]",
       "R[m1+1,p] = max(R[m1,p], L[m1,p])", "C[m1,p] = R[m1,p] - R[m1+1,p]", "H[m1] = BK[m1,m0]",
       "G[m1,p] = Q[p] * H[m1]", "D[p] = G[m1,p] * C[m1,p]", "O[p] = R[M1,p] * D[p]"},
      "  shapes: {M1: M / M0}\n  partitions: {M: [M1, M0]}\n  initial: {R: 0}\n  views: [\"BK[m1,m0] = K[m]\"]\n");
  CHECK(split(cascade) == "S L R C D ! H G O ");
}

TEST_CASE("what reads an earlier step of a running value is masked though it stands before it") {
  const Cascade cascade = parse(
      "X: [M, P], MASK: [M, P]", "O",
      {"A[m,p] = R[m,p] * 2", "T[m,p] = X[m,p] * 2 where MASK[m,p]", "R[m+1,p] = R[m,p] + T[m,p]", "O[p] = A[m,p]"},
      "  initial: {R: 0}\n");
  CHECK(split(cascade) == "A T R O ! ");
}

TEST_CASE("names of tensors and ranks mean nothing") {
  const Cascade cascade = parse("Aa: [Z9, X], Bb: [Z9, Y]", "Dd",
                                {"Cc[y,x] = Aa[z9,x] * Bb[z9,y]", "Ee[y] = Bb[z9,y]", "Ff[x] = max[y] Cc[y,x]",
                                 "Dd[x] = Ff[x] * Cc[y,x] * Ee[y]"});
  CHECK(split(cascade, "X", "Y") == "Cc Ff Dd ! Ee ");
  CHECK(split(cascade, "Y", "X") == "Cc Ff Dd ! Ee ");
  CHECK(split(cascade, "Z9", "X") == "Cc ! Ee Ff Dd ");
}

TEST_CASE("the parts of a rank are those of its partition, or itself") {
  const Cascade cascade = shipped("attention-1pass");
  CHECK(parts_of(cascade, cascade.rank("M")) == std::vector<RankId>{cascade.rank("M1"), cascade.rank("M0")});
  CHECK(parts_of(cascade, cascade.rank("M1")) == std::vector<RankId>{cascade.rank("M1")});
  CHECK(parts_of(cascade, cascade.rank("P")) == std::vector<RankId>{cascade.rank("P")});
}

}  // namespace tilewright::test::TEST_FILE
