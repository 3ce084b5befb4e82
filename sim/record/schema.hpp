// The fields of result records: each once, with its unit, its meaning and how it combines over parts that run one
// after another. What writes, reads, adds up, prints or documents records takes them from here.
//
// A name in capitals, as U in unit.U.utilisation, stands for any name of that kind: of a unit, a level, an Einsum.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/table.hpp"

namespace tilewright {

enum class ValueKind { number, text, either };

/// What a sequence of parts has under a name.
enum class Combine {
  sum,
  maximum,
  mean,     ///< weighted by the times of the parts
  same,     ///< what all parts have; absent where they differ
  longest,  ///< that of the part that takes longest
  joined,   ///< the different texts, in order
  derived   ///< by the field's formula, from other fields of the sequence
};

/// What it says of a part that it has no such field.
enum class Absent {
  nothing,         ///< there is none: 0 of a sum
  unknown,         ///< the part does not know it; then the sequence does not either
  unknown_in_item  ///< so if the part has other fields of the same Einsum, say; else there is none
};

/// left * right or left / right, names of other fields. Capitals stand for what they stand for in its own name.
struct Formula {
  std::string_view left;
  char operation = '*';
  std::string_view right;
};

struct Field {
  std::string_view name;
  std::string_view unit;  ///< "s", "B", ...; "share": from 0 to 1; empty: a plain number, or none
  ValueKind kind = ValueKind::number;
  Combine combine = Combine::sum;
  Absent absent = Absent::nothing;
  std::string_view meaning;
  Formula formula = {};
  std::string_view between = " + ";  ///< joined texts
};

/// In the order in which pages list them.
const std::vector<Field>& fields();

/// The field that a record's name is of, or nullptr.
const Field* find_field(std::string_view name);
/// The same. Throws std::logic_error where there is none.
const Field& field_of(std::string_view name);
/// "; did you mean 'unit.array.utilisation'?" for a name that is of no field.
std::string nearest_field(const std::string& name);

/// What `pattern`, of a formula of the field of `name`, is there: share.S.time_s is share.mask.time_s for
/// share.mask.of_time.
std::string operand(std::string_view pattern, std::string_view name);

/// A column for a field's values: with its dimension, and as a percentage where it is a share.
Column column_of(const Field& field, std::string heading);

/// name, unit, kind, in_sequence, meaning.
Table table_of_fields();

}  // namespace tilewright
