#include "einsum/lexer.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// Not <cctype>: that depends on the locale, and is undefined for negative char.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool in_name(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// Fixed coordinates are expressions of common/expression.hpp, so their operators are symbols here too.
constexpr std::string_view symbols = "[](),=+-*/%^<>!&|?:";

std::size_t skip_digits(const std::string& text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

std::size_t end_of_number(const std::string& text, std::size_t at) {
  at = skip_digits(text, at);
  if (at < text.size() && text[at] == '.') at = skip_digits(text, at + 1);
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  std::size_t digits = at + 1;
  if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
  const std::size_t end = skip_digits(text, digits);
  return end == digits ? at : end;
}

/// In UTF-8, where all bytes of a character but the first begin with the bits 10.
std::size_t end_of_character(const std::string& text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) ++at;
  return at;
}

bool starts_number(const std::string& text, std::size_t at) {
  return is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]));
}

Token next(const Source& source, std::size_t at) {
  const std::string& text = source.text;
  if (starts_number(text, at)) {
    const std::size_t end = end_of_number(text, at);
    if (end < text.size() && in_name(text[end])) source.fail(end, "a number ends in a letter");
    return {Token::Kind::number, text.substr(at, end - at), at};
  }
  if (is_letter(text[at])) {
    std::size_t end = at;
    while (end < text.size() && in_name(text[end])) ++end;
    return {Token::Kind::name, text.substr(at, end - at), at};
  }
  if (symbols.find(text[at]) == std::string_view::npos)
    source.fail(at, "unexpected character '" + text.substr(at, end_of_character(text, at) - at) + "'");
  return {Token::Kind::symbol, text.substr(at, 1), at};
}

}  // namespace

Place Source::at(std::size_t offset) const {
  Place result = place;
  if (result.column > 0) result.column += static_cast<int>(offset);
  return result;
}

void Source::fail(std::size_t offset, std::string_view message) const {
  throw InputError(at(offset), key_path, message);
}

std::string Token::quoted() const { return kind == Kind::end ? "the end" : "'" + text + "'"; }

std::vector<Token> tokenize(const Source& source) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < source.text.size()) {
    if (is_space(source.text[at])) {
      ++at;
      continue;
    }
    tokens.push_back(next(source, at));
    at += tokens.back().text.size();
  }
  tokens.push_back({Token::Kind::end, "", at});
  return tokens;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), in_name);
}

}  // namespace tilewright
