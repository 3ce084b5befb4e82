#include "kernels/mask/shared_mask.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>

#include "kernels/mask/mask_set.hpp"
#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("threads share what each would compute for itself") {
  constexpr int rows = 256;
  Random random(1);
  int compared = 0;
  while (compared < 300) {
    const RandomProblem drawn = random.problem();
    const Masks masks = make_masks(drawn.problem);
    if (tile_size(masks.queries) > rows || tile_size(masks.keys) > 256) continue;
    ++compared;
    INFO(drawn.text);
    const int group = random.from(0, group_count(masks.keys) - 1);
    const MaskScene scene = scene_of(masks.queries, masks.keys, masks.set(), 0, group);
    const int q_tile = random.from(0, tile_count(scene.queries));  // or the one beyond
    SharedMask<rows> shared;
    std::memset(static_cast<void*>(&shared), 0xff, sizeof shared);
    const int threads = random.coin() ? 1 : random.from(2, 300);
    for (int thread = 0; thread < threads; ++thread) shared.make(scene, q_tile, thread, threads);
    const Visits visits(scene, q_tile);
    REQUIRE(shared.visits.count() == visits.count());
    if (q_tile == tile_count(scene.queries)) {
      for (const RowWindow& row : shared.rows) REQUIRE(row.last[2] <= row.first[2]);
      continue;
    }
    const Coordinates tile = tile_coordinates(scene.queries, q_tile);
    for (int row = 0; row < rows; ++row) {
      KvTile kv_tile = visits.first();
      for (int i = 0; i < visits.count(); ++i, kv_tile = visits.next(kv_tile)) {
        const bool inside = row < tile_size(scene.queries);
        const RowWindow window =
            inside ? row_window(scene, tile, row_coordinates(scene.queries, row)) : RowWindow{};
        const auto expected = row_bits<4>(window, TileBits::of(scene.keys), kv_tile.tile);
        const auto bits = shared.row<4>(row, kv_tile);
        REQUIRE(std::equal(bits.word, bits.word + 4, expected.word));
      }
    }
  }
}

}  // namespace tilewright::kernels::TEST_FILE
