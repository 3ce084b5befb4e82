// The cells of one row by the names of their columns, with messages that name file, line and column.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernels/plan/error.hpp"
#include "kernels/plan/shape.hpp"

namespace tilewright::plan {

/// Every function throws Error where the cell is not what it reads.
class Cells {
 public:
  /// `cells` are as many as `columns`; both outlive this.
  Cells(const std::vector<std::string>& columns, const std::vector<std::string>& cells, Place place)
      : columns_(columns), cells_(cells), place_(std::move(place)) {}

  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const std::string& text(const std::string& column) const;
  /// A text that is not empty.
  [[nodiscard]] const std::string& name(const std::string& column) const;
  /// Which of the words it is.
  [[nodiscard]] std::size_t index_in(const std::vector<std::string>& words, const std::string& column) const;
  /// A whole number within [least, most].
  [[nodiscard]] std::uint64_t whole(const std::string& column, std::uint64_t least, std::uint64_t most) const;
  /// A whole number within [least, 2^31).
  [[nodiscard]] int count(const std::string& column, int least) const;
  /// A number of at least 0, or nothing where the cell is empty.
  [[nodiscard]] std::optional<double> number(const std::string& column) const;
  [[nodiscard]] Shape shape(const std::string& column) const;
  /// Throws Error with the message of what `read`, given the text, throws as std::invalid_argument.
  void check(const std::string& column, const std::function<void(const std::string&)>& read) const;

  [[noreturn]] void fail(const std::string& column, const std::string& message) const;

 private:
  const std::vector<std::string>& columns_;
  const std::vector<std::string>& cells_;
  Place place_;
};

}  // namespace tilewright::plan
