#include "sim/kernel/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "einsum/iteration.hpp"
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

// Tokens of K and V, of all heads and sequences, of which `once` are needed.
double outermost_keys(const PreparedKernel& prepared, double once, double below_B) {
  const double parts = prepared.problem.kv_heads * prepared.problem.batch;
  const double of_head = prepared.blocks.count() / parts;
  const double heads_at_once = std::max(1.0, std::floor(prepared.slots() / of_head));
  const double turns = std::max(1.0, std::ceil(of_head / prepared.slots()));
  const double in_use_B = std::min(heads_at_once, parts) * once / parts * prepared.problem.token_B();
  const double read = in_use_B <= below_B ? once : once * turns;
  return std::max(once, std::min(read, prepared.blocks.fetched_keys));
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

// All ranks of the cascade at the size of the problem.
ByRank<double> problem_shapes(const Cascade& cascade, const PreparedKernel& prepared) {
  const Attention& problem = prepared.problem;
  const KernelRanks& ranks = prepared.kernel.ranks;
  std::map<std::string, double> given;
  const auto give = [&](RankId rank, double extent) {
    if (rank) given[cascade.ranks[rank].name] = extent;
  };
  give(ranks.batch, problem.batch);
  give(ranks.heads, problem.heads());
  give(ranks.queries, problem.queries());
  give(ranks.keys, problem.keys());
  give(ranks.head_dim, problem.head_dim);
  give(ranks.value_dim, problem.value_dim);
  if (ranks.tile) give(ranks.tile, problem.keys());
  return rank_shapes(cascade, given);
}

// K and V have fewer heads than the cascade where query heads share them.
double tensor_B(const Cascade& cascade, const PreparedKernel& prepared, TensorId id, const ByRank<double>& shapes) {
  const Tensor& tensor = cascade.tensors[id];
  const bool keys = std::ranges::find(tensor.ranks, prepared.kernel.ranks.keys) != tensor.ranks.end();
  const bool shared = tensor.role == Tensor::Role::input && keys;
  const Attention& problem = prepared.problem;
  return elements(cascade, tensor, shapes) * problem.words.of(tensor.name) * (shared ? 1 / problem.group() : 1);
}

void add_einsums(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared,
                 PreparedPass& into) {
  const ByRank<double> shapes = problem_shapes(cascade, prepared);
  std::set<TensorId> read;
  std::set<TensorId> written;
  for (const EinsumId id : pass.einsums) {
    const Einsum& einsum = cascade.einsums[id];
    const ByUnit<double> cycles = unit_cycles(prepared.kernel, cascade, prepared.arch, id, shapes);
    for (const UnitId u : cycles.ids()) into.unit_cycles[u] += cycles[u];
    for (const Read& each : reads(cascade, einsum)) read.insert(each.tensor);
    written.insert(einsum.output.tensor);
  }
  const AttentionTensors tensors = find_tensors(prepared.kernel.ranks, cascade);
  if (prepared.problem.values_in_keys && read.contains(tensors.key)) read.erase(tensors.value);
  for (const TensorId tensor : read)
    if (!written.contains(tensor)) into.read_B += tensor_B(cascade, prepared, tensor, shapes);
  for (const TensorId tensor : written)
    if (used_elsewhere(cascade, pass.einsums, tensor)) into.write_B += tensor_B(cascade, prepared, tensor, shapes);
  for (const UnitId u : into.unit_cycles.ids())
    (role_of(prepared.arch.units[u]) == UnitRole::matrix ? into.matrix_cycles : into.softmax_cycles) +=
        into.unit_cycles[u];
}

bool are_permuted(const Attention& problem, const Tiling& tiling) {
  if (tiling.order == TileOrder::flat) return false;
  const auto dilated = [](const HeadMask& mask) {
    return std::ranges::any_of(mask.mask.axes, [](const Axis& axis) { return !axis.groups.empty(); });
  };
  return std::ranges::any_of(problem.masks, dilated) || !are_runs(tiling.query_tile, problem.layout.queries) ||
         !are_runs(tiling.key_tile, problem.layout.keys);
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
  LevelId below = block_level(prepared.arch);
  for (LevelId l = levels[below].parent; l; below = l, l = levels[l].parent) {
    const Level& level = levels[l];
    const double fetched = prepared.blocks.fetched_keys;
    const bool outermost = !level.parent;
    const Level& next = levels[below];
    const double keys = outermost         ? outermost_keys(prepared, once, next.capacity_B * next.instances)
                        : level.multicast ? std::max(once, fetched / prepared.slots())
                                          : fetched;
    prepared.read_B[l] = query_B + keys * problem.token_B();
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
    const ByRank<double> shapes = problem_shapes(cascade, prepared);
    for (const TensorId tensor : pass.moves) result.read_B += tensor_B(cascade, prepared, tensor, shapes);
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
