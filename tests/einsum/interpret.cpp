#include "einsum/interpret.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Values = std::vector<double>;
using Inputs = std::map<std::string, Values>;

struct Problem {
  int b, h, e, f, m1, m0, p;
  [[nodiscard]] int m() const { return m1 * m0; }
  [[nodiscard]] std::map<std::string, double> shapes(const Cascade& cascade) const {
    std::map<std::string, double> all{{"B", b}, {"H", h}, {"E", e}, {"F", f}, {"M", m()}, {"P", p}};
    if (!cascade.partitions.empty()) all["M0"] = m0;
    return all;
  }
};

Values random_values(std::size_t count, std::mt19937_64& random) {
  std::normal_distribution<double> normal(0, 1);
  Values values(count);
  for (double& value : values) value = normal(random);
  return values;
}

Inputs random_inputs(const Problem& n, std::mt19937_64& random) {
  const auto size = [](int a, int b, int c, int d) { return static_cast<std::size_t>(a * b * c * d); };
  return {{"Q", random_values(size(n.b, n.h, n.e, n.p), random)},
          {"K", random_values(size(n.b, n.h, n.e, n.m()), random)},
          {"V", random_values(size(n.b, n.h, n.f, n.m()), random)}};
}

Problem random_problem(std::mt19937_64& random) {
  std::uniform_int_distribution<int> few(1, 4);
  return {few(random), few(random), few(random), few(random), few(random), few(random), few(random)};
}

double& at(Values& values, int row, int rows, int column, int columns, int head) {
  return values[static_cast<std::size_t>((head * rows + row) * columns + column)];
}

/// One query of one head in plain loops; `weight` turns a score into a weight. Keys that `exists` refuses are
/// left out; the result of a query without any key is 0.
struct Attention {
  const Problem& n;
  Inputs& in;
  std::function<double(double)> weight;
  bool normalise;
  std::function<bool(int, int)> exists;  // of key and query

  [[nodiscard]] Values run() const {
    Values result(static_cast<std::size_t>(n.b * n.h * n.f * n.p), 0);
    for (int head = 0; head < n.b * n.h; ++head) {
      for (int p = 0; p < n.p; ++p) query(head, p, result);
    }
    return result;
  }

  void query(int head, int p, Values& result) const {
    double total = 0;
    for (int m = 0; m < n.m(); ++m) {
      if (!exists(m, p)) continue;
      double score = 0;
      for (int e = 0; e < n.e; ++e)
        score += at(in["Q"], e, n.e, p, n.p, head) * at(in["K"], e, n.e, m, n.m(), head);
      total += weight(score);
      for (int f = 0; f < n.f; ++f) {
        at(result, f, n.f, p, n.p, head) += weight(score) * at(in["V"], f, n.f, m, n.m(), head);
      }
    }
    for (int f = 0; f < n.f && normalise && total > 0; ++f) at(result, f, n.f, p, n.p, head) /= total;
  }
};

double exponential(double score) { return std::exp(score); }
bool all(int, int) { return true; }

void check_close(const Values& got, const Values& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    CHECK(std::abs(got[i] - wanted[i]) <= 1e-12 * (1 + std::abs(wanted[i])));
}

const std::vector<std::string> softmax_cascades{"attention-naive", "attention-3pass", "attention-2pass",
                                                "attention-1pass"};

/// The cascade with `where MASK[m,p]` (or its parts) at the scores.
Cascade masked(const std::string& name) {
  Cascade cascade = shipped(name);
  std::string text = print_cascade(cascade);
  const bool tiled = !cascade.partitions.empty();
  const std::string inputs = "inputs: {";
  text.insert(text.find(inputs) + inputs.size(), "MASK: [M, P], ");
  const std::size_t scores = text.find('\n', text.find("- QK["));
  text.insert(scores, tiled ? " where BMASK[m1,m0,p]" : " where MASK[m,p]");
  if (tiled) text.insert(text.find("    - BK["), "    - BMASK[m1,m0,p] = MASK[m,p]\n");
  return parse_cascade(Yaml::parse(text, "masked.yaml"));
}

std::map<std::string, DenseTensor> run(const Cascade& cascade, const std::map<std::string, double>& given,
                                       const Inputs& inputs) {
  return interpret(cascade, rank_shapes(cascade, given), inputs);
}

}  // namespace

TEST_CASE("all softmax cascades equal attention in plain loops") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    const Problem n = random_problem(random);
    Inputs inputs = random_inputs(n, random);
    const Values wanted = Attention{n, inputs, exponential, true, all}.run();
    for (const std::string& name : softmax_cascades) {
      INFO(name);
      const Cascade cascade = shipped(name);
      check_close(run(cascade, n.shapes(cascade), inputs)["AV"].values, wanted);
    }
  }
}

TEST_CASE("the gradients of attention are those of its output, by central differences") {
  std::mt19937_64 random(2);
  const Cascade forward = shipped("attention-naive");
  const Cascade backward = shipped("attention-backward");
  for (int round = 0; round < 5; ++round) {
    const Problem n = random_problem(random);
    Inputs inputs = random_inputs(n, random);
    auto results = run(forward, n.shapes(forward), inputs);
    const Values gradient = random_values(results["AV"].values.size(), random);
    Inputs all = inputs;
    all["AV"] = results["AV"].values;
    all["GAV"] = gradient;
    for (const double sum : results["SD"].values) all["LSE"].push_back(std::log(sum));
    auto gradients = run(backward, n.shapes(backward), all);
    const auto loss = [&] {
      const Values output = run(forward, n.shapes(forward), inputs)["AV"].values;
      double sum = 0;
      for (std::size_t i = 0; i < output.size(); ++i) sum += output[i] * gradient[i];
      return sum;
    };
    constexpr double step = 1e-5;
    for (const char* input : {"Q", "K", "V"}) {
      INFO(input);
      const Values& found = gradients[std::string("G") + input].values;
      REQUIRE(found.size() == inputs[input].size());
      for (std::size_t i = 0; i < found.size(); i += 3) {
        const double value = inputs[input][i];
        inputs[input][i] = value + step;
        const double more = loss();
        inputs[input][i] = value - step;
        const double less = loss();
        inputs[input][i] = value;
        CHECK(found[i] == Approx((more - less) / (2 * step)).margin(1e-7).epsilon(1e-5));
      }
    }
  }
}

TEST_CASE("a stable softmax survives scores whose exponential overflows") {
  const Problem n{1, 1, 1, 1, 2, 2, 1};
  Inputs inputs{{"Q", {1000}}, {"K", {1, 2, 3, 3}}, {"V", {1, 2, 3, 5}}};
  for (const char* name : {"attention-3pass", "attention-2pass", "attention-1pass"}) {
    INFO(name);
    const Cascade cascade = shipped(name);
    check_close(run(cascade, n.shapes(cascade), inputs)["AV"].values, {4});
  }
}

TEST_CASE("sigmoid attention equals plain loops") {
  std::mt19937_64 random(2);
  const Cascade cascade = shipped("sigmoid-attention");
  for (int round = 0; round < 10; ++round) {
    const Problem n = random_problem(random);
    Inputs inputs = random_inputs(n, random);
    const auto sigmoid = [](double score) { return 1 / (1 + std::exp(-(score - 1.5))); };
    const Values wanted = Attention{n, inputs, sigmoid, false, all}.run();
    inputs["BIAS"] = {-1.5};
    check_close(run(cascade, n.shapes(cascade), inputs)["AV"].values, wanted);
  }
}

TEST_CASE("the encoder's products equal plain loops") {
  std::mt19937_64 random(3);
  const int t = 3, d = 4, g = 2, u = 5;
  Inputs inputs;
  const Cascade cascade = shipped("encoder-linear");
  const auto shapes = rank_shapes(cascade, {{"T", t}, {"D", d}, {"G", g}, {"U", u}});
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::input) continue;
    inputs[tensor.name] = random_values(static_cast<std::size_t>(elements(cascade, tensor, shapes)), random);
  }
  const auto product = [](const Values& a, const Values& b, int rows, int inner, int columns) {
    Values result(static_cast<std::size_t>(rows * columns), 0);
    for (int i = 0; i < rows * columns * inner; ++i) {
      const int row = i / (columns * inner), column = i / inner % columns, k = i % inner;
      result[row * columns + column] += a[row * inner + k] * b[k * columns + column];
    }
    return result;
  };
  auto result = interpret(cascade, shapes, inputs);
  check_close(result["XK"].values, product(inputs["X"], inputs["WK"], t, d, g));
  check_close(result["Z"].values, product(inputs["AO"], inputs["WZ"], t, g, d));
  check_close(result["FF2"].values, product(product(inputs["Z1"], inputs["W1"], t, d, u), inputs["W2"], t, u, d));
}

TEST_CASE("masked cascades equal plain loops, also where whole rows and whole tiles are masked") {
  std::mt19937_64 random(4);
  std::bernoulli_distribution coin(0.4);
  for (int round = 0; round < 20; ++round) {
    const Problem n = random_problem(random);
    Inputs inputs = random_inputs(n, random);
    Values mask(static_cast<std::size_t>(n.m() * n.p));
    for (double& value : mask) value = coin(random) ? 1 : 0;
    for (int m = 0; m < n.m(); ++m) mask[static_cast<std::size_t>(m * n.p)] = 0;  // query 0 has no key
    for (int m = 0; m < n.m0; ++m) {
      for (int p = 0; p < n.p; ++p) mask[static_cast<std::size_t>(m * n.p + p)] = 0;  // nor has the first tile
    }
    const auto exists = [&](int m, int p) { return mask[static_cast<std::size_t>(m * n.p + p)] != 0; };
    const Values wanted = Attention{n, inputs, exponential, true, exists}.run();
    inputs["MASK"] = mask;
    for (const std::string& name : softmax_cascades) {
      INFO(name);
      const Cascade cascade = masked(name);
      const DenseTensor result = run(cascade, n.shapes(cascade), inputs)["AV"];
      check_close(result.values, wanted);
      CHECK(result.present[0] == 0);
    }
  }
}

TEST_CASE("an operation with an absent operand is absent, a reduction skips it") {
  const Cascade c =
      parse("X: [M], MASK: [M]", "Z", {"Y[m] = X[m] where MASK[m]", "W[m] = Y[m] + X[m]", "Z = W[m]"});
  auto result = run(c, {{"M", 3}}, {{"X", {1, 2, 4}}, {"MASK", {1, 0, 1}}});
  CHECK(result["W"].present == std::vector<char>{1, 0, 1});
  CHECK(result["W"].values == Values{2, 0, 8});
  CHECK(result["Z"].values == Values{10});
}

TEST_CASE("the statement of an iterated tensor skips what is absent, as a reduction does") {
  const Cascade c = parse("X: [M], MASK: [M]", "R", {"Y[m] = X[m] where MASK[m]", "R[m+1] = max(R[m], Y[m])"},
                          "  initial: {R: -inf}\n");
  auto result = run(c, {{"M", 4}}, {{"X", {9, 2, 7, 3}}, {"MASK", {0, 1, 0, 1}}});
  CHECK(result["R"].shape == std::vector<std::size_t>{5});
  CHECK(result["R"].present == std::vector<char>{0, 0, 1, 1, 1});
  CHECK(result["R"].values == Values{0, 0, 2, 2, 3});
}

TEST_CASE("an iteration starts from its initial value and goes over its own rank only") {
  const Cascade c =
      parse("X: [P, M]", "R", {"S[p,m] = R[p,m] * 2", "R[p,m+1] = S[p,m] + X[p,m]"}, "  initial: {R: 1}\n");
  auto result = run(c, {{"P", 2}, {"M", 3}}, {{"X", {1, 2, 3, 0, 0, 1}}});
  CHECK(result["R"].shape == std::vector<std::size_t>{2, 4});
  CHECK(result["R"].values == Values{1, 3, 8, 19, 1, 2, 4, 9});
}

TEST_CASE("a coordinate outside its tensor is absent") {
  const Cascade c = parse("X: [M]", "Z", {"Z[m] = X[m-1] + X[m] + X[m+1]"});
  auto result = run(c, {{"M", 4}}, {{"X", {1, 2, 3, 4}}});
  CHECK(result["Z"].present == std::vector<char>{0, 1, 1, 0});
  CHECK(result["Z"].values == Values{0, 6, 9, 0});
}

TEST_CASE("a view reads the right elements") {
  const Cascade c =
      parse("X: [M, P]", "Z", {"Z[m0,p,m1] = V[m1,m0,p]"},
            "  partitions: {M: [M1, M0]}\n  shapes: {M1: M / M0}\n  views: [\"V[m1,m0,p] = X[m,p]\"]\n");
  auto result = run(c, {{"M", 4}, {"M0", 2}, {"P", 2}}, {{"X", {0, 1, 10, 11, 20, 21, 30, 31}}});
  CHECK(result["Z"].values == Values{0, 20, 1, 21, 10, 30, 11, 31});
  CHECK(result.count("V") == 0);
}

TEST_CASE("reductions of every kind") {
  const Cascade c =
      parse("X: [M]", "S, P, A, B", {"S = X[m]", "P = prod[m] X[m]", "A = max[m] X[m]", "B = min[m] -X[m]"});
  auto result = run(c, {{"M", 3}}, {{"X", {2, 3, 4}}});
  CHECK(result["S"].values == Values{9});
  CHECK(result["P"].values == Values{24});
  CHECK(result["A"].values == Values{4});
  CHECK(result["B"].values == Values{-4});
}

TEST_CASE("wrong inputs of a run are refused") {
  const Cascade c = parse("Query: [M]", "Z", {"Z = Query[2]"});
  const auto error = [&](double m, const Inputs& inputs) { return error_of([&] { run(c, {{"M", m}}, inputs); }); };
  CHECK(error(3, {}) == "no values for input 'Query'");
  CHECK(error(3, {{"Query", {1, 2}}}) == "input 'Query' has 2 values, its shape has 3");
  CHECK(error(3, {{"Query", {1, 2, 3}}, {"Qery", {1}}}) == "'Qery' is not an input; did you mean 'Query'?");
  CHECK(error(2, {{"Query", {1, 2}}}) ==
        "t.yaml:6:17: cascade.einsums[0]: index '2' of 'Query' is not a whole number from 0 to 1");
  CHECK(error(1e8, {}) == "'Query' has 100000000 elements; the interpreter takes at most 2^26");
}

TEST_CASE("an Einsum with too many points is refused") {
  const Cascade c = parse("X: [M], Y: [N]", "Z", {"Z = X[m] * Y[n]"});
  CHECK(error_of([&] {
          run(c, {{"M", 1e4}, {"N", 1e4}}, {});
        }) == "'Z' has 100000000 points; the interpreter takes at most 2^26");
}

}  // namespace tilewright::test::TEST_FILE
