// The words of an Einsum statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/error.hpp"

namespace tilewright {

/// One line of text from a file, and where it stands there.
struct Source {
  std::string text;
  Place place;           ///< of the first character
  std::string key_path;  ///< "cascade.einsums[3]"

  [[nodiscard]] Place at(std::size_t offset) const;
  [[noreturn]] void fail(std::size_t offset, std::string_view message) const;
};

struct Token {
  enum class Kind { name, number, symbol, end } kind;
  std::string text;  ///< a symbol is one character; empty at the end
  std::size_t offset;

  [[nodiscard]] bool is(char symbol) const { return kind == Kind::symbol && text[0] == symbol; }
  /// "'QK'", or "the end".
  [[nodiscard]] std::string quoted() const;
};

/// All tokens, the last of kind `end`. Throws InputError for a character that starts no token.
std::vector<Token> tokenize(const Source& source);

/// A letter, then letters, digits and underscores.
bool is_identifier(std::string_view text);

}  // namespace tilewright
