#include "python/point.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <memory>

#include "common/error.hpp"
#include "python/bind.hpp"
#include "python/compute.hpp"
#include "sim/systemc/simulation_options.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

using Settings = std::map<std::string, double>;

// A point with everything read, which is asked again and again. The candidate is of the library.
class PreparedPoint {
 public:
  PreparedPoint(std::unique_ptr<Library> library, const Point& point)
      : library_(std::move(library)), candidate_(candidate_of(point, *library_)) {}

  // An estimate takes microseconds: no handler of signals, which would take as long.
  [[nodiscard]] Record evaluate() const {
    const nb::gil_scoped_release release;
    return estimate(candidate_);
  }
  [[nodiscard]] Record simulate(const SimulationOptions& options) const {
    return computed([&] { return tilewright::simulate(candidate_, options); });
  }
  /// Seconds of an estimate, without Python, on average: what evaluate() adds to is this.
  [[nodiscard]] double seconds_of_estimate(int times) const {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) (void)estimate(candidate_);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / times;
  }
  [[nodiscard]] const Candidate& candidate() const { return candidate_; }

 private:
  std::unique_ptr<Library> library_;
  Candidate candidate_;
};

std::unique_ptr<PreparedPoint> prepare(const Named<WorkloadInput>& workload, const Named<ArchInput>& arch,
                                       const Named<MappingInput>& mapping, const nb::dict& keywords) {
  auto library = std::make_unique<Library>();
  Point point = point_of(workload, arch, keywords, *library);
  point.mapping = name_in(*library, mapping);
  return computed([&] { return std::make_unique<PreparedPoint>(std::move(library), point); });
}

SimulationOptions options_of(bool exact, const std::optional<std::string>& schedule, std::optional<double> until_s,
                             const std::optional<std::string>& trace, std::optional<int> multiprocessors) {
  SimulationOptions options;
  options.exact = exact;
  if (schedule) {
    options.schedule = find_nest_schedule(*schedule);
    if (!options.schedule)
      throw InputError("schedule: '" + *schedule + "'" + did_you_mean(*schedule, nest_schedule_names()));
  }
  if (until_s && !(*until_s >= 0)) throw InputError("until: expected seconds, 0 or more");
  if (until_s) options.until_s = *until_s;
  if (multiprocessors && !trace) throw InputError("trace_multiprocessors: expected trace as well");
  if (multiprocessors && *multiprocessors < 1) throw InputError("trace_multiprocessors: expected 1 or more");
  if (trace) options.trace = TraceOptions{.file = *trace};
  if (multiprocessors) {
    options.trace->processes = static_cast<std::size_t>(*multiprocessors);
    options.of_kernels = "trace_multiprocessors";
  }
  return options;
}

}  // namespace

Point point_of(const Named<WorkloadInput>& workload, const Named<ArchInput>& arch, const nb::dict& keywords,
               Library& library) {
  Point point;
  point.workload = name_in(library, workload);
  point.arch = name_in(library, arch);
  for (const auto& [key, value] : keywords) {
    const auto name = nb::cast<std::string>(key);
    const auto text = [&](std::string& into) { into = nb::cast<std::string>(value); };
    if (name == "set")
      point.set = nb::cast<Settings>(value);
    else if (name == "arch_set")
      point.arch_set = nb::cast<Settings>(value);
    else if (name == "mask" && nb::isinstance<MaskSpec>(value))
      point.given_mask = nb::cast<MaskSpec>(value);
    else if (name == "mask")
      text(point.mask);
    else if (name == "selection")
      text(point.selection);
    else if (name == "requests")
      text(point.requests);
    else if (name == "q_tile")
      text(point.query_tile);
    else if (name == "kv_tile")
      text(point.key_tile);
    else if (name == "calibration")
      text(point.calibration);
    else if (name == "call")
      text(point.call);
    else
      throw InputError("a point has no keyword '" + name + "'");
  }
  if (point.given_mask) point.mask = point.given_mask->text;
  return point;
}

void bind_point(nb::module_& module) {
  nb::class_<PreparedPoint>(module, "Point",
                            "A workload on an architecture under a mapping, read and ready to be asked.")
      .def("evaluate", &PreparedPoint::evaluate, "The estimate in closed form.")
      .def(
          "_simulate",
          [](const PreparedPoint& point, bool exact, const std::optional<std::string>& schedule,
             std::optional<double> until, const std::optional<std::string>& trace,
             std::optional<int> multiprocessors) {
            return point.simulate(options_of(exact, schedule, until, trace, multiprocessors));
          },
          nb::arg("exact"), nb::arg("schedule").none(), nb::arg("until").none(), nb::arg("trace").none(),
          nb::arg("trace_multiprocessors").none())
      .def("_seconds_of_estimate", &PreparedPoint::seconds_of_estimate, nb::arg("times"),
           "Seconds of one estimate without Python, on average.")
      .def_prop_ro(
          "warnings", [](const PreparedPoint& point) { return point.candidate().warnings; },
          "Of what was given and has no effect.");
  module.def("prepare", prepare, nb::arg("workload"), nb::arg("arch"), nb::arg("mapping"), nb::arg("keywords"));
}

}  // namespace tilewright::python
