// Linear attention and recurrences in chunks, in both directions, with their gradients, from sums over pairs of
// tokens.
#pragma once

#include "tests/einsum/references/linear.hpp"

namespace tilewright::test {

inline void prepare_features(Problem& x, Random& random) {
  for (const char* name : {"QF", "KF"}) fill(x.in.at(name), random, 0.1, 2);
}

inline double product_of_features(const Problem& x, int b, int h, int p, int m) {
  return sum(x.n.at("E"), [&](int e) { return x["QF"](b, h, e, p) * x["KF"](b, h, e, m); });
}

inline Results rank_augmented(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const int keys = x.n.at("M"), queries = x.n.at("P");
  each(x.n.at("B"), x.n.at("H"), [&](int b, int h) {
    std::vector<double> weight;
    for (int m = 0; m < keys; ++m)
      weight.push_back(std::exp(sum(queries, [&](int p) { return product_of_features(x, b, h, p, m) / queries; })));
    for (int p = 0; p < queries; ++p) {
      WeightedMean mean(x.n.at("F"));
      for (int m = 0; m < keys; ++m)
        mean.add(weight[m] * product_of_features(x, b, h, p, m), [&](int f) { return x["V"](b, h, f, m); });
      for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f) * x["GATE"](b, h, f, p);
    }
  });
  return {{"O", output}};
}

/// Weights (1 + 1 / s) w - s / M, where s is the sum of the weights w.
inline Results magnitude_aware(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const int keys = x.n.at("M");
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    const double total = sum(keys, [&](int m) { return product_of_features(x, b, h, p, m); });
    for (int f = 0; f < x.n.at("F"); ++f)
      output(b, h, f, p) = sum(keys, [&](int m) {
        return ((1 + 1 / total) * product_of_features(x, b, h, p, m) - total / keys) * x["V"](b, h, f, m);
      });
  });
  return {{"O", output}};
}

/// What is left after the tokens of (from, to]: the product of their gates.
template <class Gate>
double left_after(int from, int to, Gate&& gate) {
  double product = 1;
  for (int r = from + 1; r <= to; ++r) product *= gate(r);
  return product;
}

inline Results gated_chunks(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "C", "I"});
  const int size = x.n.at("I");
  each(x.n.at("B"), x.n.at("H"), x.n.at("F"), x.n.at("C") * size, [&](int b, int h, int f, int t) {
    output(b, h, f, t / size, t % size) = sum(t + 1, [&](int s) {
      return sum(x.n.at("E"),
                 [&](int e) {
                   return x["Q"](b, h, e, t / size, t % size) * x["K"](b, h, e, s / size, s % size) *
                          left_after(s, t, [&](int r) { return x["A"](b, h, e, r / size, r % size); });
                 }) *
             x["V"](b, h, f, s / size, s % size);
    });
  });
  return {{"O", output}};
}

inline void prepare_gated_chunks(Problem& x, Random& random) {
  fill(x.in.at("A"), random, 0.3, 1);
  each(x.n.at("J"), x.n.at("I"), [&](int j, int i) { x.in.at("CAUSAL")(j, i) = j <= i ? 1 : 0; });
}

/// Each term q_t k_s (gates of s + 1 to t) v_s do_t, differentiated by each of its factors. Those of keys, values
/// and gates are written backwards.
inline Results gated_gradients(const Problem& x) {
  Array query = x.zeros({"B", "H", "E", "T"}), key = query, gate = query, value = x.zeros({"B", "H", "F", "T"});
  const int tokens = x.n.at("T");
  each(x.n.at("B"), x.n.at("H"), x.n.at("E"), x.n.at("F"), [&](int b, int h, int e, int f) {
    each(tokens, tokens, [&](int s, int t) {
      if (s > t) return;
      const auto gate_of = [&](int r) { return x["A"](b, h, e, r); };
      const double left = left_after(s, t, gate_of);
      const double q = x["Q"](b, h, e, t), k = x["K"](b, h, e, s), v = x["V"](b, h, f, s), o = x["GO"](b, h, f, t);
      query(b, h, e, t) += k * left * v * o;
      key(b, h, e, tokens - 1 - s) += q * left * v * o;
      value(b, h, f, tokens - 1 - s) += q * k * left * o;
      for (int r = s + 1; r <= t; ++r) gate(b, h, e, tokens - 1 - r) += q * k * left / gate_of(r) * v * o;
    });
  });
  return {{"GQ", query}, {"GK", key}, {"GV", value}, {"GA", gate}};
}

inline Results gated_both_ways(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "T"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("F"), x.n.at("T"), [&](int b, int h, int f, int t) {
    output(b, h, f, t) = sum(x.n.at("T"), [&](int s) {
      const auto pair = [&](const char* gates, int from, int to) {
        return sum(x.n.at("E"), [&](int e) {
          return x["Q"](b, h, e, t) * x["K"](b, h, e, s) *
                 left_after(from, to, [&](int r) { return x[gates](b, h, e, r); });
        });
      };
      const double forwards = s <= t ? pair("AF", s, t) : 0;
      const double backwards = s >= t ? pair("AB", t - 1, s - 1) : 0;
      return (forwards + backwards) * x["V"](b, h, f, s);
    });
  });
  return {{"O", output}};
}

inline Results decaying_means(const Problem& x) {
  Array output = x.zeros({"F", "T"});
  each(x.n.at("F"), x.n.at("T"), [&](int f, int t) {
    WeightedMean mean(1);
    for (int s = 0; s < x.n.at("T"); ++s) {
      const double weight = s == t ? x["BONUS"](f) : std::pow(x["DECAY"](f), std::abs(s - t) - 1);
      mean.add(weight * std::exp(x["K"](f, s)), [&](int) { return x["V"](f, s); });
    }
    output(f, t) = mean(0);
  });
  return {{"O", output}};
}

/// Every state from every input: exp of the sum of the steps between, times A.
inline Results scans_of_directions(const Problem& x) {
  Array output = x.zeros({"R", "D", "T"});
  const int tokens = x.n.at("T");
  each(x.n.at("R"), x.n.at("D"), tokens, tokens, [&](int r, int d, int s, int t) {
    const auto add = [&](const char* a, const char* step, const char* in, const char* out, int first, int last) {
      double steps = 0;
      for (int i = first; i <= last; ++i) steps += x[step](r, d, i);
      output(r, d, t) += sum(x.n.at("N"), [&](int n) {
        return x[out](r, n, t) * std::exp(steps * x[a](r, d, n)) * x[step](r, d, s) * x[in](r, n, s) *
               x["X"](r, d, s);
      });
    };
    if (s <= t) add("A", "DT", "B", "C", s + 1, t);
    if (s >= t) add("AB", "DTB", "BB", "CB", t, s - 1);
  });
  return {{"Y", output}};
}

inline Results learning_memory(const Problem& x) {
  Array output = x.zeros({"F", "T"});
  const int channels = x.n.at("E"), values = x.n.at("F");
  Array memory({values, channels}), momentum = memory;
  for (int t = 0; t < x.n.at("T"); ++t) {
    std::vector<double> error;
    for (int f = 0; f < values; ++f)
      error.push_back(sum(channels, [&](int e) { return memory(f, e) * x["K"](e, t); }) - x["V"](f, t));
    each(values, channels, [&](int f, int e) {
      momentum(f, e) = x["MOMENTUM"](t) * momentum(f, e) - x["RATE"](t) * 2 * error[f] * x["K"](e, t);
      memory(f, e) = x["KEEP"](t) * memory(f, e) + momentum(f, e);
    });
    for (int f = 0; f < values; ++f)
      output(f, t) = sum(channels, [&](int e) { return memory(f, e) * x["Q"](e, t); });
  }
  return {{"Y", output}};
}

inline Results taylor_causal(const Problem& x) {
  Results results = over_earlier(x, true, [&](int b, int h, int s, int t) {
    const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, t) * x["K"](b, h, e, s); });
    return 1 + score + score * score / 2;
  });
  return {{"O", results.at("AV")}};
}

inline Results chunked_prefixes(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "C", "I"});
  const int size = x.n.at("I");
  each(x.n.at("B"), x.n.at("H"), x.n.at("C") * size, [&](int b, int h, int last) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m <= last; ++m) {
      const double score =
          sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e) * x["K"](b, h, e, m / size, m % size); });
      mean.add(std::exp(score), [&](int f) { return x["V"](b, h, f, m / size, m % size); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, last / size, last % size) = mean(f);
  });
  return {{"O", output}};
}

inline Results dynamical(const Problem& x) {
  Array output = x.zeros({"F", "T"});
  each(x.n.at("F"), x.n.at("T"), [&](int f, int t) {
    const auto input = [&](int n, int s) {
      return sum(x.n.at("D"), [&](int d) { return x["B"](n, d, s) * x["U"](d, s); });
    };
    output(f, t) = sum(x.n.at("D"), [&](int d) { return x["DIRECT"](f, d, t) * x["U"](d, t); });
    for (int s = 0; s <= t; ++s)
      output(f, t) += sum(x.n.at("N"), [&](int n) {
        return x["C"](f, n, t) * left_after(s, t, [&](int r) { return x["DECAY"](n, r); }) * input(n, s);
      });
  });
  return {{"Y", output}};
}

inline void add_scans(References& all) {
  const auto between = [](std::vector<std::string> names) {
    return [names](Problem& x, Random& random) {
      for (const std::string& name : names) fill(x.in.at(name), random, 0.3, 1);
    };
  };
  all["rank-augmented-linear-attention"] = {rank_augmented, [](Problem& x, Random& random) {
                                              prepare_features(x, random);
                                              x.in.at("MEAN")() = 1.0 / x.n.at("P");
                                              x.in.at("COUNT")() = x.n.at("M");
                                            }};
  all["magnitude-aware-linear-attention"] = {magnitude_aware, [](Problem& x, Random& random) {
                                               prepare_features(x, random);
                                               x.in.at("MEAN")() = 1.0 / x.n.at("M");
                                             }};
  all["gated-linear-attention-chunks"] = {gated_chunks, prepare_gated_chunks};
  all["gated-linear-attention-backward"] = {gated_gradients, between({"A"})};
  all["bidirectional-gated-linear-attention"] = {gated_both_ways, between({"AF", "AB"})};
  all["bidirectional-wkv"] = {decaying_means, between({"DECAY", "BONUS"})};
  all["selective-scan-directions"] = {scans_of_directions, [](Problem& x, Random& random) {
                                        for (const char* name : {"DT", "DTB"}) fill(x.in.at(name), random, 0, 1);
                                        for (const char* name : {"A", "AB"}) fill(x.in.at(name), random, -2, 0);
                                      }};
  all["neural-memory"] = {learning_memory, between({"RATE", "MOMENTUM", "KEEP"})};
  all["taylor-attention-causal"] = {taylor_causal};
  all["attention-prefix-scan"] = {chunked_prefixes};
  all["dynamical-system"] = {dynamical, between({"DECAY"})};
}

}  // namespace tilewright::test
