// What is chosen of a kernel in place of what its file says: by a search, or by a file that a search has written.
//
//   choose: {q_tile: 2x8x4, kv_tile: 2x8x8, kv_tiling: dynamic, stages: 3, splits: 4, queries: descending, outer:
//   heads, pad: 32x48x80}
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// In which order the Q tiles of a head start, or, with all heads of a Q tile before the next, those of all.
enum class QueryOrder { ascending, descending, longest_first };
inline constexpr std::array query_orders{QueryOrder::ascending, QueryOrder::descending, QueryOrder::longest_first};
const char* to_text(QueryOrder order);
QueryOrder query_order_of(const KernelSchedule& schedule);

/// Nothing: as the kernel does by itself.
struct KernelChoice {
  std::optional<TileChoice> tiles;
  std::optional<KeyTiles> key_tiles;
  std::optional<Count> stages;
  std::optional<Count> splits;  ///< parts of every Q tile's keys
  std::optional<QueryOrder> queries;
  std::optional<bool> queries_outer;
  Extents pad = {};  ///< the longer layout of the keys of a mask with windows; empty: none
  bool operator==(const KernelChoice&) const = default;
};

/// What can be chosen of the kernel beside its tiles.
bool has_stages(const Kernel& kernel);  ///< its block takes as much as it has stages
bool adds_splits(const Kernel& kernel);
std::vector<KeyTiles> key_tiles_of(const Kernel& kernel);  ///< its own first

/// The keys of `choose` that a mapspace has, too, as they stand in files; `choose` has `pad` beside them.
inline constexpr std::array choice_keys{"q_tile", "kv_tile", "kv_tiling", "stages", "splits", "queries", "outer"};
KeyTiles parse_key_tiling(const Yaml& yaml);     ///< static, dynamic, gathered
QueryOrder parse_query_order(const Yaml& yaml);  ///< ascending, descending, longest-first
bool parse_queries_outer(const Yaml& yaml);      ///< heads: false, queries: true
inline constexpr Count most_stages = 64;

/// Throws InputError for a kernel of a padded layout, at `file`, where nobody pads the mask.
void refuse_padding(const Kernel& kernel, const Yaml& file);

/// Throws InputError.
KernelChoice parse_choice(const Yaml& yaml);
/// Throws InputError at `yaml` for what the kernel has not to choose.
void require_choosable(const KernelChoice& choice, const Kernel& kernel, const Yaml& yaml);

/// The kernel with what is chosen.
Kernel with(Kernel kernel, const KernelChoice& choice);

/// A kernel file that says it: all else is as in the one called `from`.
std::string to_yaml(const KernelChoice& choice, const std::string& from, const std::string& description);

}  // namespace tilewright
