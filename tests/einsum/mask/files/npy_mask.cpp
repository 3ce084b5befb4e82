#include "einsum/mask/files/npy_mask.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// What is said after the name of an array with this header and data.
std::string refused(const std::string& type, const std::string& shape, const std::string& data, Count head = 0) {
  const Files files;
  const std::string file = files.write("m.npy", npy_bytes(npy_header(type, shape), data)).string();
  const std::string message = message_of([&] { read_npy_mask(file, {{2, 3}, 1, 1}, head); });
  return message.starts_with(file + ": ") ? message.substr(file.size() + 2) : "without the file: " + message;
}

}  // namespace

TEST_CASE("random arrays are read as they are, whatever their width") {
  const Files files;
  std::mt19937 random(1);
  for (const std::size_t columns : {1, 2, 7, 8, 9, 63, 64, 65, 127, 128, 200})
    for (const double present : {0.0, 0.1, 0.5, 0.9, 1.0}) {
      const Rows rows = random_rows(random, 5, columns, present);
      CHECK(rows_of(read_npy_mask(files.write("m.npy", npy_mask(rows)), grid_of(rows), 0)) == rows);
    }
}

TEST_CASE("a row that is longer than the buffer is read in parts") {
  const Files files;
  std::mt19937 random(2);
  const Rows rows = random_rows(random, 2, (1 << 20) + 77, 0.5);
  CHECK(rows_of(read_npy_mask(files.write("m.npy", npy_mask(rows)), grid_of(rows), 0)) == rows);
}

TEST_CASE("bool and uint8 in every version give the same map") {
  const Files files;
  std::mt19937 random(3);
  const Rows rows = random_rows(random, 6, 10, 0.4);
  for (const int version : {1, 2, 3})
    for (const char* const type : {"|b1", "|u1"}) {
      const auto file = files.write("m.npy", npy_bytes(npy_header(type, "(6, 10)"), mask_data(rows), version));
      CHECK(rows_of(read_npy_mask(file, {{6 * 16 - 3, 10 * 8}, 16, 8}, 0)) == rows);
    }
}

TEST_CASE("every head is its own slice, and one without heads is for all") {
  const Files files;
  std::mt19937 random(4);
  std::vector<Rows> heads;
  std::string data;
  for (int head = 0; head < 5; ++head) {
    heads.push_back(random_rows(random, 7, 70, 0.5));
    data += mask_data(heads.back());
  }
  const auto file = files.write("m.npy", npy_bytes(npy_header("|u1", "(5, 7, 70)"), data));
  for (Count head = 0; head < 5; ++head)
    CHECK(rows_of(read_npy_mask(file, {{7, 70}, 1, 1}, head)) == heads[static_cast<std::size_t>(head)]);
  const auto flat = files.write("f.npy", npy_mask(heads[0]));
  CHECK(rows_of(read_npy_mask(flat, {{7, 70}, 1, 1}, 99)) == heads[0]);
}

TEST_CASE("only the head's data are looked at") {
  const Files files;
  const auto file = files.write("m.npy", npy_bytes(npy_header("|u1", "(3, 1, 2)"), std::string("\1\0\0\1\7\0", 6)));
  const BlockGrid grid{{1, 2}, 1, 1};
  CHECK(rows_of(read_npy_mask(file, grid, 1)) == Rows{{0, 1}});
  CHECK(message_of([&] { read_npy_mask(file, grid, 2); }) ==
        file.string() + ": item [2, 0, 0] is 7; expected 0 or 1");
}

TEST_CASE("arrays that are no mask are refused") {
  CHECK(refused("<f4", "(2, 3)", std::string(24, '\0')) ==
        "has dtype '<f4'; expected bool ('|b1') or uint8 ('|u1')");
  CHECK(refused("|b1", "(6,)", std::string(6, '\0')) ==
        "has shape (6,); expected (query blocks, key blocks) or (heads, query blocks, key blocks)");
  CHECK(refused("|b1", "(1, 1, 2, 3)", std::string(6, '\0')) ==
        "has shape (1, 1, 2, 3); expected (query blocks, key blocks) or (heads, query blocks, key blocks)");
  CHECK(refused("|b1", "(0, 3)", "") == "has shape (0, 3); expected from 1 to 2^31 on every side");
  CHECK(refused("|b1", "(0, 2147483649, 3)", "") ==
        "has shape (0, 2147483649, 3); expected from 1 to 2^31 on every side");
  CHECK(refused("|b1", "(2, 2, 3)", std::string(12, '\0'), 2) ==
        "has 2 heads; head 2, counted from 0, is not among them");
  CHECK(refused("|b1", "(1, 2, 3)", std::string(6, '\0'), 1) ==
        "has 1 head; head 1, counted from 0, is not among them");
  CHECK(refused("|b1", "(3, 2)", std::string(6, '\0')) ==
        "holds 3x2 blocks; 2x3 tokens (queries x keys) in blocks of 1x1 are 2x3; no block size fits");
}

TEST_CASE("values other than 0 and 1 are refused with their place") {
  CHECK(refused("|u1", "(2, 3)", std::string("\0\1\0\0\0\2", 6)) == "item [1, 2] is 2; expected 0 or 1");
  CHECK(refused("|b1", "(2, 3)", std::string("\0\xFF\0\3\0\2", 6)) == "item [0, 1] is 255; expected 0 or 1");
}

TEST_CASE("a map of 4096 x 4096 blocks is read in a moment") {
  const Files files;
  std::mt19937 random(5);
  const Rows rows = random_rows(random, 4096, 4096, 0.5);
  const auto file = files.write("m.npy", npy_mask(rows));
  const auto begin = std::chrono::steady_clock::now();
  const BlockMap map = read_npy_mask(file, grid_of(rows), 0);
  const std::chrono::duration<double> time_s = std::chrono::steady_clock::now() - begin;
  CHECK(time_s.count() < 2);  // a busy machine with sanitizers; otherwise some 10 ms
  CHECK(rows_of(map) == rows);
}

}  // namespace tilewright::test::TEST_FILE
