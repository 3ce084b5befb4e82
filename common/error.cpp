#include "common/error.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "common/nearest.hpp"
#include "common/one_line.hpp"

namespace tilewright {
namespace {

constexpr std::size_t most_listed = 24;

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += ": ";
    text += part;
  }
  return text;
}

}  // namespace

std::string Place::str() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line);
  if (line > 0 && column > 0) text += ":" + std::to_string(column);
  return text;
}

InputError::InputError(const std::string& message) : std::runtime_error(one_line(message)) {}

InputError::InputError(const Place& place, std::string_view key_path, std::string_view message)
    : std::runtime_error(one_line(join({place.str(), key_path, message}))) {}

std::string did_you_mean(std::string_view name, std::span<const std::string> known) {
  if (known.empty()) return {};
  const std::string* nearest = nearest::of(name, known);
  if (nearest != nullptr) return fmt::format("; did you mean '{}'?", *nearest);
  const std::span<const std::string> listed = known.first(std::min(known.size(), most_listed));
  const std::string rest = listed.size() < known.size() ? fmt::format(", ... ({} in all)", known.size()) : "";
  return fmt::format("; known: {}{}", fmt::join(listed, ", "), rest);
}

}  // namespace tilewright
