#include "einsum/mask/files/binary_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/error.hpp"

namespace tilewright {

namespace fs = std::filesystem;

BinaryFile::BinaryFile(fs::path file) : path_(std::move(file)) {
  std::error_code error;
  const fs::file_status status = fs::status(path_, error);
  if (!fs::exists(status)) fail("no such file");
  if (fs::is_directory(status)) fail("is a directory");
  if (!fs::is_regular_file(status)) fail("is not a regular file");
  size_ = fs::file_size(path_, error);
  errno = 0;
  stream_.open(path_, std::ios::binary);
  if (error || !stream_) fail(fmt::format("cannot be read: {}", std::strerror(errno)));
}

void BinaryFile::seek(std::uintmax_t byte) { stream_.seekg(static_cast<std::streamoff>(byte)); }

void BinaryFile::read(std::span<char> into) {
  errno = 0;
  stream_.read(into.data(), static_cast<std::streamsize>(into.size()));
  if (!stream_) fail(fmt::format("cannot be read: {}", errno == 0 ? "it became shorter" : std::strerror(errno)));
}

std::string BinaryFile::head(std::size_t bytes) {
  std::string first(static_cast<std::size_t>(std::min<std::uintmax_t>(bytes, size_)), '\0');
  seek(0);
  read(first);
  return first;
}

void BinaryFile::fail(std::string_view message) const { throw InputError(Place{path_.string()}, {}, message); }

}  // namespace tilewright
