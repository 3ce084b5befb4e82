#include "kernels/attention/shared_tile.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace tilewright::kernels::TEST_FILE {

namespace {

/// Groups of four banks, 16 bytes wide, of which shared memory has eight.
int bank_of(int offset) { return offset / 16 % 8; }

template <int Columns>
void check_tile() {
  using Tile = SharedTile<Columns>;
  std::set<int> places;
  for (int row = 0; row < 24; ++row) {
    for (int vector = 0; vector < Tile::vectors; ++vector) {
      const int offset = Tile::offset(row, vector);
      CHECK(offset / Tile::row_B == row);
      CHECK(Tile::along(Tile::offset(row, vector % 2), vector - vector % 2) == offset);
      places.insert(offset);
    }
  }
  CHECK(places.size() == 24 * Tile::vectors);
  CHECK(*places.rbegin() + 16 == Tile::bytes(24));
}

}  // namespace

TEST_CASE("vectors of a shared tile have places of their own, and are found along a row") {
  check_tile<64>();
  check_tile<128>();
}

TEST_CASE("eight rows of a vector, and eight vectors of a row, touch every bank once") {
  for (int first = 0; first < 16; first += 8) {
    for (int fixed = 0; fixed < 16; ++fixed) {
      std::set<int> down;
      std::set<int> across;
      for (int i = first; i < first + 8; ++i) {
        down.insert(bank_of(SharedTile<128>::offset(i, fixed)));
        across.insert(bank_of(SharedTile<128>::offset(fixed, i)));
      }
      CHECK(down.size() == 8);
      CHECK(across.size() == 8);
    }
  }
}

}  // namespace tilewright::kernels::TEST_FILE
