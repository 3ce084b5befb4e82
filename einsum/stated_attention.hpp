// The attention problem as a user states it, in options of a verb or keys of a file, before its mask is made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "einsum/attention.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/mask/tiling.hpp"

namespace tilewright {

struct StatedAttention {
  Extents layout;                   ///< of the keys; empty: the mask says it
  Extents queries;                  ///< empty: as the keys
  std::string requests = {};        ///< text or file (einsum/requests.hpp), in place of layout, queries and batch
  std::optional<Count> heads = {};  ///< none: those that the mask names
  std::optional<Count> kv_heads = {};
  Count batch = 1;
  Count head_dim = 128;
  std::optional<Count> value_dim = {};
  bool values_in_keys = false;
  std::string dtype = "bf16";                ///< of attention_dtypes()
  std::optional<std::string> kv_dtype = {};  ///< of K and V, where they are stored in others: of stored_dtypes()
};

/// Of what is computed with, and of what K and V may be stored in.
const std::vector<std::string>& attention_dtypes();
const std::vector<std::string>& stored_dtypes();
/// Bytes of an element of one of these.
double word_of(const std::string& dtype);

/// Layout, requests and heads: enough for a census; rows and words are not known. Throws InputError for lengths
/// that are stated in both ways, and for a mask that is none of them.
Attention masked_problem(const StatedAttention& stated, const MaskSpec& mask);
/// The whole problem. Throws InputError as masked_problem() and require_whole() do.
Attention whole_problem(const StatedAttention& stated, const MaskSpec& mask);

struct StatedTiling {
  std::optional<Extents> query_tile = {};
  std::optional<Extents> key_tile = {};
  KeyTiles key_tiles = KeyTiles::fixed;
  Count gather = 1;
  TileOrder order = TileOrder::multi;
  /// One-dimensional layouts of up to so many tokens have tiles of one token where none is given.
  Count single_token_tiles_up_to = 0;
};

/// Where no tile is given: the usual tokens, or, where the layout has fewer, all queries that one may have
/// (Attention::queries_of_tile). Throws InputError for tiles that do not fit, and where a layout of several
/// dimensions has none.
Tiling tiling_of(const StatedTiling& stated, const Attention& problem);

/// Of a text that names them: "static", "dynamic", "gathered".
const std::vector<std::string>& key_tile_texts();
KeyTiles key_tiles_of(const std::string& text);

}  // namespace tilewright
