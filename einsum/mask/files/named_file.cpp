#include "einsum/mask/files/named_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace tilewright {

namespace {

namespace fs = std::filesystem;

enum class Kind { blocks, arrays, words, other };

// Words are those of a mask of this program, or may be.
Kind kind_of(const std::string& extension) {
  constexpr std::array<std::string_view, 2> blocks{".npy", ".mtx"};
  constexpr std::array<std::string_view, 14> arrays{".npz",    ".pt",  ".pth",  ".safetensors", ".pkl",
                                                    ".pickle", ".bin", ".mat",  ".csv",         ".tsv",
                                                    ".txt",    ".h5",  ".hdf5", ".png"};
  constexpr std::array<std::string_view, 3> words{".yaml", ".yml", ".json"};
  const auto in = [&](const auto& list) { return std::ranges::find(list, extension) != list.end(); };
  return in(blocks) ? Kind::blocks : in(arrays) ? Kind::arrays : in(words) ? Kind::words : Kind::other;
}

bool is_there(const std::string& name, const std::string& folder) {
  std::error_code ignored;
  return fs::is_regular_file(fs::path(folder) / name, ignored) || fs::is_regular_file(name, ignored);
}

std::string what_to_do(Kind kind, const std::string& name) {
  switch (kind) {
    case Kind::blocks:
      return fmt::format(
          "a file of blocks does not say how many queries and keys a block has; give file,file={},block=128x128 "
          "for "
          "blocks of 128 x 128, block=1x1 where every element is a pair",
          name);
    case Kind::arrays:
      return fmt::format(
          "the file is there, but of arrays only .npy and .mtx are read; save it as .npy (bool or uint8: [heads,] "
          "query blocks, key blocks), and give file,file={},block=128x128 for blocks of 128 x 128, block=1x1 where "
          "every element is a pair",
          fs::path(name).replace_extension(".npy").string());
    case Kind::words:
      return "the file is there, but the file of a mask ends in .yaml, has the key 'mask', and stands alone";
    default:
      return "the file is no mask: expected one of YAML with the key 'mask', or, of blocks, .npy or .mtx";
  }
}

}  // namespace

std::string why_no_mask(const std::string& name, const std::string& folder) {
  const Kind kind = kind_of(fs::path(name).extension().string());
  if (is_there(name, folder)) return what_to_do(kind, name);
  std::error_code ignored;
  const bool is_path = name.find('/') != std::string::npos;
  if (is_path && fs::is_directory(name, ignored)) return "it is a folder";
  if (kind != Kind::other) return "there is no such file";
  return is_path ? "there is no such file, nor a mask of that name below configs/masks" : "";
}

}  // namespace tilewright
