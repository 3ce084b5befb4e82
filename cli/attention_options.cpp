#include "cli/attention_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/log.hpp"
#include "common/error.hpp"
#include "einsum/mask/block_map.hpp"
#include "einsum/requests.hpp"

namespace tilewright::cli {

namespace {

constexpr const char* given_by_workload = "the workload gives it; --set changes its shapes";
constexpr const char* no_effect = "it has no effect here";
constexpr Count usual_tile = 128;
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

double bytes_of(const std::string& dtype) { return dtype == "fp32" ? 4 : dtype == "fp8" ? 1 : 2; }

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

Attention MaskOptions::problem(const MaskSpec& mask) const {
  Attention problem;
  if (requests_.given()) {
    problem.requests = stated_requests(mask);
  } else {
    Request& request = problem.requests.front();
    request.layout =
        mask.layout(read_extents(layout_.use(), "--layout"), read_extents(queries_.use(), "--queries"));
    Count named = 0;
    for (const HeadRun& run : mask.runs) named += run.heads;
    request.masks = make_masks(mask.runs, request.layout, heads_.given() ? heads_.use() : named);
  }
  problem.kv_heads = problem.heads();
  return problem;
}

void MaskOptions::require_lengths_once() const {
  if (!requests_.given()) return;
  for (const auto& [name, given] :
       {std::pair("--layout", layout_.given()), std::pair("--queries", queries_.given())})
    if (given)
      throw InputError(std::string(name) + ": --requests gives the queries and keys of each request; leave it out");
}

std::vector<Request> MaskOptions::stated_requests(const MaskSpec& mask) const {
  require_lengths_once();
  try {
    return make_requests(find_requests(requests_.use()), mask, heads_.given() ? heads_.use() : 0);
  } catch (const InputError& error) {
    throw InputError(std::string("--requests: ") + error.what());
  }
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
      ->check(one_of({"bf16", "fp16", "fp32", "fp8"}));
}

void AttentionOptions::require_lengths_once() const {
  masked_.require_lengths_once();
  if (masked_.has_requests() && batch_.given())
    throw InputError("--batch: --requests gives the sequences; one that is there 8 times is 8*QUERIESxKEYS");
}

Attention AttentionOptions::problem(const MaskSpec& mask) const {
  require_lengths_once();
  Attention problem = masked_.problem(mask);
  if (!masked_.has_requests()) problem.requests.front().times = batch_.use();
  if (kv_heads_.given()) problem.kv_heads = kv_heads_.use();
  problem.head_dim = head_dim_.use();
  problem.value_dim = value_dim_.given() ? value_dim_.use() : problem.head_dim;
  problem.values_in_keys = values_in_keys_.use();
  problem.words = AttentionWords::all(bytes_of(dtype_.use()));
  require_whole(problem);
  return problem;
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
      ->check(one_of({"static", "dynamic", "gathered"}));
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
  Tiling tiling;
  tiling.order = tiling_.use() == "flat" ? TileOrder::flat : TileOrder::multi;
  for (const KeyTiles each : {KeyTiles::dynamic, KeyTiles::gathered})
    if (key_tiling_.use() == to_text(each)) tiling.key_tiles = each;
  if (tiling.key_tiles == KeyTiles::gathered) tiling.gather = gather_.use();
  Layout longest = problem.requests.front().layout;
  for (const Request& request : problem.requests) {
    if (tokens_of(request.layout.queries) > tokens_of(longest.queries)) longest.queries = request.layout.queries;
    if (tokens_of(request.layout.keys) > tokens_of(longest.keys)) longest.keys = request.layout.keys;
  }
  tiling.query_tile = tile(query_tile_, "--q-tile", longest.queries, problem.queries_of_tile());
  tiling.key_tile = tile(key_tile_, "--kv-tile", longest.keys, tokens_of(longest.keys));
  require_fits(tiling, longest);
  return tiling;
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

// Only runs of tokens have a usual size.
Extents TilingOptions::tile(const Input<std::string>& given, const char* option, const Extents& tokens,
                            Count most) const {
  if (given.given()) return parse_extents(given.use(), option);
  if (tokens.size() == 1 && tokens[0] <= single_token_tiles_up_to) return {1};
  if (tiling_.use() == "flat" || tokens.size() == 1) return {std::min(usual_tile, most)};
  throw InputError(std::string(option) + ": a layout of several dimensions needs tiles of as many, as in " +
                   option + " 2x8x8 (or --tiling flat)");
}

}  // namespace tilewright::cli
