#include "explore/study/learn_files.hpp"

#include <atomic>

#include "common/parallel.hpp"
#include "common/progress.hpp"
#include "explore/study/record_writer.hpp"

namespace tilewright {

namespace {

std::vector<StoredInput> inputs_of(const FilesRead& files) {
  std::vector<StoredInput> inputs;
  for (const auto& [path, digest] : files) inputs.push_back({path, digest});
  return inputs;
}

// Returns how many points it took.
std::size_t probe(SweepPlan& plan, std::size_t group, const std::filesystem::path& mappings, RecordWriter& writer) {
  FilesRead files;
  std::vector<std::pair<std::size_t, StudyResult>> results;
  try {
    for (const std::size_t n : plan.probes(group)) {
      results.emplace_back(n, plan.run(n, mappings, &files));
      if (failure_of(results.back().second.record).empty()) break;
    }
  } catch (const Interrupted&) {
    return 0;
  }
  plan.set_files(group, files);
  for (auto& [n, result] : results)
    writer.add({plan.digest(n), std::move(result.record)}, std::move(result.mapping));
  writer.with_store([&](Store& store) { store.set_inputs(plan.groups()[group], inputs_of(files)); });
  return results.size();
}

}  // namespace

FilesRead files_of(const std::vector<StoredInput>& inputs) {
  FilesRead files;
  for (const auto& [path, digest] : inputs) files.emplace(path, digest);
  return files;
}

std::vector<std::size_t> learn_from_store(SweepPlan& plan, const Store& store) {
  FilesRead unchanged;  // groups have most of their files in common
  const auto are_still = [&](const FilesRead& files) {
    FilesRead others;
    for (const auto& file : files)
      if (const auto found = unchanged.find(file.first); found == unchanged.end() || found->second != file.second)
        others.insert(file);
    if (!are_unchanged(others)) return false;
    unchanged.insert(others.begin(), others.end());
    return true;
  };
  std::vector<std::size_t> unknown;
  for (std::size_t g = 0; g < plan.groups().size(); ++g) {
    const FilesRead files = files_of(store.inputs(plan.groups()[g]));
    if (!files.empty() && are_still(files))
      plan.set_files(g, files);
    else
      unknown.push_back(g);
  }
  return unknown;
}

std::size_t learn_files(SweepPlan& plan, Store& store, const SweepOptions& options) {
  const std::vector<std::size_t> unknown = learn_from_store(plan, store);
  if (unknown.empty()) return 0;
  std::atomic<std::size_t> computed = 0;
  RecordWriter writer(store);
  Progress progress("sweep " + plan.study().name + ", files", unknown.size(), options.progress);
  parallel_for(unknown.size(), options.jobs, [&](std::size_t i) {
    computed += probe(plan, unknown[i], options.mappings, writer);
    progress.step();
  });
  writer.finish();
  return computed;
}

}  // namespace tilewright
