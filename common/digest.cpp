#include "common/digest.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/format.h>

namespace tilewright {

std::string hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::optional<Digest> digest_of_hex(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* begin = text.data() + 2 * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, digest[i], 16);
    if (error != std::errc() || end != begin + 2) return std::nullopt;
  }
  return digest;
}

void DigestBuilder::add_bits(char kind, std::uint64_t bits) {
  bytes_ += kind;
  for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(bits >> shift);
}

DigestBuilder& DigestBuilder::add(std::string_view text) {
  add_bits('t', text.size());
  bytes_ += text;
  return *this;
}

DigestBuilder& DigestBuilder::add(double number) {
  add_bits('n', std::bit_cast<std::uint64_t>(number));
  return *this;
}

DigestBuilder& DigestBuilder::add(const Digest& digest) {
  bytes_ += 'd';
  bytes_.append(digest.begin(), digest.end());
  return *this;
}

Digest DigestBuilder::value() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes_.data(), bytes_.size()));
  Digest digest;
  std::copy_n(canonical.digest, digest.size(), digest.begin());
  return digest;
}

}  // namespace tilewright
