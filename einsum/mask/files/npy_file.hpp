// A NumPy array file (.npy, format versions 1.0, 2.0 and 3.0) whose items are read in the order in which they lie.
#pragma once

#include <initializer_list>

#include "einsum/mask/files/binary_file.hpp"
#include "einsum/mask/layout.hpp"

namespace tilewright {

/// What NumPy calls a type, and what the header calls it.
struct NpyType {
  std::string_view name;
  std::string_view code;
  Count bytes;
};

class NpyFile {
 public:
  static constexpr std::string_view magic = "\x93NUMPY";

  /// Throws InputError for what is not a whole array in C order of one of the types.
  NpyFile(const std::filesystem::path& file, std::initializer_list<NpyType> types);

  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  [[nodiscard]] const Extents& shape() const { return shape_; }
  [[nodiscard]] Count item_bytes() const { return type_.bytes; }
  /// The next read() begins at that item.
  void seek(Count item);
  void read(std::span<char> into) { file_.read(into); }
  [[noreturn]] void fail(std::string_view message) const { file_.fail(message); }

 private:
  // The header's text; leaves data_ where the data begin.
  std::string header_text();
  void require_type(std::string_view code, std::initializer_list<NpyType> types);
  void require_size() const;

  BinaryFile file_;
  NpyType type_{};
  Extents shape_;
  std::uintmax_t data_ = 0;
};

}  // namespace tilewright
