#include "einsum/mask/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/error.hpp"

namespace tilewright {

namespace {

template <class Number>
bool read(std::string_view text, Number& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size();
}

// What stands between slashes; of an empty text nothing.
std::vector<std::string_view> between_slashes(std::string_view all) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; !all.empty() && at <= all.size();) {
    const std::size_t end = std::min(all.find('/', at), all.size());
    parts.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

}  // namespace

void Arguments::set(const std::string& name, const std::string& value) {
  if (has(name)) fail(name, "given twice");
  values_.emplace_back(name, value);
}

bool Arguments::has(const std::string& name) const {
  return std::ranges::find(values_, name, [](const auto& each) { return each.first; }) != values_.end();
}

std::vector<std::string> Arguments::names() const {
  std::vector<std::string> result;
  for (const auto& [name, value] : values_) result.push_back(name);
  return result;
}

const std::string& Arguments::text(const std::string& name) const {
  for (const auto& [known, value] : values_)
    if (known == name) return value;
  fail(name, "missing");
}

Count Arguments::count(const std::string& name, Count least, Count most) const {
  Count value = 0;
  if (!read(text(name), value) || value < least || value > most)
    fail(name, fmt::format("expected a whole number from {} to {}, got '{}'", least, most, text(name)));
  return value;
}

double Arguments::number(const std::string& name, double least, double most) const {
  double value = 0;
  if (!read(text(name), value) || !(value >= least && value <= most))
    fail(name, fmt::format("expected a number from {} to {}, got '{}'", least, most, text(name)));
  return value;
}

Extents Arguments::extents(const std::string& name, std::size_t dimensions, Count least) const {
  Extents value = parse_extents(text(name), pattern_ + ": " + name, least);
  if (value.size() != dimensions)
    fail(name, fmt::format("expected {} number{}, one per dimension of the layout, got '{}'", dimensions,
                           dimensions == 1 ? "" : "s", text(name)));
  return value;
}

std::vector<Count> Arguments::counts(const std::string& name, Count least, Count most) const {
  std::vector<Count> result;
  for (const std::string_view part : between_slashes(text(name))) {
    Count value = 0;
    if (!read(part, value) || value < least || value > most)
      fail(name, fmt::format("expected whole numbers from {} to {} with / between them, got '{}'", least, most,
                             text(name)));
    result.push_back(value);
  }
  return result;
}

std::vector<CountRange> Arguments::ranges(const std::string& name, Count least, Count most) const {
  std::vector<CountRange> result;
  for (const std::string_view part : between_slashes(text(name))) {
    const std::size_t dots = std::min(part.find(".."), part.size());
    const std::string_view end = dots == part.size() ? part : part.substr(dots + 2);
    CountRange range{};
    if (!read(part.substr(0, dots), range.first) || !read(end, range.last) || range.first < least ||
        range.last > most || range.first > range.last)
      fail(name, fmt::format("expected whole numbers from {} to {}, or ranges a..b of them, with / between them, "
                             "got '{}'",
                             least, most, text(name)));
    result.push_back(range);
  }
  return result;
}

void Arguments::fail(const std::string& name, const std::string& message) const {
  throw InputError(fmt::format("{}: {}: {}", pattern_, name, message));
}

}  // namespace tilewright
