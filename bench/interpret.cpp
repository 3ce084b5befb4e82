// How many multiply-adds a second the interpreter of cascades does (items), on products and on whole cascades. Of a
// cascade, those of its Einsums that multiply and add count; whatever else it computes takes its time, too.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <random>

#include "common/file.hpp"
#include "common/yaml.hpp"
#include "einsum/interpret.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/parse.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

std::map<std::string, std::vector<double>> random_inputs(const Cascade& cascade, const ByRank<double>& shapes) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> value(-1, 1);
  std::map<std::string, std::vector<double>> inputs;
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::input) continue;
    std::vector<double>& values = inputs[tensor.name];
    values.resize(static_cast<std::size_t>(elements(cascade, tensor, shapes)));
    for (double& each : values) each = value(random);
  }
  return inputs;
}

double multiply_adds(const Cascade& cascade, const ByRank<double>& shapes) {
  double all = 0;
  for (const Einsum& einsum : cascade.einsums) {
    for (const auto& [kind, count] : operations_per_point(cascade, einsum)) {
      if (cascade.operations[kind].name == "multiply_add") all += count * points(einsum, shapes);
    }
  }
  return all;
}

void interpret(benchmark::State& state, const Cascade& cascade, const std::map<std::string, double>& given) {
  const ByRank<double> shapes = rank_shapes(cascade, given);
  const auto inputs = random_inputs(cascade, shapes);
  for (auto _ : state) benchmark::DoNotOptimize(tilewright::interpret(cascade, shapes, inputs));
  state.SetItemsProcessed(static_cast<std::int64_t>(multiply_adds(cascade, shapes)) * state.iterations());
}

Cascade product() {
  return parse_cascade(
      Yaml::parse("cascade: {name: product, inputs: {A: [M, K], B: [K, N]}, outputs: [Z], "
                  "einsums: ['Z[m,n] = A[m,k] * B[k,n]']}",
                  "product.yaml"));
}

void of_product(benchmark::State& state) { interpret(state, product(), {{"M", 256}, {"K", 256}, {"N", 256}}); }

void of_cascade(benchmark::State& state, const std::string& name) {
  const Cascade cascade = load_cascade(find_config("cascades", name));
  std::map<std::string, double> given;
  const std::map<std::string, double> sizes{{"B", 1}, {"H", 1}, {"M", 512}, {"P", 512}, {"M0", 64}, {"T", 512}};
  for (const Rank& rank : cascade.ranks) {
    if (rank.shape) continue;
    const auto size = sizes.find(rank.name);
    given[rank.name] = size == sizes.end() ? 64 : size->second;
  }
  interpret(state, cascade, given);
}

[[maybe_unused]] const bool registered = [] {
  benchmark::RegisterBenchmark("interpret/product", of_product)->Unit(benchmark::kMillisecond);
  for (const char* name : {"attention-naive", "attention-3pass", "attention-1pass", "attention-lazy-rescale",
                           "linear-attention-causal"}) {
    benchmark::RegisterBenchmark((std::string("interpret/") + name).c_str(), of_cascade, name)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace

}  // namespace tilewright
