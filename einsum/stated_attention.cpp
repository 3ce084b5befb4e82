#include "einsum/stated_attention.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "common/error.hpp"
#include "einsum/requests.hpp"

namespace tilewright {

namespace {

constexpr Count usual_tile = 128;

Extents tile_of(const std::optional<Extents>& given, const char* option, const Extents& tokens, Count most,
                const StatedTiling& stated) {
  if (given) return *given;
  if (tokens.size() == 1 && tokens[0] <= stated.single_token_tiles_up_to) return {1};
  if (stated.order == TileOrder::flat || tokens.size() == 1) return {std::min(usual_tile, most)};
  throw InputError(std::string(option) + ": a layout of several dimensions needs tiles of as many, as in " +
                   option + " 2x8x8 (or --tiling flat)");
}

std::vector<Request> stated_requests(const StatedAttention& stated, const MaskSpec& mask) {
  try {
    return make_requests(find_requests(stated.requests), mask, stated.heads.value_or(0));
  } catch (const InputError& error) {
    throw InputError(std::string("--requests: ") + error.what());
  }
}

void require_lengths_once(const StatedAttention& stated) {
  if (stated.requests.empty()) return;
  for (const auto& [name, given] : {std::pair("--layout", &stated.layout), std::pair("--queries", &stated.queries)})
    if (!given->empty())
      throw InputError(std::string(name) + ": --requests gives the queries and keys of each request; leave it out");
}

}  // namespace

const std::vector<std::string>& attention_dtypes() {
  static const std::vector<std::string> dtypes{"bf16", "fp16", "fp32", "fp8"};
  return dtypes;
}

const std::vector<std::string>& stored_dtypes() {
  static const std::vector<std::string> dtypes{"bf16", "fp16", "fp32", "fp8", "int8", "int4"};
  return dtypes;
}

double word_of(const std::string& dtype) {
  static const std::map<std::string, double> words{{"bf16", 2}, {"fp16", 2}, {"fp32", 4},
                                                   {"fp8", 1},  {"int8", 1}, {"int4", 0.5}};
  return words.at(dtype);
}

Attention masked_problem(const StatedAttention& stated, const MaskSpec& mask) {
  require_lengths_once(stated);
  Attention problem;
  if (!stated.requests.empty()) {
    problem.requests = stated_requests(stated, mask);
  } else {
    Request& request = problem.requests.front();
    request.layout = mask.layout(stated.layout, stated.queries);
    Count named = 0;
    for (const HeadRun& run : mask.runs) named += run.heads;
    request.masks = make_masks(mask.runs, request.layout, stated.heads.value_or(named));
  }
  problem.kv_heads = problem.heads();
  return problem;
}

Attention whole_problem(const StatedAttention& stated, const MaskSpec& mask) {
  Attention problem = masked_problem(stated, mask);
  if (stated.requests.empty()) problem.requests.front().times = static_cast<double>(stated.batch);
  if (stated.kv_heads) problem.kv_heads = static_cast<double>(*stated.kv_heads);
  problem.head_dim = static_cast<double>(stated.head_dim);
  problem.value_dim = static_cast<double>(stated.value_dim.value_or(stated.head_dim));
  problem.values_in_keys = stated.values_in_keys;
  problem.words = AttentionWords::all(word_of(stated.dtype));
  if (stated.kv_dtype) problem.words.key_B = problem.words.value_B = word_of(*stated.kv_dtype);
  require_whole(problem);
  return problem;
}

Tiling tiling_of(const StatedTiling& stated, const Attention& problem) {
  Tiling tiling;
  tiling.order = stated.order;
  tiling.key_tiles = stated.key_tiles;
  tiling.gather = stated.gather;
  Layout longest = problem.requests.front().layout;
  for (const Request& request : problem.requests) {
    if (tokens_of(request.layout.queries) > tokens_of(longest.queries)) longest.queries = request.layout.queries;
    if (tokens_of(request.layout.keys) > tokens_of(longest.keys)) longest.keys = request.layout.keys;
  }
  tiling.query_tile = tile_of(stated.query_tile, "--q-tile", longest.queries, problem.queries_of_tile(), stated);
  tiling.key_tile = tile_of(stated.key_tile, "--kv-tile", longest.keys, tokens_of(longest.keys), stated);
  require_fits(tiling, longest);
  return tiling;
}

const std::vector<std::string>& key_tile_texts() {
  static const std::vector<std::string> texts{to_text(KeyTiles::fixed), to_text(KeyTiles::dynamic),
                                              to_text(KeyTiles::gathered)};
  return texts;
}

KeyTiles key_tiles_of(const std::string& text) {
  for (const KeyTiles each : {KeyTiles::dynamic, KeyTiles::gathered})
    if (text == to_text(each)) return each;
  return KeyTiles::fixed;
}

}  // namespace tilewright
