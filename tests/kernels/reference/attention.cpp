// The references against the interpreter of cascades, which computes the same by other means.
#include "kernels/reference/attention.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "einsum/interpret.hpp"
#include "einsum/shapes.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/keys.hpp"
#include "kernels/reference/sources.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

using Values = std::vector<double>;
using Tensors = std::map<std::string, DenseTensor>;
using SeesPair = std::function<bool(std::int64_t query, std::int64_t key)>;

struct Shape {
  int batch, heads, head_dim, tiles, tile, queries;
  [[nodiscard]] int keys() const { return tiles * tile; }
};

Shape random_shape(std::mt19937_64& random) {
  std::uniform_int_distribution<int> few(1, 4);
  return {few(random), few(random), 2 * few(random) + 1, few(random), few(random), few(random)};
}

/// The source of a tensor as cascades have it: [batch, heads, columns, tokens].
Source transposed(const Values& values, std::int64_t tokens) {
  return [&values, tokens](int head, std::int64_t token, std::span<float> row) {
    const auto width = static_cast<std::int64_t>(row.size());
    for (std::int64_t i = 0; i < width; ++i)
      row[static_cast<std::size_t>(i)] =
          static_cast<float>(values[static_cast<std::size_t>((head * width + i) * tokens + token)]);
  };
}

/// Inputs of a cascade, all of them floats, and the same as a problem.
struct Case {
  Shape shape;
  Values q, k, v;

  Case(const Shape& of, std::uint64_t seed) : shape(of) {
    const int heads = of.batch * of.heads * of.head_dim;
    q = numbers(seed, Input::q, heads * of.queries);
    k = numbers(seed, Input::k, heads * of.keys());
    v = numbers(seed, Input::v, heads * of.keys());
  }

  static Values numbers(std::uint64_t seed, Input tensor, int count) {
    Values values;
    for (int i = 0; i < count; ++i)
      values.push_back(normal(random_bits(seed, tensor, static_cast<std::uint64_t>(i))));
    return values;
  }

  [[nodiscard]] Problem problem(const Keys& visible) const {
    return {shape.heads,
            shape.heads,
            shape.head_dim,
            shape.keys(),
            1,
            transposed(q, shape.queries),
            transposed(k, shape.keys()),
            transposed(v, shape.keys()),
            visible,
            reference::Softmax{}};
  }

  [[nodiscard]] std::vector<Row> rows() const {
    std::vector<Row> all;
    for (int b = 0; b < shape.batch; ++b)
      for (int h = 0; h < shape.heads; ++h)
        for (int query = 0; query < shape.queries; ++query) all.push_back({b, h, query});
    return all;
  }

  [[nodiscard]] Tensors interpreted(const Cascade& cascade, const std::map<std::string, Values>& more) const {
    std::map<std::string, double> ranks{{"B", shape.batch},    {"H", shape.heads},  {"E", shape.head_dim},
                                        {"F", shape.head_dim}, {"M", shape.keys()}, {"P", shape.queries}};
    if (!cascade.partitions.empty()) ranks["M0"] = shape.tile;
    std::map<std::string, Values> inputs{{"Q", q}, {"K", k}, {"V", v}};
    inputs.insert(more.begin(), more.end());
    return interpret(cascade, rank_shapes(cascade, ranks), inputs);
  }

  /// [batch, heads, columns, queries] against the rows of `output`.
  void check_close(const Output& output, const Values& wanted) const {
    const std::vector<Row> all = rows();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const int head = all[i].batch * shape.heads + all[i].head;
      for (int column = 0; column < shape.head_dim; ++column) {
        const auto at = (head * shape.head_dim + column) * shape.queries + all[i].query;
        const double exact = wanted[static_cast<std::size_t>(at)];
        const double off = output.row(i)[static_cast<std::size_t>(column)] - exact;
        CHECK(std::abs(off) <= 1e-12 * (1 + std::abs(exact)));
      }
    }
  }
};

/// The cascade with a mask at its scores.
Cascade masked(const std::string& name) {
  const Cascade cascade = test::shipped(name);
  std::string text = print_cascade(cascade);
  const bool tiled = !cascade.partitions.empty();
  const std::string inputs = "inputs: {";
  text.insert(text.find(inputs) + inputs.size(), "MASK: [M, P], ");
  text.insert(text.find('\n', text.find("- QK[")), tiled ? " where BMASK[m1,m0,p]" : " where MASK[m,p]");
  if (tiled) text.insert(text.find("    - BK["), "    - BMASK[m1,m0,p] = MASK[m,p]\n");
  return parse_cascade(Yaml::parse(text, "masked.yaml"));
}

Values mask_of(const Shape& shape, const SeesPair& sees) {
  Values mask;
  for (int key = 0; key < shape.keys(); ++key)
    for (int query = 0; query < shape.queries; ++query) mask.push_back(sees(query, key) ? 1 : 0);
  return mask;
}

Keys keys_of(const Shape& shape, const SeesPair& sees) {
  return keys_where(shape.keys(), [sees](int, std::int64_t query, std::int64_t key) { return sees(query, key); });
}

const std::vector<std::string> softmax_cascades{"attention-3pass", "attention-2pass", "attention-1pass"};

/// The lightning cascade on one sequence of chunks, and its inputs.
struct Chunks {
  int batch, heads, dim, chunks, chunk;

  [[nodiscard]] std::map<std::string, Values> weights(const Values& decay) const {
    std::map<std::string, Values> all;
    for (const double of_head : decay) {
      for (int m = 0; m < chunk; ++m) {
        for (int p = 0; p < chunk; ++p) all["W"].push_back(m <= p ? std::pow(of_head, p - m) : 0);
        all["WQ"].push_back(std::pow(of_head, m + 1));
        all["WK"].push_back(std::pow(of_head, chunk - 1 - m));
      }
      all["WC"].push_back(std::pow(of_head, chunk));
    }
    return all;
  }

  [[nodiscard]] Values interpreted(const Case& of, const Values& decay) const {
    const Cascade cascade = test::shipped("lightning-attention");
    const std::map<std::string, double> ranks{{"B", batch}, {"H", heads},  {"E", dim},
                                              {"F", dim},   {"C", chunks}, {"P", chunk}};
    std::map<std::string, Values> inputs{{"Q", of.q}, {"K", of.k}, {"V", of.v}};
    inputs.merge(weights(decay));
    return interpret(cascade, rank_shapes(cascade, ranks), inputs)["AV"].values;
  }
};

/// A problem of generated inputs, with one head of K and V for all heads.
template <typename T>
Problem generated_problem(std::int64_t tokens, int head_dim) {
  return {4,
          1,
          head_dim,
          tokens,
          1 / std::sqrt(head_dim),
          generated<T>(1, Input::q, tokens, head_dim),
          generated<T>(1, Input::k, tokens, head_dim),
          generated<T>(1, Input::v, tokens, head_dim),
          all_keys(tokens),
          reference::Softmax{}};
}

template <typename T>
double plain_error(const Problem& problem, const std::vector<Row>& rows) {
  return difference(attention(problem, rows), plain_attention<T>(problem, rows)).error;
}

}  // namespace

TEST_CASE("softmax attention equals its cascades, in one, two and three passes") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 10; ++round) {
    const Case one(random_shape(random), random());
    const Output output = attention(one.problem(all_keys(one.shape.keys())), one.rows());
    for (const std::string& name : softmax_cascades) {
      INFO(name);
      one.check_close(output, one.interpreted(test::shipped(name), {})["AV"].values);
    }
  }
}

TEST_CASE("masked softmax attention equals its masked cascades, also where a row has no key") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 10; ++round) {
    const Case one(random_shape(random), random());
    const std::uint64_t seed = random();
    const SeesPair sees = [&](std::int64_t query, std::int64_t key) {
      return query != 0 && mix(seed + static_cast<std::uint64_t>(100 * query + key)) % 5 < 2;
    };
    const Output output = attention(one.problem(keys_of(one.shape, sees)), one.rows());
    for (const std::string& name : softmax_cascades) {
      INFO(name);
      one.check_close(output, one.interpreted(masked(name), {{"MASK", mask_of(one.shape, sees)}})["AV"].values);
    }
    CHECK(output.lse[0] == -std::numeric_limits<double>::infinity());
  }
}

TEST_CASE("the logarithm of the sum is that of the running maximum and denominator") {
  std::mt19937_64 random(3);
  const Case one(random_shape(random), 3);
  const Output output = attention(one.problem(all_keys(one.shape.keys())), one.rows());
  Tensors tensors = one.interpreted(test::shipped("attention-1pass"), {});
  const auto last = [&](const char* name, std::size_t row) {
    const auto queries = static_cast<std::size_t>(one.shape.queries);
    const std::size_t steps = tensors[name].shape[2];
    return tensors[name].values[(row / queries * steps + steps - 1) * queries + row % queries];
  };
  REQUIRE(output.lse.size() == one.rows().size());
  for (std::size_t i = 0; i < output.lse.size(); ++i)
    CHECK(std::abs(output.lse[i] - (last("RM", i) + std::log(last("RD", i)))) < 1e-12);
}

TEST_CASE("sigmoid attention equals its cascade") {
  std::mt19937_64 random(4);
  for (int round = 0; round < 10; ++round) {
    const Case one(random_shape(random), random());
    const SeesPair causal = [&](std::int64_t query, std::int64_t key) { return key <= query; };
    Problem problem = one.problem(keys_of(one.shape, causal));
    problem.weight = reference::Sigmoid{-1.5};
    const Output output = attention(problem, one.rows());
    one.check_close(output, one.interpreted(masked("sigmoid-attention"),
                                            {{"BIAS", {-1.5}}, {"MASK", mask_of(one.shape, causal)}})["AV"]
                                .values);
    CHECK(output.lse.empty());
  }
}

TEST_CASE("linear attention with decay equals its cascade in chunks, whatever their length") {
  for (const auto& [chunks, chunk] : std::vector<std::pair<int, int>>{{1, 12}, {3, 4}, {4, 3}, {12, 1}}) {
    const Case one({2, 3, 5, chunks, chunk, 12}, 5);
    const Values decay{1, 0.75, 0.4};
    Problem problem =
        one.problem(keys_where(12, [](int, std::int64_t query, std::int64_t key) { return key <= query; }));
    problem.weight = reference::Linear{decay};
    one.check_close(attention(problem, one.rows()), Chunks{2, 3, 5, chunks, chunk}.interpreted(one, decay));
  }
}

TEST_CASE("heads share keys and values in groups") {
  const Case many({2, 4, 3, 2, 3, 2}, 6);
  Problem problem = many.problem(all_keys(many.shape.keys()));
  const Source every = problem.k;
  problem.k = [every](int head, std::int64_t token, std::span<float> row) { every(head / 2 * 2, token, row); };
  const Output wanted = attention(problem, many.rows());
  problem.kv_heads = 2;
  problem.k = [every](int head, std::int64_t token, std::span<float> row) { every(head * 2, token, row); };
  const Source values = problem.v;
  problem.v = [values](int head, std::int64_t token, std::span<float> row) { values(head * 2, token, row); };
  const Output shared = attention(problem, many.rows());
  for (std::size_t i = 0; i < many.rows().size(); ++i) {
    if (many.rows()[i].head % 2 == 0) CHECK(shared.row(i)[0] == wanted.row(i)[0]);
    CHECK(shared.lse[i] == wanted.lse[i]);
  }
}

TEST_CASE("the scale multiplies the scores") {
  Case one({1, 2, 3, 2, 3, 4}, 7);
  Problem problem = one.problem(all_keys(6));
  problem.scale = 0.25;
  const Output scaled = attention(problem, one.rows());
  for (double& number : one.q) number *= 0.25;
  problem.scale = 1;
  CHECK(scaled.values == attention(problem, one.rows()).values);
}

TEST_CASE("rows are computed on their own, in any order, as in decoding") {
  const Case one({2, 2, 4, 2, 3, 4}, 8);
  const Problem problem = one.problem(all_keys(6));
  const std::vector<Row> rows = one.rows();
  const Output all = attention(problem, rows);
  const std::vector<Row> some{rows[13], rows[2], rows[9]};
  const Output part = attention(problem, some);
  for (const auto& [at, of] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 13}, {1, 2}, {2, 9}}) {
    CHECK(std::equal(part.row(at).begin(), part.row(at).end(), all.row(of).begin()));
    CHECK(part.lse[at] == all.lse[of]);
  }
}

TEST_CASE("the softmax survives scores whose exponential overflows") {
  const Case one({1, 1, 3, 1, 4, 1}, 9);
  Problem problem = one.problem(all_keys(4));
  problem.scale = 1e4;
  for (const double number : attention(problem, one.rows()).values) CHECK(std::isfinite(number));
}

TEST_CASE("a plain computation errs by about the rounding of its type, eight times less with fp16") {
  const std::vector<Row> rows{{0, 0, 0}, {0, 3, 200}, {1, 1, 511}};
  const double bf16 = plain_error<device::bf16>(generated_problem<device::bf16>(512, 64), rows);
  const double fp16 = plain_error<device::fp16>(generated_problem<device::fp16>(512, 64), rows);
  CHECK(bf16 > 1e-3);
  CHECK(bf16 < 4e-3);
  CHECK(bf16 / fp16 == Approx(8).epsilon(0.15));
}

// Scores 0 and -1, values 0 and 1: with p = exp(-1) rounded to 188/512 the result 0.36719 / 1.36788 rounds to
// 137/512, while p / (1 + p) would round to 138/512.
TEST_CASE("a plain computation rounds weights before they multiply the values, but not in their sum") {
  Problem problem;
  problem.keys = 2;
  problem.q = [](int, std::int64_t, std::span<float> row) { row[0] = 1; };
  problem.k = [](int, std::int64_t token, std::span<float> row) { row[0] = token == 0 ? 0 : -1; };
  problem.v = [](int, std::int64_t token, std::span<float> row) { row[0] = token == 0 ? 0 : 1; };
  problem.visible = all_keys(2);
  CHECK(plain_attention<device::bf16>(problem, std::vector<Row>(1)).values[0] == 137.0 / 512);
}

TEST_CASE("a plain computation of a sigmoid or of linear attention errs no more") {
  Problem problem = generated_problem<device::bf16>(512, 64);
  const std::vector<Row> rows{{0, 0, 0}, {0, 3, 200}, {1, 1, 511}};
  problem.weight = reference::Sigmoid{-std::log(512.0)};
  CHECK(plain_error<device::bf16>(problem, rows) < 4e-3);
  problem.weight = reference::Linear{{0.9, 0.99, 0.999, 1}};
  problem.visible = keys_in_windows([](int) {
    return Windows{dense_axis(1, 1), dense_axis(1, 1), causal_axis(512, 512)};
  });
  CHECK(plain_error<device::bf16>(problem, rows) < 4e-3);
}

TEST_CASE("a plain computation of one key is its value, and zero without a key") {
  Problem problem = generated_problem<device::bf16>(16, 8);
  problem.visible = [](const Row& row) {
    return row.query == 0 ? std::vector<Interval>{} : std::vector<Interval>{{row.query, row.query + 1}};
  };
  const std::vector<Row> rows{{0, 0, 5}, {0, 0, 0}};
  const Output plain = plain_attention<device::bf16>(problem, rows);
  std::vector<float> value(8);
  problem.v(0, 5, value);
  CHECK(std::equal(value.begin(), value.end(), plain.row(0).begin()));
  for (const double number : plain.row(1)) CHECK(number == 0);
  CHECK(plain.lse[1] == -std::numeric_limits<double>::infinity());
}

}  // namespace tilewright::kernels::TEST_FILE
