// Tiles of one dimension, or of flattened tokens.
#pragma once

#include "einsum/mask/layout.hpp"

namespace tilewright {

/// KV tiles on a fixed grid from the first key on (static), or, for every Q tile, from the first key that it needs
/// and again from the first that is not covered yet (dynamic; per dimension), or packed from the keys that the Q
/// tile needs, of any of its queries, as they are laid out (gathered).
enum class KeyTiles { fixed, dynamic, gathered };
/// "static", "dynamic", "gathered": as options say it.
const char* to_text(KeyTiles tiles);

/// Runs of so many queries, and of keys.
struct AxisTiles {
  Count query_tile = 1;
  Count key_tile = 1;
  KeyTiles key_tiles = KeyTiles::fixed;
  bool operator==(const AxisTiles&) const = default;
};

}  // namespace tilewright
