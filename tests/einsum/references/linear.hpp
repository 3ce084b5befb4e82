// Linear attention and state spaces, from what they are over pairs of tokens, or from their transition as a matrix.
#pragma once

#include "tests/einsum/references/problem.hpp"

namespace tilewright::test {

/// A sum over the tokens s <= t of `weight(b, h, s, t)` times values; over the sum of weights where `mean`.
template <class Weight>
Results over_earlier(const Problem& x, bool mean, Weight&& weight) {
  Array output = x.zeros({"B", "H", "F", "T"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("F"), x.n.at("T"), [&](int b, int h, int f, int t) {
    const double sums = sum(t + 1, [&](int s) { return weight(b, h, s, t) * x["V"](b, h, f, s); });
    output(b, h, f, t) = sums / (mean ? sum(t + 1, [&](int s) { return weight(b, h, s, t); }) : 1);
  });
  return {{"AV", output}};
}

inline double feature(double value) { return value > 0 ? value + 1 : std::exp(value); }

inline Results kernelised(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < x.n.at("M"); ++m) {
      const auto term = [&](int e) { return feature(x["Q"](b, h, e, p)) * feature(x["K"](b, h, e, m)); };
      mean.add(sum(x.n.at("E"), term), [&](int f) { return x["V"](b, h, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results kernelised_causal(const Problem& x) {
  return over_earlier(x, true, [&](int b, int h, int s, int t) {
    return sum(x.n.at("E"), [&](int e) { return feature(x["Q"](b, h, e, t)) * feature(x["K"](b, h, e, s)); });
  });
}

/// `decay(b, h, e, s, t)` of what token s has left in the state when token t reads it.
template <class Decay>
Results decayed(const Problem& x, Decay&& decay) {
  return over_earlier(x, false, [&](int b, int h, int s, int t) {
    return sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, t) * x["K"](b, h, e, s) * decay(b, h, e, s, t); });
  });
}

inline Results gated(const Problem& x) {
  return decayed(x, [&](int b, int h, int e, int s, int t) {
    double product = 1;
    for (int r = s + 1; r <= t; ++r) product *= x["A"](b, h, e, r);
    return product;
  });
}

inline Results retained(const Problem& x) {
  return decayed(x, [&](int, int h, int, int s, int t) { return std::pow(x["DECAY"](h), t - s); });
}

inline Results retained_over_pairs(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), x.n.at("M"), [&](int b, int h, int p, int m) {
    if (m > p || !x.exists(m, p)) return;
    const double score = sum(x.n.at("E"), [&](int e) { return x["Q"](b, h, e, p) * x["K"](b, h, e, m); });
    for (int f = 0; f < x.n.at("F"); ++f)
      output(b, h, f, p) += score * std::pow(x.kept.at("decay")(h), p - m) * x["V"](b, h, f, m);
  });
  return {{"AV", output}};
}

inline Array random_decays(const Problem& x, Random& random) {
  Array decay = x.zeros({"H"});
  fill(decay, random, 0.3, 1);
  return decay;
}

inline void prepare_retained_over_pairs(Problem& x, Random& random) {
  const Array decay = x.kept["decay"] = random_decays(x, random);
  each(x.n.at("H"), x.n.at("M"), x.n.at("P"),
       [&](int h, int m, int p) { x.in.at("DECAY")(h, m, p) = m > p ? 0 : std::pow(decay(h), p - m); });
}

/// Over all tokens; those of a chunk are a chunk's length apart from those of the next.
inline Results chunked(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "C", "P"});
  const int size = x.n.at("P");
  each(x.n.at("B"), x.n.at("H"), x.n.at("C") * size, [&](int b, int h, int t) {
    for (int s = 0; s <= t; ++s) {
      const double score = sum(x.n.at("E"), [&](int e) {
        return x["Q"](b, h, e, t / size, t % size) * x["K"](b, h, e, s / size, s % size);
      });
      for (int f = 0; f < x.n.at("F"); ++f)
        output(b, h, f, t / size, t % size) +=
            score * std::pow(x.kept.at("decay")(h), t - s) * x["V"](b, h, f, s / size, s % size);
    }
  });
  return {{"AV", output}};
}

inline void prepare_chunked(Problem& x, Random& random) {
  const Array decay = x.kept["decay"] = random_decays(x, random);
  const int size = x.n.at("P");
  each(x.n.at("H"), size, size, [&](int h, int m, int p) {
    x.in.at("W")(h, m, p) = m > p ? 0 : std::pow(decay(h), p - m);
    x.in.at("WQ")(h, p) = std::pow(decay(h), p + 1);
    x.in.at("WK")(h, m) = std::pow(decay(h), size - 1 - m);
    x.in.at("WC")(h) = std::pow(decay(h), size);
  });
}

/// S = (I - beta k k^T) Diag(a) S + beta k v^T, the transition as a matrix.
template <class Gate>
Results delta(const Problem& x, Gate&& gate) {
  Array output = x.zeros({"B", "H", "F", "T"});
  const int channels = x.n.at("E");
  each(x.n.at("B"), x.n.at("H"), [&](int b, int h) {
    Array state = x.zeros({"E", "F"});
    for (int t = 0; t < x.n.at("T"); ++t) {
      Array next = x.zeros({"E", "F"});
      each(channels, x.n.at("F"), [&](int e, int f) {
        const double beta = x["BETA"](b, h, t);
        const auto transition = [&](int i) {
          return ((e == i ? 1 : 0) - beta * x["K"](b, h, e, t) * x["K"](b, h, i, t)) * gate(b, h, i, t);
        };
        next(e, f) = sum(channels, [&](int i) { return transition(i) * state(i, f); }) +
                     beta * x["K"](b, h, e, t) * x["V"](b, h, f, t);
      });
      state = next;
      for (int f = 0; f < x.n.at("F"); ++f)
        output(b, h, f, t) = sum(channels, [&](int e) { return x["Q"](b, h, e, t) * state(e, f); });
    }
  });
  return {{"AV", output}};
}

/// Gates and strengths between 0 and 1, keys of length 1 as the delta rule has them.
inline void prepare_delta(Problem& x, Random& random) {
  for (const char* name : {"A", "BETA"})
    if (x.in.contains(name)) fill(x.in.at(name), random, 0.05, 0.95);
  if (!x.in.contains("BETA")) return;
  each(x.n.at("B"), x.n.at("H"), x.n.at("T"), [&](int b, int h, int t) {
    Array& key = x.in.at("K");
    const double length = std::sqrt(sum(x.n.at("E"), [&](int e) { return key(b, h, e, t) * key(b, h, e, t); }));
    for (int e = 0; e < x.n.at("E"); ++e) key(b, h, e, t) /= length;
  });
}

inline Results state_space(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "T"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("F"), x.n.at("T"), [&](int b, int h, int f, int t) {
    output(b, h, f, t) = x["SKIP"](h) * x["X"](b, h, f, t);
    for (int s = 0; s <= t; ++s) {
      double steps = 0;
      for (int r = s + 1; r <= t; ++r) steps += x["DT"](b, h, r);
      const double answer = sum(x.n.at("N"), [&](int n) { return x["CT"](b, n, t) * x["BT"](b, n, s); });
      output(b, h, f, t) += answer * std::exp(x["A"](h) * steps) * x["DT"](b, h, s) * x["X"](b, h, f, s);
    }
  });
  return {{"Y", output}};
}

inline Results state_space_over_pairs(const Problem& x) {
  Array output = x.zeros({"B", "H", "F", "P"});
  each(x.n.at("B"), x.n.at("H"), x.n.at("F"), x.n.at("P"), [&](int b, int h, int f, int p) {
    for (int m = 0; m <= p; ++m) {
      double decay = 1;
      for (int r = m + 1; r <= p; ++r) decay *= x.kept.at("decay")(b, h, r);
      const double answer = sum(x.n.at("N"), [&](int n) { return x["CT"](b, n, p) * x["BT"](b, n, m); });
      output(b, h, f, p) += answer * decay * x["X"](b, h, f, m);
    }
  });
  return {{"Y", output}};
}

inline void prepare_state_space_over_pairs(Problem& x, Random& random) {
  Array decay = x.zeros({"B", "H", "P"});
  fill(decay, random, 0.2, 1);
  each(x.n.at("B"), x.n.at("H"), [&](int b, int h) {
    double logarithm = 0;
    for (int p = 0; p < x.n.at("P"); ++p) {
      logarithm += std::log(decay(b, h, p));
      x.in.at("LP")(b, h, p) = x.in.at("LM")(b, h, p) = logarithm;
    }
  });
  each(x.n.at("M"), x.n.at("P"), [&](int m, int p) { x.in.at("CAUSAL")(m, p) = m > p ? 0 : 1; });
  x.kept["decay"] = decay;
}

inline void add_linear(References& all) {
  all["linear-attention"] = {kernelised};
  all["linear-attention-causal"] = {kernelised_causal};
  all["gated-linear-attention"] = {gated, prepare_delta};
  all["retention"] = {retained, [](Problem& x, Random& random) { x.in.at("DECAY") = random_decays(x, random); }};
  all["retention-parallel"] = {retained_over_pairs, prepare_retained_over_pairs, Reference::Masks::any};
  all["lightning-attention"] = {chunked, prepare_chunked};
  all["delta-rule"] = {[](const Problem& x) { return delta(x, [](int, int, int, int) { return 1.0; }); },
                       prepare_delta};
  all["gated-delta-rule"] = {
      [](const Problem& x) { return delta(x, [&](int b, int h, int, int t) { return x["A"](b, h, t); }); },
      prepare_delta};
  all["kimi-delta-attention"] = {
      [](const Problem& x) { return delta(x, [&](int b, int h, int e, int t) { return x["A"](b, h, e, t); }); },
      prepare_delta};
  all["mamba-2"] = {state_space, [](Problem& x, Random& random) {
                      fill(x.in.at("DT"), random, 0.1, 1);
                      fill(x.in.at("A"), random, -2, -0.1);
                    }};
  all["mamba-2-dual"] = {state_space_over_pairs, prepare_state_space_over_pairs};
}

}  // namespace tilewright::test
