// Shared by the tests of pictures of masks: a mask under tiles, from its text.
#pragma once

#include <string>

#include "einsum/mask/expression.hpp"
#include "report/tiled_mask.hpp"

namespace tilewright::test {

inline TiledMask tiled(const std::string& text, const std::string& layout, const std::string& query_tile,
                       const std::string& key_tile, TileOrder order = TileOrder::multi) {
  const Extents tokens = parse_extents(layout, "layout");
  const Mask mask = make_masks(parse_mask(text), {tokens, tokens}, 1).front().mask;
  return tile_mask(text, mask,
                   {order, KeyTiles::fixed, parse_extents(query_tile, "q"), parse_extents(key_tile, "kv")});
}

}  // namespace tilewright::test
