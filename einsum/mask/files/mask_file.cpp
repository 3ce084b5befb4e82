#include "einsum/mask/files/mask_file.hpp"

#include "einsum/mask/files/binary_file.hpp"
#include "einsum/mask/files/matrix_market.hpp"
#include "einsum/mask/files/npy_file.hpp"
#include "einsum/mask/files/npy_mask.hpp"

namespace tilewright {

namespace {

enum class Format { npy, matrix_market };

Format format_of(const std::filesystem::path& file) {
  BinaryFile opened(file);
  const std::string begin = opened.head(matrix_market_banner.size());
  if (begin.starts_with(NpyFile::magic)) return Format::npy;
  if (begin == matrix_market_banner || file.extension() == ".mtx") return Format::matrix_market;
  if (file.extension() == ".npy") return Format::npy;
  opened.fail("is neither a NumPy array (.npy) nor a Matrix Market file (.mtx)");
}

}  // namespace

BlockMap read_mask_file(const std::filesystem::path& file, const BlockGrid& grid, Count head) {
  return format_of(file) == Format::npy ? read_npy_mask(file, grid, head) : read_matrix_market(file, grid);
}

Count mask_file_heads(const std::filesystem::path& file) {
  return format_of(file) == Format::npy ? npy_mask_heads(file) : 1;
}

}  // namespace tilewright
