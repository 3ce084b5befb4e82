#include "einsum/mask/files/npy_file.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr NpyType boolean{"bool", "|b1", 1};
constexpr NpyType narrow{"int32", "<i4", 4};

// What is said after the name of a file with these bytes.
std::string refused(const std::string& bytes) {
  const Files files;
  const std::string file = files.write("m.npy", bytes).string();
  const std::string message = message_of([&] { NpyFile array(file, {boolean, narrow}); });
  return message.starts_with(file + ": ") ? message.substr(file.size() + 2) : "without the file: " + message;
}

}  // namespace

TEST_CASE("all versions and types are read from any item on") {
  const Files files;
  for (const int version : {1, 2, 3}) {
    NpyFile bits(files.write("b.npy", npy_bytes(npy_header("|b1", "(2, 3)"), "abcdef", version)),
                 {boolean, narrow});
    CHECK(bits.shape() == Extents{2, 3});
    CHECK(bits.item_bytes() == 1);
    std::string part(2, ' ');
    bits.seek(3);
    bits.read(part);
    CHECK(part == "de");
    NpyFile numbers(files.write("n.npy", npy_bytes(npy_header("<i4", "(3,)"), "aaaabbbbcccc", version)),
                    {boolean, narrow});
    CHECK(numbers.item_bytes() == 4);
    numbers.seek(1);
    numbers.read(part);
    CHECK(part == "bb");
  }
}

TEST_CASE("a file that is no array is refused") {
  const std::string no_array = "is not a NumPy array (.npy): it does not begin with \\x93NUMPY";
  CHECK(refused("") == no_array);
  CHECK(refused("\x93NUMP") == no_array);
  CHECK(refused("PK\x03\x04 and so on, an archive") == no_array);
  CHECK(refused(std::string("\x93NUMPY\x01", 7)) == "is truncated: 7 B hold no header");
  std::string bytes = npy_bytes(npy_header("|b1", "(1, 1)"), "\x01");
  CHECK(refused(bytes.substr(0, 50)) == "is truncated: its header ends at byte 128, the file at byte 50");
  bytes[6] = 4;
  CHECK(refused(bytes) == "has format version 4.0; expected 1.0, 2.0 or 3.0");
  bytes[6] = 1;
  bytes[7] = 1;
  CHECK(refused(bytes) == "has format version 1.1; expected 1.0, 2.0 or 3.0");
  CHECK(refused(std::string("\x93NUMPY\x02\x00\x01\x00\x01\x00", 12)) ==
        "has a header of 65537 B; expected at most 65536 B");
  CHECK(refused(npy_bytes("{'descr': '|b1'}", "")) == "the header has no 'fortran_order'");
}

TEST_CASE("other types and orders are refused by name") {
  CHECK(refused(npy_bytes(npy_header("<f4", "(1, 1)"), "1234")) ==
        "has dtype '<f4'; expected bool ('|b1') or int32 ('<i4')");
  CHECK(refused(npy_bytes(npy_header(">i4", "(1, 1)"), "1234")) ==
        "has dtype '>i4'; expected bool ('|b1') or int32 ('<i4')");
  CHECK(refused(npy_bytes("{'descr': [('x', '|b1')], 'fortran_order': False, 'shape': (1,)}", "1")) ==
        "has dtype '[('x', '|b1')]'; expected bool ('|b1') or int32 ('<i4')");
  CHECK(refused(npy_bytes(npy_header("|b1", "(1, 1)", "True"), "1")) ==
        "is in Fortran order; expected C order, as numpy.ascontiguousarray makes it");
}

TEST_CASE("the data are as many bytes as the shape says") {
  CHECK(refused(npy_bytes(npy_header("<i4", "(2, 3)"), std::string(23, ' '))) ==
        "is truncated: shape (2, 3) of int32 is 24 B of data, the file has 23 B");
  CHECK(refused(npy_bytes(npy_header("|b1", "(2, 3)"), std::string(7, ' '))) ==
        "has trailing bytes: shape (2, 3) of bool is 6 B of data, the file has 7 B");
  CHECK(refused(npy_bytes(npy_header("|b1", "(0, 3)"), " ")) ==
        "has trailing bytes: shape (0, 3) of bool is 0 B of data, the file has 1 B");
  CHECK(refused(npy_bytes(npy_header("<i4", "(2147483648, 2147483648)"), "")) ==
        "has shape (2147483648, 2147483648), which is more than 2^64 B");
  CHECK(refused(npy_bytes(npy_header("|b1", "(4294967296, 4294967296, 2)"), "")) ==
        "has shape (4294967296, 4294967296, 2), which is more than 2^64 B");
}

}  // namespace tilewright::test::TEST_FILE
