#include "einsum/mask/files/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "common/error.hpp"
#include "common/position.hpp"
#include "einsum/mask/files/excerpt.hpp"

namespace tilewright {

namespace {

class DictParser {
 public:
  DictParser(std::string_view text, const std::string& what) : text_(text), what_(what) {}

  NpyHeader header() {
    expect('{');
    while (!take('}')) {
      entry();
      if (take(',')) continue;
      expect('}');
      break;
    }
    skip();
    if (at_ < text_.size()) fail("expected the end");
    for (std::size_t i = 0; i < std::size(keys); ++i)
      if (!seen_[i]) throw InputError(fmt::format("{}: the header has no '{}'", what_, keys[i]));
    return header_;
  }

 private:
  static constexpr std::string_view keys[] = {"descr", "fortran_order", "shape"};

  void entry() {
    const std::string_view key = quoted();
    const std::size_t index = position_of(std::ranges::find(keys, key), keys);
    if (index == std::size(keys)) fail(fmt::format("unknown key {}", excerpt(key)));
    if (seen_[index]) fail(fmt::format("'{}' a second time", key));
    seen_[index] = true;
    expect(':');
    if (index == 0) header_.type = type();
    if (index == 1) header_.fortran_order = truth();
    if (index == 2) header_.shape = tuple();
  }

  // Records are lists of fields, which no reader here takes: all that matters is to name them.
  std::string type() {
    skip();
    if (at_ == text_.size() || text_[at_] != '[') return std::string(quoted());
    const std::size_t end = text_.rfind(']');
    if (end == std::string_view::npos || end < at_) fail("expected ']'");
    const std::string_view list = text_.substr(at_, end + 1 - at_);
    at_ = end + 1;
    return std::string(list);
  }

  bool truth() {
    skip();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    fail("expected True or False");
  }

  Extents tuple() {
    Extents shape;
    expect('(');
    while (!take(')')) {
      shape.push_back(number());
      if (take(',')) continue;
      if (shape.size() == 1) fail("expected ','");  // without a comma, one number in parentheses is no tuple
      expect(')');
      break;
    }
    return shape;
  }

  Count number() {
    skip();
    Count value = 0;
    const char* const begin = text_.data() + at_;
    const auto [stop, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0) fail("expected a whole number below 2^63");
    at_ += static_cast<std::size_t>(stop - begin);
    return value;
  }

  std::string_view quoted() {
    skip();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("expected a text in quotes");
    const std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return inner;
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail(fmt::format("expected '{}'", c));
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(fmt::format("{}: character {} of the header: {}{}", what_, at_ + 1, message,
                                 at_ < text_.size() ? ", got " + excerpt(text_.substr(at_, 20)) : ""));
  }

  std::string_view text_;
  const std::string& what_;
  std::size_t at_ = 0;
  NpyHeader header_;
  bool seen_[std::size(keys)] = {};
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& what) {
  return DictParser(text, what).header();
}

std::string shape_text(const Extents& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

}  // namespace tilewright
