#include "mappings/space/mapspace_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "mappings/kernel/kernel_choice.hpp"

namespace tilewright {

namespace {

using Keys = std::vector<std::string>;

const Keys& keys_of(MapspaceKind kind) {
  static const Keys nests{"fuse", "split",  "max_fused", "tiles",     "imperfect", "no_loop",   "order",
                          "keep", "bypass", "units",     "not_units", "lanes",     "lane_tiles"};
  static const Keys kernels(choice_keys.begin(), choice_keys.end());
  return kind == MapspaceKind::nests ? nests : kernels;
}

const char* words(MapspaceKind kind) { return kind == MapspaceKind::nests ? "nests of loops" : "kernels"; }

void require_keys(const Yaml& yaml, MapspaceKind kind, const Keys& known) {
  const MapspaceKind other = kind == MapspaceKind::nests ? MapspaceKind::kernels : MapspaceKind::nests;
  for (const auto& [key, value] : yaml.entries())
    if (std::ranges::find(keys_of(other), key) != keys_of(other).end())
      value.fail(fmt::format("is for {}; of {} a file may say {}", words(other), words(kind),
                             fmt::join(keys_of(kind), ", ")));
  yaml.only(known);
}

}  // namespace

void require_mapspace_keys(const Yaml& mapspace, MapspaceKind kind) {
  Keys known = keys_of(kind);
  known.emplace_back("prefer");
  require_keys(mapspace, kind, known);
}

std::vector<Yaml> preferences_in(const Yaml& mapspace, MapspaceKind kind) {
  const auto prefer = mapspace.find("prefer");
  if (!prefer) return {};
  std::vector<Yaml> items = prefer->items("preferences");
  if (items.empty()) prefer->fail("expected at least one element");
  for (const Yaml& item : items) {
    if (item.entries().empty()) item.fail("expected at least one key");
    if (const auto inner = item.find("prefer"))
      inner->fail("a preference has none of its own; expected another element of mapspace.prefer");
    if (const auto sizes = item.find("imperfect"))
      sizes->fail("demands nothing, so that every mapping would keep to it; expected beside mapspace.prefer");
    require_keys(item, kind, keys_of(kind));
  }
  return items;
}

std::optional<Yaml> find_preferences(const Yaml& root) {
  const auto mapspace = root.is_map() ? root.find("mapspace") : std::nullopt;
  return mapspace && mapspace->is_map() ? mapspace->find("prefer") : std::nullopt;
}

std::string preference_name(const Yaml& item) {
  constexpr std::string_view root = "mapspace.";
  Keys keys;
  for (const auto& [key, value] : item.entries()) keys.push_back(key);
  return fmt::format("{} {}", item.path().substr(root.size()), fmt::join(keys, ", "));
}

}  // namespace tilewright
