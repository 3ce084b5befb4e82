#include "einsum/mask/files/matrix_market.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const std::string general = "%%MatrixMarket matrix coordinate pattern general\n";
const std::string symmetric = "%%MatrixMarket matrix coordinate pattern symmetric\n";
const std::string real = "%%MatrixMarket matrix coordinate real general\n";

Rows read(const std::string& text, const BlockGrid& grid = {{3, 3}, 1, 1}) {
  const Files files;
  return rows_of(read_matrix_market(files.write("m.mtx", text), grid));
}

// What is said after the name of a file with this text.
std::string refused(const std::string& text) {
  const Files files;
  const std::string file = files.write("m.mtx", text).string();
  const std::string message = message_of([&] { read_matrix_market(file, {{3, 3}, 1, 1}); });
  return message.starts_with(file + ":") ? message.substr(file.size() + 1) : "without the file: " + message;
}

}  // namespace

TEST_CASE("random maps are read from their entries") {
  std::mt19937 random(1);
  for (const double present : {0.0, 0.1, 0.5, 1.0}) {
    const Rows rows = random_rows(random, 20, 90, present);
    CHECK(read(mtx_text(rows), grid_of(rows)) == rows);
  }
}

TEST_CASE("entries that are not zero are present") {
  const Rows rows{{0, 1, 0}, {0, 0, 0}, {1, 0, 1}};
  CHECK(read(general + "3 3 3\n1 2\n3 1\n3 3\n") == rows);
  CHECK(read(real + "3 3 4\n1 2 0.5\n3 1 -1e-3\n3 3 7\n2 2 0.0\n") == rows);
  CHECK(read("%%MatrixMarket matrix coordinate integer general\n3 3 4\n1 2 1\n3 1 -4\n3 3 7\n2 2 0\n") == rows);
}

TEST_CASE("a symmetric matrix has both halves") {
  CHECK(read(symmetric + "3 3 3\n1 1\n2 1\n3 2\n") == Rows{{1, 1, 0}, {1, 0, 1}, {0, 1, 0}});
  CHECK(read("%%MatrixMarket matrix coordinate real symmetric\n3 3 2\n2 1 0\n3 2 1\n") ==
        Rows{{0, 0, 0}, {0, 0, 1}, {0, 1, 0}});
}

TEST_CASE("case, blanks, blank lines, comments and the last line's end do not matter") {
  CHECK(read("%%matrixmarket MATRIX Coordinate Pattern General\r\n% one\r\n\r\n%two\n  3\t3 1 \n\n%\n 1   2") ==
        Rows{{0, 1, 0}, {0, 0, 0}, {0, 0, 0}});
}

TEST_CASE("other matrices are refused") {
  const std::string no_matrix = " is not a Matrix Market file (.mtx): it does not begin with %%MatrixMarket";
  CHECK(refused("") == no_matrix);
  CHECK(refused("3 3 1\n") == no_matrix);
  CHECK(refused("%%MatrixMarket matrix coordinate pattern\n") ==
        "1: expected '%%MatrixMarket matrix coordinate FIELD SYMMETRY', got '%%MatrixMarket matrix coordinate "
        "pattern'");
  CHECK(refused("%%MatrixMarket vector coordinate pattern general\n") == "1: expected matrix, got 'vector'");
  CHECK(refused("%%MatrixMarket matrix array real general\n") == "1: expected coordinate, got 'array'");
  CHECK(refused("%%MatrixMarket matrix coordinate complex general\n") ==
        "1: expected pattern or integer or real, got 'complex'");
  CHECK(refused("%%MatrixMarket matrix coordinate real skew-symmetric\n") ==
        "1: expected general or symmetric, got 'skew-symmetric'");
  CHECK(refused("%%MatrixMarket matrix coordinate pattern hermitian\n") ==
        "1: expected general or symmetric, got 'hermitian'");
}

TEST_CASE("wrong sizes are refused") {
  CHECK(refused(general) == " expected a line with the numbers of rows, columns and entries");
  CHECK(refused(general + "3 3\n") ==
        "2: number of entries: expected a whole number from 0 to 4611686018427387904, got '3 3'");
  CHECK(refused(general + "0 3 1\n") == "2: row: expected a whole number from 1 to 2147483648, got '0 3 1'");
  CHECK(refused(general + "3 3.0 1\n") == "2: column: expected a whole number from 1 to 2147483648, got '3 3.0 1'");
  CHECK(refused(general + "3 3 1 1\n") == "2: expected the numbers of rows, columns and entries, got '3 3 1 1'");
  CHECK(refused(symmetric + "3 4 1\n") == "2: a symmetric matrix has as many rows as columns, got '3 4 1'");
  CHECK(refused(general + "3 2 1\n") ==
        " holds 3x2 blocks; 3x3 tokens (queries x keys) in blocks of 1x1 are 3x3; block=1x2 would fit");
  CHECK(refused(general + "3 3 2\n1 1\n") == " ends after 1 of the 2 entries that line 2 says");
  CHECK(refused(general + "%\n3 3 1\n1 1\n1 2\n") ==
        "5: an entry after the number of them that line 3 says, 1, got '1 2'");
}

TEST_CASE("wrong entries are refused with their line") {
  CHECK(refused(general + "3 3 2\n1 1\n4 1\n") == "4: row: expected a whole number from 1 to 3, got '4 1'");
  CHECK(refused(general + "3 3 1\n1 0\n") == "3: column: expected a whole number from 1 to 3, got '1 0'");
  CHECK(refused(general + "3 3 1\n1 x\n") == "3: column: expected a whole number from 1 to 3, got '1 x'");
  CHECK(refused(general + "3 3 1\n1 1 1\n") == "3: expected 'row column', got '1 1 1'");
  CHECK(refused(real + "3 3 1\n1 1\n") == "3: expected 'row column value', got '1 1'");
  CHECK(refused(real + "3 3 1\n1 1 1x\n") == "3: value: expected a finite number, got '1 1 1x'");
  CHECK(refused(real + "3 3 1\n1 1 nan\n") == "3: value: expected a finite number, got '1 1 nan'");
  CHECK(refused(general + "3 3 2\n1 1\n1 1\n") == "4: an entry a second time, got '1 1'");
  CHECK(refused(real + "3 3 2\n1 1 0\n1 1 1\n") == "4: an entry a second time, got '1 1 1'");
  CHECK(refused(symmetric + "3 3 1\n1 2\n") ==
        "3: a symmetric matrix has entries on and below the diagonal only, got '1 2'");
}

}  // namespace tilewright::test::TEST_FILE
