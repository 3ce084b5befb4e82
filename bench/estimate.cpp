// One mapping evaluated in a loop over shapes: evaluations per second of one core, at short and long sequences.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "arch/parse.hpp"
#include "common/file.hpp"
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
  std::vector<double> element_B;

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
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  }
};

void estimate(benchmark::State& state, const std::string& arch, const std::string& mapping) {
  Loaded loaded(arch, mapping);
  Estimator estimator(loaded.cascade, loaded.arch, loaded.mapping, loaded.element_B);
  const auto length = static_cast<double>(state.range(0));
  for (const char* name : {"M", "P", "S"}) loaded.given[loaded.at(name)] = length;
  double& batch = loaded.given[loaded.at("B")];
  Result result;
  for (auto _ : state) {
    batch = batch < 64 ? batch + 1 : 1;  // another shape every time
    estimator.evaluate(loaded.given, result);
    benchmark::DoNotOptimize(result.time_s);
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

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
