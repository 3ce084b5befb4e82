// Attention with other scores or other weights than the softmax of a product.
#pragma once

#include <complex>

#include "tests/einsum/references/softmax.hpp"

namespace tilewright::test {

inline Results with_linear_bias(const Problem& x) {
  return softmax_attention(x, [&](double s, int h, int m, int p) { return s - x["SLOPE"](h) * (p - m); });
}

inline Results with_bias(const Problem& x) {
  return softmax_attention(x, [&](double s, int h, int m, int p) { return s + x["BIAS"](h, m, p); });
}

inline Results with_soft_cap(const Problem& x) {
  const double cap = x["CAP"]();
  return softmax_attention(x, [&](double s, int, int, int) { return cap * std::tanh(s / cap); });
}

template <class Extra>
Results with_extra(const Problem& x, Extra&& extra) {
  const auto weight = [&](int b, int h, int m, int p) { return std::exp(product_of_pair(x, b, h, m, p)); };
  return weighted_attention(x, weight, extra);
}

template <class Weight>
Results with_weight(const Problem& x, Weight&& weight) {
  return weighted_attention(
      x, [&](int b, int h, int m, int p) { return weight(product_of_pair(x, b, h, m, p)); }, no_extra);
}

inline Results with_sigmoid(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), x.n.at("M"), [&](int b, int h, int p, int m) {
    if (!x.exists(m, p)) return;
    const double weight = 1 / (1 + std::exp(-(product_of_pair(x, b, h, m, p) + x["BIAS"]())));
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) += weight * x["V"](b, h, f, m);
  });
  return {{"AV", output}};
}

/// The product of queries and keys that are complex numbers, rotated by position times frequency.
inline Results with_rotation(const Problem& x) {
  using Complex = std::complex<double>;
  const auto weight = [&](int b, int h, int m, int p) {
    return std::exp(sum(x.n.at("E"), [&](int e) {
      const Complex query(x["Q"](b, h, 0, e, p), x["Q"](b, h, 1, e, p));
      const Complex key(x["K"](b, h, 0, e, m), x["K"](b, h, 1, e, m));
      return (query * std::conj(key) * std::polar(1.0, (p - m) * x.kept.at("frequency")(e))).real();
    }));
  };
  return weighted_attention(x, weight, no_extra);
}

/// The frequencies of rotary positions, and cosines and sines at the positions of ranks.
inline void prepare_rotation(Problem& x, const std::vector<std::string>& ranks) {
  Array frequency = x.zeros({"E"});
  for (int e = 0; e < x.n.at("E"); ++e) frequency(e) = std::pow(10000, -double(e) / x.n.at("E"));
  for (const std::string& rank : ranks) {
    each(x.n.at("E"), x.n.at(rank), [&](int e, int t) {
      x.in.at("COS" + rank)(e, t) = std::cos(t * frequency(e));
      x.in.at("SIN" + rank)(e, t) = std::sin(t * frequency(e));
    });
  }
  x.kept["frequency"] = frequency;
}

inline Results with_difference(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    for (int i = 0; i < 2; ++i) {
      WeightedMean mean(x.n.at("F"));
      for (int m = 0; m < x.n.at("M"); ++m) {
        if (!x.exists(m, p)) continue;
        const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, i, e, p) * x["K"](b, h, i, e, m); });
        mean.add(std::exp(score), [&](int f) { return x["V"](b, h, f, m); });
      }
      for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) += (i == 0 ? 1 : -x["LAMBDA"]()) * mean(f);
    }
  });
  return {{"AV", output}};
}

/// Attention, and what each key gets of it over all queries.
inline Results with_column_sums(const Problem& x) {
  Results results = plain_softmax(x);
  Array sums = x.zeros({"B", "H", "M"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), x.n.at("M"), [&](int b, int h, int p, int m) {
    if (x.exists(m, p)) sums(b, h, m) += std::exp(product_of_pair(x, b, h, m, p) - results.at("LSE")(b, h, p));
  });
  results["CS"] = sums;
  return results;
}

inline void add_scores(References& all) {
  using enum Reference::Masks;
  all["attention-linear-bias"] = {with_linear_bias,
                                  [](Problem& x, Random&) {
                                    each(x.n.at("M"), x.n.at("P"),
                                         [&](int m, int p) { x.in.at("DIST")(m, p) = m - p; });
                                  },
                                  any};
  all["attention-bias"] = {with_bias, {}, any};
  all["attention-soft-cap"] = {with_soft_cap, [](Problem& x, Random&) { x.in.at("CAP")() = 1.5; }, any};
  all["attention-sinks"] = {
      [](const Problem& x) { return with_extra(x, [&](int h) { return std::exp(x["SINK"](h)); }); }, {}, any};
  all["attention-off-by-one"] = {[](const Problem& x) { return with_extra(x, [](int) { return 1.0; }); }, {}, any};
  all["sigmoid-attention"] = {with_sigmoid, {}, any};
  all["sigmoid-attention-blocked"] = {with_sigmoid, {}, any};
  all["softplus-attention"] = {
      [](const Problem& x) { return with_weight(x, [](double s) { return std::log1p(std::exp(s)); }); }, {}, any};
  all["taylor-attention"] = {[](const Problem& x) {
                               return with_weight(x, [&](double s) {
                                 const double scaled = s / std::sqrt(x.n.at("E"));
                                 return 1 + scaled + scaled * scaled / 2;
                               });
                             },
                             [](Problem& x, Random&) { x.in.at("SCALE")() = 1 / std::sqrt(x.n.at("E")); }, any};
  all["attention-rotary"] = {with_rotation, [](Problem& x, Random&) { prepare_rotation(x, {"P", "M"}); }, any};
  all["differential-attention"] = {with_difference, {}, any};
  all["attention-column-sums"] = {with_column_sums, {}, any};
}

}  // namespace tilewright::test
