// Attention with one score and one weight for each pair, head by head.
#pragma once

#include "tests/einsum/references/problem.hpp"

namespace tilewright::test {

inline double product_of_pair(const Problem& x, int b, int h, int m, int p) {
  return sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * x["K"](b, h, e, m); });
}

/// `weight(b, h, m, p)` of a pair, `extra(h)` in the denominator besides.
template <class Weight, class Extra>
Results weighted_attention(const Problem& x, Weight&& weight, Extra&& extra) {
  Array output = x.zeros({"B", "H", "F", "P"});
  Array total = x.zeros({"B", "H", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"), extra(h));
    for (int m = 0; m < x.n.at("M"); ++m)
      if (x.exists(m, p)) mean.add(weight(b, h, m, p), [&](int f) { return x["V"](b, h, f, m); });
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
    total(b, h, p) = mean.log_total();
  });
  return {{"AV", output}, {"LSE", total}};
}

inline double no_extra(int) { return 0; }

/// Softmax attention of scores that are made from the product of a pair.
template <class Score>
Results softmax_attention(const Problem& x, Score&& score) {
  const auto weight = [&](int b, int h, int m, int p) {
    return std::exp(score(product_of_pair(x, b, h, m, p), h, m, p));
  };
  return weighted_attention(x, weight, no_extra);
}

inline Results plain_softmax(const Problem& x) {
  return softmax_attention(x, [](double product, int, int, int) { return product; });
}

/// Some scores large, so that a running maximum moves by much and by little.
inline void spread_scores(Problem& x, Random& random) {
  std::uniform_real_distribution<double> size(-6, 6);
  for (double& value : x.in.at("K").values) value *= size(random);
}

inline void add_softmax(References& all) {
  using enum Reference::Masks;
  for (const char* name : {"attention-naive", "attention-3pass", "attention-2pass", "attention-1pass",
                           "attention-blocked", "attention-deferred-division"})
    all[name] = {plain_softmax, {}, any};
  all["attention-lazy-rescale"] = {plain_softmax, spread_scores, some_key};
  all["attention-exp2"] = {
      [](const Problem& x) {
        const double scale = 1 / std::sqrt(x.n.at("E"));
        return softmax_attention(x, [&](double s, int, int, int) { return s * scale; });
      },
      [](Problem& x, Random&) { x.in.at("SCALE")() = std::log2(std::exp(1.0)) / std::sqrt(x.n.at("E")); }, any};
}

}  // namespace tilewright::test
