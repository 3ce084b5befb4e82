#include "kernels/runner/shape.hpp"

#include <catch2/catch.hpp>

using namespace tilewright::kernels::runner;

TEST_CASE("shapes are read with their last axis last") {
  CHECK(read_shape("512") == Shape{1, {1, 1, 512}});
  CHECK(read_shape("16x8") == Shape{2, {1, 16, 8}});
  CHECK(read_shape("30x48x80") == Shape{3, {30, 48, 80}});
  CHECK(read_shape("0x0x1", 0) == Shape{3, {0, 0, 1}});
  CHECK(read_shape("65536x65536")->product() == std::int64_t{1} << 32);
}

TEST_CASE("a shape is written as it was read") {
  for (const char* text : {"512", "16x8", "30x48x80", "1x1"}) CHECK(read_shape(text)->str() == text);
  CHECK(Shape{}.str().empty());
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
