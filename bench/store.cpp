// Records into a store and out of it again: 120 fields each, as a model of a kernel gives them.
#include "explore/store/store.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>

#include <fmt/format.h>

#include "common/memory.hpp"

namespace {

using namespace tilewright;
namespace fs = std::filesystem;

constexpr std::size_t batch = 1000;

Record record_of(std::size_t number) {
  Record record;
  record.add("workload", "attention");
  record.add("mapping_file", "configs/kernels/a-kernel-of-some-name.yaml");
  record.add("time_s", 1e-3 / static_cast<double>(number + 1));
  record.add("binding", number % 3 == 0 ? "dram" : "array");
  for (std::size_t i = record.fields().size(); i < 120; ++i)
    record.add(fmt::format("traffic.dram.T{}.E{}.read_B", i % 12, i),
               static_cast<double>(number * 64 + i) / (i % 3 + 1));
  return record;
}

Digest digest_of(std::size_t number) { return DigestBuilder().add(static_cast<double>(number)).value(); }

struct Folder {
  Folder() {
    std::string name = fs::temp_directory_path() / "tilewright-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

void fill(Store& store, std::size_t count) {
  std::vector<StoredRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    records.push_back({digest_of(i), record_of(i)});
    if (records.size() < batch) continue;
    store.put(records);
    records.clear();
  }
  (void)store.set_points("study", {}, count, [](std::size_t i) {
    StudyPoint point{"series", i, digest_of(i), {}};
    point.axes.add("point.M", static_cast<double>(i));
    point.axes.add("point.model", "a");
    return point;
  });
}

void put(benchmark::State& state) {
  std::vector<StoredRecord> records(batch);
  for (std::size_t i = 0; i < batch; ++i) records[i].record = record_of(i);
  const Folder folder;
  Store store = Store::create_or_open(folder.path / "results.sqlite");
  std::size_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    for (StoredRecord& each : records) each.digest = digest_of(number++);
    state.ResumeTiming();
    store.put(records);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(number));
}
BENCHMARK(put)->Unit(benchmark::kMillisecond)->Iterations(200);

void read_back(benchmark::State& state) {
  const Folder folder;
  Store store = Store::create_or_open(folder.path / "results.sqlite");
  constexpr std::size_t count = 50'000;
  fill(store, count);
  std::size_t fields = 0;
  for (auto _ : state) store.for_each("study", [&](const Record& record) { fields += record.fields().size(); });
  benchmark::DoNotOptimize(fields);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
  state.counters["resident_B"] = resident_B();
}
BENCHMARK(read_back)->Unit(benchmark::kMillisecond);

void nothing_to_do(benchmark::State& state) {
  const Folder folder;
  Store store = Store::create_or_open(folder.path / "results.sqlite");
  constexpr std::size_t count = 50'000;
  fill(store, count);
  std::vector<Digest> digests;
  for (std::size_t i = 0; i < count; ++i) digests.push_back(digest_of(i));
  for (auto _ : state) benchmark::DoNotOptimize(store.known(digests));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}
BENCHMARK(nothing_to_do)->Unit(benchmark::kMillisecond);

}  // namespace
