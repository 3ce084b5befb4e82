// The arguments of a pattern as a user writes them: name=value, all texts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "einsum/mask/layout.hpp"

namespace tilewright {

/// [first, last]
struct CountRange {
  Count first;
  Count last;
  bool operator==(const CountRange&) const = default;
};

class Arguments {
 public:
  explicit Arguments(std::string pattern = {}) : pattern_(std::move(pattern)) {}

  /// Throws InputError for a name that is there already.
  void set(const std::string& name, const std::string& value);
  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::string& pattern() const { return pattern_; }

  // Each throws InputError ("sliding: left: ...") where the value is missing or not what it should be.
  [[nodiscard]] const std::string& text(const std::string& name) const;
  [[nodiscard]] Count count(const std::string& name, Count least, Count most = most_tokens) const;
  [[nodiscard]] double number(const std::string& name, double least, double most) const;
  /// One extent per dimension, as in 18x24x24.
  [[nodiscard]] Extents extents(const std::string& name, std::size_t dimensions, Count least = 1) const;
  /// Whole numbers with slashes between, as in 0/64/4096; an empty text is an empty list.
  [[nodiscard]] std::vector<Count> counts(const std::string& name, Count least, Count most = most_tokens) const;
  /// The same, where a..b stands for all from a to b.
  [[nodiscard]] std::vector<CountRange> ranges(const std::string& name, Count least, Count most) const;

  [[noreturn]] void fail(const std::string& name, const std::string& message) const;

 private:
  std::string pattern_;
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace tilewright
