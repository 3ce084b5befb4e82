// The result record: one flat, ordered list of named values, the same for every model. JSON nests it at the dots,
// CSV has a column per name. A value that a model does not know is absent.
//
//   workload, cascade, arch, mapping        names;  *_file: the files they came from;  version, commit
//   time_s, cycles, energy_J, area_m2, edp_Js
//   binding                                 what limits: a unit, a level or "schedule"
//   bound.time_s, bound.resource, bound.ratio      see bound.hpp; ratio = time_s / bound.time_s
//   unit.U.utilisation, .busy_s, .energy_J, .area_m2;  unit.U.einsum.E.utilisation
//   level.L.read_B, .write_B, .time_s, .energy_J, .area_m2, .used_B, .capacity_B, .spilled
//   einsum.E.unit, .points, .cycles, .energy_J, .ops.KIND
//   group.G.time_s, .binding
//   mask.pattern, .pairs, .queries, .keys   with a mask: its text, and the shares of each that it leaves
//   traffic.L.T.E.read_B, .write_B          level, tensor, Einsum; .fill_B: of write_B, what came from above
//   warnings
//   infeasible                              of a sweep's point that does not fit: why; then nothing else is there
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/table.hpp"
#include "einsum/workload.hpp"
#include "sim/nest/mask_share.hpp"
#include "sim/nest/result.hpp"

namespace tilewright {

using RecordValue = std::variant<std::string, double>;

class Record {
 public:
  /// Adds a value under a name that is not there yet. A number that is not finite is left out.
  void add(std::string name, RecordValue value);
  /// Adds a value, or replaces the one of this name; a number that is not finite leaves none.
  void set(const std::string& name, RecordValue value);
  [[nodiscard]] const RecordValue* find(const std::string& name) const;
  /// The number of this name, or nothing.
  [[nodiscard]] std::optional<double> number(const std::string& name) const;
  /// The text of this name, or an empty one.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, RecordValue>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, RecordValue>> fields_;
};

/// Everything a model result refers to by index.
struct Subject {
  const Workload& workload;
  const Cascade& cascade;
  const Arch& arch;
  const Mapping& mapping;
  const MaskShare* mask = nullptr;
};

/// Names for a result's numbers. `warnings` are joined with "; ".
Record make_record(const Subject& subject, const Result& result, const std::vector<std::string>& warnings);

/// The sum of parts that run one after another on one architecture: times, cycles, energies, bytes, points and
/// operations add up, utilisations are weighted by time, the binding resource is that of the longest part. Absent
/// are sums of which a part does not know its share, and shapes, parameters, areas and capacities that the parts do
/// not agree on.
Record in_sequence(const std::vector<Record>& parts);

/// JSON text of records, nested at the dots; and back. `head` are texts in front of the records. Throws InputError
/// for a file of anything else.
std::string to_json(const std::vector<Record>& records,
                    const std::vector<std::pair<std::string, std::string>>& head);
std::vector<Record> records_from_json(const std::string& text, const std::string& file);

/// One column per name, in order of first appearance.
Table to_table(const std::vector<Record>& records);

}  // namespace tilewright
