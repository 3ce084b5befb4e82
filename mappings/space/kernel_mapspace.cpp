#include "mappings/space/kernel_mapspace.hpp"

#include <algorithm>

#include "mappings/space/mapspace_keys.hpp"
#include "mappings/space/sizes.hpp"

namespace tilewright {

namespace {

bool is_shape(const Yaml& yaml) {
  return !yaml.is_map() && !yaml.is_list() && yaml.text().find('x') != std::string::npos;
}

AllowedTiles parse_tiles_allowed(const Yaml& yaml, const char* key) {
  AllowedTiles tiles;
  if (yaml.is_map()) return {parse_sizes(yaml)};
  const auto add = [&](const Yaml& each) {
    if (is_shape(each))
      tiles.shapes.push_back(read_extents(each, key));
    else
      tiles.sizes.listed.push_back(parse_sizes(each).listed.front());
  };
  if (!yaml.is_list()) {
    add(yaml);
    return tiles;
  }
  for (const Yaml& each : yaml.items()) {
    if (each.is_map() || each.is_list()) each.fail("expected a number of tokens, or extents, as in 2x8x8");
    add(each);
  }
  if (tiles.sizes.listed.empty() && tiles.shapes.empty()) yaml.fail("expected at least one element");
  return tiles;
}

// One, or a list of some.
template <class Parse>
auto parse_some(const Yaml& yaml, Parse parse) {
  std::vector<decltype(parse(yaml))> all;
  if (!yaml.is_list()) {
    all.push_back(parse(yaml));
    return all;
  }
  for (const Yaml& each : yaml.items()) all.push_back(parse(each));
  if (all.empty()) yaml.fail("expected at least one element");
  return all;
}

template <class Demand, class Parse>
void demand(const Yaml& yaml, const char* key, Demand& into, Parse parse) {
  if (const auto value = yaml.find(key)) into.push_back({parse(*value), value->place(), value->path()});
}

void add_demands(const Yaml& yaml, KernelMapspace& space) {
  demand(yaml, "q_tile", space.query_tile, [](const Yaml& each) { return parse_tiles_allowed(each, "q_tile"); });
  demand(yaml, "kv_tile", space.key_tile, [](const Yaml& each) { return parse_tiles_allowed(each, "kv_tile"); });
  demand(yaml, "kv_tiling", space.key_tiles, [](const Yaml& each) { return parse_some(each, parse_key_tiling); });
  demand(yaml, "stages", space.stages, parse_sizes);
  demand(yaml, "splits", space.splits, parse_sizes);
  demand(yaml, "queries", space.queries, [](const Yaml& each) { return parse_some(each, parse_query_order); });
  demand(yaml, "outer", space.queries_outer,
         [](const Yaml& each) { return parse_some(each, parse_queries_outer); });
}

}  // namespace

bool AllowedTiles::has(const Extents& tile) const {
  if (std::ranges::find(shapes, tile) != shapes.end()) return true;
  if (sizes.listed.empty() && !shapes.empty()) return false;
  return sizes.has(static_cast<double>(tokens_of(tile)));
}

KernelMapspace parse_kernel_mapspace(const Yaml& root, const std::vector<std::size_t>& demanded) {
  root.only({"mapspace"});
  const Yaml yaml = root.at("mapspace");
  require_mapspace_keys(yaml, MapspaceKind::kernels);
  KernelMapspace space;
  add_demands(yaml, space);
  const std::vector<Yaml> preferences = preferences_in(yaml, MapspaceKind::kernels);
  for (std::size_t i = 0; i < preferences.size(); ++i) {
    KernelMapspace none;  // a preference takes nothing away
    add_demands(preferences[i], std::ranges::find(demanded, i) != demanded.end() ? space : none);
  }
  root.require_used();
  return space;
}

}  // namespace tilewright
