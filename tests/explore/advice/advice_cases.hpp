// Shared by the tests of advice: requests, and random ones that are small enough to try everything.
#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "einsum/mask/pattern.hpp"
#include "explore/advice/advice.hpp"

namespace tilewright::test {

/// `rule` is "window=...,stride=..."; every argument of gna.
inline Arguments gna(const std::vector<std::pair<std::string, Extents>>& arguments) {
  Arguments rule("gna");
  for (const auto& [name, value] : arguments) rule.set(name, to_text(value));
  return rule;
}

inline AdviceRequest request_of(const Layout& layout, const Arguments& rule, const TileChoice& tiles,
                                KeyTiles key_tiles = KeyTiles::fixed) {
  AdviceRequest request{{}, {TileOrder::multi, key_tiles, tiles.query, tiles.key}, rule};
  request.problem.requests[0].layout = layout;
  request.problem.head_dim = request.problem.value_dim = 128;
  request.problem.words = AttentionWords::all(2);
  request.problem.requests[0].masks = {{24, 0, "mask", make_mask(pattern(rule.pattern()), rule, {layout})}};
  return request;
}

inline AdviceRequest request_of(const std::string& layout, const std::string& window, const std::string& tile) {
  const Extents extents = parse_extents(layout, "layout");
  const Extents tiles = parse_extents(tile, "tile");
  return request_of({extents, extents}, gna({{"window", parse_extents(window, "window")}}), {tiles, tiles});
}

class RandomRequest {
 public:
  explicit RandomRequest(unsigned seed) : generator_(seed) {}

  Count from(Count least, Count most) { return std::uniform_int_distribution<Count>(least, most)(generator_); }
  bool coin() { return from(0, 1) == 1; }

  TileChoice tiles(const Layout& layout) {
    TileChoice tiles;
    for (const Count length : layout.keys) {
      tiles.query.push_back(from(1, std::min(length + 1, Count{5})));
      tiles.key.push_back(from(1, std::min(length + 1, Count{5})));
    }
    return tiles;
  }

  AdviceRequest next() {
    const std::size_t dimensions = static_cast<std::size_t>(from(1, 3));
    const Count longest = std::array<Count, 4>{0, 24, 7, 4}[dimensions];
    Layout layout;
    Extents window;
    Extents stride;
    Extents dilation;
    Extents causal;
    for (std::size_t d = 0; d < dimensions; ++d) {
      const Count length = from(1, longest);
      layout.keys.push_back(length);
      layout.queries.push_back(coin() ? length : from(1, length));
      dilation.push_back(coin() ? 1 : from(1, length));
      window.push_back(from(1, length / dilation.back()));
      stride.push_back(coin() ? 1 : from(1, window.back()));
      causal.push_back(from(0, 1));
    }
    return request_of(layout,
                      gna({{"window", window}, {"stride", stride}, {"dilation", dilation}, {"causal", causal}}),
                      tiles(layout), coin() ? KeyTiles::fixed : KeyTiles::dynamic);
  }

 private:
  std::mt19937 generator_;
};

}  // namespace tilewright::test
