#include "kernels/plan/cells.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

namespace tilewright::plan {

const std::string& Cells::text(const std::string& column) const {
  return cells_.at(
      static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) - columns_.begin()));
}

const std::string& Cells::name(const std::string& column) const {
  if (text(column).empty()) fail(column, "is empty");
  return text(column);
}

std::size_t Cells::index_in(const std::vector<std::string>& words, const std::string& column) const {
  const auto found = std::find(words.begin(), words.end(), text(column));
  if (found == words.end()) throw Error(place_, column, "no '" + text(column) + "'", {text(column), words});
  return static_cast<std::size_t>(found - words.begin());
}

std::uint64_t Cells::whole(const std::string& column, std::uint64_t least, std::uint64_t most) const {
  const std::string& cell = text(column);
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (fault != std::errc() || end != cell.data() + cell.size() || value < least || value > most) {
    fail(column, "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                     ", got '" + cell + "'");
  }
  return value;
}

int Cells::count(const std::string& column, int least) const {
  return static_cast<int>(whole(column, static_cast<std::uint64_t>(least), std::numeric_limits<int>::max()));
}

std::optional<double> Cells::number(const std::string& column) const {
  const std::string& cell = text(column);
  if (cell.empty()) return {};
  double value = 0;
  const auto [end, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (fault != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value) || value < 0) {
    fail(column, "expected a number of at least 0, got '" + cell + "'");
  }
  return value;
}

Shape Cells::shape(const std::string& column) const {
  const auto shape = read_shape(text(column));
  if (!shape)
    fail(column, "expected one to three whole numbers of at least 1, as in 16x8, got '" + text(column) + "'");
  return *shape;
}

void Cells::check(const std::string& column, const std::function<void(const std::string&)>& read) const {
  try {
    read(text(column));
  } catch (const std::invalid_argument& problem) {
    fail(column, problem.what());
  }
}

void Cells::fail(const std::string& column, const std::string& message) const {
  throw Error(place_, column, message);
}

}  // namespace tilewright::plan
