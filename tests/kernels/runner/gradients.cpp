#include "kernels/runner/gradients.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <string>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/attention.hpp"
#include "kernels/reference/gradients.hpp"
#include "kernels/reference/inputs.hpp"
#include "kernels/reference/sources.hpp"
#include "kernels/runner/problem.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

template <class T>
std::vector<std::uint16_t> rounded(const reference::Output& output) {
  std::vector<std::uint16_t> bits;
  for (const double value : output.values) bits.push_back(device::from_float<T>(static_cast<float>(value)).bits);
  return bits;
}

plan::Row point_of(const std::string& dtype) {
  const std::string cells =
      "p,g,backward,any," + dtype + ",2,4,2,16,24,32,\"window=9,causal=1\",,8,8,0,0,warm,0,1,5\n";
  return plan::read_plan(plan_text(cells), "plan.csv").at(0);
}

template <class T>
BackwardResult right_result(const plan::Row& point) {
  reference::GradientProblem problem{problem_of(point),
                                     reference::generated<T>(point.seed, reference::Input::grad_o, 24, 16), 2, 24};
  BackwardResult result;
  result.queries = checked_rows(point);
  result.keys = checked_rows(keys_as_queries(point));
  std::vector<reference::Row> all;
  for (int head = 0; head < 8; ++head)
    for (int query = 0; query < 24; ++query) all.push_back({head / 4, head % 4, query});
  reference::RowSums sums = reference::row_sums(problem);
  reference::Output forward = reference::attention(problem.attention, all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<float> grad_o(16);
    problem.grad_o(static_cast<int>(i / 24), all[i].query, grad_o);
    double delta = 0;
    for (std::size_t column = 0; column < 16; ++column) {
      const auto o = device::from_float<T>(static_cast<float>(forward.row(i)[column]));
      delta += static_cast<double>(device::to_float(o)) * grad_o[column];
    }
    result.lse.push_back(static_cast<float>(sums.lse[i]));
    result.deltas.push_back(static_cast<float>(delta));
    sums.delta[i] = delta;
  }
  result.o = rounded<T>(reference::attention(problem.attention, result.queries));
  result.grad_q = rounded<T>(reference::query_gradients<T>(problem, sums, result.queries).exact);
  const reference::KeyGradients keys = reference::key_gradients<T>(problem, sums, result.keys);
  result.grad_k = rounded<T>(keys.k.exact);
  result.grad_v = rounded<T>(keys.v.exact);
  return result;
}

/// What is said of a result that is right but for this.
std::string message_after(const std::function<void(BackwardResult&)>& spoil) {
  const plan::Row point = point_of("bf16");
  BackwardResult result = right_result<device::bf16>(point);
  spoil(result);
  const reference::Verdict verdict = judge_gradients(point, result);
  CHECK(verdict.right == verdict.message.empty());
  return verdict.message;
}

}  // namespace

TEST_CASE("right gradients are right") {
  const reference::Verdict bf16 = judge_gradients(point_of("bf16"), right_result<device::bf16>(point_of("bf16")));
  CHECK(bf16.message == "");
  CHECK(bf16.right);
  CHECK(bf16.error > 0);
  CHECK(bf16.error < bf16.error_limit);
  CHECK(judge_gradients(point_of("fp16"), right_result<device::fp16>(point_of("fp16"))).right);
}

TEST_CASE("which gradient is wrong is said, and so are lse and delta") {
  const auto starts = [](const std::string& text, const std::string& with) { return text.rfind(with, 0) == 0; };
  const auto move_rows = [](std::vector<std::uint16_t>& bits) {
    std::swap_ranges(bits.begin(), bits.begin() + 16, bits.begin() + 160);
  };
  CHECK(starts(message_after([&](BackwardResult& of) { move_rows(of.grad_q); }), "dQ: the error is "));
  CHECK(starts(message_after([&](BackwardResult& of) { move_rows(of.grad_k); }), "dK: the error is "));
  CHECK(starts(message_after([&](BackwardResult& of) { move_rows(of.grad_v); }), "dV: the error is "));
  CHECK(starts(message_after([](BackwardResult& of) { of.grad_v[3] = reference::poison; }),
               "dV: 1 elements were not written"));
  BackwardResult unwritten = right_result<device::bf16>(point_of("bf16"));
  unwritten.grad_q[3] = reference::poison;
  CHECK(std::isnan(judge_gradients(point_of("bf16"), unwritten).error));
  CHECK(starts(message_after([&](BackwardResult& of) { move_rows(of.o); }), "O: the error is "));
  const auto at = static_cast<std::size_t>(right_result<device::bf16>(point_of("bf16")).queries[20].query);
  const std::string lse = message_after([&](BackwardResult& of) { of.lse[at] += 1e-3F; });
  CHECK(starts(lse, "the logarithms of sums are off by 0.00"));
  CHECK(starts(message_after([&](BackwardResult& of) { of.deltas[at] += 1e-2F; }), "delta is wrong in "));
  CHECK(starts(message_after([&](BackwardResult& of) { of.deltas[at] = std::nanf(""); }), "delta is wrong in "));
}

TEST_CASE("keys are checked as queries are, by KV heads") {
  const plan::Row keys = keys_as_queries(point_of("bf16"));
  CHECK(keys.heads == 2);
  CHECK(keys.queries == plan::Shape{32});
  CHECK(checked_rows(keys).back() == reference::Row{1, 1, 31});
}

TEST_CASE("pairs asked for one by one are those of rows") {
  plan::Row point = point_of("bf16");
  for (const char* blocks : {"", "8x8:96f"}) {
    point.blocks = blocks;
    const reference::Keys visible = problem_of(point).visible;
    const reference::Sees sees = sees_of(point);
    for (int query = 0; query < 24; ++query) {
      const auto intervals = visible({0, 3, query});
      for (int key = 0; key < 32; ++key) {
        const bool in_row = std::any_of(intervals.begin(), intervals.end(), [key](const reference::Interval& part) {
          return part.first <= key && key < part.last;
        });
        CHECK(sees(3, query, key) == in_row);
      }
    }
  }
}

}  // namespace tilewright::kernels::TEST_FILE
