#include "kernels/runner/pace.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::runner::TEST_FILE {

namespace {

plan::Row of_tokens(const std::string& tokens, const std::string& kernel = "pipelined") {
  return read_one("p,g,attention," + kernel + ",bf16,1,8,2,64," + tokens + "," + tokens +
                  ",causal,,,,0,0,warm,1,3,7\n");
}

}  // namespace

TEST_CASE("a point takes as long as its kernel's points did, by work") {
  Pace pace(6);
  CHECK(pace.expected_s(of_tokens("1024")) == 6);
  pace.took(of_tokens("1024"), 0.5);
  pace.took(of_tokens("4096"), 2);
  CHECK(pace.expected_s(of_tokens("512")) == 0.5);
  CHECK(pace.expected_s(of_tokens("1024")) == 0.5);
  CHECK(pace.expected_s(of_tokens("2048")) == 2);
  CHECK(pace.expected_s(of_tokens("8192")) == 8);
  CHECK(pace.expected_s(of_tokens("512", "tiled")) == 6);
}

TEST_CASE("of points of the same work the slowest counts") {
  Pace pace(6);
  pace.took(of_tokens("1024"), 0.5);
  pace.took(of_tokens("1024"), 0.25);
  CHECK(pace.expected_s(of_tokens("1024")) == 0.5);
}

}  // namespace tilewright::kernels::runner::TEST_FILE
