// Recurrences in chunks: that they compute the same, what they are like, and where the rule refuses.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>

#include "common/file.hpp"
#include "einsum/interpret.hpp"
#include "einsum/parse.hpp"
#include "einsum/rewrite/difference.hpp"
#include "einsum/rewrite/rules.hpp"
#include "einsum/shapes.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Values = std::map<std::string, std::vector<double>>;

Cascade shipped(const std::string& name) { return load_cascade(find_config("cascades", name)); }

Cascade chunked(const Cascade& cascade) { return chunk(cascade, cascade.rank("T")); }

}  // namespace

TEST_CASE("shipped recurrences that are linear in their state compute the same in chunks") {
  for (const char* name : {"linear-attention-causal", "retention", "gated-linear-attention", "mamba-2"}) {
    CAPTURE(name);
    const Cascade before = shipped(name);
    const Difference found = difference(before, chunked(before), 3);
    CHECK(found.largest < 1e-13);
    CHECK(found.compared > 100);
  }
}

TEST_CASE("no state is carried but from chunk to chunk") {
  const Cascade made = chunked(shipped("retention"));
  for (const Tensor& tensor : made.tensors) {
    if (!tensor.iterated || tensor.ranks.size() < 4) continue;
    CHECK(tensor.name == "CS");
    CHECK(made.ranks[tensor.iterated].name == "T1");
  }
}

TEST_CASE("retention in chunks is the published chunked attention with a decay") {
  const Cascade made = chunked(shipped("retention"));
  const Cascade published = shipped("lightning-attention");
  constexpr int heads = 2, chunks = 3, steps = 4, dim = 5, value_dim = 3;
  std::mt19937 random(5);
  std::uniform_real_distribution<double> value(-1, 1);
  const auto values = [&](int count) {
    std::vector<double> all(static_cast<std::size_t>(count));
    for (double& each : all) each = value(random);
    return all;
  };
  const std::vector<double> decay{0.9, 0.5};
  Values inputs{{"Q", values(heads * dim * chunks * steps)},
                {"K", values(heads * dim * chunks * steps)},
                {"V", values(heads * value_dim * chunks * steps)}};
  Values of_published = inputs;
  inputs["DECAY"] = decay;
  for (const double each : decay) {
    for (int m = 0; m < steps; ++m)
      for (int p = 0; p < steps; ++p) of_published["W"].push_back(p < m ? 0 : std::pow(each, p - m));
    for (int p = 0; p < steps; ++p) of_published["WQ"].push_back(std::pow(each, p + 1));
    for (int m = 0; m < steps; ++m) of_published["WK"].push_back(std::pow(each, steps - 1 - m));
    of_published["WC"].push_back(std::pow(each, steps));
  }
  std::map<std::string, double> shapes{{"B", 1}, {"H", heads}, {"E", dim}, {"F", value_dim}};
  std::map<std::string, double> of_made = shapes;
  of_made.insert({{"T", chunks * steps}, {"T0", steps}});
  shapes.insert({{"C", chunks}, {"P", steps}});
  const auto expected = interpret(published, rank_shapes(published, shapes), of_published).at("AV");
  const auto got = interpret(made, rank_shapes(made, of_made), inputs).at("AV");
  REQUIRE(got.values.size() == expected.values.size());
  for (std::size_t i = 0; i < got.values.size(); ++i)
    CHECK(got.values[i] == Approx(expected.values[i]).margin(1e-14));
}

TEST_CASE("states of other forms compute the same in chunks") {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"K: [E, T], V: [F, T], A: [E, T]",  // no sum over the state, and the update first
       "['S[e,f,t+1] = K[e,t] * V[f,t] + A[e,t] * S[e,f,t]', 'O[e,f,t] = S[e,f,t+1]']"},
      {"Q: [E, T], K: [E, T], V: [F, T], A: [E, T], B: [E]",  // a decay of several factors, in an Einsum of its own
       "['D[e,f,t] = B[e] * S[e,f,t] * A[e,t]', 'S[e,f,t+1] = D[e,f,t] + exp(K[e,t]) * V[f,t]', "
       "'O[f,t] = Q[e,t] * S[e,f,t+1] * V[f,t]']"},
      {"Q: [E, T], K: [E, T]",  // an update that is no product, read by two
       "['S[e,t+1] = S[e,t] + max(K[e,t], 0)', 'N[t] = Q[e,t] * S[e,t+1]', 'M[t] = S[e,t+1]', 'O[t] = N[t] * "
       "M[t]']"}};
  for (const auto& [inputs, einsums] : cases) {
    CAPTURE(einsums);
    const Cascade before = cascade_of(std::string("  inputs: {") + inputs +
                                      "}\n  outputs: [O]\n  initial: {S: 0}\n  einsums: " + einsums + "\n");
    const Difference found = difference(before, chunked(before), 4);
    CHECK(found.largest < 1e-13);
    CHECK(found.compared > 20);
  }
}

TEST_CASE("recurrences that are not linear in their state, or read at other steps, are refused") {
  const auto of = [](const std::string& einsums, const std::string& inputs = "K: [E, T]", const char* outputs = "O",
                     const char* initial = "S: 0") {
    return message_of([&] {
      (void)chunked(cascade_of("  inputs: {" + inputs + "}\n  outputs: [" + outputs + "]\n  initial: {" + initial +
                               "}\n  einsums:\n" + einsums));
    });
  };
  const std::string step = "    - S[e,t+1] = S[e,t] + K[e,t]\n";
  CHECK(of("    - S[e,t+1] = max(S[e,t], K[e,t])\n    - O[t] = S[e,t+1]\n") ==
        "'S' is not a sum of a multiple of itself and of an update");
  CHECK(of("    - S[e,t+1] = S[e,t] + S[e,t] * K[e,t]\n    - O[t] = S[e,t+1]\n") ==
        "'S' is needed for its own update");
  CHECK(of("    - S[e,t+1] = exp(S[e,t]) + K[e,t]\n    - O[t] = S[e,t+1]\n") ==
        "'S' is not carried on as a multiple of itself");
  CHECK(of("    - P[e,t] = S[e,t] * S[e,t]\n    - S[e,t+1] = P[e,t] + K[e,t]\n    - O[t] = S[e,t+1]\n") ==
        "'S' is not carried on as a multiple of itself");
  CHECK(of(step + "    - O[t] = S[e,t+1]\n", "K: [E, T]", "O", "S: 1") == "'S' begins with another value than 0");
  CHECK(of(step + "    - O[t] = S[e,t]\n") == "O is not a product with 'S' behind its step");
  CHECK(of(step + "    - O[e] = S[e,T]\n") == "O is not a product with 'S' behind its step");
  CHECK(of(step + "    - O[t] = max[e] S[e,t+1]\n") == "O is not a sum of products with 'S' for each 't'");
  CHECK(of(step + "    - O[e] = K[e,t] * S[e,t+1]\n") == "O is not a sum of products with 'S' for each 't'");
  CHECK(of(step + "    - O[t] = S[e,t+1]\n", "K: [E, T]", "O, S") == "'S' is an output itself");
  CHECK(of(step + "    - X[e] = K[e,t]\n    - O[t] = S[e,t+1] * X[e]\n") == "X sums along 'T' itself");
  CHECK(message_of([] { (void)chunk(shipped("attention-3pass"), shipped("attention-3pass").rank("M")); }) ==
        "nothing is carried along rank 'M'");
  for (const char* name : {"delta-rule", "gated-delta-rule", "kimi-delta-attention"})
    CHECK(message_of([&] { (void)chunked(shipped(name)); }) == "'S' is needed for its own update");
}

}  // namespace tilewright::test::TEST_FILE
