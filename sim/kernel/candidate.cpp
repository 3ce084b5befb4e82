#include "sim/kernel/candidate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tilewright {

namespace {

// Tiles of other sizes may not be possible, or cost what no row told.
void warn_of_tiles(const Kernel& kernel, const Tiling& tiling, const FittedKernel& fit,
                   std::vector<std::string>& warnings) {
  const auto is_known = [&](const KernelTile& tile) {
    return tokens_of(tile.tiles.query) == tokens_of(tiling.query_tile) &&
           tokens_of(tile.tiles.key) == tokens_of(tiling.key_tile);
  };
  const auto warn = [&](const std::vector<KernelTile>& tiles, const std::string& of) {
    if (tiles.empty() || std::ranges::any_of(tiles, is_known)) return;
    warnings.push_back(fmt::format("tiles of {} queries and {} keys are none of {}: an extrapolation",
                                   to_text(tiling.query_tile), to_text(tiling.key_tile), of));
  };
  warn(kernel.tiles, "kernel '" + kernel.name + "'");
  warn(fit.tiles, "the kernel of calibration " + fit.calibration);
}

// Of inputs with queries and keys, such as a bias, operations are counted, but no bytes.
void warn_of_inputs(const Kernel& kernel, const Cascade& cascade, std::vector<std::string>& warnings) {
  const auto has = [](const Tensor& tensor, RankId rank) {
    return rank && std::ranges::find(tensor.ranks, rank) != tensor.ranks.end();
  };
  const KernelRanks& ranks = kernel.ranks;
  for (const Tensor& tensor : cascade.tensors)
    if (kernel.block && tensor.role == Tensor::Role::input && !tensor.view_of && has(tensor, ranks.queries) &&
        (has(tensor, ranks.keys) || has(tensor, ranks.tile)))
      warnings.push_back("bytes of input '" + tensor.name + "' are not counted");
}

// The outermost memory holds all of Q, K, V and the output.
void warn_of_memory(const PreparedKernel& prepared, std::vector<std::string>& warnings) {
  const Attention& problem = prepared.problem;
  const Level& memory = prepared.arch.levels.front();
  const double needed_B = problem.query_rows() * (problem.query_row_B() + problem.output_row_B()) +
                          problem.key_rows() * problem.token_B();
  const double capacity_B = memory.capacity_B * memory.instances;
  if (needed_B > capacity_B)
    warnings.push_back(fmt::format("queries, keys, values and output take {:.4g} B, and '{}' has {:.4g} B",
                                   needed_B, memory.name, capacity_B));
}

// Rows of Q tiles that no request fills.
void warn_of_padding(const PreparedKernel& prepared, std::vector<std::string>& warnings) {
  const Tiling& tiling = prepared.tiling;
  if (prepared.kernel.pack_heads || !prepared.fused) return;
  const Count rows = tiling.query_tile_size();
  Count most = 0;  // of these that are queries, in any tile
  for (const Request& request : prepared.problem.requests) {
    Count queries = 1;
    for (std::size_t d = 0; d < tiling.query_tile.size(); ++d)
      queries *= std::min(tiling.query_tile[d], tiling.order == TileOrder::flat ? request.layout.flattened().queries
                                                                                : request.layout.queries[d]);
    most = std::max(most, queries);
  }
  if (most < rows)
    warnings.push_back(
        fmt::format("Q tiles of {} rows have at most {} {}: {} {} padding, as the kernel does not pack heads", rows,
                    most, most == 1 ? "query" : "queries", rows - most, rows - most == 1 ? "is" : "are"));
}

}  // namespace

void warn(const PreparedKernel& prepared, const Cascade& cascade, const FittedKernel& fit,
          std::vector<std::string>& warnings) {
  warn_of_tiles(prepared.kernel, prepared.tiling, fit, warnings);
  warn_of_padding(prepared, warnings);
  warn_of_inputs(prepared.kernel, cascade, warnings);
  warn_of_memory(prepared, warnings);
  if (chooses_keys(prepared.kernel) && fit.intervals)
    warnings.emplace_back("the interval is of rows of which none chooses keys");
}

}  // namespace tilewright
