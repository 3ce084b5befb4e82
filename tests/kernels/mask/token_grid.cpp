#include "kernels/mask/token_grid.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/kernels/mask/random_problem.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

struct Place {
  int group;
  Coordinates index;  // within the group
};

// Calls what(place, token of memory, is real) for every row of every tile of every group.
template <class What>
void for_each_row(const TokenGrid& any, What what) {
  for (int group = 0; group < group_count(any); ++group) {
    const TokenGrid grid = group_of(any, group);
    for (int t = 0; t < tile_count(grid); ++t)
      for (int r = 0; r < tile_size(grid); ++r) {
        const Coordinates tile = tile_coordinates(grid, t);
        const Coordinates row = row_coordinates(grid, r);
        Place place{group, {}};
        for (int i = 0; i < 3; ++i) place.index.at[i] = tile.at[i] * grid.tile[i] + row.at[i];
        what(place, token_at(grid, tile, row), is_real(grid, tile, row));
      }
  }
}

// The natural token of a place, from the definition of dilation groups: index * dilation + group by position.
std::int64_t natural_token(const TokenGrid& any, const Place& place) {
  const TokenGrid grid = group_of(any, place.group);
  const Coordinates group = coordinates_of(place.group, grid.dilation);
  std::int64_t token = 0;
  for (int i = 0; i < 3; ++i) {
    const int position = (place.index.at[i] + grid.position[i]) * grid.dilation[i] + group.at[i];
    token = token * grid.whole_extent[i] + position - grid.whole_position[i];
  }
  return token;
}

void require_bijection(const TokenGrid& grid, bool permuted) {
  const std::int64_t tokens = std::int64_t{grid.whole_extent[0]} * grid.whole_extent[1] * grid.whole_extent[2];
  std::vector<int> natural(static_cast<std::size_t>(tokens));
  std::vector<int> memory(static_cast<std::size_t>(grid.memory_tokens));
  for_each_row(grid, [&](const Place& place, std::int64_t token, bool real) {
    if (real) ++natural.at(static_cast<std::size_t>(natural_token(grid, place)));
    if (real && !permuted) REQUIRE(token == natural_token(grid, place));
    if (real || permuted) ++memory.at(static_cast<std::size_t>(token));
  });
  REQUIRE(natural == std::vector<int>(natural.size(), 1));
  if (!permuted) REQUIRE(memory == natural);
  for (const int rows : memory) REQUIRE(rows <= 1);
}

}  // namespace

TEST_CASE("every token is one row of one tile of one group, and has a place in memory of its own") {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const RandomProblem drawn = random.problem();
    INFO(drawn.text);
    const Masks masks = make_masks(drawn.problem);
    require_bijection(masks.queries, drawn.problem.permuted);
    require_bijection(masks.keys, drawn.problem.permuted);
  }
}

TEST_CASE("a permuted tile is contiguous, its rows in order") {
  Random random(2);
  for (int i = 0; i < 500; ++i) {
    RandomProblem drawn = random.problem();
    drawn.problem.permuted = true;
    INFO(drawn.text);
    const TokenGrid any = make_masks(drawn.problem).queries;
    for (int group = 0; group < group_count(any); ++group) {
      const TokenGrid grid = group_of(any, group);
      for (int t = 0; t < tile_count(grid); ++t) {
        const Coordinates tile = tile_coordinates(grid, t);
        REQUIRE(tile_offset(grid, tile) % tile_size(grid) == 0);
        for (int r = 0; r < tile_size(grid); ++r)
          REQUIRE(token_at(grid, tile, row_coordinates(grid, r)) == tile_offset(grid, tile) + r);
      }
    }
  }
}

TEST_CASE("no group has more tiles than a launch has blocks for") {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const RandomProblem drawn = random.problem();
    INFO(drawn.text);
    const Masks masks = make_masks(drawn.problem);
    for (const TokenGrid& any : {masks.queries, masks.keys}) {
      int most = 0;
      for (int group = 0; group < group_count(any); ++group)
        most = std::max(most, tile_count(group_of(any, group)));
      REQUIRE(most == most_tiles(any));
    }
  }
}

TEST_CASE("the grid of a group is the same from the grid of any group") {
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    const TokenGrid any = make_masks(random.problem().problem).queries;
    const int group = random.from(0, group_count(any) - 1);
    const TokenGrid direct = group_of(any, group);
    const TokenGrid again = group_of(group_of(any, random.from(0, group_count(any) - 1)), group);
    REQUIRE(direct.base == again.base);
    for (int axis = 0; axis < 3; ++axis) {
      REQUIRE(direct.extent[axis] == again.extent[axis]);
      REQUIRE(direct.tiles[axis] == again.tiles[axis]);
      REQUIRE(direct.position[axis] == again.position[axis]);
    }
  }
}

}  // namespace tilewright::kernels::TEST_FILE
