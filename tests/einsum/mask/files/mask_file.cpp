#include "einsum/mask/files/mask_file.hpp"

#include <catch2/catch.hpp>

#include "einsum/mask/files/csr.hpp"
#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// One to four bytes changed, or the end cut off, or bytes put at the end or in between.
std::string damaged(std::string bytes, std::mt19937& random) {
  const auto draw = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  const std::size_t kind = draw(6);
  if (kind == 0) return bytes.substr(0, draw(bytes.size()));
  if (kind == 1) return bytes.insert(draw(bytes.size()), 1 + draw(3), static_cast<char>(draw(256)));
  for (std::size_t change = 1 + draw(4); change > 0; --change) {
    char& byte = bytes[draw(bytes.size())];
    // Half of the changes turn one bit, the others give a byte that the formats use.
    byte = draw(2) == 0 ? static_cast<char>(byte ^ (1 << draw(8))) : "0129-, .(){}'\n%"[draw(15)];
  }
  return bytes;
}

// Whether the bytes were read. Anything thrown but an InputError of one line fails the test.
bool is_read(const std::function<void()>& read) {
  const std::string message = message_of(read);
  CHECK(message.find('\n') == std::string::npos);
  return message == "no error";
}

}  // namespace

TEST_CASE("the format is chosen by content, then by extension") {
  const Files files;
  std::mt19937 random(1);
  const Rows rows = random_rows(random, 9, 13, 0.5);
  for (const char* const name : {"m.npy", "m.mtx", "m.bin", "m"}) {
    CHECK(rows_of(read_mask_file(files.write(name, npy_mask(rows)), grid_of(rows), 0)) == rows);
    CHECK(rows_of(read_mask_file(files.write(name, mtx_text(rows)), grid_of(rows), 0)) == rows);
  }
  std::string small = mtx_text(rows);
  small.replace(0, 14, "%%matrixmarket");
  CHECK(rows_of(read_mask_file(files.write("m.mtx", small), grid_of(rows), 0)) == rows);
}

TEST_CASE("other files are refused") {
  const Files files;
  const BlockGrid grid{{2, 2}, 1, 1};
  const auto refused = [&](const std::string& name, const std::string& bytes) {
    const std::string file = files.write(name, bytes).string();
    return message_of([&] { read_mask_file(file, grid, 0); }).substr(file.size());
  };
  CHECK(refused("m.npz", "PK\x03\x04") == ": is neither a NumPy array (.npy) nor a Matrix Market file (.mtx)");
  CHECK(refused("m", "") == ": is neither a NumPy array (.npy) nor a Matrix Market file (.mtx)");
  CHECK(refused("m.npy", "PK\x03\x04") == ": is not a NumPy array (.npy): it does not begin with \\x93NUMPY");
  CHECK(refused("m.mtx", "2 2 0") == ": is not a Matrix Market file (.mtx): it does not begin with %%MatrixMarket");
  const std::string missing = files.path("missing.npy").string();
  CHECK(message_of([&] { read_mask_file(missing, grid, 0); }) == missing + ": no such file");
}

TEST_CASE("all formats give the same map") {
  const Files files;
  std::mt19937 random(2);
  for (int round = 0; round < 20; ++round) {
    const Rows rows = random_rows(random, 1 + random() % 70, 1 + random() % 150, 0.01 * (random() % 101));
    const Csr<int> csr = csr_of<int>(rows);
    const BlockGrid grid = grid_of(rows);
    const Rows from_npy = rows_of(read_mask_file(files.write("m.npy", npy_mask(rows)), grid, 0));
    CHECK(from_npy == rows);
    CHECK(rows_of(read_mask_file(files.write("m.mtx", mtx_text(rows)), grid, 0)) == from_npy);
    CHECK(rows_of(read_csr_mask(files.write("p.npy", npy_numbers(csr.indptr)),
                                files.write("i.npy", npy_numbers(csr.indices)), grid)) == from_npy);
  }
}

TEST_CASE("a damaged file is read or refused") {
  const Files files;
  std::mt19937 random(3);
  const Rows rows = random_rows(random, 6, 9, 0.4);
  const Csr<std::int64_t> csr = csr_of<std::int64_t>(rows);
  const BlockGrid grid = grid_of(rows);
  const std::string heads = npy_bytes(npy_header("|u1", "(1, 6, 9)"), mask_data(rows), 2);
  const std::string square = "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 2.5\n2 1 0\n";
  const auto indptr = files.write("indptr.npy", npy_numbers(csr.indptr));
  const auto indices = files.write("indices.npy", npy_numbers(csr.indices));
  int read = 0;
  constexpr int rounds = 1000;
  for (int round = 0; round < rounds; ++round) {
    for (const std::string& bytes : {npy_mask(rows), heads, mtx_text(rows)}) {
      const auto file = files.write("m", damaged(bytes, random));
      read += is_read([&] { read_mask_file(file, grid, 0); }) ? 1 : 0;
    }
    const auto small = files.write("m.mtx", damaged(square, random));
    read += is_read([&] { read_mask_file(small, {{2, 2}, 1, 1}, 0); }) ? 1 : 0;
    const auto bad =
        files.write("bad.npy", damaged(npy_numbers(round % 2 == 0 ? csr.indptr : csr.indices), random));
    const bool first = round % 2 == 0;
    read += is_read([&] { read_csr_mask(first ? bad : indptr, first ? indices : bad, grid); }) ? 1 : 0;
  }
  CHECK(read > 30);  // some damage makes a file of another map
  CHECK(read < rounds);
}

}  // namespace tilewright::test::TEST_FILE
