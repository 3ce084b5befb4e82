#include "tests/sim/nest/random_mapping.hpp"

#include <algorithm>
#include <numeric>

namespace tilewright::test {

namespace {

const std::vector<std::string> level_names{"DRAM", "L2", "L1", "RF"};

Arch random_arch(Random& random, const std::string& level) {
  std::string levels;
  std::string parent;
  for (const std::string& name : level_names) {
    levels += "    - {name: " + name + parent + ", access_B: 1, instances: 4096, " + level;
    levels += random.chance(70) ? "multicast: true, " : "multicast: false, ";
    levels += random.chance(70) ? "reduction: true}\n" : "reduction: false}\n";
    parent = ", parent: " + name;
  }
  return arch_of(
      "  levels:\n" + levels +
      "  units:\n    - {name: array, lanes: 100000, operations: {multiply_add: {cycles: 1}, add: {cycles: 1}, "
      "subtract: {cycles: 1}, max: {cycles: 1}, exp: {cycles: 3}, divide: {cycles: 2}}}\n");
}

}  // namespace

Model random_model(Random& random, const Cascade& cascade, const std::string& level, bool cut) {
  Shapes shapes;
  ByRank<int> by_rank;
  const std::vector<int> sizes = cut ? std::vector<int>{2, 4, 6, 8, 12} : std::vector<int>{1, 2, 3, 4, 6};
  for (const Rank& rank : cascade.ranks) {
    by_rank.push_back(sizes[static_cast<std::size_t>(random.below(5))]);
    const int less = cut && random.chance(60) ? 1 + random.below(by_rank.back() / 2) : 0;
    if (!rank.shape) shapes.emplace_back(rank.name, by_rank.back() - less);
  }
  for (const Partition& partition : cascade.partitions) {
    int& whole = by_rank[partition.whole] = 1;
    for (const RankId part : partition.parts) whole *= by_rank[part];
  }
  Arch arch = random_arch(random, level);
  const std::string text = RandomMapping(random, cascade, level_names, "array", by_rank).text();
  return {cascade, std::move(arch), text, shapes};
}

Cascade small_attention() {
  return cascade_of(
      "  inputs: {Q: [E, P], K: [E, M], V: [F, M]}\n"
      "  outputs: [AV]\n"
      "  einsums:\n"
      "    - QK[m,p] = Q[e,p] * K[e,m]\n"
      "    - GM[p] = max[m] QK[m,p]\n"
      "    - SN[m,p] = exp(QK[m,p] - GM[p])\n"
      "    - SD[p] = SN[m,p]\n"
      "    - A[m,p] = SN[m,p] / SD[p]\n"
      "    - AV[f,p] = A[m,p] * V[f,m]\n");
}

std::string RandomMapping::text() {
  Einsums all;
  for (const EinsumId einsum : cascade_.einsums.ids()) all.push_back(einsum);
  const int cut = all.size() > 1 && random_.chance(30) ? 1 + random_.below(static_cast<int>(all.size()) - 1) : 0;
  std::string text = "mapping:\n  name: random\n  cascade: any\n  groups:\n";
  if (cut > 0) text += group({all.begin(), all.begin() + cut});
  return text + group({all.begin() + cut, all.end()});
}

std::string RandomMapping::group(const Einsums& einsums) {
  State state;
  state.left.resize(cascade_.einsums.size());
  for (const EinsumId einsum : einsums)
    for (const RankId rank : cascade_.einsums[einsum].iteration) state.left[einsum][rank] = shapes_[rank];
  std::string outermost;
  for (const TensorId tensor : cascade_.tensors.ids()) {
    const bool intermediate = cascade_.tensors[tensor].role == Tensor::Role::intermediate;
    if (!used_by(einsums, tensor)) continue;
    if (intermediate && only_used_by(einsums, tensor) && random_.chance(50)) continue;
    outermost += (outermost.empty() ? "" : ", ") + cascade_.tensors[tensor].name;
    state.kept[tensor] = 0;
  }
  return "    - {name: g" + std::to_string(einsums.front().index()) + ", schedule: sequential, nest: [{keep: {" +
         levels_.front() + ": [" + outermost + "]}}, " + nest(einsums, std::move(state)) + "]}\n";
}

std::string RandomMapping::nest(const Einsums& einsums, State state) {
  if (einsums.size() == 1) return leaf(einsums.front(), std::move(state));
  std::string text;
  for (int i = random_.below(4); i > 0; --i) text += random_loop(einsums, state) + keeps(einsums, state, false);
  text += keeps(einsums, state, true);
  const int cut = 1 + random_.below(static_cast<int>(einsums.size()) - 1);
  return text + "{each: [[" + nest({einsums.begin(), einsums.begin() + cut}, state) + "], [" +
         nest({einsums.begin() + cut, einsums.end()}, state) + "]]}";
}

std::string RandomMapping::leaf(EinsumId einsum, State state) {
  std::vector<std::pair<RankId, int>> loops;
  for (const auto& [rank, left] : state.left[einsum])
    for (int rest = left; rest > 1;) {
      const int factor = std::max(2, divisor_of(rest));
      const int whole = rest % factor == 0 ? factor : rest;
      loops.emplace_back(rank, whole);
      rest /= whole;
    }
  for (std::size_t i = loops.size(); i > 1; --i) std::swap(loops[i - 1], loops[random_.below(static_cast<int>(i))]);
  std::string text = keeps({einsum}, state, false);
  for (const auto& [rank, factor] : loops)
    text += loop({einsum}, state, rank, factor) + keeps({einsum}, state, false);
  return text + keeps({einsum}, state, true) + "{compute: " + cascade_.einsums[einsum].name + ", on: " + unit_ +
         "}";
}

std::string RandomMapping::loop(const Einsums& einsums, State& state, RankId rank, int factor) {
  for (const EinsumId einsum : einsums)
    if (state.left[einsum].contains(rank)) state.left[einsum][rank] /= factor;
  return (random_.chance(30) ? "{spatial: [" : "{for: [") + cascade_.ranks[rank].variable + ": " +
         std::to_string(factor) + "]}, ";
}

// Over a rank that most likely all of the Einsums have.
std::string RandomMapping::random_loop(const Einsums& einsums, State& state) {
  const auto& first = state.left[einsums[random_.below(static_cast<int>(einsums.size()))]];
  const RankId rank = std::next(first.begin(), random_.below(static_cast<int>(first.size())))->first;
  int common = 0;
  bool all = true;
  for (const EinsumId einsum : einsums) {
    all = all && state.left[einsum].contains(rank);
    if (state.left[einsum].contains(rank)) common = std::gcd(common, state.left[einsum].at(rank));
  }
  if (!all && random_.chance(80)) return "";
  return loop(einsums, state, rank, divisor_of(common));
}

// `all`: what has no level yet and is shared by the Einsums must be kept now.
std::string RandomMapping::keeps(const Einsums& einsums, State& state, bool all) {
  std::string text;
  for (const TensorId tensor : cascade_.tensors.ids()) {
    if (!used_by(einsums, tensor)) continue;
    const bool homeless = !state.kept.contains(tensor);
    const int outer = homeless ? 0 : state.kept.at(tensor);
    const int deeper = static_cast<int>(levels_.size()) - 1 - outer;
    if (deeper == 0 || !(random_.chance(25) || (homeless && all))) continue;
    state.kept[tensor] = outer + 1 + random_.below(deeper);
    text += "{keep: {" + levels_[state.kept[tensor]] + ": [" + cascade_.tensors[tensor].name + "]}}, ";
  }
  return text;
}

bool RandomMapping::uses(EinsumId einsum, TensorId tensor) const {
  const Einsum& e = cascade_.einsums[einsum];
  return e.output.tensor == tensor ||
         std::ranges::any_of(accesses(e.body), [&](const Access* access) { return access->tensor == tensor; });
}

bool RandomMapping::used_by(const Einsums& einsums, TensorId tensor) const {
  return std::ranges::any_of(einsums, [&](EinsumId einsum) { return uses(einsum, tensor); });
}

bool RandomMapping::only_used_by(const Einsums& einsums, TensorId tensor) const {
  for (const EinsumId einsum : cascade_.einsums.ids())
    if (uses(einsum, tensor) && std::ranges::find(einsums, einsum) == einsums.end()) return false;
  return true;
}

int RandomMapping::divisor_of(int whole) {
  int divisor = 1 + random_.below(whole);
  while (whole % divisor != 0) --divisor;
  return divisor;
}

}  // namespace tilewright::test
