#include "python/inputs.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <map>

#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "mappings/kernel/file.hpp"
#include "python/bind.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

Text file_of(const std::filesystem::path& file) { return {file.string(), read_file(file)}; }

Cascade parsed_cascade(const Text& text) { return parse_cascade(Yaml::parse(text.yaml, text.name)); }
Arch parsed_arch(const Text& text) { return ArchFile(Yaml::parse(text.yaml, text.name)).with(); }
Workload parsed_workload(const Text& text) { return parse_workload(Yaml::parse(text.yaml, text.name)); }

ArchInput arch_of(Text text) {
  Arch arch = parsed_arch(text);
  return {std::move(text), std::move(arch)};
}

CascadeInput cascade_of(Text text) {
  Cascade cascade = parsed_cascade(text);
  return {std::move(text), std::move(cascade)};
}

WorkloadInput workload_of(Text text, std::vector<CascadeInput> cascades) {
  Workload workload = parsed_workload(text);
  return {std::move(text), std::move(workload), std::move(cascades)};
}

// Names of ranks, tensors, levels, units.
template <class Items>
std::vector<std::string> names_of(const Items& items, const auto& wanted) {
  std::vector<std::string> names;
  for (const auto& item : items)
    if (wanted(item)) names.push_back(item.name);
  return names;
}
template <class Items>
std::vector<std::string> names_of(const Items& items) {
  return names_of(items, [](const auto&) { return true; });
}

template <class Input>
nb::class_<Input> bind_text(nb::module_& module, const char* name, const char* meaning) {
  return nb::class_<Input>(module, name, meaning)
      .def_prop_ro(
          "text", [](const Input& input) { return input.yaml; }, "The YAML that it was read from.")
      .def_prop_ro(
          "file", [](const Input& input) { return input.name; }, "The file, or the name that stands for one.");
}

void bind_cascade(nb::module_& module) {
  bind_text<CascadeInput>(module, "Cascade", "A cascade of Einsums: what is computed.")
      .def_static(
          "of_text",
          [](const std::string& yaml, const std::string& name) {
            return cascade_of({name, yaml});
          },
          nb::arg("yaml"), nb::arg("name"))
      .def_static(
          "of_file",
          [](const std::string& name) { return cascade_of(file_of(find_config(std::string("cascades"), name))); },
          nb::arg("name"))
      .def_prop_ro("name", [](const CascadeInput& input) { return input.cascade.name; })
      .def_prop_ro("description", [](const CascadeInput& input) { return input.cascade.description; })
      .def_prop_ro(
          "ranks", [](const CascadeInput& input) { return names_of(input.cascade.ranks); },
          "Names of its dimensions.")
      .def_prop_ro("tensors", [](const CascadeInput& input) { return names_of(input.cascade.tensors); })
      .def_prop_ro("inputs",
                   [](const CascadeInput& input) {
                     return names_of(input.cascade.tensors, [](const Tensor& tensor) {
                       return tensor.role == Tensor::Role::input && !tensor.view_of;
                     });
                   })
      .def_prop_ro("outputs",
                   [](const CascadeInput& input) {
                     return names_of(input.cascade.tensors,
                                     [](const Tensor& tensor) { return tensor.role == Tensor::Role::output; });
                   })
      .def_prop_ro(
          "einsums",
          [](const CascadeInput& input) {
            std::vector<std::string> lines;
            for (const Einsum& einsum : input.cascade.einsums) lines.push_back(print_einsum(input.cascade, einsum));
            return lines;
          },
          "Its statements, in an order in which they can run.");
}

void bind_arch(nb::module_& module) {
  bind_text<ArchInput>(module, "Arch", "An architecture: what it runs on.")
      .def_static(
          "of_text",
          [](const std::string& yaml, const std::string& name) {
            return arch_of({name, yaml});
          },
          nb::arg("yaml"), nb::arg("name"))
      .def_static(
          "of_file",
          [](const std::string& name) { return arch_of(file_of(find_config(std::string("archs"), name))); },
          nb::arg("name"))
      .def_prop_ro("name", [](const ArchInput& input) { return input.arch.name; })
      .def_prop_ro(
          "levels", [](const ArchInput& input) { return names_of(input.arch.levels); },
          "Names of its memories, the outermost first.")
      .def_prop_ro(
          "units", [](const ArchInput& input) { return names_of(input.arch.units); }, "Names of its compute units.")
      .def_prop_ro(
          "parameters",
          [](const ArchInput& input) {
            return std::map<std::string, double>(input.arch.parameters.begin(), input.arch.parameters.end());
          },
          "What `arch_set` can change, with the values that the file gives.");
}

void bind_workload(nb::module_& module) {
  bind_text<WorkloadInput>(module, "Workload", "Shapes, words and phase of a computation, and what computes it.")
      .def_static(
          "of_text",
          [](const std::string& yaml, const std::string& name, std::vector<CascadeInput> cascades) {
            return workload_of({name, yaml}, std::move(cascades));
          },
          nb::arg("yaml"), nb::arg("name"), nb::arg("cascades"))
      .def_static(
          "of_file",
          [](const std::string& name, std::vector<CascadeInput> cascades) {
            return workload_of(file_of(find_config(std::string("workloads"), name)), std::move(cascades));
          },
          nb::arg("name"), nb::arg("cascades"))
      .def_prop_ro("name", [](const WorkloadInput& input) { return input.workload.name; })
      .def_prop_ro("phase", [](const WorkloadInput& input) { return input.workload.phase; })
      .def_prop_ro(
          "cascades", [](const WorkloadInput& input) { return input.workload.cascades; },
          "Names of the cascades that compute it, all the same.")
      .def_prop_ro(
          "shapes", [](const WorkloadInput& input) { return input.workload.shapes; },
          "What `set` can change, with the values that the file gives.");
}

void bind_mapping(nb::module_& module) {
  bind_text<MappingInput>(module, "Mapping", "How a cascade runs on an architecture: a nest of loops, or a kernel.")
      .def_static(
          "of_text",
          [](const std::string& yaml, const std::string& name) {
            (void)Yaml::parse(yaml, name);
            return MappingInput{{name, yaml}};
          },
          nb::arg("yaml"), nb::arg("name"))
      .def_static(
          "of_file", [](const std::string& name) { return MappingInput{file_of(find_mapping(name))}; },
          nb::arg("name"))
      .def_prop_ro(
          "is_kernel", [](const MappingInput& input) { return is_kernel(Yaml::parse(input.yaml, input.name)); },
          "Whether it is a kernel of thread blocks, and no nest of loops.");
}

}  // namespace

std::string name_in(Library& library, const Named<ArchInput>& arch) {
  const auto* given = std::get_if<ArchInput>(&arch);
  if (given == nullptr) return std::get<std::string>(arch);
  library.keep_arch(given->name, ArchFile(Yaml::parse(given->yaml, given->name)));
  return given->name;
}

std::string name_in(Library& library, const Named<WorkloadInput>& workload) {
  const auto* given = std::get_if<WorkloadInput>(&workload);
  if (given == nullptr) return std::get<std::string>(workload);
  for (const CascadeInput& each : given->cascades) library.keep_cascade(each.cascade.name, each.cascade);
  library.keep_workload(given->name, Yaml::parse(given->yaml, given->name));
  return given->name;
}

std::string name_in(Library& library, const Named<MappingInput>& mapping) {
  const auto* given = std::get_if<MappingInput>(&mapping);
  if (given == nullptr) return std::get<std::string>(mapping);
  library.keep_mapping(given->name, Yaml::parse(given->yaml, given->name));
  return given->name;
}

void bind_inputs(nb::module_& module) {
  bind_cascade(module);
  bind_arch(module);
  bind_workload(module);
  bind_mapping(module);
}

}  // namespace tilewright::python
