#include "kernels/reference/compare.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/keys.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Output rows_of_two(const std::vector<double>& values) { return {2, values, {}}; }

Difference between(const std::vector<double>& reference, const std::vector<double>& got) {
  return difference(rows_of_two(reference), rows_of_two(got));
}

template <typename T>
struct Checked {
  static constexpr std::int64_t tokens = 160;
  static constexpr int heads = 2;
  static constexpr int head_dim = 32;
  Problem problem{heads,
                  1,
                  head_dim,
                  tokens,
                  1 / std::sqrt(head_dim),
                  generated<T>(3, Input::q, tokens, head_dim),
                  generated<T>(3, Input::k, tokens, head_dim),
                  generated<T>(3, Input::v, tokens, head_dim),
                  keys_in_windows([](int) {
                    return Windows{dense_axis(1, 1), dense_axis(1, 1), causal_axis(tokens, tokens)};
                  }),
                  reference::Softmax{}};
  std::vector<Row> rows;
  std::vector<T> right;

  Checked() {
    for (int head = 0; head < heads; ++head)
      for (std::int64_t query = 0; query < tokens; ++query) rows.push_back({0, head, query});
    for (const double number : attention(problem, rows).values)
      right.push_back(device::from_float<T>(static_cast<float>(number)));
  }

  [[nodiscard]] Verdict of(const std::vector<T>& got) const { return check<T>(problem, rows, got); }
  [[nodiscard]] Verdict with(std::size_t element, T number) const {
    std::vector<T> got = right;
    got[element] = number;
    return of(got);
  }
};

}  // namespace

TEST_CASE("the error is relative to the norm, over all rows and for the worst") {
  const Difference result = between({3, 4, 0, 10}, {3, 4, 0, 9});
  CHECK(result.error == Approx(1 / std::sqrt(125)));
  CHECK(result.worst_row == Approx(0.1));
  CHECK(result.row == 1);
}

TEST_CASE("a reference of zero must be met exactly") {
  CHECK(between({0, 0}, {0, 0}).error == 0);
  CHECK(between({0, 0}, {0, 1e-30}).error == infinity);
  CHECK(between({1, 1, 0, 0}, {1, 1, 0, 1e-3}).worst_row == infinity);
  CHECK(between({1, 1, 0, 0}, {1, 1, 0, 1e-3}).error < 1e-3);
}

TEST_CASE("NaN is the largest error, wherever it stands") {
  const double nan = std::nan("");
  for (const auto& got : std::vector<std::vector<double>>{{nan, 1, 1, 5}, {1, nan, 1, 1}, {5, 1, 1, nan}}) {
    const Difference result = between({1, 1, 1, 1}, got);
    CHECK(std::isnan(result.error));
    CHECK(std::isnan(result.worst_row));
    CHECK(!judge(result, {1e9, 1e9}, std::vector<Row>(2)).right);
  }
  CHECK(std::isnan(between({0, 0}, {0, nan}).error));
  CHECK(!judge(between({1, nan}, {1, 1}), {1e9, 1e9}, std::vector<Row>(1)).right);
}

TEST_CASE("another number of rows is refused") {
  CHECK_THROWS_AS(between({1, 1}, {1, 1, 1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(between({1, 1}, {}), std::invalid_argument);
  CHECK_THROWS_AS(lse_difference({2, {1, 1}, {0}}, std::vector<float>{}), std::invalid_argument);
}

TEST_CASE("limits follow the plain computation, up to a cap, and down to what float leaves room for") {
  CHECK(limit_of<device::bf16>({.error = 1e-3, .worst_row = 2e-3}).error == Approx(2e-3));
  CHECK(limit_of<device::bf16>({.error = 1e-3, .worst_row = 2e-3}).worst_row == Approx(6e-3));
  CHECK(limit_of<device::bf16>({.error = 1}).error == 5e-3);
  CHECK(limit_of<device::fp16>({.error = 1}).error == 1e-3);
  CHECK(limit_of<device::fp16>({}).error == 1e-6);
  CHECK(std::isnan(limit_of<device::fp16>({.error = std::nan("")}).error));
}

TEMPLATE_TEST_CASE("a result that is rounded once is right", "", device::bf16, device::fp16) {
  const Checked<TestType> checked;
  const Verdict verdict = checked.of(checked.right);
  CHECK(verdict.right);
  CHECK(verdict.message.empty());
  CHECK(verdict.error > 0);
  CHECK(verdict.error < verdict.error_limit);
}

TEMPLATE_TEST_CASE("one wrong element is seen", "", device::bf16, device::fp16) {
  const Checked<TestType> checked;
  const std::size_t element = 200 * 32 + 7;
  const float value = device::to_float(checked.right[element]);
  const Verdict verdict = checked.with(element, device::from_float<TestType>(value + 0.05F));
  CHECK(!verdict.right);
  CHECK(verdict.message.find("the error of batch 0, head 1, token 40 is ") != std::string::npos);
}

TEMPLATE_TEST_CASE("an element that was not written is seen", "", device::bf16, device::fp16) {
  const Checked<TestType> checked;
  const Verdict verdict = checked.with(5, TestType{poison});
  CHECK(!verdict.right);
  CHECK(verdict.message.find("1 elements were not written; the error is nan, not below ") == 0);
}

TEST_CASE("one key too many or too few in every row is seen") {
  for (const std::int64_t off : {-1, 1}) {
    const Checked<device::bf16> checked;
    Problem wrong = checked.problem;
    wrong.visible = [off](const Row& row) {
      return std::vector<Interval>{{0, std::min(row.query + 1 + off, Checked<device::bf16>::tokens)}};
    };
    std::vector<device::bf16> got;
    for (const double number : plain_attention<device::bf16>(wrong, checked.rows).values)
      got.push_back(device::from_float<device::bf16>(static_cast<float>(number)));
    CHECK(!checked.of(got).right);
  }
}

TEST_CASE("a lower precision than that of the type is seen") {
  const Checked<device::fp16> checked;
  std::vector<device::fp16> got;
  for (const double number : plain_attention<device::bf16>(checked.problem, checked.rows).values)
    got.push_back(device::from_float<device::fp16>(static_cast<float>(number)));
  CHECK(!checked.of(got).right);
}

TEST_CASE("the error of a row counts without the room that it is given, and a NaN has none") {
  const auto with = [](const std::vector<double>& got, const std::vector<double>& room) {
    return difference(rows_of_two({0, 0, 3, 4}), rows_of_two(got), room);
  };
  CHECK(with({0, 0.5, 3, 4}, {}).worst_row == infinity);
  CHECK(with({0, 0.5, 3, 4}, {0.5, 0}).worst_row == 0);
  CHECK(with({0, 0, 3, 5}, {0, 0.5}).worst_row == 0.1);
  CHECK(with({0, 0, 3, 5}, {0, 0.5}).error == 0.1);
  CHECK(std::isnan(with({0, std::nan(""), 3, 4}, {infinity, infinity}).error));
}

TEST_CASE("logarithms of sums are compared by their difference") {
  const Output reference{1, {0, 0}, {1.5, -infinity}};
  const auto off = [&](float a, float b) { return lse_difference(reference, std::vector<float>{a, b}); };
  const auto none = static_cast<float>(-infinity);
  CHECK(off(1.5F, none) == 0);
  CHECK(off(1.25F, none) == 0.25);
  CHECK(off(1.5F, -80.0F) == infinity);
  CHECK(std::isnan(off(std::nanf(""), none)));
  CHECK(std::isnan(off(1.5F, std::nanf(""))));
}

}  // namespace tilewright::kernels::TEST_FILE
