// How long it takes to read a cascade, and to read and analyse it: passes, operations, groups, critical path.
#include <benchmark/benchmark.h>

#include "common/file.hpp"
#include "common/yaml.hpp"
#include "einsum/graph.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/parse.hpp"
#include "einsum/passes.hpp"

namespace tilewright {

namespace {

void analyse(const Cascade& cascade) {
  const ByRank<double> shapes(cascade.ranks.size(), 1);
  benchmark::DoNotOptimize(count_passes(cascade, shapes));
  benchmark::DoNotOptimize(critical_path(cascade, shapes));
  for (const Einsum& einsum : cascade.einsums) benchmark::DoNotOptimize(operations_per_point(cascade, einsum));
}

void read_and_analyse(benchmark::State& state, const std::string& name) {
  const auto file = find_config("cascades", name);
  for (auto _ : state) analyse(load_cascade(file));
}

void read(benchmark::State& state, const std::string& name) {
  const auto file = find_config("cascades", name);
  for (auto _ : state) benchmark::DoNotOptimize(load_cascade(file));
}

[[maybe_unused]] const bool registered = [] {
  for (const std::string& name : list_configs("cascades")) {
    benchmark::RegisterBenchmark(("cascade/read/" + name).c_str(), read, name)->Unit(benchmark::kMicrosecond);
    benchmark::RegisterBenchmark(("cascade/analyse/" + name).c_str(), read_and_analyse, name)
        ->Unit(benchmark::kMicrosecond);
  }
  return true;
}();

}  // namespace

}  // namespace tilewright
