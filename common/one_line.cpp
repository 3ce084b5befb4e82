#include "common/one_line.hpp"

#include <fmt/format.h>

namespace tilewright {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 || byte == 0x7F;
    line += !control ? std::string(1, c) : c == '\n' ? "\\n" : fmt::format("\\x{:02x}", byte);
  }
  return line;
}

}  // namespace tilewright
