#include "explore/advice/advice_reason.hpp"

#include <catch2/catch.hpp>

#include "explore/advice/advice_search.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MaskCandidate candidate_of(Count visited, Count full, const Extents& tile) {
  MaskCandidate candidate;
  candidate.tiles = {tile, tile};
  candidate.change = "stride";
  candidate.pairs = 9'000'000;
  candidate.visited = visited;
  candidate.full = full;
  candidate.computed = static_cast<double>(visited * tokens_of(tile) * tokens_of(tile));
  return candidate;
}

MaskCandidate with_waves(MaskCandidate candidate, double waves) {
  candidate.ladder.emplace();
  candidate.ladder->waves.emplace();
  candidate.ladder->waves->waves = waves;
  return candidate;
}

const MaskCandidate requested = candidate_of(2000, 500, {128});

}  // namespace

TEST_CASE("a reason compares tiles with those of the request") {
  CHECK(reason_of(candidate_of(1500, 1500, {128}), requested) ==
        "no partial tiles (1,500 of 2,000 before); 1,500 tiles instead of 2,000");
  CHECK(reason_of(candidate_of(1500, 600, {128}), requested) ==
        "900 of 1,500 tiles partial (1,500 of 2,000 before)");
  CHECK(reason_of(candidate_of(1500, 0, {128}), requested) == "1,500 tiles instead of 2,000");
}

TEST_CASE("tiles of another size are compared by what is computed") {
  CHECK(reason_of(candidate_of(6000, 1500, {64}), requested) == "25 % fewer pairs to compute");
  CHECK(reason_of(candidate_of(400, 0, {256}), requested) == "20 % fewer pairs to compute");
  MaskCandidate longer = candidate_of(900, 0, {128});
  longer.tiles.query = {256};
  longer.computed *= 2;
  CHECK(reason_of(longer, requested) == "10 % fewer pairs to compute");
  CHECK(reason_of(candidate_of(1500, 0, {4, 32}), requested) == "1,500 tiles instead of 2,000");
}

TEST_CASE("padding, pairs and waves are reasons where they are less") {
  MaskCandidate padded = requested;
  padded.padding = 0.1 * padded.computed;
  CHECK(reason_of(candidate_of(1900, 0, {128}), padded) ==
        "1,900 tiles instead of 2,000; 0 % padding (10 % before)");
  MaskCandidate smaller = candidate_of(1900, 0, {128});
  smaller.pairs = 8'000'000;
  CHECK(reason_of(smaller, requested) == "1,900 tiles instead of 2,000; 11.1 % fewer pairs in the mask");
  CHECK(reason_of(with_waves(candidate_of(1900, 0, {128}), 3), with_waves(requested, 4)) ==
        "1,900 tiles instead of 2,000; 3 waves instead of 4");
  CHECK(reason_of(with_waves(candidate_of(1900, 0, {128}), 4), with_waves(requested, 4)) ==
        "1,900 tiles instead of 2,000");
}

TEST_CASE("no gain is said") {
  CHECK(reason_of(candidate_of(2000, 2000, {128}), requested) == "no better bound");
  MaskCandidate same = requested;
  same.change = "nothing";
  CHECK(reason_of(same, requested) == "as requested");
}

TEST_CASE("changes in words") {
  CHECK(change_in_words(0) == "nothing");
  CHECK(change_in_words(change_stride) == "stride");
  CHECK(change_in_words(change_stride | change_tiles) == "stride and tiles");
  CHECK(change_in_words(change_all) == "window, stride, tiles and layout");
}

}  // namespace tilewright::test::TEST_FILE
