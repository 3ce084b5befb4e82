#include "einsum/mask/files/csr.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "common/parallel.hpp"

#include "einsum/mask/files/npy_file.hpp"
#include "einsum/mask/files/npy_header.hpp"

namespace tilewright {

namespace {

static_assert(std::endian::native == std::endian::little, "items are copied as they lie");

// The numbers of a file one after another, a buffer of them at a time.
class IndexArray {
 public:
  explicit IndexArray(const std::filesystem::path& file)
      : file_(file, {{"int32", "<i4", 4}, {"int64", "<i8", 8}}),
        item_(static_cast<std::size_t>(file_.item_bytes())) {
    if (file_.shape().size() != 1)
      fail(fmt::format("has shape {}; expected one dimension", shape_text(file_.shape())));
    file_.seek(0);
  }

  [[nodiscard]] Count size() const { return file_.shape()[0]; }
  /// Of the number that next() gave last.
  [[nodiscard]] Count index() const { return next_ - 1; }

  Count next() {
    if (at_ == buffer_.size()) refill();
    Count value = 0;
    if (item_ == sizeof(std::int32_t)) {
      std::int32_t narrow = 0;
      std::memcpy(&narrow, buffer_.data() + at_, item_);
      value = narrow;
    } else {
      std::memcpy(&value, buffer_.data() + at_, item_);
    }
    at_ += item_;
    ++next_;
    return value;
  }

  [[noreturn]] void fail(const std::string& message) const { file_.fail(message); }

 private:
  void refill() {
    buffer_.resize(static_cast<std::size_t>(std::min(size() - next_, Count{1} << 16)) * item_);
    file_.read(buffer_);
    at_ = 0;
  }

  NpyFile file_;
  std::size_t item_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  Count next_ = 0;
};

// The end of the next row.
Count next_end(IndexArray& indptr, Count begin, Count indices) {
  const Count end = indptr.next();
  if (end < begin)
    indptr.fail(fmt::format("item [{}] is {}, less than the {} before it", indptr.index(), end, begin));
  if (end > indices)
    indptr.fail(fmt::format("item [{}] is {}, more than the number of indices, {}", indptr.index(), end, indices));
  return end;
}

void read_row(IndexArray& indices, Count row, Count length, BlockMap& map) {
  for (Count i = 0; i < length; ++i) {
    const Count column = indices.next();
    if (column < 0 || column >= map.key_blocks())
      indices.fail(fmt::format("item [{}], in row {}, is {}; expected from 0 to {}", indices.index(), row, column,
                               map.key_blocks() - 1));
    if (map.test(row, column))
      indices.fail(fmt::format("item [{}] is {}, which row {} has already", indices.index(), column, row));
    map.set(row, column);
  }
}

}  // namespace

BlockMap read_csr_mask(const std::filesystem::path& indptr, const std::filesystem::path& indices,
                       const BlockGrid& grid) {
  IndexArray ends(indptr);
  IndexArray columns(indices);
  if (ends.size() < 2)
    ends.fail("expected one number more than rows of blocks, at least 2, got " + std::to_string(ends.size()));
  BlockMap map = empty_map(indptr, ends.size() - 1, grid.columns(), grid);
  Count begin = ends.next();
  if (begin != 0) ends.fail(fmt::format("item [0] is {}; expected 0", begin));
  for (Count row = 0; row < map.query_blocks(); ++row) {
    stop_if_interrupted();
    const Count end = next_end(ends, begin, columns.size());
    read_row(columns, row, end - begin, map);
    begin = end;
  }
  if (begin != columns.size())
    ends.fail(fmt::format("ends at {}; expected the number of indices, {}", begin, columns.size()));
  return map;
}

}  // namespace tilewright
