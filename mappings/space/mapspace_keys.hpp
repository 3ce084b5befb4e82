// What a mapspace file may say, of nests of loops and of kernels, and what it prefers besides.
//
//   mapspace:
//     tiles: {M: 16}
//     prefer:                     # by importance, each with the keys of demands
//       - order: [N, M]
//       - lanes: {C: {K: 16}}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"

namespace tilewright {

enum class MapspaceKind { nests, kernels };

/// Refuses keys that no mapspace has, and those of the other kind by name.
void require_mapspace_keys(const Yaml& mapspace, MapspaceKind kind);

/// Items of `prefer`; none where it is not there. Throws InputError for one that nothing could keep or break.
std::vector<Yaml> preferences_in(const Yaml& mapspace, MapspaceKind kind);

/// The value of `prefer` of a file, whatever it and the rest of the file are.
std::optional<Yaml> find_preferences(const Yaml& root);

/// What people call a preference: "prefer[1] lanes, units".
std::string preference_name(const Yaml& item);

}  // namespace tilewright
