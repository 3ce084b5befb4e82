// Sweeps: of this process, and of many.
#include "explore/study/sweep.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "common/file.hpp"
#include "python/bind.hpp"
#include "python/compute.hpp"
#include "python/study_plan.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

std::pair<std::string, std::string> read_study(const std::string& name) {
  const std::filesystem::path file = find_config(std::string("studies"), name);
  return {read_file(file), file.string()};
}

std::pair<std::size_t, std::size_t> sweep_here(const std::string& text, const std::string& file,
                                               const std::filesystem::path& path, int jobs) {
  return computed([&] {
    const Study study = parse_study(Yaml::parse(text, file));
    Library library;
    Store store = Store::create_or_open(store_file(path));
    const SweepCount count =
        sweep(study, library, store, {.jobs = jobs, .mappings = store.file().parent_path() / "mappings"});
    return std::pair(count.points, count.computed);
  });
}

std::unique_ptr<StudyPlan> plan_of(const std::string& text, const std::string& file, int jobs) {
  return computed([&] { return std::make_unique<StudyPlan>(text, file, jobs); });
}

}  // namespace

void bind_sweep(nb::module_& module) {
  nb::class_<StudyPlan>(module, "StudyPlan", "The points of a study, for sweeps whose points others compute.")
      .def(
          "pending",
          [](StudyPlan& plan, const std::filesystem::path& store, int jobs) {
            return computed([&] { return plan.pending(store, jobs); });
          },
          nb::arg("store"), nb::arg("jobs"), "Numbers of the points that the store lacks, but for sequences.")
      .def("contents_of", &StudyPlan::contents_of, nb::arg("points"),
           "What the files that the points read have in them, as digests.")
      .def(
          "compute",
          [](StudyPlan& plan, const std::vector<std::size_t>& points, const GroupContents& contents,
             const std::filesystem::path& mappings) {
            return computed([&] { return plan.compute(points, contents, mappings); });
          },
          nb::arg("points"), nb::arg("contents"), nb::arg("mappings"),
          "Results, but for those of points that read other files.")
      .def(
          "put",
          [](StudyPlan& plan, const std::vector<PointResult>& results) {
            return computed([&] { return plan.put(results); });
          },
          nb::arg("results"), "Keeps results that are of these points; how many.")
      .def_prop_ro("mappings", [](const StudyPlan& plan) { return plan.mappings().string(); })
      .def_prop_ro("computed", &StudyPlan::computed, "How many results it put into the store.");
  module.def("read_study", read_study, nb::arg("name"), "The text and the file of a study.");
  module.def("sweep", sweep_here, nb::arg("text"), nb::arg("file"), nb::arg("store"), nb::arg("jobs"));
  module.def("study_plan", plan_of, nb::arg("text"), nb::arg("file"), nb::arg("jobs"));
}

}  // namespace tilewright::python
