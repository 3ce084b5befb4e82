#include <numeric>

#include "common/version.hpp"
#include "einsum/operation_count.hpp"
#include "sim/bound/cascade_bound.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

namespace {

class RecordMaker {
 public:
  RecordMaker(const Subject& subject, const Result& result) : subject_(subject), result_(result) {}

  Record make(const std::vector<std::string>& warnings) {
    identity();
    totals();
    bound();
    mask();
    for (std::size_t u = 0; u < subject_.arch.units.size(); ++u) unit(u);
    for (std::size_t l = 0; l < subject_.arch.levels.size(); ++l) level(l);
    for (std::size_t e = 0; e < subject_.cascade.einsums.size(); ++e) einsum(e);
    groups();
    traffic();
    std::string joined;
    for (const std::string& warning : warnings) joined += (joined.empty() ? "" : "; ") + warning;
    if (!joined.empty()) record_.add("warnings", joined);
    return std::move(record_);
  }

 private:
  void identity() {
    record_.add("workload", subject_.workload.name);
    record_.add("cascade", subject_.cascade.name);
    record_.add("arch", subject_.arch.name);
    record_.add("mapping", subject_.mapping.name);
    record_.add("workload_file", subject_.workload.file);
    record_.add("arch_file", subject_.arch.file);
    record_.add("mapping_file", subject_.mapping.file);
    record_.add("version", version());
    record_.add("commit", commit());
    for (const auto& [name, value] : subject_.workload.shapes) record_.add("shape." + name, value);
    for (const auto& [name, value] : subject_.arch.parameters) record_.add("parameter." + name, value);
  }

  void totals() {
    record_.add("time_s", result_.time_s);
    record_.add("cycles", result_.cycles);
    record_.add("energy_J", result_.energy_J);
    record_.add("edp_Js", result_.energy_J * result_.time_s);
    record_.add("area_m2", subject_.arch.area_m2());
    record_.add("binding", name_of(result_.binding));
  }

  void bound() {
    const Bound limit = time_bound(subject_.cascade, subject_.arch, result_.rank_shapes,
                                   {result_.element_B, result_.shared_by}, subject_.mask);
    record_.add("bound.time_s", limit.time_s);
    record_.add("bound.resource", limit.resource);
    record_.add("bound.ratio", result_.time_s / limit.time_s);
  }

  void mask() {
    if (subject_.mask == nullptr) return;
    record_.add("mask.pattern", subject_.workload.mask->spec.text);
    record_.add("mask.pairs", subject_.mask->pairs_left());
    record_.add("mask.queries", subject_.mask->queries_left());
    record_.add("mask.keys", subject_.mask->keys_left());
  }

  void unit(std::size_t u) {
    const ComputeUnit& unit = subject_.arch.units[u];
    const std::string key = "unit." + unit.name;
    const double all = unit.lanes * result_.cycles;
    double work = 0;
    double energy = 0;
    double busy = 0;
    for (std::size_t e = 0; e < subject_.cascade.einsums.size(); ++e) {
      if (result_.einsum_unit[e] != static_cast<UnitId>(u)) continue;
      work += result_.einsum_lane_cycles[e];
      energy += result_.einsum_energy_J[e];
      busy += result_.einsum_cycles[e];
      record_.add(key + ".einsum." + subject_.cascade.einsums[e].name + ".utilisation",
                  result_.einsum_lane_cycles[e] / all);
    }
    record_.add(key + ".utilisation", work / all);
    record_.add(key + ".busy_s", busy / subject_.arch.clock_Hz);
    record_.add(key + ".energy_J", energy);
    record_.add(key + ".area_m2", unit.area_m2);
  }

  void level(std::size_t l) {
    const Level& level = subject_.arch.levels[l];
    const std::string key = "level." + level.name;
    double time = 0;
    for (const GroupResult& group : result_.groups) time += group.level_time_s[l];
    record_.add(key + ".read_B", sum_of(result_.read_B, l));
    record_.add(key + ".write_B", sum_of(result_.write_B, l));
    if (level.bandwidth_B_per_s < unlimited) record_.add(key + ".time_s", time);
    record_.add(key + ".energy_J", result_.level_energy_J[l]);
    record_.add(key + ".area_m2", level.area_m2);
    record_.add(key + ".used_B", result_.footprints[l].used_B);
    record_.add(key + ".capacity_B", level.capacity_B * level.instances);
    if (result_.footprints[l].spilled > 0) record_.add(key + ".spilled", result_.footprints[l].spilled);
  }

  void einsum(std::size_t e) {
    const Einsum& einsum = subject_.cascade.einsums[e];
    const std::string key = "einsum." + einsum.name;
    record_.add(key + ".unit", subject_.arch.units[static_cast<std::size_t>(result_.einsum_unit[e])].name);
    record_.add(key + ".points", result_.einsum_points[e]);
    record_.add(key + ".cycles", result_.einsum_cycles[e]);
    record_.add(key + ".energy_J", result_.einsum_energy_J[e]);
    for (const auto& [operation, count] : operations_per_point(subject_.cascade, einsum))
      record_.add(key + ".ops." + operations()[static_cast<std::size_t>(operation)].name,
                  count * result_.einsum_points[e]);
  }

  void groups() {
    for (std::size_t g = 0; g < result_.groups.size(); ++g) {
      const std::string key = "group." + subject_.mapping.tree.groups[g].name;
      record_.add(key + ".time_s", result_.groups[g].time_s);
      record_.add(key + ".binding", name_of(result_.groups[g].binding));
    }
  }

  void traffic() {
    for (std::size_t l = 0; l < subject_.arch.levels.size(); ++l)
      for (TensorId t = 0; t < result_.tensors; ++t)
        for (EinsumId e = 0; e < result_.einsums; ++e) moved(static_cast<LevelId>(l), t, e);
  }

  void moved(LevelId l, TensorId t, EinsumId e) {
    const std::size_t at = result_.index(l, t, e);
    if (result_.read_B[at] == 0 && result_.write_B[at] == 0) return;
    const std::string key = "traffic." + subject_.arch.levels[static_cast<std::size_t>(l)].name + "." +
                            subject_.cascade.tensors[static_cast<std::size_t>(t)].name + "." +
                            subject_.cascade.einsums[static_cast<std::size_t>(e)].name;
    record_.add(key + ".read_B", result_.read_B[at]);
    record_.add(key + ".write_B", result_.write_B[at]);
    if (result_.fill_B[at] > 0) record_.add(key + ".fill_B", result_.fill_B[at]);
  }

  [[nodiscard]] double sum_of(const std::vector<double>& bytes, std::size_t l) const {
    const auto each = static_cast<std::ptrdiff_t>(result_.tensors) * result_.einsums;
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(l) * each;
    return std::accumulate(first, first + each, 0.0);
  }

  [[nodiscard]] std::string name_of(const Binding& binding) const {
    if (binding.kind == Binding::Kind::unit) return subject_.arch.units[static_cast<std::size_t>(binding.id)].name;
    if (binding.kind == Binding::Kind::level)
      return subject_.arch.levels[static_cast<std::size_t>(binding.id)].name;
    return "schedule";
  }

  const Subject& subject_;
  const Result& result_;
  Record record_;
};

}  // namespace

Record make_record(const Subject& subject, const Result& result, const std::vector<std::string>& warnings) {
  return RecordMaker(subject, result).make(warnings);
}

}  // namespace tilewright
