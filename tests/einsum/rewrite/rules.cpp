// Each rule: what it makes, that it computes the same, and where it refuses.
#include "einsum/rewrite/rules.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include <regex>
#include <set>

#include "common/file.hpp"
#include "einsum/interpret.hpp"
#include "einsum/parse.hpp"
#include "einsum/passes.hpp"
#include "einsum/rewrite/rewrite.hpp"
#include "einsum/shapes.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade shipped(const std::string& name) { return load_cascade(find_config("cascades", name)); }

std::set<std::string> statements(const Cascade& cascade) {
  std::set<std::string> all;
  for (const Einsum& einsum : cascade.einsums) all.insert(print_einsum(cascade, einsum));
  return all;
}

std::set<std::string> renamed(const std::set<std::string>& statements,
                              const std::vector<std::pair<std::string, std::string>>& names) {
  std::set<std::string> all;
  for (std::string statement : statements) {
    for (const auto& [from, to] : names)
      statement = std::regex_replace(statement, std::regex("\\b" + from + "\\["), to + "[");
    all.insert(statement);
  }
  return all;
}

std::size_t passes_over(const Cascade& cascade, const std::string& rank) {
  for (const RankPasses& each : count_passes(cascade, ByRank<double>(cascade.ranks.size(), 1)))
    if (cascade.ranks[each.rank].name == rank) return each.passes.size();
  return 0;
}

/// Scores with a factor of their own, a bias, and two sums of the weights.
Cascade scaled_softmax() {
  return cascade_of(
      "  constants: {scale: 0.3}\n"
      "  inputs: {Q: [H, E, P], K: [H, E, M], B: [H], V: [H, M, F], W: [M]}\n"
      "  outputs: [O, R]\n"
      "  einsums:\n"
      "    - S[h,m,p] = Q[h,e,p] * K[h,e,m]\n"
      "    - T[h,m,p] = exp((S[h,m,p] + B[h]) * scale)\n"
      "    - D[h,p] = T[h,m,p]\n"
      "    - N[h,p,f] = T[h,m,p] * V[h,m,f]\n"
      "    - U[h,p] = T[h,m,p] * W[m]\n"
      "    - O[h,p,f] = N[h,p,f] / D[h,p]\n"
      "    - R[h,p] = U[h,p] / D[h,p]\n");
}

}  // namespace

TEST_CASE("the naive softmax becomes the published one of three passes, and the one of one pass") {
  CHECK(statements(stabilise(shipped("attention-naive"), shipped("attention-naive").rank("M"))) ==
        statements(shipped("attention-3pass")));
  const Rewriting rewriting = rewrite_to_passes(shipped("attention-naive"), 1);
  CHECK(passes_over(rewriting.cascade, "M") == 1);
  CHECK(renamed(statements(rewriting.cascade), {{"LGM", "LM"},
                                                {"RGM", "RM"},
                                                {"CGM", "PRM"},
                                                {"SN", "SLN"},
                                                {"LSD", "SLD"},
                                                {"PSD", "SPD"},
                                                {"RSD", "RD"},
                                                {"LAVN", "SLNV"},
                                                {"PAVN", "SPNV"},
                                                {"RAVN", "RNV"}}) == statements(shipped("attention-1pass")));
}

TEST_CASE("softmax with biases, caps, positions, shared heads or factors of scores needs its keys once") {
  for (const std::string name :
       {"attention-3pass", "attention-bias", "attention-deferred-division", "attention-linear-bias",
        "attention-naive", "attention-rotary", "attention-soft-cap", "differential-attention",
        "grouped-query-attention", "latent-attention", "multi-query-attention", "attention-sinks",
        "attention-off-by-one", "attention-decode"}) {
    INFO(name);
    const Cascade cascade = shipped(name);
    const Rewriting rewriting = rewrite_to_passes(cascade, 1);
    CHECK(passes_over(cascade, "M") > 1);
    CHECK(passes_over(rewriting.cascade, "M") == 1);
    const Difference found = difference(cascade, rewriting.cascade, 23);
    CHECK(found.largest < 1e-12);
    CHECK(found.compared > 0);
  }
}

TEST_CASE("what rules make computes the same") {
  for (const std::vector<std::string>& rules : {std::vector<std::string>{"stabilise:M"},
                                                {"stabilise:M", "running:M"},
                                                {"stabilise:M", "split:M"},
                                                {"stabilise:M", "split:M", "use-exp2"},
                                                {"stabilise:M", "running:M", "fuse"},
                                                {"running:M"},
                                                {"split:M"},
                                                {"use-exp2"}}) {
    INFO(fmt::format("{}", fmt::join(rules, ", ")));
    const Rewriting rewriting = rewrite(scaled_softmax(), rules);
    CHECK(rewriting.steps.size() == rules.size());
    CHECK(difference(scaled_softmax(), rewriting.cascade, 17).largest < 1e-12);
    for (const RewriteStep& step : rewriting.steps) CHECK(step.difference->largest < 1e-12);
  }
}

TEST_CASE("results that are no numbers are not called equal") {
  const auto root = [](const std::string& body) {
    return cascade_of("  inputs: {X: [I]}\n  outputs: [Y]\n  einsums:\n    - Y[i] = " + body + "\n");
  };
  CHECK(difference(root("sqrt(-1 - X[i] * X[i])"), root("log(-1 - X[i] * X[i])")).compared == 0);
  CHECK(difference(root("sqrt(X[i])"), root("X[i] / sqrt(X[i])")).compared > 0);
  CHECK(difference(root("sqrt(X[i])"), root("sqrt(X[i]) * 1.1")).largest > 0.09);
  CHECK(std::isinf(difference(root("sqrt(abs(X[i]))"), root("sqrt(X[i])")).largest));
}

TEST_CASE("a maximum keeps large exponents finite") {
  const Cascade naive = shipped("attention-naive");
  const std::map<std::string, double> shapes{{"B", 1}, {"H", 1}, {"E", 1}, {"F", 1}, {"M", 4}, {"P", 1}, {"M0", 2}};
  const std::map<std::string, std::vector<double>> inputs{{"Q", {1000}}, {"K", {1, 2, 3, 4}}, {"V", {1, 2, 3, 4}}};
  const auto of = [&](const Cascade& cascade) {
    return interpret(cascade, rank_shapes(cascade, shapes), inputs).at("AV").values.front();
  };
  CHECK(std::isnan(of(naive)));
  CHECK(of(rewrite_to_passes(naive, 1).cascade) == Approx(4));
  CHECK(of(rewrite(naive, {"stabilise:M", "defer-division:M", "split:M"}).cascade) == Approx(4));
}

TEST_CASE("products are summed from their other side") {
  const Cascade linear = cascade_of(
      "  inputs: {Q: [H, E, P], K: [H, E, M], V: [H, F, M]}\n  outputs: [O]\n  einsums:\n"
      "    - S[h,m,p] = Q[h,e,p] * K[h,e,m]\n    - O[h,f,p] = S[h,m,p] * V[h,f,m]\n");
  const Rewriting rewriting = rewrite(linear, {"reassociate:M"});
  CHECK(statements(rewriting.cascade) ==
        std::set<std::string>{"OS[h,e,f] = K[h,e,m] * V[h,f,m]", "O[h,f,p] = Q[h,e,p] * OS[h,e,f]"});
  CHECK(rewriting.steps.front().difference->largest < 1e-12);
  CHECK(rewrite(linear, {"reassociate:P"}).steps.empty());
}

namespace {

/// Gradients of the weighted sum of all outputs, by moving each input a little.
double worst_gradient(const Cascade& cascade, const std::map<std::string, double>& given) {
  const ByRank<double> shapes = rank_shapes(cascade, given);
  const Cascade backward = differentiate(cascade);
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(0, 1);
  std::map<std::string, std::vector<double>> inputs;
  for (const Tensor& tensor : backward.tensors)
    if (tensor.role == Tensor::Role::input) {
      inputs[tensor.name].resize(
          static_cast<std::size_t>(elements(backward, tensor, rank_shapes(backward, given))));
      for (double& value : inputs[tensor.name]) value = normal(random);
    }
  const auto weighted = [&](const std::map<std::string, std::vector<double>>& at) {
    std::map<std::string, std::vector<double>> own;
    for (const Tensor& tensor : cascade.tensors)
      if (tensor.role == Tensor::Role::input) own[tensor.name] = at.at(tensor.name);
    double sum = 0;
    const auto results = interpret(cascade, shapes, own);
    for (const Tensor& tensor : cascade.tensors)
      if (tensor.role == Tensor::Role::output)
        for (std::size_t i = 0; i < results.at(tensor.name).values.size(); ++i)
          sum += results.at(tensor.name).values[i] * inputs.at("G" + tensor.name)[i];
    return sum;
  };
  const auto gradients = interpret(backward, rank_shapes(backward, given), inputs);
  double worst = 0;
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::input) continue;
    const std::vector<double>& gradient = gradients.at("G" + tensor.name).values;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      auto more = inputs;
      auto less = inputs;
      more[tensor.name][i] += 1e-5;
      less[tensor.name][i] -= 1e-5;
      const double slope = (weighted(more) - weighted(less)) / 2e-5;
      worst = std::max(worst, std::abs(slope - gradient[i]) / std::max(1.0, std::abs(slope)));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("gradients are finite differences") {
  const std::map<std::string, double> shapes{{"B", 2}, {"H", 1}, {"E", 3}, {"F", 2}, {"M", 5}, {"P", 3}};
  for (const std::string name : {"attention-naive", "attention-3pass", "sigmoid-attention"}) {
    INFO(name);
    CHECK(worst_gradient(shipped(name), shapes) < 1e-7);
  }
  CHECK(worst_gradient(scaled_softmax(), {{"H", 2}, {"E", 2}, {"P", 3}, {"M", 4}, {"F", 2}}) < 1e-7);
  const Cascade functions = cascade_of(
      "  inputs: {X: [I], Y: [I, J]}\n  outputs: [Z]\n  einsums:\n"
      "    - A[i] = tanh(X[i]) - log(X[i] * X[i] + 2) / 3\n    - B[i,j] = sqrt(exp2(Y[i,j]) + 1) * A[i]\n"
      "    - C[j] = B[i,j]\n    - Z[i,j] = sigmoid(B[i,j]) / (C[j] * C[j] + 1)\n");
  CHECK(worst_gradient(functions, {{"I", 3}, {"J", 4}}) < 1e-7);
}

TEST_CASE("rules are refused where their laws do not hold") {
  const auto refused = [](const Cascade& cascade, const std::vector<std::string>& rules) {
    return message_of([&] { (void)rewrite(cascade, rules); });
  };
  const Cascade sums = cascade_of(
      "  inputs: {S: [M, P]}\n  outputs: [D]\n  einsums:\n    - T[m,p] = exp(S[m,p])\n    - D[p] = T[m,p]\n");
  CHECK_THAT(refused(sums, {"stabilise:M"}), Catch::Contains("'D' changes when T is scaled"));
  CHECK(rewrite(sums, {"running:M"}).steps.front().difference->largest < 1e-12);
  CHECK_THAT(refused(shipped("attention-3pass"), {"running:M"}),
             Catch::Contains("A needs 'SD', which takes all of 'M'"));
  CHECK_THAT(refused(shipped("attention-1pass"), {"split:M"}), Catch::Contains("'M' is partitioned already"));
  const auto with = [](const std::string& sum, const std::string& more = "") {
    return cascade_of("  inputs: {S: [M, P]" + more +
                      "}\n  outputs: [O]\n  einsums:\n"
                      "    - G[p] = max[m] S[m,p]\n" +
                      sum);
  };
  CHECK_THAT(refused(with("    - T[m,p] = exp(S[m,p] - G[p])\n    - O[p] = T[m,p] * T[m,p]\n"), {"running:M"}),
             Catch::Contains("O does not become its own multiple"));
  CHECK_THAT(
      refused(with("    - T[m,p] = exp(S[m,p] - G[p])\n    - O[p] = T[m,p] + V[m]\n", ", V: [M]"), {"split:M"}),
      Catch::Contains("O does not become its own multiple"));
  CHECK_THAT(refused(with("    - T[m,p,f] = exp((S[m,p] - G[p]) * W[f])\n    - O[p,f] = T[m,p,f]\n", ", W: [F]"),
                     {"running:M"}),
             Catch::Contains("the exponent of T has factor 'W', and 'G' has no rank 'F'"));
  CHECK_THAT(refused(with("    - T[m,p] = exp(S[m,p] - G[p])\n    - U[m,p] = exp((S[m,p] - G[p]) * 2)\n"
                          "    - A[p] = T[m,p]\n    - O[p] = A[p] + U[m,p]\n"),
                     {"running:M"}),
             Catch::Contains("exponents of T and U have other factors"));
  CHECK_THAT(refused(with("    - T[m,p] = S[m,p] - G[p]\n    - O[p] = T[m,p]\n"), {"running:M"}),
             Catch::Contains("T needs 'G', which takes all of 'M'"));
  CHECK_THAT(refused(with("    - O[p] = exp(S[m,p] - G[p])\n"), {"differentiate"}),
             Catch::Contains("'O' changes with 'G'"));
  CHECK_THAT(refused(shipped("gated-delta-rule"), {"differentiate"}), Catch::Contains("'S' is iterated"));
  const Cascade decaying = cascade_of(
      "  inputs: {X: [T, M], D: []}\n  outputs: [Y]\n  initial: {S: 0}\n  einsums:\n"
      "    - S[t+1] = X[t,m]\n    - Y[t] = S[t] / D\n");
  CHECK_THAT(refused(decaying, {"running:M"}), Catch::Contains("'S', a running value, is summed along 'M'"));
  CHECK_THAT(refused(shipped("attention-3pass"), {"split"}), Catch::Contains("expected split:RANK"));
  CHECK_THAT(refused(shipped("attention-3pass"), {"use-exp2:M"}), Catch::Contains("expected use-exp2"));
  CHECK_THAT(message_of([] { (void)rewrite_to_passes(shipped("attention-2pass"), 1); }),
             Catch::Contains("needs 2 passes over 'M'"));
}

}  // namespace tilewright::test::TEST_FILE
