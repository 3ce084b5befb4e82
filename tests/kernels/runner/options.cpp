#include "kernels/runner/options.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::runner::TEST_FILE {

namespace {

std::string refusal(const std::vector<std::string>& arguments) {
  return refusal_of([&] { read_options(arguments); });
}

}  // namespace

TEST_CASE("options are read") {
  const Options options = read_options({"plan.csv", "-o", "out.csv", "--only", "causal"});
  CHECK(options.plan == "plan.csv");
  CHECK(options.results == "out.csv");
  CHECK(options.only == "causal");
  CHECK_FALSE(options.list);
  CHECK(options.hang_s == 10);
  const Options timed =
      read_options({"p", "-o", "r", "--deadline", "90.5", "--hang", "3", "--without", "a", "--without", "b"});
  CHECK(timed.deadline_s == 90.5);
  CHECK(timed.hang_s == 3);
  CHECK(timed.without == std::vector<std::string>{"a", "b"});
  CHECK(read_options({"--list"}).list);
  CHECK(read_options({"-h"}).help);
  CHECK(read_options({"--profile", "plan.csv"}).profile);
}

TEST_CASE("what the usage does not allow is refused") {
  CHECK(refusal({}) == "no plan is given; --help shows the usage");
  CHECK(refusal({"plan.csv"}) == "-o RESULTS.csv is missing");
  CHECK(refusal({"plan.csv", "-o"}) == "-o has no value");
  for (const std::string wrong : {"soon", "0", "-1", "1s", "nan"}) {
    CHECK(refusal({"plan.csv", "-o", "a", "--deadline", wrong}) ==
          "--deadline: expected seconds above 0, got '" + wrong + "'");
  }
  CHECK(refusal({"plan.csv", "-o", "a", "--fast"}) == "no such option: --fast");
  CHECK(refusal({"plan.csv", "other.csv", "-o", "a"}) == "a second plan: other.csv");
  CHECK(refusal({"plan.csv", "-o", "a", "--profile"}) == "--profile writes no results: leave -o away");
  CHECK(refusal({"plan.csv", "--profile", "--deadline", "9"}) ==
        "--profile has no deadline: leave --deadline away");
}

}  // namespace tilewright::kernels::runner::TEST_FILE
