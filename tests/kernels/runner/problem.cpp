#include "kernels/runner/problem.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "kernels/reference/attention.hpp"
#include "kernels/reference/inputs.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

plan::Row point_with(const std::string& dtype, const std::string& heads, const std::string& tokens) {
  return plan::read_plan(plan_text("p,g,attention,tiled," + dtype + ",2," + heads + ",16," + tokens + "," + tokens +
                                   ",causal,,8,8,0,0,warm,0,1,5\n"),
                         "plan.csv")
      .at(0);
}

template <class T>
std::vector<std::uint16_t> rounded(const reference::Output& output) {
  std::vector<std::uint16_t> bits;
  for (const double value : output.values) bits.push_back(device::from_float<T>(static_cast<float>(value)).bits);
  return bits;
}

}  // namespace

TEST_CASE("the problem of a point has its shape and its inputs") {
  const plan::Row point = point_with("bf16", "4,2", "32");
  const reference::Problem problem = problem_of(point);
  CHECK(problem.heads == 4);
  CHECK(problem.kv_heads == 2);
  CHECK(problem.keys == 32);
  CHECK(problem.scale == 0.25);
  std::vector<float> row(16);
  problem.k(3, 7, row);  // head 3 of batch * kv_heads
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::uint64_t element = (3 * 32 + 7) * 16 + i;
    CHECK(row[i] == device::to_float(reference::input<device::bf16>(5, reference::Input::k, element)));
  }
}

TEST_CASE("a small result is checked in full, a large one in part") {
  CHECK(checked_rows(point_with("bf16", "1,1", "32")).size() == 64);
  const auto rows = checked_rows(point_with("bf16", "4,2", "4096"));
  CHECK(rows.size() > 64);
  CHECK(rows.size() < 100);
  CHECK(rows.back() == reference::Row{1, 3, 4095});
}

TEST_CASE("a right result is right, and one that is off is not") {
  for (const std::string dtype : {"bf16", "fp16", "fp8"}) {
    const plan::Row point = point_with(dtype, "4,2", "32");
    const auto rows = checked_rows(point);
    const reference::Problem problem = problem_of(point);
    const reference::Output exact = reference::attention(problem, rows);
    auto bits = dtype == "fp16" ? rounded<device::fp16>(exact) : rounded<device::bf16>(exact);
    CHECK(judge(problem, point, rows, bits).right);
    auto unwritten = bits;
    unwritten[100] = reference::poison;
    CHECK_FALSE(judge(problem, point, rows, unwritten).right);
    std::swap_ranges(bits.begin(), bits.begin() + 16, bits.begin() + 16 * 20);
    const reference::Verdict swapped = judge(problem, point, rows, bits);
    CHECK_FALSE(swapped.right);
    CHECK(swapped.error > swapped.error_limit);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
