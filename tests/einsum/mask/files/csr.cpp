#include "einsum/mask/files/csr.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Three rows of four blocks. What is said, with the folder's name left out.
std::string refused_bytes(const std::string& indptr, const std::string& indices) {
  const Files files;
  const auto first = files.write("indptr.npy", indptr);
  const auto second = files.write("indices.npy", indices);
  const std::string message = message_of([&] { read_csr_mask(first, second, {{3, 4}, 1, 1}); });
  const std::string folder = files.folder().string();
  return message.starts_with(folder) ? message.substr(folder.size()) : "without the file: " + message;
}

std::string refused(const std::vector<int>& indptr, const std::vector<int>& indices) {
  return refused_bytes(npy_numbers(indptr), npy_numbers(indices));
}

template <class Number>
void check_random_maps(unsigned seed) {
  const Files files;
  std::mt19937 random(seed);
  for (const double present : {0.0, 0.1, 0.5, 1.0}) {
    const Rows rows = random_rows(random, 30, 80, present);
    const Csr<Number> csr = csr_of<Number>(rows);
    const auto indptr = files.write("indptr.npy", npy_numbers(csr.indptr));
    const auto indices = files.write("indices.npy", npy_numbers(csr.indices));
    CHECK(rows_of(read_csr_mask(indptr, indices, grid_of(rows))) == rows);
  }
}

}  // namespace

TEST_CASE("random maps are read from numbers of either width") {
  check_random_maps<std::int32_t>(1);
  check_random_maps<std::int64_t>(2);
}

TEST_CASE("more numbers than the buffer holds are read in parts") {
  const Files files;
  std::mt19937 random(3);
  const Rows rows = random_rows(random, 70000, 3, 0.7);
  const Csr<std::int64_t> csr = csr_of<std::int64_t>(rows);
  const auto indptr = files.write("indptr.npy", npy_numbers(csr.indptr));
  const auto indices = files.write("indices.npy", npy_numbers(csr.indices));
  CHECK(rows_of(read_csr_mask(indptr, indices, grid_of(rows))) == rows);
}

TEST_CASE("the blocks of a row may come in any order") {
  const Files files;
  const auto indptr = files.write("indptr.npy", npy_numbers<int>({0, 3, 3, 4}));
  const auto indices = files.write("indices.npy", npy_numbers<std::int64_t>({3, 0, 1, 2}));
  CHECK(rows_of(read_csr_mask(indptr, indices, {{6, 31}, 2, 8})) == Rows{{1, 1, 0, 1}, {0, 0, 0, 0}, {0, 0, 1, 0}});
}

TEST_CASE("rows that do not follow one another are refused") {
  CHECK(refused({1, 1, 1, 2}, {0, 1}) == "/indptr.npy: item [0] is 1; expected 0");
  CHECK(refused({0, 2, 1, 2}, {0, 1}) == "/indptr.npy: item [2] is 1, less than the 2 before it");
  CHECK(refused({0, -1, 1, 2}, {0, 1}) == "/indptr.npy: item [1] is -1, less than the 0 before it");
  CHECK(refused({0, 1, 3, 3}, {0, 1}) == "/indptr.npy: item [2] is 3, more than the number of indices, 2");
  CHECK(refused({0, 1, 1, 1}, {0, 1}) == "/indptr.npy: ends at 1; expected the number of indices, 2");
  CHECK(refused({0}, {}) == "/indptr.npy: expected one number more than rows of blocks, at least 2, got 1");
  CHECK(refused({}, {}) == "/indptr.npy: expected one number more than rows of blocks, at least 2, got 0");
  CHECK(refused({0, 1}, {0}) ==
        "/indptr.npy: holds 1x4 blocks; 3x4 tokens (queries x keys) in blocks of 1x1 are 3x4; "
        "block=4x1 would fit");
}

TEST_CASE("indices that the grid has not, or a row twice, are refused") {
  CHECK(refused({0, 1, 2, 3}, {0, 4, 1}) == "/indices.npy: item [1], in row 1, is 4; expected from 0 to 3");
  CHECK(refused({0, 1, 2, 3}, {0, 1, -1}) == "/indices.npy: item [2], in row 2, is -1; expected from 0 to 3");
  CHECK(refused({0, 1, 4, 4}, {0, 3, 2, 3}) == "/indices.npy: item [3] is 3, which row 1 has already");
}

TEST_CASE("arrays of another kind are refused") {
  const std::string indptr = npy_numbers<int>({0, 1, 2, 3});
  CHECK(refused_bytes(indptr, npy_bytes(npy_header("<f4", "(3,)"), std::string(12, '\0'))) ==
        "/indices.npy: has dtype '<f4'; expected int32 ('<i4') or int64 ('<i8')");
  CHECK(refused_bytes(indptr, npy_bytes(npy_header("<i4", "(3, 1)"), std::string(12, '\0'))) ==
        "/indices.npy: has shape (3, 1); expected one dimension");
  CHECK(refused_bytes(npy_bytes(npy_header("<i4", "()"), std::string(4, '\0')), indptr) ==
        "/indptr.npy: has shape (); expected one dimension");
}

}  // namespace tilewright::test::TEST_FILE
