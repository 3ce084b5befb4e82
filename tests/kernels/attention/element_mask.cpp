#include "kernels/attention/element_mask.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "kernels/device/synchronize.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using test::run;

namespace {

constexpr int rows = 32;

TokenGrid grid_of(int t0, int t1, int t2) {
  TokenOrder order;
  const int tile[3] = {t0, t1, t2};
  for (int i = 0; i < 3; ++i) {
    order.tile[i] = tile[i];
    order.extent[i] = 3 * tile[i];
  }
  return token_grid(order);
}

/// A different window for every row, some of them empty.
RowWindow window_of_row(const TokenGrid& keys, int row) {
  RowWindow window{};
  for (int i = 0; i < 3; ++i) {
    window.first[i] = (row * (i + 1)) % (keys.tile[i] + 1);
    window.last[i] = window.first[i] + (row + i) % (2 * keys.tile[i] + 1);
  }
  return window;
}

bool is_in(const RowWindow& window, const TokenGrid& keys, const Coordinates& tile, int key) {
  const Coordinates at = row_coordinates(keys, key);
  bool in = true;
  for (int i = 0; i < 3; ++i) {
    const int position = tile.at[i] * keys.tile[i] + at.at[i];
    in = in && window.first[i] <= position && position < window.last[i];
  }
  return in;
}

struct Shared {
  RowWindow windows[rows];
  SharedBits<2, 64> bits;
};

void check(const TokenGrid& keys, int first_key, std::byte* memory) {
  auto& shared = *reinterpret_cast<Shared*>(memory);
  const int lane = device::lane();
  shared.windows[lane] = window_of_row(keys, lane);
  device::sync_warp();
  const Coordinates tile{{keys.tiles[0] > 1 ? 1 : 0, 1, 1}};
  shared.bits.make(shared.windows, TileBits::of(keys), tile, first_key);
  device::sync_warp();
  Accumulators<2, 64> scores = {};
  shared.bits.apply(scores);
  int wrong = 0;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 8; ++j) {
      for (int part = 0; part < 4; ++part) {
        const int row = 16 * i + lane / 4 + part / 2 * 8;
        const int key = first_key + 8 * j + lane % 4 * 2 + part % 2;
        const bool in = is_in(window_of_row(keys, row), keys, tile, key);
        wrong += scores[i][j][part] != (in ? 0 : device::negative_infinity);
      }
    }
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("scores outside of a row's window become -inf, the others stay") {
  run(32, [](std::byte* shared) { check(grid_of(1, 1, 64), 0, shared); });
  run(32, [](std::byte* shared) { check(grid_of(1, 8, 8), 0, shared); });
  run(32, [](std::byte* shared) { check(grid_of(4, 4, 4), 0, shared); });
}

TEST_CASE("the second half of a tile of 128 keys has its own bits") {
  run(32, [](std::byte* shared) { check(grid_of(1, 1, 128), 64, shared); });
  run(32, [](std::byte* shared) { check(grid_of(2, 8, 8), 64, shared); });
  run(32, [](std::byte* shared) { check(grid_of(1, 4, 32), 64, shared); });
}

}  // namespace tilewright::kernels::TEST_FILE
