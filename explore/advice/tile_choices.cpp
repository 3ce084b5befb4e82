#include "explore/advice/tile_choices.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

constexpr Count most_tile_tokens = 1 << 16;
constexpr std::size_t most_choices = 20000;

std::vector<Extents> factorizations(Count size, std::size_t dimensions) {
  if (dimensions == 1) return {{size}};
  std::vector<Extents> all;
  for (Count first = 1; first <= size; ++first) {
    if (size % first != 0) continue;
    for (Extents& rest : factorizations(size / first, dimensions - 1)) {
      rest.insert(rest.begin(), first);
      all.push_back(std::move(rest));
    }
  }
  return all;
}

}  // namespace

std::vector<TileChoice> tiles_of_size(Count query_size, Count key_size, std::size_t dimensions) {
  if (std::max(query_size, key_size) > most_tile_tokens)
    throw InputError(
        fmt::format("tiles of {} and {} tokens: expected at most {}", query_size, key_size, most_tile_tokens));
  const auto queries = factorizations(query_size, dimensions);
  const auto keys = factorizations(key_size, dimensions);
  if (queries.size() * keys.size() > most_choices)
    throw InputError(
        fmt::format("{} and {} tokens make {} pairs of tile shapes; at most {} can be searched: give sizes "
                    "with fewer divisors, or a list of tiles",
                    query_size, key_size, queries.size() * keys.size(), most_choices));
  std::vector<TileChoice> all;
  for (const Extents& query : queries)
    for (const Extents& key : keys) all.push_back({query, key});
  return all;
}

}  // namespace tilewright
