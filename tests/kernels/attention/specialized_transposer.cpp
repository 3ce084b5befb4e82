#include "kernels/attention/specialized_transposer.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <set>
#include <vector>

#include "kernels/device/thread.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

constexpr int keys = 128;
constexpr int tile_B = keys * 128;

std::size_t swizzled(int row, int column) {
  const int address = row * 128 + column;
  return static_cast<std::size_t>(address ^ (address >> 7 & 7) << 4);
}

// Two bytes tell all places of a tile apart.
std::byte low(int key, int column) { return static_cast<std::byte>(key ^ column << 7); }
std::byte high(int, int column) { return static_cast<std::byte>(column); }

template <class Number>
std::vector<std::byte> transposed(const Number& number) {
  std::vector<std::byte> got(tile_B);
  emulator::run_grid({{1, 1, 1}, 64, 2 * tile_B}, {1}, [&](std::byte* shared) {
    if (device::thread_index() == 0) {
      for (int key = 0; key < keys; ++key) {
        for (int column = 0; column < 128; ++column) shared[swizzled(key, column)] = number(key, column);
      }
    }
    device::sync_block();
    PartTransposition(device::warp()).run(shared, shared + tile_B);
    device::sync_block();
    if (device::thread_index() == 0) std::memcpy(got.data(), shared + tile_B, tile_B);
  });
  return got;
}

// Which key stands at a place of a row: of 16, those whose weights a thread has are next to each other.
int key_at(int place) {
  const int t = place % 16 / 4;
  return place / 16 * 16 + 2 * t + std::array{0, 1, 8, 9}[static_cast<std::size_t>(place % 4)];
}

}  // namespace

TEST_CASE("a tile is transposed, its keys in the order of the weights") {
  const std::vector<std::byte> lows = transposed(low);
  const std::vector<std::byte> highs = transposed(high);
  for (int column = 0; column < 128; ++column) {
    for (int place = 0; place < keys; ++place) {
      const std::size_t at = swizzled(column, place);
      if (lows[at] != low(key_at(place), column) || highs[at] != high(key_at(place), column)) {
        FAIL("column " << column << ", place " << place);
      }
    }
  }
}

}  // namespace tilewright::kernels::TEST_FILE
