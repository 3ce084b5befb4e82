#include "cli/attention_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/log.hpp"
#include "common/error.hpp"
#include "einsum/mask/block_map.hpp"

namespace tilewright::cli {

namespace {

constexpr const char* given_by_workload = "the workload gives it; --set changes its shapes";
constexpr const char* no_effect = "it has no effect here";
constexpr int most_heads = 1 << 20;

Extents read_extents(const std::string& text, const std::string& option) {
  return text.empty() ? Extents{} : parse_extents(text, option);
}

// Of the first mask that is one of blocks, as from a file.
const BlockMap* blocks_of(const Attention& problem) {
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks)
      if (const BlockMap* blocks = mask.mask.axes.front().relation->blocks(); blocks != nullptr) return blocks;
  return nullptr;
}

}  // namespace

void MaskOptions::add(Inputs& inputs) {
  inputs.add("--layout", layout_, "tokens per dimension, row-major, as in 30x48x80", given_by_workload);
  inputs.add("--queries", queries_, "the same of the queries, where they are others (as in decoding: 1)",
             given_by_workload);
  inputs.add(
      "--requests", requests_,
      "in place of --layout, --queries and --batch: a batch of unequal sequences, QUERIESxKEYS of each, as in "
      "300x900,40x40,64*1x4096 (the lengths of cu_seqlens_q and cu_seqlens_k), or a CSV file with the columns "
      "queries, keys and, if wanted, times",
      no_effect);
  inputs.add("--heads", heads_, "query heads; where left out, those that the mask names", given_by_workload)
      ->check(in_range(1, most_heads));
}

StatedAttention MaskOptions::stated() const {
  StatedAttention stated;
  if (requests_.given()) {
    require_lengths_once();
    stated.requests = requests_.use();
  } else {
    stated.layout = read_extents(layout_.use(), "--layout");
    stated.queries = read_extents(queries_.use(), "--queries");
  }
  if (heads_.given()) stated.heads = heads_.use();
  return stated;
}

void MaskOptions::require_lengths_once() const {
  if (!requests_.given()) return;
  for (const auto& [name, given] :
       {std::pair("--layout", layout_.given()), std::pair("--queries", queries_.given())})
    if (given)
      throw InputError(std::string(name) + ": --requests gives the queries and keys of each request; leave it out");
}

void AttentionOptions::add(Inputs& inputs) {
  masked_.add(inputs);
  inputs.add("--batch", batch_, "sequences", given_by_workload)->check(in_range(1, most_heads));
  inputs
      .add("--kv-heads", kv_heads_, "heads of K and V (GQA); where left out, as many as query heads",
           given_by_workload)
      ->check(in_range(1, most_heads));
  inputs.add("--head-dim", head_dim_, "elements of a row of Q and K", given_by_workload)
      ->check(in_range(1, 1 << 16));
  inputs.add("--value-dim", value_dim_, "of V and the output; where left out, as of Q and K", given_by_workload)
      ->check(in_range(1, 1 << 16));
  inputs.add_flag("--values-in-keys", values_in_keys_,
                  "a row of V is the first elements of that of K, as in latent attention",
                  "the workload gives it, by 'shared'");
  inputs.add("--dtype", dtype_, "of Q, K, V and the output", "the workload gives it, by 'word_B' and 'words_B'")
      ->check(one_of(attention_dtypes()));
  inputs
      .add("--kv-dtype", kv_dtype_, "of K and V as they are stored; where left out, as --dtype",
           "the workload gives it, by 'word_B' and 'words_B'")
      ->check(one_of(stored_dtypes()));
}

void AttentionOptions::require_lengths_once() const {
  masked_.require_lengths_once();
  if (masked_.has_requests() && batch_.given())
    throw InputError("--batch: --requests gives the sequences; one that is there 8 times is 8*QUERIESxKEYS");
}

StatedAttention AttentionOptions::stated() const {
  require_lengths_once();
  StatedAttention stated = masked_.stated();
  if (!masked_.has_requests()) stated.batch = batch_.use();
  if (kv_heads_.given()) stated.kv_heads = kv_heads_.use();
  stated.head_dim = head_dim_.use();
  if (value_dim_.given()) stated.value_dim = value_dim_.use();
  stated.values_in_keys = values_in_keys_.use();
  stated.dtype = dtype_.use();
  if (kv_dtype_.given()) stated.kv_dtype = kv_dtype_.use();
  return stated;
}

void AttentionOptions::warn_without_machine(bool kernel_tiles) const {
  const auto warn = [](const char* name, bool given) {
    if (given)
      log_warning(fmt::format("{} has no effect here: without --arch, bounds count pairs and tiles", name));
  };
  warn("--batch", batch_.given());
  warn("--values-in-keys", values_in_keys_.given());
  if (kernel_tiles) return;
  warn("--head-dim", head_dim_.given());
  warn("--value-dim", value_dim_.given());
  warn("--dtype", dtype_.given());
  warn("--kv-dtype", kv_dtype_.given());
}

void TilingOptions::add(Inputs& inputs) {
  inputs.add("--q-tile", query_tile_, "queries per tile, by dimension, as in 2x8x8; 128 tokens where left out",
             no_effect);
  inputs.add("--kv-tile", key_tile_, "keys per tile", no_effect);
  inputs
      .add("--kv-tiling", key_tiling_,
           "static: a fixed grid; dynamic: each from the next key that the Q tile needs; gathered: packed from "
           "those",
           no_effect)
      ->check(one_of(key_tile_texts()));
  inputs
      .add("--gather", gather_,
           "neighbouring keys that are gathered together: 1 for single tokens, 16 for pages of 16",
           "has no effect without --kv-tiling gathered")
      ->check(in_range(1, 1 << 20));
  inputs
      .add("--tiling", tiling_, "multi: multi-dimensional tiles of permuted tokens; flat: runs of flattened tokens",
           no_effect)
      ->check(one_of({"multi", "flat"}));
}

Tiling TilingOptions::tiling(const Attention& problem) const {
  StatedTiling stated;
  stated.order = tiling_.use() == "flat" ? TileOrder::flat : TileOrder::multi;
  stated.key_tiles = key_tiles_of(key_tiling_.use());
  if (stated.key_tiles == KeyTiles::gathered) stated.gather = gather_.use();
  if (query_tile_.given()) stated.query_tile = parse_extents(query_tile_.use(), "--q-tile");
  if (key_tile_.given()) stated.key_tile = parse_extents(key_tile_.use(), "--kv-tile");
  stated.single_token_tiles_up_to = single_token_tiles_up_to;
  return tiling_of(stated, problem);
}

std::string TilingOptions::hint(const Tiling& tiling, const Attention& problem) const {
  const BlockMap* blocks = blocks_of(problem);
  if (blocks == nullptr) return "";
  std::string taken;
  std::string better;
  const auto add = [&](const Input<std::string>& given, const char* option, Count block, Count tile) {
    if (given.given() || block == 1 || block % tile == 0) return;
    taken += fmt::format(" {} {}", option, tile);
    better += fmt::format(" {} {}", option, block);
  };
  add(query_tile_, "--q-tile", blocks->query_block(), tiling.query_tile_size());
  add(key_tile_, "--kv-tile", blocks->key_block(), tiling.key_tile_size());
  if (better.empty()) return "";
  return fmt::format("tiles that are not given are{}; the blocks of the mask would be{}", taken, better);
}

}  // namespace tilewright::cli
