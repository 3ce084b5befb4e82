#include "einsum/mask/files/binary_file.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("parts of a file are read where they lie") {
  const Files files;
  BinaryFile file(files.write("a", std::string("ab\0defgh", 8)));
  CHECK(file.size() == 8);
  std::string part(3, ' ');
  file.seek(2);
  file.read(part);
  CHECK(part == std::string("\0de", 3));
  file.read(part);
  CHECK(part == "fgh");
  CHECK(file.head(2) == "ab");
  CHECK(file.head(100).size() == 8);
}

TEST_CASE("what cannot be read is refused by name") {
  const Files files;
  const std::string missing = files.path("missing").string();
  CHECK(message_of([&] { BinaryFile file(missing); }) == missing + ": no such file");
  CHECK(message_of([&] { BinaryFile file(files.folder()); }) == files.folder().string() + ": is a directory");
  CHECK(message_of([] { BinaryFile file("/dev/null"); }) == "/dev/null: is not a regular file");
}

TEST_CASE("a file that became shorter is refused") {
  const Files files;
  BinaryFile file(files.write("a", std::string(100, 'x')));
  std::filesystem::resize_file(file.path(), 50);
  std::string all(100, ' ');
  CHECK(message_of([&] { file.read(all); }) == file.path().string() + ": cannot be read: it became shorter");
}

}  // namespace tilewright::test::TEST_FILE
