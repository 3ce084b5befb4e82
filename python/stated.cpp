#include "python/stated.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <fmt/format.h>

#include <optional>
#include <string>

#include "common/error.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

template <class T>
std::optional<T> find(const nb::dict& keywords, const char* name) {
  if (!keywords.contains(name)) return {};
  return nb::cast<T>(keywords[name]);
}

template <class T, class Field>
void read(const nb::dict& keywords, const char* name, Field& into) {
  if (const auto value = find<T>(keywords, name)) into = *value;
}

void read_extents(const nb::dict& keywords, const char* name, auto& into) {
  if (const auto text = find<std::string>(keywords, name)) into = parse_extents(*text, name);
}

void require_one_of(const std::string& value, const char* name, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (word == value) return;
  throw InputError(std::string(name) + ": '" + value + "'" + did_you_mean(value, words));
}

void require_positive(const std::optional<Count>& value, const char* name) {
  if (value && *value < 1) throw InputError(fmt::format("{}: expected 1 or more, got {}", name, *value));
}

}  // namespace

StatedAttention stated_attention(const nb::dict& keywords) {
  for (const char* name : {"heads", "kv_heads", "batch", "head_dim", "value_dim"})
    require_positive(find<Count>(keywords, name), name);
  StatedAttention stated;
  read_extents(keywords, "layout", stated.layout);
  read_extents(keywords, "queries", stated.queries);
  read<std::string>(keywords, "requests", stated.requests);
  read<Count>(keywords, "heads", stated.heads);
  read<Count>(keywords, "kv_heads", stated.kv_heads);
  read<Count>(keywords, "batch", stated.batch);
  read<Count>(keywords, "head_dim", stated.head_dim);
  read<Count>(keywords, "value_dim", stated.value_dim);
  read<bool>(keywords, "values_in_keys", stated.values_in_keys);
  read<std::string>(keywords, "dtype", stated.dtype);
  read<std::string>(keywords, "kv_dtype", stated.kv_dtype);
  require_one_of(stated.dtype, "dtype", attention_dtypes());
  if (stated.kv_dtype) require_one_of(*stated.kv_dtype, "kv_dtype", stored_dtypes());
  return stated;
}

StatedTiling stated_tiling(const nb::dict& keywords) {
  StatedTiling stated;
  read_extents(keywords, "q_tile", stated.query_tile);
  read_extents(keywords, "kv_tile", stated.key_tile);
  if (const auto text = find<std::string>(keywords, "kv_tiling")) {
    require_one_of(*text, "kv_tiling", key_tile_texts());
    stated.key_tiles = key_tiles_of(*text);
  }
  if (const auto gather = find<Count>(keywords, "gather")) {
    require_positive(gather, "gather");
    if (stated.key_tiles != KeyTiles::gathered)
      throw InputError("gather: has no effect without kv_tiling gathered");
    stated.gather = *gather;
  }
  if (const auto text = find<std::string>(keywords, "tiling")) {
    require_one_of(*text, "tiling", {"multi", "flat"});
    if (*text == "flat") stated.order = TileOrder::flat;
  }
  return stated;
}

}  // namespace tilewright::python
