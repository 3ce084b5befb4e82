#include <algorithm>
#include <map>

#include "sim/record/record.hpp"

namespace tilewright {

namespace {

// What one part has under a name.
struct PartValue {
  const RecordValue* value;
  double times;
  double time_s;  // of all its times

  [[nodiscard]] double number() const { return std::get<double>(*value); }
  [[nodiscard]] const std::string& text() const { return std::get<std::string>(*value); }
};

using PartValues = std::vector<PartValue>;

std::string joined_texts(const PartValues& values, std::string_view between) {
  std::vector<std::string> different;
  std::string result;
  for (const PartValue& part : values) {
    if (std::ranges::find(different, part.text()) != different.end()) continue;
    if (!different.empty()) result += between;
    result += part.text();
    different.push_back(part.text());
  }
  return result;
}

class Sequence {
 public:
  explicit Sequence(const std::vector<SequencePart>& parts) : parts_(parts) {
    for (const SequencePart& part : parts) {
      const double time_s = part.times * part.record.number("time_s").value_or(0);
      total_time_s_ += time_s;
      for (const auto& [name, value] : part.record.fields()) {
        if (values_[name].empty()) order_.push_back(name);
        values_[name].push_back({&value, part.times, time_s});
      }
    }
  }

  /// Derived values are of others that stand before them.
  Record combine() const {
    Record record;
    for (const std::string& name : order_) {
      const Field& field = field_of(name);
      if (field.combine == Combine::derived)
        record.add_derived(name);
      else if (const auto value = is_known(field, name) ? combined(field, values_.at(name)) : std::nullopt)
        record.add(name, *value);
    }
    return record;
  }

 private:
  [[nodiscard]] std::optional<RecordValue> combined(const Field& field, const PartValues& values) const {
    switch (field.combine) {
      case Combine::joined:
        return joined_texts(values, field.between);
      case Combine::longest:
        return *std::ranges::max_element(values, {}, &PartValue::time_s)->value;
      case Combine::maximum:
        return std::ranges::max_element(values, {}, &PartValue::number)->number();
      case Combine::same:
        return same(values);
      case Combine::sum:
      case Combine::mean:
        return sum(field, values);
      case Combine::derived:
        break;
    }
    return std::nullopt;
  }

  static std::optional<RecordValue> same(const PartValues& values) {
    const RecordValue& first = *values.front().value;
    if (std::ranges::any_of(values, [&](const PartValue& part) { return *part.value != first; })) return {};
    return first;
  }

  [[nodiscard]] double sum(const Field& field, const PartValues& values) const {
    double result = 0;
    for (const PartValue& part : values)
      result += (field.combine == Combine::mean ? part.time_s / total_time_s_ : part.times) * part.number();
    return result;
  }

  [[nodiscard]] bool is_known(const Field& field, const std::string& name) const {
    if (field.absent == Absent::nothing || values_.at(name).size() == parts_.size()) return true;
    if (field.absent == Absent::unknown) return false;
    const std::string item = name.substr(0, name.rfind('.') + 1);
    return std::ranges::all_of(parts_, [&](const SequencePart& part) {
      return part.record.find(name) != nullptr ||
             std::ranges::none_of(part.record.fields(),
                                  [&](const auto& entry) { return entry.first.starts_with(item); });
    });
  }

  const std::vector<SequencePart>& parts_;
  std::vector<std::string> order_;
  std::map<std::string, PartValues> values_;
  double total_time_s_ = 0;
};

}  // namespace

Record in_sequence(const std::vector<SequencePart>& parts) { return Sequence(parts).combine(); }

}  // namespace tilewright
