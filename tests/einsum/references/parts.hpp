// Attention over parts of the keys: split, merged, cached, pooled, prefix by prefix; and its gradients.
#pragma once

#include "tests/einsum/references/softmax.hpp"

namespace tilewright::test {

/// Attention over each part alone, and over all keys.
inline Results split_keys(const Problem& x) {
  Results results = plain_softmax(x);
  Array parts = x.zeros({"B", "H", "F", "C", "P"});
  Array totals = x.zeros({"B", "H", "C", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("C"), x.n.at("P"), [&](int b, int h, int c, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = c * x.n.at("M0"); m < (c + 1) * x.n.at("M0"); ++m)
      if (x.exists(m, p))
        mean.add(std::exp(product_of_pair(x, b, h, m, p)), [&](int f) { return x["V"](b, h, f, m); });
    for (int f = 0; f < x.n.at("F"); ++f) parts(b, h, f, c, p) = mean(f);
    totals(b, h, c, p) = mean.log_total();
  });
  results["PAV"] = parts;
  results["PLSE"] = totals;
  return results;
}

/// The parts with the weights of their denominators, all at once.
inline Results merged(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  Array total = x.zeros({"B", "H", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int c = 0; c < x.n.at("C"); ++c)
      mean.add(std::exp(x["PLSE"](b, h, c, p)), [&](int f) { return x["PAV"](b, h, f, c, p); });
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
    total(b, h, p) = mean.log_total();
  });
  return {{"AV", output}, {"LSE", total}};
}

inline Results prefixes(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "M"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("M"), [&](int b, int h, int last) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m <= last; ++m) {
      const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e) * x["K"](b, h, e, m); });
      mean.add(std::exp(score), [&](int f) { return x["V"](b, h, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, last) = mean(f);
  });
  return {{"AV", output}};
}

/// One sequence of the cache and the new token, which is its last key.
inline Results decode(const Problem& x) {
  Array output = x.zeros({"B", "G", "R", "F"});
  each(x.n.at("B"), x.n.at("G"), x.n.at("R"), [&](int b, int g, int r) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m <= x.n.at("M"); ++m) {
      const bool own = m == x.n.at("M");
      const double score = sum(
          x.n.at("E"), [&](int e) { return x["Q"](b, g, r, e) * (own ? x["K"](b, g, e) : x["KC"](b, g, e, m)); });
      mean.add(std::exp(score), [&](int f) { return own ? x["V"](b, g, f) : x["VC"](b, g, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, g, r, f) = mean(f);
  });
  return {{"AV", output}};
}

/// Keys of groups as their mean under the attention of the group's last query, beside single keys.
inline Results pooled(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const int size = x.n.at("I");
  const auto pool = [&](const char* name, const char* channels, int b, int h, int c) {
    WeightedMean mean(x.n.at(channels));
    for (int m = c * size; m < (c + 1) * size; ++m) {
      const double score = sum(x.n.at("E"), [&](int e) { return x["QL"](b, h, e, c) * x["K"](b, h, e, m); });
      mean.add(std::exp(score), [&](int channel) { return x[name](b, h, channel, m); });
    }
    return mean;
  };
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int c = 0; c < x.n.at("C"); ++c) {
      if (x["CORE"](c, p) == 0) continue;
      const WeightedMean key = pool("K", "E", b, h, c);
      mean.add(std::exp(sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * key(e); })),
               pool("V", "F", b, h, c));
    }
    for (int m = 0; m < x.n.at("M"); ++m)
      if (x["LOCAL"](m, p) != 0)
        mean.add(std::exp(product_of_pair(x, b, h, m, p)), [&](int f) { return x["V"](b, h, f, m); });
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

/// Some groups and some keys; of keys the first at least.
inline void prepare_pooled(Problem& x, Random& random) {
  std::bernoulli_distribution coin(0.5);
  for (const char* name : {"CORE", "LOCAL"})
    for (double& each : x.in.at(name).values) each = coin(random) ? 1 : 0;
  for (int p = 0; p < x.n.at("P"); ++p) x.in.at("LOCAL")(0, p) = 1;
}

/// By the derivative of a softmax as a matrix: dS[m] = A[m] sum over n of (m == n) - A[n], times dA[n].
inline Results gradients(const Problem& x) {
  Array query = x.zeros({"B", "H", "E", "P"}), key = x.zeros({"B", "H", "E", "M"}),
        value = x.zeros({"B", "H", "F", "M"});
  const int keys = x.n.at("M");
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    std::vector<double> weight, change;
    double total = 0;
    for (int m = 0; m < keys; ++m) {
      weight.push_back(std::exp(product_of_pair(x, b, h, m, p)));
      total += weight.back();
      change.push_back(sum(x.n.at("F"), [&](int f) { return x["GAV"](b, h, f, p) * x["V"](b, h, f, m); }));
    }
    for (double& each : weight) each /= total;
    for (int m = 0; m < keys; ++m) {
      const double score = weight[m] * sum(keys, [&](int n) { return ((m == n ? 1 : 0) - weight[n]) * change[n]; });
      for (int f = 0; f < x.n.at("F"); ++f) value(b, h, f, m) += weight[m] * x["GAV"](b, h, f, p);
      for (int e = 0; e < x.n.at("E"); ++e) {
        query(b, h, e, p) += score * x["K"](b, h, e, m);
        key(b, h, e, m) += score * x["Q"](b, h, e, p);
      }
    }
  });
  return {{"GQ", query}, {"GK", key}, {"GV", value}};
}

inline void add_parts(References& all) {
  using enum Reference::Masks;
  all["attention-split-kv"] = {split_keys, {}, any};
  all["attention-merge"] = {merged};
  all["attention-scan"] = {prefixes};
  all["attention-decode"] = {decode};
  all["core-context-attention"] = {pooled, prepare_pooled};
  all["attention-backward"] = {gradients, [](Problem& x, Random&) {
                                 const Results forward = plain_softmax(x);
                                 x.in.at("AV").values = forward.at("AV").values;
                                 x.in.at("LSE").values = forward.at("LSE").values;
                               }};
}

}  // namespace tilewright::test
