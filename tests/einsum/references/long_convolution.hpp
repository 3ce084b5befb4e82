// Convolutions as long as the sequence, from the filter: what block Fourier transforms of it must give.
#pragma once

#include "tests/einsum/references/grid.hpp"

namespace tilewright::test {

/// The spectrum of a real filter [channels, places] at the frequencies k + I l, over the number of places.
inline void put_spectrum(const Array& filter, int channel, int first, int second, Array& real, Array& imaginary,
                         const std::vector<int>& lead) {
  const int places = first * second;
  each(first, second, [&](int k, int l) {
    std::size_t at = 0;
    for (const int i : lead) at = at * static_cast<std::size_t>(real.shape[0]) + static_cast<std::size_t>(i);
    at = (at * static_cast<std::size_t>(first) + static_cast<std::size_t>(k)) * static_cast<std::size_t>(second) +
         static_cast<std::size_t>(l);
    const auto angle = [&](int n) { return -2 * std::acos(-1.0) * n * (k + first * l) / places; };
    real.values[at] = sum(places, [&](int n) { return filter(channel, n) * std::cos(angle(n)); }) / places;
    imaginary.values[at] = sum(places, [&](int n) { return filter(channel, n) * std::sin(angle(n)); }) / places;
  });
}

inline void prepare_transform(Problem& x) {
  const int first = x.n.at("I"), second = x.n.at("J");
  const double turn = -2 * std::acos(-1.0);
  const auto put = [&](const std::string& name, int a, int b, double angle) {
    x.in.at(name + "RE")(a, b) = std::cos(angle);
    x.in.at(name + "IM")(a, b) = std::sin(angle);
  };
  each(first, first, [&](int i, int k) { put("F1", i, k, turn * i * k / first); });
  each(first, second, [&](int k, int j) { put("TW", k, j, turn * k * j / (first * second)); });
  each(second, second, [&](int j, int l) { put("F2", j, l, turn * j * l / second); });
}

/// Circular, over I J places; beyond its last token the input is nothing.
template <class Input>
double convolved(const Array& filter, int channel, int n, int tokens, Input&& input) {
  const int places = filter.shape[1];
  return sum(std::min(tokens, places),
             [&](int m) { return filter(channel, ((n - m) % places + places) % places) * input(m); });
}

inline Array random_filter(int channels, int places, Random& random) {
  Array filter({channels, places});
  fill(filter, random, -1, 1);
  return filter;
}

inline void prepare_hyena(Problem& x, Random& random) {
  prepare_transform(x);
  const Array filter = x.kept["filter"] = random_filter(x.n.at("D"), x.n.at("I") * x.n.at("J"), random);
  for (int d = 0; d < x.n.at("D"); ++d)
    put_spectrum(filter, d, x.n.at("I"), x.n.at("J"), x.in.at("HRE"), x.in.at("HIM"), {d});
}

inline Results hyena(const Problem& x) {
  Array output = x.zeros({"D", "I", "J"});
  const int tokens = x.n.at("N");
  const Array query = causal_depthwise(x["QIN"], x["WQ"]), key = causal_depthwise(x["KIN"], x["WK"]),
              value = causal_depthwise(x["VIN"], x["WV"]);
  each(x.n.at("D"), x.n.at("I"), x.n.at("J"), [&](int d, int i, int j) {
    const int n = i * x.n.at("J") + j;
    if (n < tokens)
      output(d, i, j) = query(d, n) * convolved(x.kept.at("filter"), d, n, tokens,
                                                [&](int m) { return key(d, m) * value(d, m); });
  });
  return {{"O", output}};
}

inline void prepare_toeplitz(Problem& x, Random& random) {
  prepare_transform(x);
  const Array filter = x.kept["filter"] = random_filter(1, x.n.at("I") * x.n.at("J"), random);
  put_spectrum(filter, 0, x.n.at("I"), x.n.at("J"), x.in.at("CRE"), x.in.at("CIM"), {});
}

inline Results toeplitz(const Problem& x) {
  Array output = x.zeros({"F", "I", "J"});
  const int tokens = x.n.at("N");
  each(x.n.at("F"), x.n.at("I"), x.n.at("J"), [&](int f, int i, int j) {
    const int n = i * x.n.at("J") + j;
    if (n >= tokens) return;
    output(f, i, j) = convolved(x.kept.at("filter"), 0, n, tokens, [&](int m) {
      return sum(x.n.at("E"), [&](int e) { return x["QF"](e, n) * x["KF"](e, m); }) * x["V"](f, m);
    });
  });
  return {{"SUMS", output}};
}

/// A diagonal state space with decays a: its filter is sum over s of c a^t b. Within a part by a filter of the
/// first N taps, which must not wrap: behind those it is 0 as long as there are 2 N places, and else it is no test
/// of the parts.
inline void prepare_states(Problem& x, Random& random) {
  prepare_transform(x);
  const int tokens = x.n.at("N"), places = x.n.at("I") * x.n.at("J"), states = x.n.at("S");
  const auto drawn = [&](const char* name, double least, double most) -> Array& {
    Array& array = x.kept[name] = Array({x.n.at("D"), states});
    fill(array, random, least, most);
    return array;
  };
  const Array decay = drawn("decay", 0.3, 1), in = drawn("in", -1, 1), out = drawn("out", -1, 1);
  Array filter({x.n.at("D"), places});
  each(x.n.at("D"), std::min(tokens, places), [&](int d, int t) {
    filter(d, t) = sum(states, [&](int s) { return out(d, s) * std::pow(decay(d, s), t) * in(d, s); });
  });
  x.kept["filter"] = filter;
  for (int d = 0; d < x.n.at("D"); ++d)
    put_spectrum(filter, d, x.n.at("I"), x.n.at("J"), x.in.at("HRE"), x.in.at("HIM"), {d});
  each(x.n.at("D"), states, [&](int d, int s) {
    x.in.at("CARRY")(d, s) = std::pow(decay(d, s), tokens);
    for (int n = 0; n < tokens; ++n) x.in.at("INTO")(d, s, n) = in(d, s) * std::pow(decay(d, s), tokens - 1 - n);
    each(x.n.at("I"), x.n.at("J"), [&](int i, int j) {
      const int n = i * x.n.at("J") + j;
      x.in.at("FROM")(d, s, i, j) = n < tokens ? out(d, s) * std::pow(decay(d, s), n + 1) : 0;
    });
  });
}

/// Over all tokens of all parts at once; where a part's filter would wrap around, what wraps too.
inline Results state_space_in_parts(const Problem& x) {
  Array output = x.zeros({"G", "D", "I", "J"});
  const int tokens = x.n.at("N"), places = x.n.at("I") * x.n.at("J");
  const auto input = [&](int d, int t) {
    const double key = sum(x.n.at("R"), [&](int r) { return within(x["KIN"], {d, t - r}) * x["WS"](d, r); });
    return key * x["V"](t / tokens, d, t % tokens);
  };
  each(x.n.at("G"), x.n.at("D"), std::min(tokens, places), [&](int g, int d, int n) {
    double result = sum(g * tokens, [&](int t) {
      return sum(x.n.at("S"), [&](int s) {
        return x.kept.at("out")(d, s) * std::pow(x.kept.at("decay")(d, s), g * tokens + n - t) *
               x.kept.at("in")(d, s) * input(d, t);
      });
    });
    result += convolved(x.kept.at("filter"), d, n, tokens, [&](int m) { return input(d, g * tokens + m); });
    output(g, d, n / x.n.at("J"), n % x.n.at("J")) = result * x["Q"](g, d, n);
  });
  return {{"O", output}};
}

inline void add_long_convolutions(References& all) {
  all["hyena-operator"] = {hyena, prepare_hyena};
  all["toeplitz-attention"] = {toeplitz, prepare_toeplitz};
  all["h3-layer"] = {state_space_in_parts, prepare_states};
}

}  // namespace tilewright::test
