#include "kernels/runner/masks.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "kernels/runner/outcome.hpp"
#include "kernels/runner/problem.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

/// heads, queries, keys, mask, blocks, q_tile, kv_tile, permuted.
plan::Row point_of(const std::string& shape) {
  return read_one("p,g,attention,tiled,bf16,1," + shape + ",0,warm,0,1,0\n");
}

using TokenSet = std::set<std::int64_t>;

/// Row-major index among all tokens of the `axis_at`-th tokens of a group.
std::int64_t token_of(const TokenGrid& grid, int group, const int (&at)[3]) {
  std::int64_t token = 0;
  for (int axis = 0; axis < 3; ++axis) {
    int inner = 1;
    for (int later = axis + 1; later < 3; ++later) inner *= grid.dilation[later];
    const int first = group / inner % grid.dilation[axis];
    token = token * grid.whole_extent[axis] + at[axis] * grid.dilation[axis] + first;
  }
  return token;
}

TokenSet keys_in(const RowWindow& window, const TokenGrid& keys, int group, const std::set<int>& listed) {
  TokenSet seen;
  int at[3];
  for (at[0] = window.first[0]; at[0] < window.last[0]; ++at[0]) {
    for (at[1] = window.first[1]; at[1] < window.last[1]; ++at[1]) {
      for (at[2] = window.first[2]; at[2] < window.last[2]; ++at[2]) {
        int tile = 0;
        for (int axis = 0; axis < 3; ++axis) tile = tile * keys.tiles[axis] + at[axis] / keys.tile[axis];
        if (listed.empty() || listed.count(tile) > 0) seen.insert(token_of(keys, group, at));
      }
    }
  }
  return seen;
}

/// The tiles that the block list of a rule names; -1 among them, so that no tile is not every tile.
std::set<int> listed_tiles(const MaskRule& rule, int q_tile) {
  if (rule.offsets == nullptr) return {};
  std::set<int> listed{-1};
  for (int i = rule.offsets[q_tile]; i < rule.offsets[q_tile + 1]; ++i) listed.insert(rule.tiles[i]);
  return listed;
}

TokenSet keys_of_reference(const reference::Problem& problem, int head, std::int64_t query) {
  TokenSet seen;
  for (const auto& part : problem.visible({0, head, query})) {
    for (std::int64_t key = part.first; key < part.last; ++key) seen.insert(key);
  }
  return seen;
}

/// Every query sees the same keys by the masks and by the reference.
void check_agreement(const std::string& shape) {
  CAPTURE(shape);
  const plan::Row point = point_of(shape);
  const Masks masks = masks_of(point);
  const reference::Problem problem = problem_of(point);
  std::int64_t rows = 0;
  std::int64_t wrong = 0;
  for (int head = 0; head < point.heads; ++head) {
    for (int group = 0; group < group_count(masks.queries); ++group) {
      const MaskScene of = scene_of(masks.queries, masks.keys, masks.set(), head, group);
      for (int tile = 0; tile < tile_count(of.queries); ++tile) {
        const Coordinates q_tile = tile_coordinates(of.queries, tile);
        for (int row = 0; row < tile_size(of.queries); ++row) {
          const Coordinates at = row_coordinates(of.queries, row);
          if (!is_real(of.queries, q_tile, at)) continue;
          int index[3];
          for (int i = 0; i < 3; ++i) index[i] = q_tile.at[i] * of.queries.tile[i] + at.at[i];
          const TokenSet seen = keys_in(row_window(of, q_tile, at), of.keys, group, listed_tiles(of.rule, tile));
          ++rows;
          wrong += seen != keys_of_reference(problem, head, token_of(of.queries, group, index));
        }
      }
    }
  }
  CHECK(rows == point.heads * plan::tokens_in(point.queries));
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("masks let queries see what the reference says") {
  check_agreement("1,1,8,37,37,dense,,8,8,0");
  check_agreement("1,1,8,37,37,causal,,8,16,0");
  check_agreement("2,1,8,20,37,causal,,8,8,0");
  check_agreement("1,1,8,20,37,window=5,,8,8,0");
  check_agreement("1,1,8,12x10,12x10,\"window=6x5,stride=4x2,causal=0x1\",,4x4,4x2,0");
  check_agreement("1,1,8,6x10x9,6x10x9,\"window=3x4x2,dilation=2x2x3\",,2x2x2,2x2x2,0");
  check_agreement("4,2,8,16x12,16x12,1 * dense + 2 * window=7x5 + 1 * dense,,4x4,4x4,0");
}

TEST_CASE("masks with blocks let queries see the blocks' keys") {
  check_agreement("1,1,8,37,37,causal,8x16:8c2f6,8,16,0");
  check_agreement("2,1,8,37,37,1 * causal + 1 * window=9,8x16:8c2f6,8,16,0");
  check_agreement("1,1,8,16x12,16x12,window=9x9,48x96:a55f,4x12,8x12,0");
}

TEST_CASE("permuted tokens lie tile by tile") {
  const Masks masks = masks_of(point_of("1,1,8,12x10,12x10,dense,,4x4,4x2,1"));
  CHECK(masks.queries.memory_tokens == 12 * 12);
  CHECK(masks.keys.memory_tokens == 12 * 10);
}

TEST_CASE("what kernels cannot take is unsupported") {
  const auto refusal = [](const std::string& shape) -> std::string {
    try {
      masks_of(point_of(shape));
    } catch (const Unsupported& problem) {
      return problem.what();
    }
    return "";
  };
  CHECK(refusal("1,1,8,64,64,dense,,,8,0") == "this kernel needs a q_tile and a kv_tile");
  CHECK(refusal("2,2,8,64,64,\"1 * window=4,dilation=2 + 1 * dense\",,8,8,0") ==
        "all heads of a launch must have one dilation");
  CHECK(refusal("1,1,8,64,64,\"window=4,dilation=2\",8x16:ffffffff,8,16,0") ==
        "blocks: expected none with a dilation");
}

}  // namespace tilewright::kernels::TEST_FILE
