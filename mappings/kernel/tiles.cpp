#include "mappings/kernel/tiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

TileChoice read_pair(const Yaml& yaml) {
  TileChoice tiles{read_extents(yaml.at("q"), "q"), read_extents(yaml.at("kv"), "kv")};
  require_as_many_dimensions(yaml, tiles);
  return tiles;
}

KernelTile read_tile(const Yaml& yaml) {
  yaml.only({"q", "kv", "when", "dtypes"});
  KernelTile tile;
  tile.tiles = read_pair(yaml);
  if (const auto when = yaml.find("when")) {
    tile.when = when->expression();
    tile.when.bind(kernel_symbols());
  }
  if (const auto dtypes = yaml.find("dtypes")) {
    tile.dtypes = dtypes->texts();
    if (tile.dtypes.empty()) dtypes->fail("expected at least one value");
  }
  return tile;
}

}  // namespace

Extents read_extents(const Yaml& yaml, const std::string& what) {
  try {
    return parse_extents(yaml.text(), what);
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

void require_as_many_dimensions(const Yaml& yaml, const TileChoice& tiles) {
  if (tiles.query.size() != tiles.key.size())
    yaml.fail(fmt::format("q {} and kv {} have different numbers of dimensions", to_text(tiles.query),
                          to_text(tiles.key)));
}

const Symbols& kernel_symbols() {
  static const Symbols symbols = [] {
    Symbols names;
    for (const char* name : {"q", "kv", "E", "F", "word_B", "dimensions", "causal", "window"}) names.add(name);
    return names;
  }();
  return symbols;
}

const Symbols& split_symbols() {
  static const Symbols symbols = [] {
    Symbols names = kernel_symbols();
    for (const char* name : {"blocks", "keys", "multiprocessors"}) names.add(name);
    return names;
  }();
  return symbols;
}

const Symbols& block_symbols() {
  static const Symbols symbols = [] {
    Symbols names = kernel_symbols();
    names.add("stages");
    return names;
  }();
  return symbols;
}

std::vector<double> slots_of(const KernelShape& shape) {
  return {shape.q,
          shape.kv,
          shape.head_dim,
          shape.value_dim,
          shape.word_B,
          shape.dimensions,
          shape.mask.causal ? 1.0 : 0.0,
          shape.mask.window ? 1.0 : 0.0};
}

bool KernelTile::holds(const KernelShape& shape) const {
  const double value = when.evaluate(slots_of(shape));
  return value != 0 && !std::isnan(value);
}

TileChoice parse_tiles(const Yaml& yaml) {
  yaml.only({"q", "kv"});
  return read_pair(yaml);
}

std::vector<KernelTile> parse_kernel_tiles(const Yaml& list) {
  std::vector<KernelTile> all;
  for (const Yaml& each : list.items()) {
    KernelTile tile = read_tile(each);
    if (std::ranges::find(all, tile.tiles, &KernelTile::tiles) != all.end())
      each.fail(fmt::format("q {} and kv {} are listed twice", to_text(tile.tiles.query), to_text(tile.tiles.key)));
    all.push_back(std::move(tile));
  }
  return all;
}

const KernelTile& default_tile(const std::string& kernel, const std::vector<KernelTile>& tiles,
                               const KernelShape& shape) {
  for (const double dimensions : {shape.dimensions, 1.0})
    for (const KernelTile& tile : tiles)
      if (static_cast<double>(tile.tiles.query.size()) == dimensions && tile.holds(shape)) return tile;
  throw InfeasibleError(fmt::format("kernel '{}' has no tiles for {} dimensions with heads of {} and {}{}", kernel,
                                    shape.dimensions, shape.head_dim, shape.value_dim,
                                    shape.mask.causal   ? ", causal"
                                    : shape.mask.window ? ", window"
                                                        : ""));
}

}  // namespace tilewright
