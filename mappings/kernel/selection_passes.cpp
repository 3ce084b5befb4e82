#include "mappings/kernel/selection_passes.hpp"

#include <fmt/format.h>

#include "mappings/kernel/file.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/kernel/parse_pass.hpp"

namespace tilewright {

namespace {

Yaml load_passes(const std::string& name, const char* key, const Selection& selection) {
  std::filesystem::path file;
  try {
    file = find_kernel(name);
  } catch (const InputError& error) {
    selection.fail(fmt::format("{}: {}", key, error.what()));
  }
  return Yaml::load(file);
}

void add_passes(const Yaml& file, const Cascade& cascade, const Arch& arch, std::vector<KernelPass>& into) {
  (void)parse_kernel_file(file);
  const Yaml model = kernel_model(file);
  if (const auto block = model.find("block"))
    block->fail("expected a kernel of passes alone, as it chooses keys for another kernel");
  for (const char* key : {"before", "after"})
    if (const auto list = model.find(key))
      for (const Yaml& each : list->items()) {
        KernelPass pass = parse_pass(each, model, cascade, arch);
        if (!pass.counts) each.fail("expected counts, as it chooses keys for another kernel");
        pass.of_selection = true;
        into.push_back(std::move(pass));
      }
}

}  // namespace

Kernel with_selection(Kernel kernel, const Selection& selection, const Cascade& cascade, const Arch& arch) {
  if (kernel.schedule.owns_keys)
    selection.fail(fmt::format("blocks of kernel '{}' own keys, and nothing is chosen for them", kernel.name));
  std::vector<KernelPass> passes;
  add_passes(load_passes(selection.score_by, "score_by", selection), cascade, arch, passes);
  if (!selection.choose_by.empty())
    add_passes(load_passes(selection.choose_by, "choose_by", selection), cascade, arch, passes);
  kernel.before.insert(kernel.before.begin(), passes.begin(), passes.end());
  return kernel;
}

}  // namespace tilewright
