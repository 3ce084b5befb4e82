#include "einsum/mask/files/npy_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/mask/files/excerpt.hpp"
#include "einsum/mask/files/npy_header.hpp"

namespace tilewright {

NpyFile::NpyFile(const std::filesystem::path& file, std::initializer_list<NpyType> types) : file_(file) {
  const NpyHeader header = parse_npy_header(header_text(), file.string());
  require_type(header.type, types);
  if (header.fortran_order) fail("is in Fortran order; expected C order, as numpy.ascontiguousarray makes it");
  shape_ = header.shape;
  require_size();
}

void NpyFile::seek(Count item) {
  file_.seek(data_ + static_cast<std::uintmax_t>(item) * static_cast<std::uintmax_t>(type_.bytes));
}

// Magic, two bytes of version, the header's length in two bytes (version 1.0) or four, little-endian.
std::string NpyFile::header_text() {
  constexpr std::uintmax_t longest = 1 << 16;
  const std::string head = file_.head(12);
  if (!head.starts_with(magic)) fail("is not a NumPy array (.npy): it does not begin with \\x93NUMPY");
  const auto byte = [&](std::size_t at) { return std::uintmax_t{static_cast<unsigned char>(head[at])}; };
  if (head.size() < 12) fail(fmt::format("is truncated: {} B hold no header", head.size()));
  if (byte(6) < 1 || byte(6) > 3 || byte(7) != 0)
    fail(fmt::format("has format version {}.{}; expected 1.0, 2.0 or 3.0", byte(6), byte(7)));
  const bool first = byte(6) == 1;
  const std::uintmax_t length = byte(8) + (byte(9) << 8) + (first ? 0 : (byte(10) << 16) + (byte(11) << 24));
  data_ = (first ? 10 : 12) + length;
  if (length > longest) fail(fmt::format("has a header of {} B; expected at most {} B", length, longest));
  if (data_ > file_.size())
    fail(fmt::format("is truncated: its header ends at byte {}, the file at byte {}", data_, file_.size()));
  std::string text(length, '\0');
  file_.seek(data_ - length);
  file_.read(text);
  return text;
}

void NpyFile::require_type(std::string_view code, std::initializer_list<NpyType> types) {
  const auto* const found = std::ranges::find(types, code, &NpyType::code);
  if (found != types.end()) {
    type_ = *found;
    return;
  }
  std::string expected;
  for (const NpyType& type : types)
    expected += fmt::format("{}{} ('{}')", expected.empty() ? "" : " or ", type.name, type.code);
  fail(fmt::format("has dtype {}; expected {}", excerpt(code), expected));
}

void NpyFile::require_size() const {
  auto needed = static_cast<std::uintmax_t>(type_.bytes);
  for (const Count extent : shape_)
    if (__builtin_mul_overflow(needed, static_cast<std::uintmax_t>(extent), &needed))
      fail(fmt::format("has shape {}, which is more than 2^64 B", shape_text(shape_)));
  const std::uintmax_t present = file_.size() - data_;
  if (present == needed) return;
  fail(fmt::format("{}: shape {} of {} is {} B of data, the file has {} B",
                   present < needed ? "is truncated" : "has trailing bytes", shape_text(shape_), type_.name, needed,
                   present));
}

}  // namespace tilewright
