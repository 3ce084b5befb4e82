#include "kernels/attention/row_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <utility>

#include "kernels/device/numbers.hpp"
#include "kernels/device/synchronize.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using test::run;

namespace {

constexpr int rows = 64;
constexpr int threads = 128;

/// 5 x 9 x 11 tokens in tiles of 2 x 4 x 8.
TokenGrid grid(bool permuted) {
  TokenOrder order;
  const int extent[3] = {5, 9, 11};
  const int tile[3] = {2, 4, 8};
  for (int i = 0; i < 3; ++i) {
    order.extent[i] = extent[i];
    order.tile[i] = tile[i];
  }
  order.permuted = permuted;
  return token_grid(order);
}

struct Vector {
  std::int64_t from_B;
  bool real;
};

/// By place in the shared tile, from all threads.
template <int HeadDim, int Count>
std::map<int, Vector> vectors_of(const TokenGrid& grid, const Coordinates& tile, int first_row) {
  std::map<int, Vector> vectors;
  const bf16 head[1] = {};
  run(threads, [&](std::byte* shared) {
    auto& table = *reinterpret_cast<RowTable<rows, HeadDim, threads>*>(shared);
    if (device::thread_index() < rows) table.fill(grid, device::thread_index());
    device::sync_block();
    table.template each_vector<
        Count>(head, TilePlace::of(grid, tile), first_row, [&](int to, const std::byte* from, bool real) {
      const bool is_new = vectors.emplace(to, Vector{from - reinterpret_cast<const std::byte*>(head), real}).second;
      CHECK(is_new);
    });
  });
  return vectors;
}

template <int HeadDim, int Count>
void check_tile(const TokenGrid& grid, const Coordinates& tile, int first_row) {
  using Tile = SharedTile<HeadDim>;
  const auto vectors = vectors_of<HeadDim, Count>(grid, tile, first_row);
  REQUIRE(vectors.size() == static_cast<std::size_t>(Count * Tile::vectors));
  for (int row = 0; row < Count; ++row) {
    const Coordinates at = row_coordinates(grid, first_row + row);
    for (int vector = 0; vector < Tile::vectors; ++vector) {
      const Vector& got = vectors.at(Tile::offset(row, vector));
      CHECK(got.real == is_real(grid, tile, at));
      CHECK(got.from_B == token_at(grid, tile, at) * Tile::row_B + 16 * vector);
    }
  }
}

}  // namespace

TEST_CASE("packed coordinates are compared axis by axis") {
  for (int a = 0; a < 1 << 9; ++a) {
    for (int b = 0; b < 1 << 9; ++b) {
      const auto spread = [](int bits) { return PackedRow::of(bits >> 6 << 6, (bits >> 3 & 7) * 73, bits & 7); };
      const bool within = a >> 6 <= b >> 6 && (a >> 3 & 7) <= (b >> 3 & 7) && (a & 7) <= (b & 7);
      if (spread(a).within(spread(b)) != within) FAIL(a << " " << b);
    }
  }
}

TEST_CASE("the place of a tile says which rows are tokens") {
  const TokenGrid of = grid(false);
  CHECK(TilePlace::of(of, {{0, 1, 0}}).whole);
  for (int linear = 0; linear < tile_count(of); ++linear) {
    const Coordinates tile = tile_coordinates(of, linear);
    const TilePlace place = TilePlace::of(of, tile);
    bool all = true;
    for (int row = 0; row < rows; ++row) {
      const Coordinates at = row_coordinates(of, row);
      CHECK(PackedRow::of(at.at[0], at.at[1], at.at[2]).within(place.last) == is_real(of, tile, at));
      all = all && is_real(of, tile, at);
    }
    CHECK(place.whole == all);
  }
}

TEST_CASE("the threads of a block copy every vector of a tile once, from where its token lies") {
  for (const bool permuted : {false, true}) {
    check_tile<64, 64>(grid(permuted), {{0, 1, 0}}, 0);
    check_tile<128, 64>(grid(permuted), {{1, 0, 0}}, 0);
    check_tile<128, 64>(grid(permuted), {{2, 2, 1}}, 0);
    check_tile<128, 32>(grid(permuted), {{2, 2, 1}}, 32);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
