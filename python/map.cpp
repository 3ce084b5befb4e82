// The search for mappings.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "common/error.hpp"
#include "explore/mapper/kernel_mapper.hpp"
#include "explore/mapper/preferred.hpp"
#include "python/bind.hpp"
#include "python/compute.hpp"
#include "python/point.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

struct Search {
  Objective objective;
  MapResult result;
};

// What the command line searches for where it is not told.
Objective objective_of(const std::string& text, const MapRequest& request, Library& library) {
  if (!text.empty()) return Objective::parse(text);
  return Objective::parse(maps_kernels(request, library) ? "time" : "edp");
}

Search search(const Named<WorkloadInput>& workload, const Named<ArchInput>& arch, const nb::dict& keywords,
              const std::string& objective, const std::string& space, std::vector<std::string> cascades,
              std::vector<std::string> kernels, bool pad, std::optional<double> time_limit_s,
              std::optional<double> memory_limit_B, int jobs) {
  Library library;
  MapRequest request{point_of(workload, arch, keywords, library), std::move(cascades), space, {}, {}, jobs};
  request.kernels = std::move(kernels);
  request.pad = pad;
  request.keep_interrupted = false;
  if (time_limit_s && !(*time_limit_s > 0)) throw InputError("time_limit: expected seconds above 0");
  if (memory_limit_B && !(*memory_limit_B > 0)) throw InputError("memory_limit: expected bytes above 0");
  if (time_limit_s) request.time_limit_s = *time_limit_s;
  if (memory_limit_B) request.memory_limit_B = *memory_limit_B;
  return computed([&] {
    request.objective = objective_of(objective, request, library);
    return Search{request.objective, find_preferred(request, library)};
  });
}

std::vector<std::string> warnings_of(const MapResult& result) {
  std::vector<std::string> warnings;
  for (const std::string& cascade : result.skipped)
    warnings.push_back("cascade '" + cascade +
                       "' of the workload has other results and is not mapped; cascade= names it");
  if (result.kernels)
    warnings.insert(warnings.end(), result.kernels->warnings.begin(), result.kernels->warnings.end());
  return warnings;
}

}  // namespace

void bind_map(nb::module_& module) {
  nb::class_<FoundMapping>(module, "FoundMapping", "A mapping that a search found.")
      .def_ro("cascade", &FoundMapping::cascade, "Name of the cascade that it maps.")
      .def_ro("nest", &FoundMapping::nest, "The mapping for people.")
      .def_ro("text", &FoundMapping::text, "The YAML of the mapping's file.")
      .def_ro("record", &FoundMapping::record, "What the model says of it.");
  nb::class_<Search>(module, "Search", "What a search of mappings found.")
      .def_prop_ro("found", [](const Search& search) { return search.result.found; })
      .def_prop_ro("ended", [](const Search& search) { return search.result.count.ended; })
      .def_prop_ro("gap", [](const Search& search) { return gap_of(search.result, search.objective); })
      .def_prop_ro("warnings", [](const Search& search) { return warnings_of(search.result); });
  module.def("search", search, nb::arg("workload"), nb::arg("arch"), nb::arg("keywords"), nb::arg("objective"),
             nb::arg("space"), nb::arg("cascades"), nb::arg("kernels"), nb::arg("pad"),
             nb::arg("time_limit").none(), nb::arg("memory_limit").none(), nb::arg("jobs"));
}

}  // namespace tilewright::python
