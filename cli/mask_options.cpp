#include "cli/mask_options.hpp"

#include <algorithm>

#include "common/error.hpp"

namespace tilewright::cli {

namespace {

Extents read_extents(const std::string& text, const std::string& option) {
  return text.empty() ? Extents{} : parse_extents(text, option);
}

}  // namespace

void MaskOptions::add(Verb& verb) {
  verb.add_option("--layout", layout_, "tokens per dimension, row-major, as in 30x48x80");
  verb.add_option("--queries", queries_, "the same of the queries, where they are others (as in decoding: 1)");
  verb.add_option("--q-tile", query_tile_,
                  "queries per tile, by dimension, as in 2x8x8; 128 tokens where left out");
  verb.add_option("--kv-tile", key_tile_, "keys per tile");
  verb.add_option("--kv-tiling", key_tiling_,
                  "static: a fixed grid; dynamic: from the first key that a Q tile needs")
      ->check(one_of({"static", "dynamic"}));
  verb.add_option("--tiling", tiling_,
                  "multi: multi-dimensional tiles of permuted tokens; flat: runs of flattened tokens")
      ->check(one_of({"multi", "flat"}));
  verb.add_option("--heads", heads_, "query heads; where left out, those that the mask names")
      ->check(in_range(1, 1 << 20));
}

MaskedProblem MaskOptions::read() const {
  const MaskSpec spec = find_mask(mask);
  return read(spec, spec.layout(read_extents(layout_, "--layout"), read_extents(queries_, "--queries")), heads_);
}

MaskedProblem MaskOptions::read(const Workload& workload) const {
  if (!workload.mask)
    throw InputError(workload.file +
                     ": the workload has no mask; say which ranks it is over, as in mask: {queries: P, "
                     "keys: M, pattern: causal}, or give --mask and --layout in its place");
  if (!layout_.empty() || !queries_.empty() || heads_ != 0)
    throw InputError("the workload gives layout and heads; --set changes its shapes");
  const auto shape = [&](const std::string& rank) {
    const auto found = workload.shapes.find(rank);
    if (found == workload.shapes.end())
      throw InputError(workload.mask->place, "workload.mask", "the workload gives rank '" + rank + "' no shape");
    return static_cast<Count>(found->second);
  };
  const WorkloadMask& masked = *workload.mask;
  MaskedProblem problem = read(masked.spec, masked.layout(shape(masked.queries), shape(masked.keys)),
                               masked.heads.empty() ? 0 : shape(masked.heads));
  if (!workload.kv_heads.empty()) problem.kv_heads = static_cast<int>(shape(workload.kv_heads));
  return problem;
}

MaskedProblem MaskOptions::read(const MaskSpec& spec, const Layout& layout, Count heads) const {
  MaskedProblem problem;
  problem.text = spec.text;
  problem.runs = spec.runs;
  problem.layout = layout;
  Count named = 0;
  for (const HeadRun& run : spec.runs) named += run.heads;
  problem.masks = make_masks(spec.runs, problem.layout, heads == 0 ? named : heads);
  problem.tiling.order = tiling_ == "flat" ? TileOrder::flat : TileOrder::multi;
  problem.tiling.key_tiles = key_tiling_ == "dynamic" ? KeyTiles::dynamic : KeyTiles::fixed;
  problem.tiling.query_tile = tile(query_tile_, "--q-tile", problem.layout.queries);
  problem.tiling.key_tile = tile(key_tile_, "--kv-tile", problem.layout.keys);
  require_fits(problem.tiling, problem.layout);
  return problem;
}

// Only runs of tokens have a usual size.
Extents MaskOptions::tile(const std::string& text, const std::string& option, const Extents& tokens) const {
  if (!text.empty()) return parse_extents(text, option);
  if (tokens.size() == 1 && tokens[0] <= single_token_tiles_up_to) return {1};
  if (tiling_ == "flat" || tokens.size() == 1) return {std::min(usual_tile, tokens_of(tokens))};
  throw InputError(option + ": a layout of several dimensions needs tiles of as many, as in " + option +
                   " 2x8x8 (or --tiling flat)");
}

}  // namespace tilewright::cli
