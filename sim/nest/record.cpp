#include "sim/nest/record.hpp"

#include "einsum/operation_count.hpp"
#include "sim/bound/cascade_bound.hpp"

namespace tilewright {

namespace {

class NestRecordMaker {
 public:
  NestRecordMaker(const Subject& subject, const Mapping& mapping, const MaskShare* mask, const Result& result)
      : subject_(subject), mapping_(mapping), mask_(mask), result_(result) {}

  Record make(const std::vector<std::string>& warnings) {
    add_identity(subject_, record_);
    totals();
    bound();
    mask();
    for (const UnitId u : subject_.arch.units.ids()) unit(u);
    for (const LevelId l : subject_.arch.levels.ids()) level(l);
    for (const EinsumId e : subject_.cascade.einsums.ids()) einsum(e);
    groups();
    traffic();
    add_warnings(warnings, record_);
    return std::move(record_);
  }

 private:
  void totals() {
    record_.add("time_s", result_.time_s);
    record_.add("cycles", result_.cycles);
    record_.add("energy_J", result_.energy_J);
    record_.add_derived("edp_Js");
    record_.add("area_m2", subject_.arch.area_m2());
    record_.add("binding", name_of(result_.binding, subject_.arch));
  }

  void bound() {
    const Bound limit = time_bound(subject_.cascade, subject_.arch, result_.rank_shapes,
                                   {result_.element_B, result_.shared_by, result_.stored}, mask_);
    record_.add("bound.time_s", limit.time_s);
    record_.add("bound.resource", limit.resource);
    record_.add_derived("bound.ratio");
  }

  void mask() {
    if (mask_ == nullptr) return;
    record_.add("mask.pairs", mask_->pairs_left());
    record_.add("mask.queries", mask_->queries_left());
    record_.add("mask.keys", mask_->keys_left());
  }

  void unit(UnitId u) {
    const ComputeUnit& unit = subject_.arch.units[u];
    const std::string key = "unit." + unit.name;
    const double all = unit.lanes * result_.cycles;
    double work = 0;
    double energy = 0;
    double busy = 0;
    for (const EinsumId e : subject_.cascade.einsums.ids()) {
      if (result_.einsum_unit[e] != u) continue;
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

  void level(LevelId l) {
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

  void einsum(EinsumId e) {
    const Einsum& einsum = subject_.cascade.einsums[e];
    const std::string key = "einsum." + einsum.name;
    record_.add(key + ".unit", subject_.arch.units[result_.einsum_unit[e]].name);
    record_.add(key + ".points", result_.einsum_points[e]);
    record_.add(key + ".cycles", result_.einsum_cycles[e]);
    record_.add(key + ".energy_J", result_.einsum_energy_J[e]);
    for (const auto& [operation, count] : operations_per_point(subject_.cascade, einsum))
      record_.add(key + ".ops." + subject_.cascade.operations[operation].name, count * result_.einsum_points[e]);
  }

  void groups() {
    for (const GroupId g : result_.groups.ids()) {
      const std::string key = "group." + mapping_.tree.groups[g].name;
      record_.add(key + ".time_s", result_.groups[g].time_s);
      record_.add(key + ".binding", name_of(result_.groups[g].binding, subject_.arch));
    }
  }

  void traffic() {
    for (const LevelId l : subject_.arch.levels.ids())
      for (const TensorId t : result_.tensors)
        for (const EinsumId e : result_.einsums) moved(l, t, e);
  }

  void moved(LevelId l, TensorId t, EinsumId e) {
    const std::size_t at = result_.index(l, t, e);
    if (result_.read_B[at] == 0 && result_.write_B[at] == 0) return;
    const std::string key = "traffic." + subject_.arch.levels[l].name + "." + subject_.cascade.tensors[t].name +
                            "." + subject_.cascade.einsums[e].name;
    record_.add(key + ".read_B", result_.read_B[at]);
    record_.add(key + ".write_B", result_.write_B[at]);
    if (result_.fill_B[at] > 0) record_.add(key + ".fill_B", result_.fill_B[at]);
  }

  [[nodiscard]] double sum_of(const std::vector<double>& bytes, LevelId l) const {
    double sum = 0;
    for (const TensorId t : result_.tensors)
      for (const EinsumId e : result_.einsums) sum += bytes[result_.index(l, t, e)];
    return sum;
  }

  const Subject& subject_;
  const Mapping& mapping_;
  const MaskShare* mask_;
  const Result& result_;
  Record record_;
};

}  // namespace

Record make_record(const Subject& subject, const Mapping& mapping, const MaskShare* mask, const Result& result,
                   const std::vector<std::string>& warnings) {
  return NestRecordMaker(subject, mapping, mask, result).make(warnings);
}

}  // namespace tilewright
