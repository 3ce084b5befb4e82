// A file of which parts are read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

namespace tilewright {

class BinaryFile {
 public:
  /// Throws InputError for what is not a regular file that can be read.
  explicit BinaryFile(std::filesystem::path file);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uintmax_t size() const { return size_; }
  /// The next read() begins there.
  void seek(std::uintmax_t byte);
  /// Throws InputError where the file ends before.
  void read(std::span<char> into);
  /// The first bytes, fewer where the file ends before.
  [[nodiscard]] std::string head(std::size_t bytes);
  /// Throws InputError with the file's name.
  [[noreturn]] void fail(std::string_view message) const;

 private:
  std::filesystem::path path_;
  std::uintmax_t size_ = 0;
  std::ifstream stream_;
};

}  // namespace tilewright
