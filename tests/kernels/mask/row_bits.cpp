#include "kernels/mask/row_bits.hpp"

#include <catch2/catch.hpp>

#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/shared_mask.hpp"
#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

constexpr int words = 4;

// Every pair of a group, in visited tiles and in others, against the mask library.
void compare(const MaskScene& scene, const MaskScene& natural, const Pairs& pairs) {
  const TileBits bits = TileBits::of(scene.keys);
  for (int q = 0; q < tile_count(scene.queries) * tile_size(scene.queries); ++q) {
    const Coordinates q_tile = tile_coordinates(scene.queries, q / tile_size(scene.queries));
    const Coordinates row = row_coordinates(scene.queries, q % tile_size(scene.queries));
    const RowWindow window = row_window(scene, q_tile, row);
    const bool real_query = is_real(scene.queries, q_tile, row);
    for (int k = 0; k < tile_count(scene.keys); ++k) {
      const Coordinates tile = tile_coordinates(scene.keys, k);
      const auto seen = row_bits<words>(window, bits, tile);
      for (int key = 0; key < 64 * words; ++key) {
        bool expected = false;
        if (key < tile_size(scene.keys) && real_query) {
          const Coordinates at = row_coordinates(scene.keys, key);
          expected =
              is_real(scene.keys, tile, at) && pairs.sees(static_cast<int>(token_at(natural.queries, q_tile, row)),
                                                          static_cast<int>(token_at(natural.keys, tile, at)));
        }
        if (seen.test(key) != expected) FAIL("query " << q << " KV tile " << k << " key " << key);
      }
    }
  }
}

}  // namespace

TEST_CASE("the bits of a row are the pairs of the mask") {
  Random random(1);
  int compared = 0;
  while (compared < 2000) {
    const RandomProblem drawn = random.problem(120);
    const Masks masks = make_masks(drawn.problem);
    if (tile_size(masks.keys) > 64 * words) continue;
    ++compared;
    INFO(drawn.text);
    MaskProblem unpermuted = drawn.problem;
    unpermuted.permuted = false;
    const Masks natural = make_masks(unpermuted);
    const Pairs pairs(drawn);
    for (int group = 0; group < group_count(masks.queries); ++group)
      compare(scene_of(masks.queries, masks.keys, masks.set(), 0, group),
              scene_of(natural.queries, natural.keys, natural.set(), 0, group), pairs);
  }
}

TEST_CASE("the bits of a row are a product of intervals for every shape of a tile") {
  Random random(2);
  for (int i = 0; i < 60000; ++i) {
    TokenGrid keys{};
    keys.tile[2] = random.from(1, 256);
    keys.tile[1] = random.from(1, 256 / keys.tile[2]);
    keys.tile[0] = random.from(1, 256 / (keys.tile[1] * keys.tile[2]));
    RowWindow window{};
    Coordinates tile{};
    for (int axis = 0; axis < 3; ++axis) {
      tile.at[axis] = random.from(0, 2);
      const int begin = tile.at[axis] * keys.tile[axis];
      window.first[axis] = random.coin() ? 0 : random.from(0, begin + keys.tile[axis]);
      window.last[axis] = random.from(window.first[axis], begin + keys.tile[axis] + random.from(0, 9));
    }
    const auto bits = row_bits<words>(window, TileBits::of(keys), tile);
    for (int key = 0; key < 64 * words; ++key) {
      const Coordinates at = row_coordinates(keys, key);
      bool expected = key < tile_size(keys);
      for (int axis = 0; axis < 3; ++axis) {
        const int index = tile.at[axis] * keys.tile[axis] + at.at[axis];
        expected = expected && window.first[axis] <= index && index < window.last[axis];
      }
      if (bits.test(key) != expected)
        FAIL("tile " << keys.tile[0] << "x" << keys.tile[1] << "x" << keys.tile[2] << " key " << key);
    }
  }
}

TEST_CASE("shifted bits test the keys of a thread") {
  Random random(3);
  Bits<words> bits{};
  for (std::uint64_t& word : bits.word)
    for (int bit = 0; bit < 64; ++bit) word |= std::uint64_t{random.coin() ? 1U : 0U} << bit;
  for (int by = 0; by < 8; ++by)
    for (int key = 0; key < 64 * words; key += 8)
      for (int e = 0; by + e < 8; ++e) REQUIRE(bits.shifted(by).test(key + e) == bits.test(key + by + e));
}

}  // namespace tilewright::kernels::TEST_FILE
