// Reads a mapspace file, as docs/map.md describes it.
#pragma once

#include "common/yaml.hpp"
#include "mappings/space/mapspace.hpp"

namespace tilewright {

/// Throws InputError for names that the cascade or the architecture has not, and for what would have no effect.
/// `demanded`: which elements of `prefer`, by position, are demands.
Mapspace parse_mapspace(const Yaml& root, const Cascade& cascade, const Arch& arch,
                        const std::vector<std::size_t>& demanded = {});

}  // namespace tilewright
