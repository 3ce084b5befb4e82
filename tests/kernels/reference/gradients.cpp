#include "kernels/reference/gradients.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <string>

#include "einsum/interpret.hpp"
#include "einsum/shapes.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/attention.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/inputs.hpp"
#include "kernels/reference/keys.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

using device::bf16;
using Values = std::vector<double>;

/// A tensor in memory, [batch * heads, tokens, columns], that a test may change.
struct Tensor {
  std::int64_t heads, tokens, columns;
  Values values;

  /// Multiples of 2^-8, to which a step can be added without rounding.
  Tensor(std::int64_t of_heads, std::int64_t of_tokens, std::int64_t of_columns, std::mt19937_64& random)
      : heads(of_heads), tokens(of_tokens), columns(of_columns) {
    for (std::int64_t i = 0; i < heads * tokens * columns; ++i)
      values.push_back(std::round(256 * static_cast<double>(normal(random()))) / 256);
  }

  [[nodiscard]] std::size_t at(std::int64_t head, std::int64_t token, std::int64_t column) const {
    return static_cast<std::size_t>((head * tokens + token) * columns + column);
  }

  [[nodiscard]] Source source() const {
    return [this](int head, std::int64_t token, std::span<float> row) {
      for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = static_cast<float>(values[at(head, token, static_cast<std::int64_t>(i))]);
    };
  }

  /// As cascades have it: [batch, heads, columns, tokens].
  [[nodiscard]] Values transposed() const {
    Values all;
    for (std::int64_t head = 0; head < heads; ++head) {
      for (std::int64_t column = 0; column < columns; ++column)
        for (std::int64_t token = 0; token < tokens; ++token) all.push_back(values[at(head, token, column)]);
    }
    return all;
  }
};

struct Sizes {
  int batch, heads, kv_heads, head_dim;
  std::int64_t queries, keys;
};

struct Case {
  Sizes sizes;
  std::mt19937_64 random;
  Tensor q, k, v, grad_o;
  GradientProblem problem;

  Case(const Sizes& of, const Keys& visible, double scale, std::uint64_t seed)
      : sizes(of),
        random(seed),
        q(of.batch * of.heads, of.queries, of.head_dim, random),
        k(of.batch * of.kv_heads, of.keys, of.head_dim, random),
        v(of.batch * of.kv_heads, of.keys, of.head_dim, random),
        grad_o(of.batch * of.heads, of.queries, of.head_dim, random),
        problem{{of.heads, of.kv_heads, of.head_dim, of.keys, scale, q.source(), k.source(), v.source(), visible,
                 reference::Softmax{}},
                grad_o.source(),
                of.batch,
                of.queries} {}

  [[nodiscard]] std::vector<Row> rows(int heads, std::int64_t tokens) const {
    std::vector<Row> all;
    for (int batch = 0; batch < sizes.batch; ++batch) {
      for (int head = 0; head < heads; ++head)
        for (std::int64_t token = 0; token < tokens; ++token) all.push_back({batch, head, token});
    }
    return all;
  }
  [[nodiscard]] std::vector<Row> query_rows() const { return rows(sizes.heads, sizes.queries); }
  [[nodiscard]] std::vector<Row> key_rows() const { return rows(sizes.kv_heads, sizes.keys); }

  [[nodiscard]] Gradient of_queries() const {
    return query_gradients<bf16>(problem, row_sums(problem), query_rows());
  }
  [[nodiscard]] KeyGradients of_keys() const { return key_gradients<bf16>(problem, row_sums(problem), key_rows()); }

  /// What the gradients are of: the sum of dO o O.
  [[nodiscard]] double loss() const {
    const Output output = attention(problem.attention, query_rows());
    double sum = 0;
    for (std::size_t i = 0; i < output.values.size(); ++i) sum += output.values[i] * grad_o.values[i];
    return sum;
  }

  /// By central differences of third order in the step.
  double slope(double& number) const {
    constexpr double step = 0x1p-8;
    const double before = number;
    const auto rise = [&](double by) {
      number = before + by;
      const double up = loss();
      number = before - by;
      return (up - loss()) / (2 * by);
    };
    const double result = (4 * rise(step) - rise(2 * step)) / 3;
    number = before;
    return result;
  }

  void check_slopes(Tensor& tensor, const Output& gradient) {
    REQUIRE(gradient.values.size() == tensor.values.size());
    for (std::size_t i = 0; i < tensor.values.size(); i += 1 + random() % 3)
      CHECK(gradient.values[i] == Approx(slope(tensor.values[i])).margin(2e-6).epsilon(1e-6));
  }
};

/// Some pairs; no key at all for the first query of every head, and none for any query to the last key.
Keys some_of(std::int64_t keys) {
  return keys_where(keys, [keys](int head, std::int64_t query, std::int64_t key) {
    return query > 0 && key < keys - 1 && mix(static_cast<std::uint64_t>(1000 * head + 100 * query + key)) % 5 < 3;
  });
}

void check_close(const Output& output, const Values& wanted, std::int64_t tokens) {
  REQUIRE(output.values.size() == wanted.size());
  const std::int64_t columns = output.columns;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(wanted.size()); ++i) {
    const std::int64_t token = i / columns % tokens;
    const std::int64_t at = (i / columns / tokens * columns + i % columns) * tokens + token;
    CHECK(output.values[static_cast<std::size_t>(i)] ==
          Approx(wanted[static_cast<std::size_t>(at)]).margin(1e-12).epsilon(1e-12));
  }
}

double error_of(const Gradient& gradient) {
  return difference(gradient.exact, gradient.plain, gradient.room).error;
}

}  // namespace

TEST_CASE("gradients are the slopes of attention, with shared heads of K and V, a scale and a mask") {
  Case one({2, 4, 2, 3, 5, 6}, some_of(6), 0.6, 1);
  const Gradient queries = one.of_queries();
  const KeyGradients keys = one.of_keys();
  one.check_slopes(one.q, queries.exact);
  one.check_slopes(one.k, keys.k.exact);
  one.check_slopes(one.v, keys.v.exact);
}

TEST_CASE("gradients equal those of the cascade") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 5; ++round) {
    const auto few = [&](int most) { return 1 + static_cast<int>(random() % static_cast<unsigned>(most)); };
    const int heads = few(3);
    const Sizes sizes{few(2), heads, heads, 2 * few(3), few(6), few(6)};
    const Case one(sizes, all_keys(sizes.keys), 1, random());
    const Output forward = attention(one.problem.attention, one.query_rows());
    Tensor output = one.q;
    output.values = forward.values;
    const std::map<std::string, double> ranks{{"B", sizes.batch},    {"H", sizes.heads}, {"E", sizes.head_dim},
                                              {"F", sizes.head_dim}, {"M", sizes.keys},  {"P", sizes.queries}};
    const Cascade cascade = test::shipped("attention-backward");
    auto tensors = interpret(cascade, rank_shapes(cascade, ranks),
                             {{"Q", one.q.transposed()},
                              {"K", one.k.transposed()},
                              {"V", one.v.transposed()},
                              {"AV", output.transposed()},
                              {"GAV", one.grad_o.transposed()},
                              {"LSE", forward.lse}});
    check_close(one.of_queries().exact, tensors["GQ"].values, sizes.queries);
    check_close(one.of_keys().k.exact, tensors["GK"].values, sizes.keys);
    check_close(one.of_keys().v.exact, tensors["GV"].values, sizes.keys);
  }
}

TEST_CASE("a row without a pair has no gradient, and no error") {
  const Case one({1, 2, 1, 4, 3, 4}, some_of(4), 0.5, 3);
  const Gradient queries = one.of_queries();
  const KeyGradients keys = one.of_keys();
  for (const Gradient* gradient : {&queries, &keys.k, &keys.v}) {
    const std::size_t row = gradient == &queries ? 0 : 3;
    for (const double number : gradient->exact.row(row)) CHECK(number == 0);
    for (const double number : gradient->plain.row(row)) CHECK(number == 0);
    CHECK(gradient->room[row] == 0);
  }
}

TEST_CASE("rows are computed on their own, in any order") {
  const Case one({2, 4, 2, 3, 5, 6}, some_of(6), 0.6, 4);
  const RowSums sums = row_sums(one.problem);
  const std::vector<Row> queries{one.query_rows()[23], one.query_rows()[2]};
  const Gradient of_queries = query_gradients<bf16>(one.problem, sums, queries);
  CHECK(of_queries.exact.row(0)[1] == one.of_queries().exact.row(23)[1]);
  CHECK(of_queries.plain.row(1)[2] == one.of_queries().plain.row(2)[2]);
  const std::vector<Row> keys{one.key_rows()[13], one.key_rows()[8], one.key_rows()[7]};
  const KeyGradients of_keys = key_gradients<bf16>(one.problem, sums, keys);
  CHECK(of_keys.k.exact.row(0)[1] == one.of_keys().k.exact.row(13)[1]);
  CHECK(of_keys.v.plain.row(1)[2] == one.of_keys().v.plain.row(8)[2]);
  CHECK(of_keys.v.exact.row(2)[2] == one.of_keys().v.exact.row(7)[2]);
}

TEST_CASE("pairs may be asked for one by one") {
  Case one({2, 4, 2, 3, 5, 6}, some_of(6), 0.6, 4);
  const KeyGradients wanted = one.of_keys();
  one.problem.sees = [visible = one.problem.attention.visible](int head, std::int64_t query, std::int64_t key) {
    for (const Interval& part : visible({0, head, query}))
      if (part.first <= key && key < part.last) return true;
    return false;
  };
  CHECK(one.of_keys().k.exact.values == wanted.k.exact.values);
  CHECK(one.of_keys().v.plain.values == wanted.v.plain.values);
  one.problem.sees = [](int, std::int64_t, std::int64_t) { return true; };
  CHECK(one.of_keys().k.exact.values != wanted.k.exact.values);
}

TEST_CASE("a plain computation of gradients errs by about the rounding of its type") {
  const Case one({1, 2, 1, 64, 150, 200}, all_keys(200), 0.125, 5);
  const KeyGradients keys = one.of_keys();
  for (const double error : {error_of(one.of_queries()), error_of(keys.k), error_of(keys.v)}) {
    CHECK(error > 1e-3);
    CHECK(error < 4e-3);
  }
}

TEST_CASE("the gradients of a query's only key are nothing, to what float makes of it") {
  const Keys own = [](const Row& row) { return std::vector<Interval>{{row.query, row.query + 1}}; };
  const Case one({1, 1, 1, 64, 20, 20}, own, 0.125, 6);
  const Gradient queries = one.of_queries();
  CHECK(error_of(queries) == 0);
  CHECK(error_of(one.of_keys().k) == 0);
  CHECK(queries.room[3] < 1e-3);
  Gradient wrong = queries;
  wrong.plain.values[5] += 1e-2;
  CHECK(error_of(wrong) > 1);
}

}  // namespace tilewright::kernels::TEST_FILE
