// 128 bits that stand for what they were made of: two things with one digest are taken for the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

using Digest = std::array<std::uint8_t, 16>;

/// Of digests in a container: they are even as they are.
struct HashOfDigest {
  std::size_t operator()(const Digest& digest) const {
    std::size_t first = 0;
    std::memcpy(&first, digest.data(), sizeof first);
    return first;
  }
};

/// 32 digits, most significant first; and back: nothing for any other text.
std::string hex(const Digest& digest);
std::optional<Digest> digest_of_hex(std::string_view text);

/// XXH3-128 (xxHash, Yann Collet; its canonical bytes) of parts, in order. Where one part ends and the next begins,
/// and whether it is a text or a number, is part of it: "ab" and "a", "b" and "1" and 1 are all different. The same
/// on every machine. Not a defence against someone who looks for two things of one digest.
class DigestBuilder {
 public:
  DigestBuilder& add(std::string_view text);
  /// Bit for bit: 0 and -0 are different.
  DigestBuilder& add(double number);
  DigestBuilder& add(const Digest& digest);
  [[nodiscard]] Digest value() const;

 private:
  void add_bits(char kind, std::uint64_t bits);
  std::string bytes_;
};

}  // namespace tilewright
