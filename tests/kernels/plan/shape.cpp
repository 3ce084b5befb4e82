#include "kernels/plan/shape.hpp"

#include <catch2/catch.hpp>

namespace tilewright::plan::TEST_FILE {

TEST_CASE("shapes are read axis by axis") {
  CHECK(read_shape("512") == Shape{512});
  CHECK(read_shape("16x8") == Shape{16, 8});
  CHECK(read_shape("30x48x80") == Shape{30, 48, 80});
  CHECK(read_shape("0x0x1", 0) == Shape{0, 0, 1});
}

TEST_CASE("a shape has tokens, and three axes of which the last is its last") {
  CHECK(tokens_in({}) == 0);
  CHECK(tokens_in({65536, 65536}) == std::int64_t{1} << 32);
  CHECK(axes_of({512}) == std::array{1, 1, 512});
  CHECK(axes_of({16, 8}) == std::array{1, 16, 8});
  CHECK(axes_of({}) == std::array{1, 1, 1});
}

TEST_CASE("a shape is written as it was read") {
  for (const char* text : {"512", "16x8", "30x48x80", "1x1"}) CHECK(to_text(*read_shape(text)) == text);
  CHECK(to_text(Shape{}).empty());
}

TEST_CASE("what is no shape is none") {
  for (const char* text : {"", "x", "1x", "x1", "0", "1x2x3x4", "1 x2", "-1", "1.5", "16X8", "2147483648", "+1"}) {
    CAPTURE(text);
    CHECK_FALSE(read_shape(text));
  }
}

TEST_CASE("whole numbers have no sign and no other text") {
  CHECK(read_whole("0") == 0);
  CHECK(read_whole("9223372036854775807") == 9223372036854775807);
  for (const char* text : {"", "-0", "-1", "+1", " 1", "1 ", "1e3", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(read_whole(text));
  }
}

}  // namespace tilewright::plan::TEST_FILE
