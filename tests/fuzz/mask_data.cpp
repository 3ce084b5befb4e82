#include <unistd.h>
#include <filesystem>

#include "common/file.hpp"
#include "einsum/mask/files/csr.hpp"
#include "einsum/mask/files/mask_file.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// A file of each format, by what it begins with, and as the row starts of compressed rows.
void read_mask_data(const std::string& input) {
  static const auto file =
      std::filesystem::temp_directory_path() / ("fuzz-mask-" + std::to_string(getpid()) + ".npy");
  write_file(file, input);
  const BlockGrid grid{{16, 16}, 4, 4};
  try {
    (void)mask_file_heads(file);
    (void)tilewright::read_mask_file(file, grid, 0);
  } catch (const InputError&) {
    (void)read_csr_mask(file, file, grid);
  }
}

}  // namespace tilewright::fuzz
