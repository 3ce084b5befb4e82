// The result record: one flat, ordered list of named values, the same for every model. JSON nests it at the dots,
// CSV has a column per name. The names are those of sim/record/schema.hpp. A value that a model does not know is
// absent.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/table.hpp"
#include "sim/record/schema.hpp"

namespace tilewright {

using RecordValue = std::variant<std::string, double>;

bool is_of_kind(const RecordValue& value, ValueKind kind);

class Record {
 public:
  /// Adds a value under a name that is not there yet. A number that is not finite is left out. Throws
  /// std::logic_error for a name that no field has, and for a value of another kind.
  void add(std::string name, RecordValue value);
  /// The same of a name whose field is known, for who adds many of one name.
  void add(const Field& field, std::string name, RecordValue value);
  /// Adds what the field's formula makes of numbers that are there; nothing where one is absent.
  void add_derived(const std::string& name);
  [[nodiscard]] const RecordValue* find(const std::string& name) const;
  /// The number of this name, or nothing.
  [[nodiscard]] std::optional<double> number(const std::string& name) const;
  /// The text of this name, or an empty one.
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, RecordValue>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, RecordValue>> fields_;
};

/// What runs some times in a sequence.
struct SequencePart {
  Record record;
  double times = 1;
};

/// Parts that run one after another on one architecture, each field as the schema says. A part takes as long as all
/// its times together.
Record in_sequence(const std::vector<SequencePart>& parts);

/// JSON text of records, nested at the dots; and back. `head` are texts in front of the records. Throws InputError
/// for a file of anything else, and for names that no field has.
std::string to_json(const std::vector<Record>& records,
                    const std::vector<std::pair<std::string, std::string>>& head);
/// Of one record, on one line without its end.
std::string to_json_line(const Record& record);
std::vector<Record> records_from_json(const std::string& text, const std::string& file);
/// The texts in front of the records.
std::vector<std::pair<std::string, std::string>> head_from_json(const std::string& text);

/// One column per name, in order of first appearance.
Table to_table(const std::vector<Record>& records);

}  // namespace tilewright
