#include "sim/kernel/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "common/error.hpp"
#include "einsum/iteration.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/selection_counts.hpp"
#include "einsum/shapes.hpp"
#include "mappings/kernel/occupancy.hpp"
#include "sim/kernel/shape.hpp"
#include "sim/kernel/turns.hpp"

namespace tilewright {

namespace {

constexpr double float_B = 4;

// Outputs of the parts of a split, with a maximum and a sum of every query.
double partial_B(const PreparedKernel& prepared) {
  return prepared.blocks.partial_rows * (prepared.problem.value_dim + 2) * float_B;
}

double output_B(const Attention& problem) { return problem.query_rows() * problem.output_row_B(); }

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
  if (prepared.other) return prepared.other->shapes;
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

ByTensor<double> words_of(const Cascade& cascade, const PreparedKernel& prepared) {
  return prepared.other ? prepared.other->element_B : prepared.problem.words.of(prepared.kernel.ranks, cascade);
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
  const double word_B = is_summed(prepared.kernel, cascade, id) ? float_B : words_of(cascade, prepared)[id];
  double of_all = 0;
  for (const Request& request : problem.requests) {
    of_all += elements(cascade, tensor, shapes_of(cascade, prepared, request));
    if (!of_requests) break;
  }
  return of_all * word_B * (shared ? 1 / problem.group() : 1);
}

void add_einsums(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared,
                 PreparedPass& into) {
  std::set<TensorId> read;
  std::set<TensorId> written;
  const ByTensor<double> element_B = words_of(cascade, prepared);
  for (const EinsumId id : pass.einsums) {
    const Einsum& einsum = cascade.einsums[id];
    const double word_B = operand_B(cascade, einsum, element_B);
    for (const Request& request : prepared.problem.requests) {
      const LaneWork work =
          lane_work(prepared.kernel, cascade, prepared.arch, id, shapes_of(cascade, prepared, request), word_B);
      for (const UnitId u : work.cycles.ids()) {
        into.unit_cycles[u] += work.cycles[u];
        into.unit_energy_J[u] += work.energy_J[u];
      }
    }
    for (const Read& each : reads(cascade, einsum)) read.insert(each.tensor);
    written.insert(einsum.output.tensor);
  }
  const AttentionTensors tensors = find_tensors(prepared.kernel.ranks, cascade);
  if (prepared.problem.values_in_keys && read.contains(tensors.key)) read.erase(tensors.value);
  for (const TensorId tensor : read) {
    if (written.contains(tensor)) continue;
    const double bytes = tensor_B(cascade, prepared, tensor);
    into.read_B += bytes;
    if (is_summed(prepared.kernel, cascade, tensor)) into.write_B += bytes;  // cleared before anything is added
  }
  for (const TensorId tensor : written)
    if (used_elsewhere(cascade, pass.einsums, tensor)) into.write_B += tensor_B(cascade, prepared, tensor);
}

PassShape pass_shape(const PassCounts& counts, const PreparedKernel& prepared) {
  const Attention& problem = prepared.problem;
  PassShape shape;
  for (const Request& request : problem.requests) {
    shape.requests += request.times;
    shape.queries += request.times * request.queries();
    shape.keys += request.times * request.keys();
    shape.longest = std::max(shape.longest, request.queries());
  }
  if (counts.names("pairs")) shape.pairs = needs_of(problem).pairs / problem.heads();
  shape.heads = problem.heads();
  shape.kv_heads = problem.kv_heads;
  shape.head_dim = problem.head_dim;
  shape.value_dim = problem.value_dim;
  shape.word_B = problem.words.query_B;
  shape.cache_B = std::max(problem.words.key_B, problem.words.value_B);
  shape.mask = shape_of(problem, prepared.tiling).mask;
  shape.splits = prepared.fused ? prepared.blocks.splits : 1;
  return shape;
}

// Of what is scored.
PassShape selection_shape(const PreparedKernel& prepared) {
  const Attention& problem = prepared.problem;
  const SelectionCounts counts = count_selection(problem, *problem.selection);
  PassShape shape;
  shape.requests = problem.sequences();
  shape.queries = counts.queries;
  shape.keys = counts.keys;
  shape.pairs = counts.pairs;
  shape.longest = counts.longest;
  shape.heads = counts.heads;
  shape.kv_heads = counts.key_heads;
  shape.head_dim = counts.dim;
  shape.value_dim = problem.value_dim;
  shape.word_B = counts.query_word_B;
  shape.cache_B = counts.key_word_B;
  shape.mask.causal = counts.causal;
  shape.made_B = counts.made_B;
  shape.score_B = counts.score_B > 0 ? problem.selection->score_B : 0;
  shape.choices = counts.choices;
  shape.keep = counts.keep;
  shape.products = counts.multiply_adds;
  return shape;
}

PassShape shape_for(const KernelPass& pass, const PreparedKernel& prepared) {
  if (pass.of_selection) return selection_shape(prepared);
  if (pass.counts->names_selection())
    throw InputError(
        fmt::format("kernel '{}': pass '{}' chooses keys for another kernel, which the selection of a "
                    "workload names",
                    prepared.kernel.name, pass.name));
  return pass_shape(*pass.counts, prepared);
}

double cycles_of(const PassWork& work, const OperationCost& cost, const std::vector<double>& slots) {
  return work.operand_B ? cost.cycles_for(work.operand_B->amount(slots)) : cost.cycles;
}

double energy_of(const PassWork& work, const OperationCost& cost, const std::vector<double>& slots) {
  return work.operand_B ? cost.energy_for(work.operand_B->amount(slots)) : cost.energy_J;
}

void add_counts(const KernelPass& pass, const PreparedKernel& prepared, PreparedPass& into) {
  const PassCounts& counts = *pass.counts;
  const std::vector<double> slots = slots_of(shape_for(pass, prepared));
  into.read_B = counts.read_B.amount(slots);
  into.write_B = counts.write_B.amount(slots);
  for (const PassWork& work : counts.work) {
    const ComputeUnit& unit = prepared.arch.units[work.unit];
    const OperationCost& cost = *unit.find(work.kind);
    into.unit_cycles[work.unit] += work.count.amount(slots) * cycles_of(work, cost, slots) / unit.lanes;
    into.unit_energy_J[work.unit] += work.count.amount(slots) * energy_of(work, cost, slots);
  }
  if (!counts.blocks) return;
  const double steps = counts.blocks->steps_in_turn(slots, prepared.multiprocessors);
  (counts.blocks->fitted ? into.fitted_steps : into.step_cycles) =
      steps * (counts.blocks->fitted ? 1 : counts.blocks->step_cycles);
  into.imbalance = counts.blocks->imbalance(slots, prepared.multiprocessors);
}

// A choice serves several steps, or layers: all that it takes is their mean.
void scale(PreparedPass& pass, double often) {
  pass.often = often;
  for (const UnitId u : pass.unit_cycles.ids()) {
    pass.unit_cycles[u] *= often;
    pass.unit_energy_J[u] *= often;
  }
  for (double* amount : {&pass.matrix_cycles, &pass.softmax_cycles, &pass.step_cycles, &pass.fitted_steps,
                         &pass.read_B, &pass.write_B, &pass.moved_B})
    *amount *= often;
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
  if (prepared.tiling.key_tiles != KeyTiles::gathered) return prepared.view.problem.token_B();
  return prepared.view.problem.gathered_token_B(prepared.tiling.gather, level.access_B);
}

}  // namespace

LevelId below_outermost(const Arch& arch) {
  LevelId below = block_level(arch);
  while (arch.levels[below].parent && arch.levels[arch.levels[below].parent].parent)
    below = arch.levels[below].parent;
  return below;
}

double keys_below_outermost(const PreparedKernel& prepared) {
  const Level& level = prepared.arch.levels[below_outermost(prepared.arch)];
  return level.capacity_B * level.instances / (prepared.view.problem.token_B() + prepared.view.sum_B);
}

OutermostTraffic outermost_traffic(const PreparedKernel& prepared, double keys) {
  const BlockView& view = prepared.view;
  const Attention& problem = view.problem;
  const double once = needs_of(problem).keys;
  const double fetched = std::max(once, std::min(keys, prepared.blocks.fetched_keys));
  const double sum_B = fetched * view.sum_B;
  const double once_B = problem.query_rows() * problem.query_row_B() / view.sharing + once * problem.token_B() +
                        prepared.blocks.gathered_units * static_cast<double>(index_B);
  return {(prepared.warm ? 0 : once_B) + (fetched - once) * problem.token_B() + sum_B, sum_B};
}

namespace {

void set_outermost(PreparedKernel& prepared, double keys) {
  const OutermostTraffic traffic = outermost_traffic(prepared, keys);
  prepared.read_B.front() = traffic.read_B;
  prepared.write_B.front() += traffic.sum_B - prepared.sum_B.front();
  prepared.sum_B.front() = traffic.sum_B;
}

}  // namespace

void count_least_traffic(PreparedKernel& prepared) {
  const Attention& problem = prepared.view.problem;
  const ByLevel<Level>& levels = prepared.arch.levels;
  prepared.read_B.assign(levels.size(), 0);
  prepared.write_B.assign(levels.size(), 0);
  prepared.sum_B.assign(levels.size(), 0);
  const double query_B = problem.query_rows() * problem.query_row_B();
  const double written_B = prepared.blocks.splits > 1 ? partial_B(prepared) : output_B(problem);
  const double fetched = prepared.blocks.fetched_keys;
  const double indices_B = prepared.blocks.gathered_units * static_cast<double>(index_B);
  for (LevelId l = levels[block_level(prepared.arch)].parent; l; l = levels[l].parent) {
    const Level& level = levels[l];
    prepared.write_B[l] = level.parent || !prepared.warm ? written_B : 0;
    if (!level.parent) {
      set_outermost(prepared, 0);
      continue;
    }
    const double keys = level.multicast ? std::max(needs_of(problem).keys, fetched / prepared.slots()) : fetched;
    prepared.read_B[l] = query_B + keys * fetched_token_B(prepared, level) + indices_B;
    prepared.sum_B[l] = fetched * prepared.view.sum_B;
    prepared.write_B[l] += prepared.sum_B[l];
  }
}

void count_traffic(PreparedKernel& prepared) {
  count_least_traffic(prepared);
  const double capacity = keys_below_outermost(prepared);
  set_outermost(prepared, fetched_in_turns(prepared, launch_tiles(prepared), capacity));
}

PreparedPass prepare_pass(const KernelPass& pass, const Cascade& cascade, const PreparedKernel& prepared) {
  PreparedPass result;
  result.name = pass.name;
  result.bandwidth = pass.bandwidth;
  result.rate = pass.rate;
  result.unit_cycles.assign(prepared.arch.units.size(), 0);
  result.unit_energy_J.assign(prepared.arch.units.size(), 0);
  if (!pass.einsums.empty()) add_einsums(pass, cascade, prepared, result);
  if (!pass.moves.empty()) {
    for (const TensorId tensor : pass.moves) result.read_B += tensor_B(cascade, prepared, tensor);
    result.write_B = result.read_B;
  }
  if (pass.reduces_splits) {
    result.read_B = partial_B(prepared);
    result.write_B = output_B(prepared.problem);
  }
  if (pass.counts) add_counts(pass, prepared, result);
  for (const UnitId u : result.unit_cycles.ids())
    (role_of(prepared.arch.units[u]) == UnitRole::matrix ? result.matrix_cycles : result.softmax_cycles) +=
        result.unit_cycles[u] * result.imbalance;
  result.moved_B = result.read_B + result.write_B;
  if (prepared.warm) result.read_B = result.write_B = 0;
  if (pass.of_selection) scale(result, prepared.problem.selection->share());
  return result;
}

double memory_s(const PreparedPass& pass, const PreparedKernel& prepared) {
  return (pass.read_B + pass.write_B) / prepared.arch.levels.front().bandwidth_B_per_s;
}

bool happens(const KernelPass& pass, const PreparedKernel& prepared) {
  if (pass.reduces_splits) return prepared.blocks.splits > 1;
  if (pass.counts) return pass.counts->when.amount(slots_of(shape_for(pass, prepared))) != 0;
  return pass.moves.empty() || are_permuted(prepared.problem, prepared.tiling);
}

}  // namespace tilewright
