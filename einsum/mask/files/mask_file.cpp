#include "einsum/mask/files/mask_file.hpp"

#include "einsum/mask/files/binary_file.hpp"
#include "einsum/mask/files/matrix_market.hpp"
#include "einsum/mask/files/npy_file.hpp"
#include "einsum/mask/files/npy_mask.hpp"

namespace tilewright {

BlockMap read_mask_file(const std::filesystem::path& file, const BlockGrid& grid, Count head) {
  BinaryFile opened(file);
  const std::string begin = opened.head(matrix_market_banner.size());
  const bool npy = begin.starts_with(NpyFile::magic);
  const bool mtx = begin == matrix_market_banner;
  if (npy || (!mtx && file.extension() == ".npy")) return read_npy_mask(file, grid, head);
  if (mtx || file.extension() == ".mtx") return read_matrix_market(file, grid);
  opened.fail("is neither a NumPy array (.npy) nor a Matrix Market file (.mtx)");
}

}  // namespace tilewright
