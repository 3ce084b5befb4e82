#include "explore/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/workload.hpp"
#include "mappings/parse.hpp"
#include "sim/analytic/estimator.hpp"

namespace tilewright {

namespace {

std::vector<std::string> warnings_of(const Arch& arch, const Result& result) {
  std::vector<std::string> warnings;
  for (std::size_t l = 0; l < arch.levels.size(); ++l)
    if (result.footprints[l].spilled > 0)
      warnings.push_back(fmt::format("{:.2f} % of the data in {} does not fit and spills to {}",
                                     100 * result.footprints[l].spilled, arch.levels[l].name,
                                     arch.levels[static_cast<std::size_t>(arch.levels[l].parent)].name));
  return warnings;
}

void require_computes(const Workload& workload, const std::string& cascade, const Yaml& mapping) {
  if (std::ranges::find(workload.cascades, cascade) != workload.cascades.end()) return;
  mapping.at("mapping").at("cascade").fail(fmt::format("workload '{}' is not computed by cascade '{}'{}",
                                                       workload.name, cascade,
                                                       did_you_mean(cascade, workload.cascades)));
}

}  // namespace

Record evaluate(const Point& point, Library& library) {
  const Workload workload = parse_workload(library.workload(point.workload), point.set);
  const Arch arch = library.arch(point.arch).with(point.arch_set);
  const Yaml& mapping_file = library.mapping(point.mapping);
  const std::string cascade_name = mapped_cascade(mapping_file);
  require_computes(workload, cascade_name, mapping_file);
  const Cascade& cascade = library.cascade(cascade_name);
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto& [name, value] : workload.shapes) {
    names.push_back(name);
    values.push_back(value);
  }
  const Mapping mapping = parse_mapping(mapping_file, cascade, arch, names);
  std::vector<double> element_B;
  for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  Estimator estimator(cascade, arch, mapping, element_B);
  Result result;
  estimator.evaluate(values, result);
  return make_record({workload, cascade, arch, mapping}, result, warnings_of(arch, result));
}

}  // namespace tilewright
