#include "explore/claim/ring.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/explore/claim/claims.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

double most(const std::string& mask, const std::string& layout, const Ring& ring, Count heads = 1) {
  StatedAttention stated;
  stated.layout = parse_extents(layout, "layout");
  stated.heads = heads;
  return most_of_ideal(whole_problem(stated, find_mask(mask)), ring);
}

}  // namespace

TEST_CASE("all pairs are spread evenly over any ring", "[claim]") {
  for (const Count devices : {2, 3, 8})
    for (const bool zigzag : {false, true})
      CHECK(most("dense", "48", {devices, zigzag}) == Approx(1).epsilon(0.05));
  CHECK(most("dense", "64", {8, true}) == 1);
}

TEST_CASE("a causal mask keeps a ring of neighbouring queries waiting", "[claim]") {
  // Half a step, and N - 1 whole ones, for N / 2 of work.
  for (const Count devices : {2, 4, 8, 16})
    CHECK(most("causal", "65536", {devices, false}) ==
          Approx(static_cast<double>(devices) / static_cast<double>(2 * devices - 1)).epsilon(1e-3));
  CHECK(most("causal", "65536", {8, true}) > 0.99);
  // A device that sees its own keys alone waits for nobody, and nobody waits in the other steps.
  CHECK(most("blocked,window=16", "64", {4, false}) == 1);
}

TEST_CASE("heads with other masks add up", "[claim]") {
  const double apart = most("causal", "4096", {4, false});
  CHECK(most("causal", "4096", {4, false}, 6) == Approx(apart));
  const double mixed = most("1 * causal + 1 * dense", "4096", {4, false}, 2);
  CHECK(mixed > apart);
  CHECK(mixed < 1);
}

TEST_CASE("a ring of more chunks than queries is refused", "[claim]") {
  CHECK(message_of([] { most("causal", "8", {8, true}); }) == "ring: 16 chunks of 8 queries and 8 keys");
}

TEST_CASE("a share of ideal is held against the ring", "[claim]") {
  const std::string causal = "mask: causal\nlayout: 4096\nring: {devices: 4, chunks: contiguous}\n";
  CHECK(answer_of(causal + "claimed: 57 % of ideal").verdict == Verdict::within);
  CHECK(answer_of(causal + "claimed: 58 % of ideal").verdict == Verdict::impossible);
}

}  // namespace tilewright::test::TEST_FILE
