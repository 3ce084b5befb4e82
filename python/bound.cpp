// The ladder of bounds.
#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.hpp"
#include "explore/bounded_problem.hpp"
#include "explore/stated_baseline.hpp"
#include "python/bind.hpp"
#include "python/compute.hpp"
#include "python/point.hpp"
#include "python/stated.hpp"
#include "sim/bound/explain.hpp"
#include "sim/bound/ladder_json.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

struct Machine {
  std::string name;  ///< in the library; empty: none
  std::map<std::string, double> set;
};

struct Wanted {
  StatedTiling tiling;
  Machine machine;
  std::string baseline;
  std::string measured;
};

nlohmann::ordered_json rungs_json(const std::vector<Explanation>& rungs) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Explanation& rung : rungs)
    rows.push_back({{"rung", rung.name}, {"at most", rung.value}, {"why", rung.why}});
  return rows;
}

std::string climbed(const BoundedProblem& asked, const Wanted& wanted, Library& library) {
  const Tiling tiling = tiling_of(wanted.tiling, asked.problem);
  std::optional<Arch> arch;
  std::optional<TileMachine> machine;
  std::vector<std::string> warnings;
  if (!wanted.machine.name.empty()) {
    const ArchFile& file = library.arch(wanted.machine.name);
    arch = file.with(wanted.machine.set);
    const std::set<std::string> used = file.used_parameters(wanted.machine.set);
    for (const auto& [name, value] : wanted.machine.set)
      if (!used.contains(name))
        warnings.push_back("arch_set: '" + name + "' has no effect here: '" + arch->name + "' does not use it");
    machine = tile_machine_of(*arch, asked.problem, tiling);
  }
  const Baseline baseline = stated_baseline(wanted.baseline, "baseline", without_selection(asked.problem),
                                            arch ? &*arch : nullptr, asked.ranks, warnings);
  const TileMachine* on = machine ? &*machine : nullptr;
  const Ladder ladder = climb(asked.problem, tiling, on, baseline);
  nlohmann::ordered_json json{{"mask", asked.mask.text}, {"baseline_text", text_of(baseline, asked.problem, on)}};
  json.update(ladder_json(asked.problem, tiling, ladder, on));
  json["explained"] = rungs_json(explain(asked.problem, ladder));
  if (!wanted.measured.empty()) {
    const StatedSpeedup measured = stated_speedup(wanted.measured, "measured", baseline);
    json["measured"] = measured.speedup;
    json["verdict"] = verdict_on(ladder, tiling, measured.speedup);
    for (const GapPart& part : explain_gap(ladder, measured.speedup))
      json["gap"].push_back({{"name", part.name}, {"factor", part.factor}, {"share", part.share}});
  }
  json["warnings"] = warnings;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Wanted wanted_of(const std::optional<Named<ArchInput>>& arch, const std::map<std::string, double>& arch_set,
                 const nb::dict& tiling, const std::string& baseline, const std::string& measured,
                 Library& library) {
  if (!arch && !arch_set.empty()) throw InputError("arch_set: expected arch as well");
  return {stated_tiling(tiling), {arch ? name_in(library, *arch) : "", arch_set}, baseline, measured};
}

std::string bound_of_workload(const Named<WorkloadInput>& workload, const nb::dict& keywords,
                              const std::optional<Named<ArchInput>>& arch,
                              const std::map<std::string, double>& arch_set, const nb::dict& tiling,
                              const std::string& baseline, const std::string& measured) {
  Library library;
  const Point point = point_of(workload, std::string(), keywords, library);
  const Wanted wanted = wanted_of(arch, arch_set, tiling, baseline, measured, library);
  return computed([&] {
    Workload read = parse_workload(library.workload(point.workload), point.set);
    if (!point.requests.empty()) read.set_requests(point.requests, point.set);
    set_mask_of(point, read);
    return climbed(bounded_problem(read, point.set, library), wanted, library);
  });
}

std::string bound_of_problem(const MaskSpec& mask, const nb::dict& stated, const std::string& selection,
                             const std::optional<Named<ArchInput>>& arch,
                             const std::map<std::string, double>& arch_set, const nb::dict& tiling,
                             const std::string& baseline, const std::string& measured) {
  Library library;
  const StatedAttention attention = stated_attention(stated);
  const Wanted wanted = wanted_of(arch, arch_set, tiling, baseline, measured, library);
  return computed([&] {
    Attention problem = whole_problem(attention, mask);
    if (!selection.empty()) problem.selection = parse_selection(selection, "selection");
    return climbed({mask, std::move(problem)}, wanted, library);
  });
}

}  // namespace

void bind_bound(nb::module_& module) {
  module.def("bound_of_workload", bound_of_workload, nb::arg("workload"), nb::arg("keywords"),
             nb::arg("arch").none(), nb::arg("arch_set"), nb::arg("tiling"), nb::arg("baseline"),
             nb::arg("measured"));
  module.def("bound_of_problem", bound_of_problem, nb::arg("mask"), nb::arg("stated"), nb::arg("selection"),
             nb::arg("arch").none(), nb::arg("arch_set"), nb::arg("tiling"), nb::arg("baseline"),
             nb::arg("measured"));
}

}  // namespace tilewright::python
