// Shared by the tests: maps of blocks, and the files that hold them, made byte by byte.
#pragma once

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "einsum/mask/block_map.hpp"
#include "einsum/mask/files/block_grid.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test {

/// Rows of blocks, each 0 or 1.
using Rows = std::vector<std::vector<int>>;

inline Rows random_rows(std::mt19937& random, std::size_t rows, std::size_t columns, double present) {
  std::bernoulli_distribution draw(present);
  Rows result(rows, std::vector<int>(columns));
  for (auto& row : result)
    for (int& block : row) block = draw(random) ? 1 : 0;
  return result;
}

/// Blocks of one query and one key.
inline BlockGrid grid_of(const Rows& rows) {
  return {{static_cast<Count>(rows.size()), static_cast<Count>(rows[0].size())}, 1, 1};
}

inline Rows rows_of(const BlockMap& map) {
  Rows rows;
  for (Count row = 0; row < map.query_blocks(); ++row) {
    rows.emplace_back();
    for (Count column = 0; column < map.key_blocks(); ++column)
      rows.back().push_back(map.test(row, column) ? 1 : 0);
  }
  return rows;
}

/// The file of an array, with its header padded as NumPy pads it.
inline std::string npy_bytes(std::string header, const std::string& data, int version = 1) {
  const std::size_t before = version == 1 ? 10 : 12;
  while ((before + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (std::size_t i = 0; i < before - 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 255);
  return bytes + header + data;
}

inline std::string npy_header(const std::string& type, const std::string& shape,
                              const std::string& fortran = "False") {
  return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", type, fortran, shape);
}

inline std::string mask_data(const Rows& rows) {
  std::string data;
  for (const auto& row : rows)
    for (const int block : row) data += static_cast<char>(block);
  return data;
}

inline std::string npy_mask(const Rows& rows) {
  return npy_bytes(npy_header("|b1", fmt::format("({}, {})", rows.size(), rows[0].size())), mask_data(rows));
}

/// One dimension of int32 or int64.
template <class Number>
std::string npy_numbers(const std::vector<Number>& numbers) {
  std::string data(numbers.size() * sizeof(Number), '\0');
  if (!numbers.empty()) std::memcpy(data.data(), numbers.data(), data.size());
  return npy_bytes(npy_header(sizeof(Number) == 4 ? "<i4" : "<i8", fmt::format("({},)", numbers.size())), data);
}

template <class Number>
struct Csr {
  std::vector<Number> indptr{0};
  std::vector<Number> indices;
};

template <class Number>
Csr<Number> csr_of(const Rows& rows) {
  Csr<Number> csr;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column)
      if (row[column] == 1) csr.indices.push_back(static_cast<Number>(column));
    csr.indptr.push_back(static_cast<Number>(csr.indices.size()));
  }
  return csr;
}

inline std::string mtx_text(const Rows& rows) {
  std::string entries;
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      if (rows[row][column] == 0) continue;
      entries += fmt::format("{} {}\n", row + 1, column + 1);
      ++count;
    }
  return fmt::format("%%MatrixMarket matrix coordinate pattern general\n% blocks\n{} {} {}\n{}", rows.size(),
                     rows[0].size(), count, entries);
}

/// A folder whose files are written as they are given.
class Files {
 public:
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = path(name);
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace tilewright::test
