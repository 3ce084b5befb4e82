#include "explore/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "explore/kernel_point.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/parse.hpp"
#include "sim/nest/estimator.hpp"

namespace tilewright {

namespace {

void require_config(const Yaml& name, const std::string& kind) {
  try {
    (void)find_config(kind, beside(name.text(), name.place().file));
  } catch (const InputError& error) {
    name.fail(error.what());
  }
}

std::vector<std::string> warnings_of(const Arch& arch, const Result& result, Estimator& estimator) {
  std::vector<std::string> warnings = estimator.warnings();
  for (std::size_t l = 0; l < arch.levels.size(); ++l)
    if (result.footprints[l].spilled > 0)
      warnings.push_back(fmt::format("{:.2f} % of the data in {} does not fit and spills to {}",
                                     100 * result.footprints[l].spilled, arch.levels[l].name,
                                     arch.levels[static_cast<std::size_t>(arch.levels[l].parent)].name));
  return warnings;
}

// The cascades that a workload names, and tensors of theirs that it gives other words.
void require_known_names(const Yaml& workload, Library& library) {
  std::vector<std::string> tensors;
  const bool sized = workload.find("words_B").has_value();
  for (const Yaml& cascade : workload.at("cascades").items()) {
    require_config(cascade, "cascades");
    if (!sized) continue;
    for (const Tensor& tensor : library.cascade(beside(cascade.text(), cascade.place().file)).tensors)
      if (!tensor.view_of) tensors.push_back(tensor.name);
  }
  if (!sized) return;
  for (const auto& [name, value] : workload.at("words_B").entries())
    if (std::ranges::find(tensors, name) == tensors.end())
      value.fail("no cascade of this workload has a tensor '" + name + "'" + did_you_mean(name, tensors));
}

void require_computes(const Workload& workload, const std::string& cascade, const Yaml& mapping) {
  const auto same = [&](const std::string& name) {
    std::error_code ignored;
    return name == cascade || std::filesystem::equivalent(name, cascade, ignored);
  };
  if (std::ranges::any_of(workload.cascades, same)) return;
  mapping.at(is_kernel(mapping) ? "kernel" : "mapping")
      .at("cascade")
      .fail(fmt::format("workload '{}' is not computed by cascade '{}'{}", workload.name, cascade,
                        did_you_mean(cascade, workload.cascades)));
}

// The workload says which ranks its mask is over; only the pattern is another.
void set_mask(Workload& workload, const Yaml& file, const std::string& mask) {
  if (mask.empty()) return;
  if (!workload.mask)
    file.fail(
        "the workload has no mask to set; say which ranks it is over, as in mask: {queries: P, keys: M, "
        "pattern: dense}");
  workload.mask->set_pattern(mask);
}

// What a point names, and it fits together.
struct Inputs {
  Workload workload;
  Arch arch;
  const Yaml& mapping;
  const Cascade& cascade;
};

Inputs read(const Point& point, Library& library) {
  Workload workload = parse_workload(library.workload(point.workload), point.set);
  set_mask(workload, library.workload(point.workload).at("workload"), point.mask);
  require_known_names(library.workload(point.workload).at("workload"), library);
  Arch arch = library.arch(point.arch).with(point.arch_set);
  const Yaml& mapping = library.mapping(point.mapping);
  const std::string cascade = is_kernel(mapping) ? kernel_cascade(mapping) : mapped_cascade(mapping);
  require_computes(workload, cascade, mapping);
  return {std::move(workload), std::move(arch), mapping, library.cascade(cascade)};
}

}  // namespace

Record evaluate(const Point& point, Library& library) {
  const Inputs inputs = read(point, library);
  const auto& [workload, arch, mapping_file, cascade] = inputs;
  if (is_kernel(mapping_file)) return estimate_kernel({point, workload, cascade, arch, mapping_file});
  refuse_kernel_options(point);
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto& [name, value] : workload.shapes) {
    names.push_back(name);
    values.push_back(value);
  }
  Mapping mapping = parse_mapping(mapping_file, cascade, arch, names);
  mapping.shared = shared_heads(workload, cascade, mapping.symbols);
  std::vector<double> element_B;
  for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  Estimator estimator(cascade, arch, mapping, element_B, workload.mask ? &*workload.mask : nullptr);
  Result result;
  estimator.evaluate(values, result);
  return make_record({workload, cascade, arch, mapping, estimator.mask()}, result,
                     warnings_of(arch, result, estimator));
}

Record simulate(const Point& point, const SimulationOptions& options, Library& library) {
  const Inputs inputs = read(point, library);
  if (!is_kernel(inputs.mapping)) inputs.mapping.fail("a nest of loops; only kernels can be simulated, so far");
  return simulate_kernel({point, inputs.workload, inputs.cascade, inputs.arch, inputs.mapping}, options);
}

}  // namespace tilewright
