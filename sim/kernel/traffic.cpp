#include "sim/kernel/traffic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "einsum/iteration.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/shapes.hpp"
#include "mappings/kernel/occupancy.hpp"

namespace tilewright {

namespace {

constexpr double float_B = 4;

// Outputs of the parts of a split, with a maximum and a sum of every query.
double partial_B(const PreparedKernel& prepared) {
  const Attention& problem = prepared.problem;
  return prepared.blocks.splits * problem.query_rows() * (problem.value_dim + 2) * float_B;
}

double output_B(const Attention& problem) { return problem.query_rows() * problem.output_row_B(); }

// Tokens of K and V, of all heads and times of a request. One of which several are in use at once has few blocks,
// and those take no turns; so the others need no look.
double outermost_keys(const PreparedKernel& prepared, const Request& request, const RequestBlocks& blocks,
                      double below_B) {
  const double once = needs_of(prepared.problem, request).keys;
  const double parts = prepared.problem.kv_heads * request.times;
  const double of_head = blocks.count / parts;
  const double heads_at_once = std::max(1.0, std::floor(prepared.slots() / of_head));
  const double turns = std::max(1.0, std::ceil(of_head / prepared.slots()));
  const double in_use_B = std::min(heads_at_once, parts) * once / parts * prepared.problem.token_B();
  const double read = in_use_B <= below_B ? once : once * turns;
  return std::max(once, std::min(read, blocks.fetched_keys));
}

double outermost_keys(const PreparedKernel& prepared, double below_B) {
  double keys = 0;
  for (std::size_t r = 0; r < prepared.problem.requests.size(); ++r)
    keys += outermost_keys(prepared, prepared.problem.requests[r], prepared.blocks.requests[r], below_B);
  return keys;
}

bool used_elsewhere(const Cascade& cascade, const std::vector<EinsumId>& here, TensorId tensor) {
  if (cascade.tensors[tensor].role == Tensor::Role::output) return true;
  for (const EinsumId e : cascade.einsums.ids()) {
    if (std::ranges::find(here, e) != here.end()) continue;
    for (const Read& read : reads(cascade, cascade.einsums[e]))
      if (read.tensor == tensor) return true;
  }
  return false;
}

// All ranks of the cascade at the size of a request, all times of it.
ByRank<double> shapes_of(const Cascade& cascade, const PreparedKernel& prepared, const Request& request) {
  const Attention& problem = prepared.problem;
  const KernelRanks& ranks = prepared.kernel.ranks;
  std::map<std::string, double> given;
  const auto give = [&](RankId rank, double extent) {
    if (rank) given[cascade.ranks[rank].name] = extent;
  };
  give(ranks.batch, request.times);
  give(ranks.heads, problem.heads());
  give(ranks.queries, request.queries());
  give(ranks.keys, request.keys());
  give(ranks.head_dim, problem.head_dim);
  give(ranks.value_dim, problem.value_dim);
  if (ranks.tile) give(ranks.tile, request.keys());
  return rank_shapes(cascade, given);
}

// Of all requests; what has none of their ranks, such as weights, is there once. K and V have fewer heads than the
// cascade where query heads share them.
double tensor_B(const Cascade& cascade, const PreparedKernel& prepared, TensorId id) {
  const Tensor& tensor = cascade.tensors[id];
  const KernelRanks& ranks = prepared.kernel.ranks;
  const auto has = [&](RankId rank) { return std::ranges::find(tensor.ranks, rank) != tensor.ranks.end(); };
  const bool of_requests =
      std::ranges::any_of(std::array{ranks.batch, ranks.queries, ranks.keys, ranks.tile, ranks.tiles}, has);
  const bool shared = tensor.role == Tensor::Role::input && has(ranks.keys);
  const Attention& problem = prepared.problem;
  double of_all = 0;
  for (const Request& request : problem.requests) {
    of_all += elements(cascade, tensor, shapes_of(cascade, prepared, request));
    if (!of_requests) break;
  }
  return of_all * problem.words.of(tensor.name) * (shared ? 1 / problem.group() : 1);
}

void add_einsums(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared,
                 PreparedPass& into) {
  std::set<TensorId> read;
  std::set<TensorId> written;
  for (const EinsumId id : pass.einsums) {
    const Einsum& einsum = cascade.einsums[id];
    for (const Request& request : prepared.problem.requests) {
      const ByUnit<double> cycles =
          unit_cycles(prepared.kernel, cascade, prepared.arch, id, shapes_of(cascade, prepared, request));
      for (const UnitId u : cycles.ids()) into.unit_cycles[u] += cycles[u];
    }
    for (const Read& each : reads(cascade, einsum)) read.insert(each.tensor);
    written.insert(einsum.output.tensor);
  }
  const AttentionTensors tensors = find_tensors(prepared.kernel.ranks, cascade);
  if (prepared.problem.values_in_keys && read.contains(tensors.key)) read.erase(tensors.value);
  for (const TensorId tensor : read)
    if (!written.contains(tensor)) into.read_B += tensor_B(cascade, prepared, tensor);
  for (const TensorId tensor : written)
    if (used_elsewhere(cascade, pass.einsums, tensor)) into.write_B += tensor_B(cascade, prepared, tensor);
  for (const UnitId u : into.unit_cycles.ids())
    (role_of(prepared.arch.units[u]) == UnitRole::matrix ? into.matrix_cycles : into.softmax_cycles) +=
        into.unit_cycles[u];
}

bool are_permuted(const Attention& problem, const Tiling& tiling) {
  if (tiling.order == TileOrder::flat) return false;
  const auto dilated = [](const HeadMask& mask) {
    return std::ranges::any_of(mask.mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
  };
  return std::ranges::any_of(problem.requests, [&](const Request& request) {
    return std::ranges::any_of(request.masks, dilated) || !are_runs(tiling.query_tile, request.layout.queries) ||
           !are_runs(tiling.key_tile, request.layout.keys);
  });
}

// What blocks fetch of a token from a level.
double fetched_token_B(const PreparedKernel& prepared, const Level& level) {
  if (prepared.tiling.key_tiles != KeyTiles::gathered) return prepared.problem.token_B();
  return prepared.problem.gathered_token_B(prepared.tiling.gather, level.access_B);
}

}  // namespace

void count_traffic(PreparedKernel& prepared) {
  const Attention& problem = prepared.problem;
  const ByLevel<Level>& levels = prepared.arch.levels;
  prepared.read_B.assign(levels.size(), 0);
  prepared.write_B.assign(levels.size(), 0);
  const double query_B = problem.query_rows() * problem.query_row_B();
  const double written_B = prepared.blocks.splits > 1 ? partial_B(prepared) : output_B(problem);
  const double once = needs_of(problem).keys;
  const double fetched = prepared.blocks.fetched_keys();
  const double indices_B = prepared.blocks.gathered_units() * static_cast<double>(index_B);
  LevelId below = block_level(prepared.arch);
  for (LevelId l = levels[below].parent; l; below = l, l = levels[l].parent) {
    const Level& level = levels[l];
    const bool outermost = !level.parent;
    const Level& next = levels[below];
    const double keys = outermost         ? outermost_keys(prepared, next.capacity_B * next.instances)
                        : level.multicast ? std::max(once, fetched / prepared.slots())
                                          : fetched;
    const double token_B = outermost ? problem.token_B() : fetched_token_B(prepared, level);
    prepared.read_B[l] = query_B + keys * token_B + indices_B;
    prepared.write_B[l] = written_B;
  }
}

PreparedPass prepare_pass(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared) {
  PreparedPass result;
  result.name = pass.name;
  result.bandwidth = pass.bandwidth;
  result.unit_cycles.assign(prepared.arch.units.size(), 0);
  if (!pass.einsums.empty()) add_einsums(pass, cascade, prepared, result);
  if (!pass.moves.empty()) {
    for (const TensorId tensor : pass.moves) result.read_B += tensor_B(cascade, prepared, tensor);
    result.write_B = result.read_B;
  }
  if (pass.reduces_splits) {
    result.read_B = partial_B(prepared);
    result.write_B = output_B(prepared.problem);
  }
  return result;
}

bool happens(const KernelPass& pass, const PreparedKernel& prepared) {
  if (pass.reduces_splits) return prepared.blocks.splits > 1;
  return pass.moves.empty() || are_permuted(prepared.problem, prepared.tiling);
}

}  // namespace tilewright
