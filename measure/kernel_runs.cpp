#include "measure/kernel_runs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/stated_attention.hpp"
#include "kernels/plan/words.hpp"

namespace tilewright {

namespace {

std::string one_of(const Yaml& yaml, const std::vector<std::string>& known) {
  if (std::ranges::find(known, yaml.text()) == known.end())
    yaml.fail(fmt::format("no '{}'{}", yaml.text(), did_you_mean(yaml.text(), known)));
  return yaml.text();
}

// At least one, each once.
template <class Read>
auto read_list(const Yaml& yaml, Read read) {
  std::vector<decltype(read(yaml))> values;
  for (const Yaml& item : yaml.items()) {
    values.push_back(read(item));
    if (std::ranges::count(values, values.back()) > 1) item.fail("'" + item.text() + "' is there twice");
  }
  if (values.empty()) yaml.fail("expected at least one value");
  return values;
}

KernelRuns read_runs(const Yaml& yaml) {
  KernelRuns runs;
  runs.operation = one_of(yaml.at("operation"), plan::operations());
  const bool micro = runs.operation == "micro";
  yaml.only(micro ? std::vector<std::string>{"operation", "kernels"}
                  : std::vector<std::string>{"operation", "kernels", "head_dims", "dtypes"});
  runs.kernels = read_list(yaml.at("kernels"), [](const Yaml& item) { return item.text(); });
  if (micro) return runs;
  runs.head_dims = read_list(yaml.at("head_dims"), [](const Yaml& item) { return item.integer(1, 1 << 16); });
  runs.dtypes = read_list(yaml.at("dtypes"), [](const Yaml& item) { return one_of(item, plan::dtypes()); });
  return runs;
}

// What tiles say of the runner's instances is what a plan knows before there is a mask.
void check_tiles(const MeasuredKernel& kernel) {
  if (kernel.file.tiles.empty() && !kernel.file.chooses_tiles)
    kernel.file.yaml.fail("a kernel that runs has 'tiles' to ask for, or says 'chooses_tiles: true'");
  if (kernel.file.chooses_tiles) return;
  const std::vector<Yaml> items = kernel.file.yaml.at("tiles").items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const KernelTile& tile = kernel.file.tiles[i];
    for (const std::string& dtype : tile.dtypes)
      if (std::ranges::find(kernel.runs.dtypes, dtype) == kernel.runs.dtypes.end())
        items[i].at("dtypes").fail("'runs' has no '" + dtype + "'" + did_you_mean(dtype, kernel.runs.dtypes));
    const auto& names = tile.when.names();
    for (const std::string of_mask : {"causal", "window"})
      if (std::ranges::find(names, of_mask) != names.end())
        items[i].at("when").fail("which instances there are cannot depend on the mask: no '" + of_mask + "' here");
  }
}

}  // namespace

bool MeasuredKernel::has(const TileChoice& tiles, Count head_dim, const std::string& dtype) const {
  const auto found = std::ranges::find(file.tiles, tiles, &KernelTile::tiles);
  if (found == file.tiles.end()) return false;
  KernelShape shape;
  shape.head_dim = shape.value_dim = static_cast<double>(head_dim);
  shape.word_B = word_of(dtype);
  shape.dimensions = static_cast<double>(tiles.key.size());
  const bool of_dtype = found->dtypes.empty() || std::ranges::count(found->dtypes, dtype) > 0;
  return of_dtype && found->holds(shape);
}

MeasuredKernel parse_measured_kernel(const KernelFile& file) {
  if (!file.runs)
    throw InputError(
        fmt::format("kernel '{}' is none that the runner has: its file says nothing under 'runs'", file.name));
  MeasuredKernel kernel{file, read_runs(*file.runs)};
  if (kernel.runs.operation != "micro") check_tiles(kernel);
  return kernel;
}

}  // namespace tilewright
