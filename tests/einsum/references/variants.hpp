// Attention over pairs of keys, groups of keys, few heads of keys, hashes; and gates in its place.
#pragma once

#include "tests/einsum/references/grid.hpp"
#include "tests/einsum/references/parts.hpp"

namespace tilewright::test {

inline Results pairs_of_keys(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    each(x.n.at("M"), x.n.at("N"), [&](int m, int n) {
      const double score =
          sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * x["K1"](b, h, e, m) * x["K2"](b, h, e, n); });
      mean.add(std::exp(score), [&](int f) { return x["V1"](b, h, f, m) * x["V2"](b, h, f, n); });
    });
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results low_rank(const Problem& x) {
  Array output = x.zeros({"H", "D"});
  const int channels = x.n.at("D");
  for (int h = 0; h < x.n.at("H"); ++h) {
    WeightedMean mean(channels);
    for (int m = 0; m < x.n.at("M"); ++m) {
      double score = 0;
      each(channels, channels, [&](int c, int d) {
        score +=
            x["C"](c) * x["X"](d, m) * sum(x.n.at("R"), [&](int r) { return x["WC"](h, r, c) * x["WX"](h, r, d); });
      });
      mean.add(std::exp(score), [&](int d) { return x["X"](d, m); });
    }
    for (int d = 0; d < channels; ++d) output(h, d) = mean(d);
  }
  return {{"O", output}};
}

inline Array transposed(const Array& array) {
  Array result({array.shape[1], array.shape[0]});
  each(array.shape[0], array.shape[1], [&](int i, int j) { result(j, i) = array(i, j); });
  return result;
}

inline Results mixer_gate(const Problem& x) {
  const Array tokens = product(x["WT2"], mapped(product(x["WT1"], transposed(x["X"])), gelu));
  Array gate = product(x["WC2"], mapped(product(x["WC1"], transposed(tokens)), gelu));
  for (std::size_t i = 0; i < gate.values.size(); ++i) gate.values[i] *= x["X"].values[i];
  return {{"Y", product(x["WO2"], mapped(product(x["WO1"], gate), gelu))}};
}

/// Groups of keys, each with the largest channels of its keys as its key and a mean of its values by the largest of
/// its queries' channels, beside single keys.
inline Results combined(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const int size = x.n.at("I");
  const auto largest = [&](const char* name, int b, int h, int e, int c) {
    double most = x[name](b, h, e, c * size);
    for (int m = c * size; m < (c + 1) * size; ++m) most = std::max(most, x[name](b, h, e, m));
    return most;
  };
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int c = 0; c < x.n.at("C"); ++c) {
      if (x["CORE"](c, p) == 0) continue;
      WeightedMean group(x.n.at("F"));
      for (int m = c * size; m < (c + 1) * size; ++m)
        group.add(std::exp(sum(x.n.at("E"), [&](int e) { return largest("QM", b, h, e, c) * x["K"](b, h, e, m); })),
                  [&](int f) { return x["V"](b, h, f, m); });
      mean.add(std::exp(sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * largest("K", b, h, e, c); })),
               group);
    }
    for (int m = 0; m < x.n.at("M"); ++m)
      if (x["LOCAL"](m, p) != 0)
        mean.add(std::exp(product_of_pair(x, b, h, m, p)), [&](int f) { return x["V"](b, h, f, m); });
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results few_key_heads(const Problem& x) {
  Array output = x.zeros({"B", "G", "J", "R", "F", "P"});
  each(x.n.at("B"), x.n.at("G"), x.n.at("J"), x.n.at("R"), [&](int b, int g, int j, int r) {
    const Array values = attended(part(x["Q"], {b, g, j, r}), part(x["K"], {b, g}), part(x["V"], {b, g, j}));
    each(x.n.at("F"), x.n.at("P"), [&](int f, int p) { output(b, g, j, r, f, p) = values(f, p); });
  });
  return {{"AV", output}};
}

inline Results forgetting_sums(const Problem& x) {
  Results results = plain_softmax(x);
  Array sums = x.zeros({"B", "H", "M"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    const double total = sum(x.n.at("M"), [&](int m) { return std::exp(product_of_pair(x, b, h, m, p)); });
    for (int m = 0; m < x.n.at("M"); ++m)
      sums(b, h, m) = sums(b, h, m) * x["KEEP"]() + std::exp(product_of_pair(x, b, h, m, p)) / total;
  });
  results["SUMS"] = sums;
  return results;
}

inline Results hashed(const Problem& x) {
  Array output = x.zeros({"F"});
  const int groups = x.n.at("G"), bits = x.n.at("W"), values = x.n.at("F");
  for (int g = 0; g < groups; ++g) {
    std::vector<double> sums(static_cast<std::size_t>(values), 0);
    for (int m = 0; m < x.n.at("M"); ++m) {
      bool same = true;
      for (int w = 0; w < bits; ++w) {
        const auto side = [&](auto&& of) {
          return sum(x.n.at("E"), [&](int e) { return x["PLANES"](g, w, e) * of(e); }) > 0;
        };
        same = same && side([&](int e) { return x["Q"](e); }) == side([&](int e) { return x["K"](e, m); });
      }
      for (int f = 0; same && f < values; ++f) sums[f] += x["V"](f, m);
    }
    const double length = std::sqrt(sum(values, [&](int f) { return sums[f] * sums[f]; }) + 1e-6);
    for (int f = 0; f < values; ++f) output(f) += sums[f] / length / groups;
  }
  return {{"O", output}};
}

/// Minus the sum of p log p, where p is a softmax.
inline Results entropies(const Problem& x) {
  Array output = x.zeros({"T"});
  for (int t = 0; t < x.n.at("T"); ++t) {
    const double total = sum(x.n.at("N"), [&](int n) { return std::exp(x["L"](n, t)); });
    output(t) = -x["WORTH"](t) * sum(x.n.at("N"), [&](int n) {
      const double share = std::exp(x["L"](n, t)) / total;
      return share * std::log(share);
    });
  }
  return {{"SCORE", output}};
}

inline Results expert_queries(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), [&](int b, int h) {
    const Array input = part(x["IN"], {b}), router = product(x["WR"], input);
    for (int e = 0; e < x.n.at("X"); ++e) {
      const Array values =
          attended(product(part(x["WQ"], {e, h}), input), part(x["K"], {b, h}), part(x["V"], {b, h}));
      each(x.n.at("F"), x.n.at("P"), [&](int f, int p) {
        const double total = sum(x.n.at("X"), [&](int other) { return std::exp(router(other, p) - router(e, p)); });
        output(b, h, f, p) += values(f, p) / total;
      });
    }
  });
  return {{"AV", output}};
}

inline void add_variants(References& all) {
  all["token-entropy"] = {entropies};
  all["attention-experts"] = {expert_queries};
  all["kronecker-attention"] = {pairs_of_keys};
  all["low-rank-attention"] = {low_rank};
  all["mixer-gate"] = {mixer_gate};
  all["combiner-attention"] = {combined, prepare_pooled};
  all["attention-few-key-heads"] = {few_key_heads};
  all["attention-forgetting-sums"] = {forgetting_sums,
                                      [](Problem& x, Random& random) { fill(x.in.at("KEEP"), random, 0.3, 1); }};
  all["hash-sampled-attention"] = {hashed, [](Problem& x, Random&) { x.in.at("MEAN")() = 1.0 / x.n.at("G"); }};
}

}  // namespace tilewright::test
