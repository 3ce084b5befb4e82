#include "sim/record/schema.hpp"

namespace tilewright {

namespace {

using enum ValueKind;
using enum Combine;
using enum Absent;

// Energies and areas of a part that does not know them are unknown of the whole; bytes of a part that does not name
// the level are none.
std::vector<Field> fields_of_points() {
  return {
      {"series", "", text, joined, nothing, "series of a study"},
      {"point.AXIS", "", either, same, nothing, "point of the series: its value on an axis"},
      {"derived.NAME", "", either, same, nothing, "point of the series: what the study derives from its axes"},
      {"workload", "", text, joined, nothing, "name of the workload"},
      {"phase", "", text, joined, nothing, "phase of the workload: prefill or decode"},
      {"cascade", "", text, joined, nothing, "name of the cascade"},
      {"arch", "", text, joined, nothing, "name of the architecture"},
      {"mapping", "", text, joined, nothing, "name of the nest of loops or the kernel"},
      {"workload_file", "", text, joined, nothing, "file that the workload is from"},
      {"arch_file", "", text, joined, nothing, "file that the architecture is from"},
      {"mapping_file", "", text, joined, nothing, "file that the mapping is from"},
      {"version", "", text, joined, nothing, "version of the program"},
      {"commit", "", text, joined, nothing, "commit that the program was built from"},
      {"shape.R", "", number, same, nothing, "shape of a rank"},
      {"requests.lengths", "", text, joined, nothing,
       "requests of the batch, queries x keys of each; the first 16"},
      {"requests.sequences", "", number, same, nothing, "requests of the batch"},
      {"requests.queries", "", number, same, nothing, "their queries, summed"},
      {"requests.keys", "", number, same, nothing, "their keys, summed"},
      {"parameter.P", "", number, same, nothing, "parameter of the architecture, in SI units"},
      {"selection.text", "", text, joined, nothing, "how the keys of the mask are chosen"},
      {"mask.pattern", "", text, joined, nothing, "the mask"},

      {"time_s", "s", number, sum, unknown, "time"},
      {"time_low_s", "s", number, sum, unknown,
       "of a kernel: where the interval that would hold its measured time begins"},
      {"time_high_s", "s", number, sum, unknown, "where that interval ends"},
      {"interval.share", "share", number, same, unknown, "share of measured times that such intervals hold"},
      {"interval.rows", "", number, same, unknown, "judged rows of a suite that the interval is from"},
      {"interval.of", "", text, joined, nothing, "what these rows have in common; or why there is no interval"},
      {"cycles", "cycles", number, sum, unknown, "time in cycles of the clock"},
      {"energy_J", "J", number, sum, unknown, "energy"},
      {"edp_Js", "J s", number, derived, unknown, "energy-delay product", {"energy_J", '*', "time_s"}},
      {"power_W", "W", number, derived, unknown, "mean power", {"energy_J", '/', "time_s"}},
      {"static_energy_J", "J", number, sum, unknown, "energy that is taken whatever is done"},
      {"area_m2", "m2", number, same, unknown, "area of the chip"},
      {"binding", "", text, longest, unknown, "what limits the time: a unit, a level, or the order (schedule)"},
      {"bound.time_s", "s", number, sum, unknown, "least time of any mapping on this architecture"},
      {"bound.resource", "", text, joined, nothing, "the unit or level that needs as long"},
      {"bound.ratio", "", number, derived, unknown, "time over the bound", {"time_s", '/', "bound.time_s"}},
      {"simulation.schedule", "", text, joined, nothing, "of a simulated nest: how its Einsums follow one another"},
      {"map.traffic_B", "B", number, sum, unknown, "bytes that a mapping moves to and from the outermost level"},
      {"map.buffer_B", "B", number, maximum, unknown, "capacity of the shared level that a mapping fits into"},
      {"mask.pairs", "share", number, same, unknown, "share of the (query, key) pairs that the mask leaves"},
      {"mask.queries", "share", number, same, unknown, "share of the queries that the mask leaves keys"},
      {"mask.keys", "share", number, same, unknown, "share of the keys that the mask leaves queries"},
      {"map.objective", "", text, joined, nothing, "what the search for the mapping minimised"},
      {"map.limit_s", "s", number, same, unknown, "time limit of the search; absent without one"},
      {"map.gap", "", number, maximum, unknown, "objective over the least possible, at most; 1: proven to be best"},
      {"map.preferred", "", text, joined, nothing, "what became of each preference of the mapspace"},

      {"kernel.flop_per_s", "FLOP/s", number, mean, unknown, "rate of both products, of the mask's pairs alone"},
      {"kernel.of_peak", "share", number, mean, unknown, "share of the matrix unit's peak that this rate is"},
      {"kernel.q_tile", "", text, joined, nothing, "queries of a Q tile"},
      {"kernel.kv_tile", "", text, joined, nothing, "keys of a KV tile"},
      {"kernel.pad", "", text, joined, nothing, "the layout of the keys that windows are padded to"},
      {"kernel.occupancy", "", number, same, unknown, "thread blocks on a multiprocessor at once"},
      {"kernel.blocks", "", number, sum, unknown, "thread blocks"},
      {"kernel.waves", "", number, sum, unknown, "thread blocks over those that run at once"},
      {"kernel.visits", "", number, sum, unknown, "KV tiles that Q tiles visit"},
      {"kernel.splits", "", number, same, unknown, "the most thread blocks that share a Q tile"},
      {"kernel.sm_cycles", "cycles", number, sum, unknown, "of the fused kernel, in cycles of a multiprocessor"},
      {"kernel.calibration", "", text, joined, nothing, "calibration that the parameters are of"},
      {"kernel.parameter.P", "", number, same, unknown, "parameter that was used, in SI units"},
      {"call.name", "", text, joined, nothing, "call that a kernel is in"},
      {"call.launches", "", number, sum, unknown, "kernels that the call launches"},
      {"pass.K.time_s", "s", number, sum, nothing, "of a kernel before or after, without its launch"},
      {"share.S.time_s", "s", number, sum, unknown, "part of the time; all of them add up to it"},
      {"share.S.of_time", "share", number, derived, unknown, "time share", {"share.S.time_s", '/', "time_s"}},
  };
}

std::vector<Field> fields_of_parts() {
  return {
      {"unit.U.einsum.E.utilisation", "share", number, mean, nothing, "use of a unit's lanes by an Einsum"},
      {"unit.U.utilisation", "share", number, mean, nothing, "use of a unit's lanes"},
      {"unit.U.busy_s", "s", number, sum, nothing, "time in which a unit works"},
      {"unit.U.waits.C.time_s", "s", number, sum, nothing,
       "of a simulated nest: time without work until a task came that had waited for a task, a copy or its turn"},
      {"unit.U.energy_J", "J", number, sum, unknown, "energy of a unit's operations"},
      {"unit.U.area_m2", "m2", number, same, unknown, "area of a unit"},
      {"level.L.read_B", "B", number, sum, nothing, "bytes read from a level"},
      {"level.L.write_B", "B", number, sum, nothing, "bytes written to a level"},
      {"level.L.time_s", "s", number, sum, nothing, "time of a level's bytes at its bandwidth"},
      {"level.L.energy_J", "J", number, sum, unknown, "energy of a level's bytes"},
      {"level.L.area_m2", "m2", number, same, unknown, "area of a level"},
      {"level.L.used_B", "B", number, maximum, nothing, "most bytes that a level holds at once"},
      {"level.L.capacity_B", "B", number, same, nothing, "bytes that all instances of a level can hold"},
      {"level.L.spilled", "share", number, maximum, nothing, "share of a level's data that does not fit"},
      {"einsum.E.unit", "", text, joined, nothing, "unit that an Einsum is bound to"},
      {"einsum.E.points", "", number, sum, nothing, "points of an Einsum's iteration space that exist"},
      {"einsum.E.cycles", "cycles", number, sum, nothing, "cycles that an Einsum occupies its unit"},
      {"einsum.E.energy_J", "J", number, sum, unknown_in_item, "energy of an Einsum's operations"},
      {"einsum.E.ops.KIND", "", number, sum, nothing, "operations of an Einsum, of a kind"},
      {"group.G.time_s", "s", number, sum, nothing, "time of a fusion group"},
      {"group.G.tiles", "", number, sum, nothing, "of a simulated nest: tiles that a fusion group visits"},
      {"group.G.tile_cycles", "cycles", number, mean, nothing,
       "from one tile to the next in the steady state: the initiation interval"},
      {"group.G.tile_cycles_by_resource", "cycles", number, mean, nothing,
       "its bound by the busiest unit, level or network"},
      {"group.G.tile_cycles_by_recurrence", "cycles", number, mean, nothing,
       "its bound by what a tile needs of the ones before"},
      {"group.G.binding", "", text, longest, nothing, "what limits a fusion group"},
      {"traffic.L.T.E.read_B", "B", number, sum, nothing, "bytes of a tensor read from a level for an Einsum"},
      {"traffic.L.T.E.write_B", "B", number, sum, nothing, "bytes of a tensor written to a level for an Einsum"},
      {"traffic.L.T.E.fill_B", "B", number, sum, nothing, "of the bytes written, those from the level above"},
      {"warnings", "", text, joined, nothing, "what is odd, or is left out", {}, "; "},
      {"infeasible", "", text, joined, nothing, "why a point does not fit; then it has no other result", {}, "; "},
      {"error",
       "",
       text,
       joined,
       nothing,
       "what is wrong at a point of a study; then it has no other result",
       {},
       "; "},
  };
}

std::vector<Field> all_fields() {
  std::vector<Field> all = fields_of_points();
  const std::vector<Field> parts = fields_of_parts();
  all.insert(all.end(), parts.begin(), parts.end());
  return all;
}

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> all = all_fields();
  return all;
}

}  // namespace tilewright
