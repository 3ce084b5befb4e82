// Estimates per second of one core: one mapping over shapes, one tree over numbers, other trees, and what does not
// fit.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "common/position.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "mappings/parse.hpp"
#include "sim/nest/estimator.hpp"

namespace tilewright {

namespace {

struct Loaded {
  Cascade cascade;
  Arch arch;
  Workload workload;
  Mapping mapping;
  std::vector<double> given;
  ByTensor<double> element_B;

  Loaded(const std::string& arch_name, const std::string& mapping_name)
      : arch(ArchFile::load(find_config("archs", arch_name)).with()),
        workload(load_workload(find_config("workloads", "BERT"))) {
    const Yaml root = Yaml::load(find_config("mappings", mapping_name));
    cascade = load_cascade(find_config("cascades", mapped_cascade(root)));
    std::vector<std::string> names;
    for (const auto& [name, value] : workload.shapes) {
      names.push_back(name);
      given.push_back(value);
    }
    mapping = parse_mapping(root, cascade, arch, names);
    for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  }
  // The position of a name among the given ones.
  std::size_t at(const std::string& name) const {
    const auto& names = mapping.symbols.names();
    return position_of(std::ranges::find(names, name), names);
  }
};

// By names: what a sweep over shapes does.
void estimate(benchmark::State& state, const std::string& arch, const std::string& mapping) {
  Loaded loaded(arch, mapping);
  Estimator estimator(loaded.cascade, loaded.arch, loaded.mapping, loaded.element_B);
  const auto length = static_cast<double>(state.range(0));
  for (const char* name : {"M", "P", "S"}) loaded.given[loaded.at(name)] = length;
  double& batch = loaded.given[loaded.at("B")];
  Totals totals;
  for (auto _ : state) {
    batch = batch < 64 ? batch + 1 : 1;  // another shape every time
    if (estimator.evaluate_totals(loaded.given, totals)) state.SkipWithError("does not fit");
    benchmark::DoNotOptimize(totals.time_s);
  }
  state.SetItemsProcessed(state.iterations());
}

// A mapping's tree and its numbers, without the names that they come from: what a search does.
struct Search {
  Loaded loaded;
  CascadeFacts facts;
  Frame frame;
  TreeModel model;

  Search(const std::string& arch, const std::string& mapping)
      : loaded(arch, mapping), facts(loaded.cascade), model({facts, loaded.arch, loaded.element_B}) {
    evaluate_frame(loaded.mapping, loaded.cascade, loaded.given, frame);
    model.set(loaded.mapping.tree);
  }
  // Another batch, which loops of their own go over.
  void next_batch() {
    const RankId batch = loaded.cascade.rank("B");
    const double next = frame.shapes[batch] < 64 ? frame.shapes[batch] + 1 : 1;
    frame.shapes[batch] = next;
    for (const NodeId loop : model.flat().loops)
      if (model.flat().rank_of[loop] == batch) frame.factors[loop] = next;
  }
};

void other_numbers(benchmark::State& state, const std::string& arch, const std::string& mapping) {
  Search search(arch, mapping);
  Totals totals;
  for (auto _ : state) {
    search.next_batch();
    if (search.model.evaluate(search.frame, totals)) state.SkipWithError("does not fit");
    benchmark::DoNotOptimize(totals.time_s);
  }
  state.SetItemsProcessed(state.iterations());
}

// Nothing is left of the tree before, so that the same one again is another one.
void other_tree(benchmark::State& state, const std::string& arch, const std::string& mapping) {
  Search search(arch, mapping);
  Totals totals;
  for (auto _ : state) {
    if (search.model.set(search.loaded.mapping.tree) || search.model.evaluate(search.frame, totals))
      state.SkipWithError("does not fit");
    benchmark::DoNotOptimize(totals.time_s);
  }
  state.SetItemsProcessed(state.iterations());
}

// More buffers at the levels that are limited than they have room for.
void misfit(benchmark::State& state, const std::string& arch, const std::string& mapping) {
  Search search(arch, mapping);
  for (const NodeId n : search.frame.factors.ids())
    if (const auto* keep = std::get_if<Keep>(&search.loaded.mapping.tree.nodes[n].what);
        keep != nullptr && search.loaded.arch.levels[keep->level].capacity_B < unlimited)
      search.frame.factors[n] = 1 << 20;
  Totals totals;
  for (auto _ : state) {
    search.next_batch();
    if (search.model.evaluate(search.frame, totals).kind != Misfit::Kind::capacity) state.SkipWithError("fits");
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

BENCHMARK_CAPTURE(other_numbers, binding, "fusemax/proposal", "fusemax/binding");
BENCHMARK_CAPTURE(other_numbers, unfused, "fusemax/baseline", "fusemax/unfused");
BENCHMARK_CAPTURE(other_tree, binding, "fusemax/proposal", "fusemax/binding");
BENCHMARK_CAPTURE(other_tree, unfused, "fusemax/baseline", "fusemax/unfused");
BENCHMARK_CAPTURE(misfit, binding, "fusemax/proposal", "fusemax/binding");
BENCHMARK_CAPTURE(estimate, binding, "fusemax/proposal", "fusemax/binding")
    ->RangeMultiplier(32)
    ->Range(1 << 10, 1 << 20);
BENCHMARK_CAPTURE(estimate, flat, "fusemax/baseline", "fusemax/flat-output-stationary")
    ->RangeMultiplier(8)
    ->Range(1 << 10, 1 << 16);
BENCHMARK_CAPTURE(estimate, unfused, "fusemax/baseline", "fusemax/unfused")
    ->RangeMultiplier(32)
    ->Range(1 << 10, 1 << 20);

}  // namespace tilewright
