// Stored records by series and point, for look-up. Nothing is computed here but the spec's expressions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "report/spec.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// Axis and value as text, as `at` writes it.
using PointFilter = std::map<std::string, std::string>;

/// A number as its shortest decimal form.
std::string text_of(const RecordValue& value);

struct Entry {
  std::map<std::string, RecordValue> point;
  const Record* record = nullptr;

  /// Whether the point has every axis of `filter`, at that value.
  [[nodiscard]] bool matches(const PointFilter& filter) const;
};

/// The arithmetic mean of the values of some points.
struct Mean {
  std::optional<double> value;
  std::vector<const Entry*> of;
};

class Dataset {
 public:
  /// The records must live as long. Throws InputError for a record without a series, and for two records of a
  /// series at one point.
  explicit Dataset(const std::vector<Record>& records);
  explicit Dataset(std::vector<Record>&&) = delete;

  /// Throws InputError at the name, with the nearest one.
  [[nodiscard]] const std::vector<Entry>& series(const Located& name) const;

  /// Values of an axis in some series: numbers ascending, then texts in order of the records. Throws InputError if
  /// a series lacks the axis.
  [[nodiscard]] std::vector<RecordValue> values(const Located& axis, const std::vector<Located>& series) const;

  /// Over all points of the series that match. One point without a value (a number is absent, or the comparison has
  /// no other record) leaves no value at all: the mean would be of other points than its neighbours are.
  [[nodiscard]] Mean mean(const Located& series, const Measure& measure, const PointFilter& filter) const;

  /// Points of the series that match, in order of the records.
  [[nodiscard]] std::vector<const Entry*> matching(const Located& series, const PointFilter& filter) const;

  /// What a measure makes of one point; nothing where a number is absent, or there is no record to compare with.
  [[nodiscard]] std::optional<double> value_at(const Entry& entry, const Measure& measure) const;

  /// Throws InputError for a number that no record of these series has.
  void require(const Quantity& quantity, const std::vector<Located>& series) const;

 private:
  /// Of a series: which entries have a value on an axis, by axis and text.
  using Places = std::map<std::string, std::unordered_map<std::string, std::vector<std::size_t>>>;
  struct Series {
    std::vector<Entry> entries;
    Places places;
  };
  [[nodiscard]] std::vector<std::string> numbers_of(const std::vector<Located>& series) const;
  [[nodiscard]] const Series& find(const Located& name) const;

  std::map<std::string, Series> series_;
};

/// The value of the first alternative whose numbers the entry has; nothing if there is none or it is not finite.
std::optional<double> evaluate(const Quantity& quantity, const Entry& entry);

/// `name` with {design} replaced.
Located for_design(const Located& name, const std::string& design);

}  // namespace tilewright
