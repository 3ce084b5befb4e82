// Softmax attention whose heads share keys and values, whole or as a latent, and quantised ones.
#pragma once

#include "tests/einsum/references/problem.hpp"

namespace tilewright::test {

inline Results multi_query(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < x.n.at("M"); ++m) {
      if (!x.exists(m, p)) continue;
      const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * x["K"](b, e, m); });
      mean.add(std::exp(score), [&](int f) { return x["V"](b, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results grouped_query(const Problem& x) {
  Array output = x.zeros({"B", "G", "R", "F", "P"});
  each(x.n.at("B"), x.n.at("G") * x.n.at("R"), x.n.at("P"), [&](int b, int head, int p) {
    const int g = head / x.n.at("R");
    const int r = head % x.n.at("R");
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < x.n.at("M"); ++m) {
      if (!x.exists(m, p)) continue;
      const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, g, r, e, p) * x["K"](b, g, e, m); });
      mean.add(std::exp(score), [&](int f) { return x["V"](b, g, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, g, r, f, p) = mean(f);
  });
  return {{"AV", output}};
}

/// Every key and value is projected up where it is needed.
inline Results latent(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const auto up = [&](const char* weights, int b, int h, int channel, int m) {
    return sum(x.n.at("L"), [&](int l) { return x[weights](h, channel, l) * x["C"](b, l, m); });
  };
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < x.n.at("M"); ++m) {
      if (!x.exists(m, p)) continue;
      const double score = sum(x.n.at("E"), [&](int e) { return x["QN"](b, h, e, p) * up("WUK", b, h, e, m); }) +
                           sum(x.n.at("R"), [&](int r) { return x["QR"](b, h, r, p) * x["KR"](b, r, m); });
      mean.add(std::exp(score / std::sqrt(x.n.at("E") + x.n.at("R"))),
               [&](int f) { return up("WUV", b, h, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results quantised(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const auto key = [&](int b, int h, int e, int m) {
    const int group = m / x.n.at("M0");
    return x["KQ"](b, h, e, m) * x["KS"](b, h, e, group) + x["KZ"](b, h, e, group);
  };
  const auto value = [&](int b, int h, int f, int m) {
    const int group = f / x.n.at("F0");
    return x["VQ"](b, h, f, m) * x["VS"](b, h, group, m) + x["VZ"](b, h, group, m);
  };
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < x.n.at("M"); ++m) {
      if (!x.exists(m, p)) continue;
      const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * key(b, h, e, m); });
      mean.add(std::exp(score), [&](int f) { return value(b, h, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

/// Whole numbers of 4 bits, and scales that make small numbers of them.
inline void prepare_quantised(Problem& x, Random& random) {
  std::uniform_int_distribution<int> level(0, 15);
  for (const char* name : {"KQ", "VQ"})
    for (double& each : x.in.at(name).values) each = level(random);
  for (const char* name : {"KS", "VS"}) fill(x.in.at(name), random, 0.02, 0.2);
}

inline void add_heads(References& all) {
  using enum Reference::Masks;
  all["multi-query-attention"] = {multi_query, {}, any};
  all["grouped-query-attention"] = {grouped_query, {}, any};
  const auto scale = [](Problem& x, Random&) { x.in.at("SCALE")() = 1 / std::sqrt(x.n.at("E") + x.n.at("R")); };
  all["latent-attention"] = {latent, scale, any};
  all["latent-attention-absorbed"] = {latent, scale, any};
  all["attention-quantised-kv"] = {quantised, prepare_quantised, any};
}

}  // namespace tilewright::test
