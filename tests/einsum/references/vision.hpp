// Layers of vision: convolutions, windows, pooled keys, heads over some of the channels.
#pragma once

#include <algorithm>

#include "tests/einsum/references/grid.hpp"

namespace tilewright::test {

inline Results large_kernel_attention(const Problem& x) {
  Array map = pointwise(x["W1"], depthwise(depthwise(x["X"], x["W5"]), x["W7"], 3));
  for (std::size_t i = 0; i < map.values.size(); ++i) map.values[i] *= x["XD"].values[i];
  return {{"Y", map}};
}

inline Results large_kernel_convolution(const Problem& x) {
  Array output = depthwise(x["X"], x["K"]);
  Array means({x.n.at("C"), 1});
  for (int c = 0; c < x.n.at("C"); ++c) means(c, 0) = mean_of_places(output, c);
  const Array squeezed = mapped(product(x["W1"], means), [](double v) { return std::max(v, 0.0); });
  const Array gate = mapped(product(x["W2"], squeezed), logistic);
  each(x.n.at("C"), x.n.at("H"), x.n.at("W"), [&](int c, int h, int w) { output(c, h, w) *= gate(c, 0); });
  return {{"Z", output}};
}

inline Results inception_convolution(const Problem& x) {
  Array square = x.zeros({"G", "H", "W"}), wide = square, high = square;
  const int groups = x.n.at("G");
  each(groups, x.n.at("H"), x.n.at("W"), [&](int g, int h, int w) {
    square(g, h, w) = sum_of_window(3, 3, [&](int r, int s) {
      return within(x["X"], {g, h + r - 1, w + s - 1}) * x["WS"](g, r, s);
    });
    wide(g, h, w) = sum(11, [&](int t) { return within(x["X"], {groups + g, h, w + t - 5}) * x["WW"](g, t); });
    high(g, h, w) = sum(11, [&](int t) { return within(x["X"], {2 * groups + g, h + t - 5, w}) * x["WH"](g, t); });
  });
  return {{"YS", square}, {"YW", wide}, {"YH", high}};
}

inline Results focal_modulation(const Problem& x) {
  Array output = pointwise(x["WQ"], x["X"]);
  const Array gates = pointwise(x["WG"], x["X"]);
  const Array near = mapped(depthwise(pointwise(x["WC"], x["X"]), x["K3"]), gelu);
  const Array wider = mapped(depthwise(near, x["K5"]), gelu);
  Array context = near;
  each(x.n.at("C"), x.n.at("H"), x.n.at("W"), [&](int c, int h, int w) {
    context(c, h, w) = near(c, h, w) * gates(0, h, w) + wider(c, h, w) * gates(1, h, w) +
                       gelu(mean_of_places(wider, c)) * gates(2, h, w);
  });
  const Array modulator = pointwise(x["WH"], context);
  for (std::size_t i = 0; i < output.values.size(); ++i) output.values[i] *= modulator.values[i];
  return {{"Y", output}};
}

inline Results gated_channels(const Problem& x) {
  Array output = x["X"];
  each(x.n.at("C"), x.n.at("H"), x.n.at("W"), [&](int c, int h, int w) {
    const double logit = sum(3, [&](int k) {
      const int near = c + k - 1;
      return near < 0 || near >= x.n.at("C") ? 0 : mean_of_places(x["X"], near) * x["WK"](k);
    });
    output(c, h, w) *= logistic(logit);
  });
  return {{"Y", output}};
}

inline Results subspaces(const Problem& x) {
  Array output = x["X"];
  const int height = x.n.at("H"), width = x.n.at("W");
  const auto largest = [&](int g, int c, int h, int w) {
    double most = -std::numeric_limits<double>::infinity();
    for (int i = std::max(h - 1, 0); i <= std::min(h + 1, height - 1); ++i)
      for (int j = std::max(w - 1, 0); j <= std::min(w + 1, width - 1); ++j)
        most = std::max(most, x["X"](g, c, i, j) * x["WD"](g, c));
    return most;
  };
  for (int g = 0; g < x.n.at("G"); ++g) {
    Array weight({height, width});
    each(height, width, [&](int h, int w) {
      weight(h, w) = std::exp(sum(x.n.at("C"), [&](int c) { return largest(g, c, h, w) * x["WP"](g, c); }));
    });
    const double total = sum_of_window(height, width, [&](int h, int w) { return weight(h, w); });
    each(x.n.at("C"), height, width, [&](int c, int h, int w) { output(g, c, h, w) *= 1 + weight(h, w) / total; });
  }
  return {{"Y", output}};
}

inline Results gated_convolution(const Problem& x) {
  Array mixed = depthwise(pointwise(x["WC"], x["X"]), x["K"]);
  Array kept = pointwise(x["WI"], x["X"]);
  const Array gate_mixed = pointwise(x["GC"], x["X"]), gate_kept = pointwise(x["GI"], x["X"]);
  for (std::size_t i = 0; i < mixed.values.size(); ++i) mixed.values[i] *= gelu(gate_mixed.values[i]);
  for (std::size_t i = 0; i < kept.values.size(); ++i) kept.values[i] *= gelu(gate_kept.values[i]);
  Array output = pointwise(x["OC"], mixed);
  const Array other = pointwise(x["OI"], kept);
  for (std::size_t i = 0; i < output.values.size(); ++i) output.values[i] += other.values[i];
  return {{"Y", output}};
}

inline Results single_head(const Problem& x) {
  const int own = x.n.at("A"), tokens = x.n.at("P");
  Array seen({own, tokens}), rest({x.n.at("R"), tokens});
  each(own, tokens, [&](int a, int p) { seen(a, p) = x["X"](a, p); });
  each(x.n.at("R"), tokens, [&](int r, int p) { rest(r, p) = x["X"](own + r, p); });
  Array output = product(x["OA"], attended(product(x["WQ"], seen), product(x["WK"], seen), product(x["WV"], seen)));
  const Array other = product(x["OR"], rest);
  for (std::size_t i = 0; i < output.values.size(); ++i) output.values[i] += other.values[i];
  return {{"Y", output}};
}

inline Results cascaded_heads(const Problem& x) {
  Array output = x.zeros({"H", "F", "P"});
  Array before({x.n.at("C"), x.n.at("P")});
  for (int h = 0; h < x.n.at("H"); ++h) {
    Array input = part(x["X"], {h});
    for (std::size_t i = 0; i < input.values.size(); ++i) input.values[i] += before.values[i];
    before = attended(product(part(x["WQ"], {h}), input), product(part(x["WK"], {h}), input),
                      product(part(x["WV"], {h}), input));
    each(x.n.at("F"), x.n.at("P"), [&](int f, int p) { output(h, f, p) = before(f, p); });
  }
  return {{"AV", output}};
}

/// Heads in windows, and heads over the windows' means.
inline Results high_and_low(const Problem& x) {
  const int windows = x.n.at("W"), tokens = x.n.at("I");
  Array high = x.zeros({"B", "G", "F", "W", "I"}), low = x.zeros({"B", "H", "F", "W", "I"});
  const auto score = [&](const Array& q, int b, int h, int w, int i, auto&& key) {
    return std::exp(sum(x.n.at("E"), [&](int e) { return q(b, h, e, w, i) * key(e); }));
  };
  each(x.n.at("B"), windows, tokens, [&](int b, int w, int i) {
    for (int g = 0; g < x.n.at("G"); ++g) {
      WeightedMean mean(x.n.at("F"));
      for (int j = 0; j < tokens; ++j)
        mean.add(score(x["QH"], b, g, w, i, [&](int e) { return x["KH"](b, g, e, w, j); }),
                 [&](int f) { return x["VH"](b, g, f, w, j); });
      for (int f = 0; f < x.n.at("F"); ++f) high(b, g, f, w, i) = mean(f);
    }
    for (int h = 0; h < x.n.at("H"); ++h) {
      WeightedMean mean(x.n.at("F"));
      for (int c = 0; c < windows; ++c) {
        const auto pooled = [&](const char* name, int channel) {
          return sum(tokens, [&](int j) { return x[name](b, h, channel, c, j) / tokens; });
        };
        mean.add(score(x["QL"], b, h, w, i, [&](int e) { return pooled("KL", e); }),
                 [&](int f) { return pooled("VL", f); });
      }
      for (int f = 0; f < x.n.at("F"); ++f) low(b, h, f, w, i) = mean(f);
    }
  });
  return {{"AVH", high}, {"AVL", low}};
}

/// Every window adds its outputs to the places that it covers.
inline Results outlook(const Problem& x) {
  Array output = x.zeros({"N", "C", "H", "W"});
  const int height = x.n.at("H"), width = x.n.at("W");
  each(x.n.at("N"), height, width, [&](int n, int h, int w) {
    each(3, 3, [&](int u, int v) {
      const int row = h + u - 1, column = w + v - 1;
      if (row < 0 || row >= height || column < 0 || column >= width) return;
      Array weight({3, 3});
      each(3, 3, [&](int r, int s) {
        weight(r, s) =
            std::exp(sum(x.n.at("D"), [&](int d) { return x.in.at("WA")(n, u, v, r, s, d) * x["X"](d, h, w); }));
      });
      const double total = sum_of_window(3, 3, [&](int r, int s) { return weight(r, s); });
      for (int c = 0; c < x.n.at("C"); ++c)
        output(n, c, row, column) += sum_of_window(3, 3, [&](int r, int s) {
          return weight(r, s) / total * within(x["VAL"], {n, c, h + r - 1, w + s - 1});
        });
    });
  });
  return {{"Z", output}};
}

/// Attention whose scores have the query's product with an embedding of the distance.
inline Results relative_attention(const Problem& x, const Array& q, const Array& k, const Array& v) {
  Array output = x.zeros({"B", "H", "F", "P"});
  const int keys = x.n.at("M");
  each(x.n.at("B"), x.n.at("H"), x.n.at("P"), [&](int b, int h, int p) {
    WeightedMean mean(x.n.at("F"));
    for (int m = 0; m < keys; ++m) {
      const int distance = m - p + keys - 1;
      if (!x.exists(m, p) || distance < 0) continue;
      const double score =
          sum(x.n.at("E"), [&](int e) { return q(b, h, e, p) * (k(b, h, e, m) + x["ER"](h, e, distance)); });
      mean.add(std::exp(score), [&](int f) { return v(b, h, f, m); });
    }
    for (int f = 0; f < x.n.at("F"); ++f) output(b, h, f, p) = mean(f);
  });
  return {{"AV", output}};
}

inline Results skewed(const Problem& x) { return relative_attention(x, x["Q"], x["K"], x["V"]); }

inline Results convolved_relative(const Problem& x) {
  const auto convolved = [&](const Array& input, const Array& kernel) {
    Array output(input.shape);
    each(input.shape[0], input.shape[1], input.shape[2], input.shape[3], [&](int b, int h, int c, int p) {
      output(b, h, c, p) = sum(3, [&](int t) { return within(input, {b, h, c, p + t - 1}) * kernel(h, c, t); });
    });
    return output;
  };
  return relative_attention(x, convolved(x["Q"], x["WQ"]), convolved(x["K"], x["WK"]), convolved(x["V"], x["WV"]));
}

/// Causal, over the channels of a head as well: kernels are [out, in, taps].
inline Array mixed_channels(const Array& input, const Array& kernel) {
  Array output({kernel.shape[0], input.shape[1]});
  each(kernel.shape[0], input.shape[1], [&](int o, int p) {
    output(o, p) = sum_of_window(kernel.shape[1], kernel.shape[2], [&](int e, int t) {
      return within(input, {e, p - t}) * kernel(o, e, t);
    });
  });
  return output;
}

/// Columns of length `length`.
inline Array of_length(Array array, double length) {
  for (int p = 0; p < array.shape[1]; ++p) {
    const double norm = std::sqrt(sum(array.shape[0], [&](int e) { return array(e, p) * array(e, p); }));
    for (int e = 0; e < array.shape[0]; ++e) array(e, p) *= length / norm;
  }
  return array;
}

inline Results compressed_convolutional(const Problem& x) {
  Array own = x.zeros({"G", "R", "V", "P"}), before = x.zeros({"G", "R", "U", "P"});
  const int heads = x.n.at("R"), tokens = x.n.at("P");
  Array last = x["X"];
  each(x.n.at("D"), tokens, [&](int d, int p) { last(d, p) = within(x["X"], {d, p - 1}); });
  for (int g = 0; g < x.n.at("G"); ++g) {
    const Array down = product(part(x["WK"], {g}), x["X"]);
    Array mean(down.shape);
    std::vector<Array> queries;
    for (int r = 0; r < heads; ++r) {
      queries.push_back(product(part(x["WQ"], {g, r}), x["X"]));
      for (std::size_t i = 0; i < mean.values.size(); ++i) mean.values[i] += queries.back().values[i] / heads;
    }
    Array key = mixed_channels(causal_depthwise(down, part(x["CK1"], {g})), part(x["CK2"], {g}));
    for (std::size_t i = 0; i < key.values.size(); ++i) key.values[i] += (mean.values[i] + down.values[i]) / 2;
    key = of_length(key, x["TEMPERATURE"](g));
    for (int r = 0; r < heads; ++r) {
      Array query = mixed_channels(causal_depthwise(queries[r], part(x["CQ1"], {g, r})), part(x["CQ2"], {g, r}));
      for (std::size_t i = 0; i < query.values.size(); ++i)
        query.values[i] += (queries[r].values[i] + down.values[i]) / 2;
      query = of_length(query, 1);
      const Array values = attended(query, key, product(part(x["WV"], {g}), x["X"]));
      const Array others = attended(query, key, product(part(x["WU"], {g}), last));
      each(x.n.at("V"), tokens, [&](int v, int p) { own(g, r, v, p) = values(v, p); });
      each(x.n.at("U"), tokens, [&](int u, int p) { before(g, r, u, p) = others(u, p); });
    }
  }
  return {{"AV", own}, {"AU", before}};
}

inline void add_vision(References& all) {
  using enum Reference::Masks;
  all["large-kernel-attention"] = {large_kernel_attention};
  all["large-kernel-convolution"] = {large_kernel_convolution, prepare_area};
  all["inception-convolution"] = {inception_convolution};
  all["focal-modulation"] = {focal_modulation, prepare_area};
  all["channel-attention"] = {gated_channels, prepare_area};
  all["subspace-attention"] = {subspaces};
  all["gated-convolution"] = {gated_convolution};
  all["single-head-attention"] = {single_head};
  all["cascaded-group-attention"] = {cascaded_heads};
  all["high-low-attention"] = {high_and_low, [](Problem& x, Random&) {
                                 for (double& value : x.in.at("POOL").values) value = 1.0 / x.n.at("J");
                               }};
  all["outlook-attention"] = {outlook};
  all["attention-relative-skewed"] = {skewed, {}, any};
  all["convolutional-relative-attention"] = {convolved_relative, {}, any};
  all["compressed-convolutional-attention"] = {compressed_convolutional,
                                               [](Problem& x, Random&) { x.in.at("SHARE")() = 1.0 / x.n.at("R"); }};
}

}  // namespace tilewright::test
