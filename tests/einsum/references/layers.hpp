// Norms, projections and whole layers, token by token.
#pragma once

#include <complex>

#include "tests/einsum/references/scores.hpp"

namespace tilewright::test {

using Row = std::vector<double>;

/// Elements of a row over the root of the mean of their squares, times weights.
inline Row normed(const Row& row, const Array& weights, double least) {
  double squares = 0;
  for (const double each : row) squares += each * each;
  Row result;
  for (std::size_t d = 0; d < row.size(); ++d)
    result.push_back(row[d] * weights(static_cast<int>(d)) /
                     std::sqrt(squares / static_cast<double>(row.size()) + least));
  return result;
}

/// A row times a matrix whose first dimension is the row's, with all others as one.
inline Row times(const Row& row, const Array& matrix) {
  const std::size_t columns = matrix.values.size() / row.size();
  Row result(columns, 0);
  for (std::size_t d = 0; d < row.size(); ++d)
    for (std::size_t c = 0; c < columns; ++c) result[c] += row[d] * matrix.values[d * columns + c];
  return result;
}

/// A row of a matrix of rows.
inline Row row_of(const Array& rows, std::size_t at, std::size_t width) {
  const auto begin = rows.values.begin() + static_cast<std::ptrdiff_t>(at * width);
  return {begin, begin + static_cast<std::ptrdiff_t>(width)};
}

inline Row feed_forward(const Problem& x, const Row& row) {
  const Row gate = times(row, x["WG"]);
  Row inner = times(row, x["WU"]);
  for (std::size_t u = 0; u < inner.size(); ++u) inner[u] *= gate[u] / (1 + std::exp(-gate[u]));
  return times(inner, x["WD"]);
}

/// Of every row of `input` into `output`.
template <class Function>
Array by_row(const Problem& x, const char* input, const std::vector<std::string>& output, Function&& function) {
  Array result = x.zeros(output);
  const auto width = static_cast<std::size_t>(x[input].shape.back());
  result.values.clear();
  for (std::size_t at = 0; at < x[input].values.size() / width; ++at) {
    const Row row = function(row_of(x[input], at, width));
    result.values.insert(result.values.end(), row.begin(), row.end());
  }
  return result;
}

inline Results encoder_products(const Problem& x) {
  const auto product = [&](const char* input, const char* matrix, const char* columns) {
    return by_row(x, input, {"T", columns}, [&](const Row& row) { return times(row, x[matrix]); });
  };
  return {
      {"XQ", product("X", "WQ", "G")},
      {"XK", product("X", "WK", "G")},
      {"XV", product("X", "WV", "G")},
      {"Z", product("AO", "WZ", "D")},
      {"FF2", by_row(x, "Z1", {"T", "D"}, [&](const Row& row) { return times(times(row, x["W1"]), x["W2"]); })}};
}

/// Attention of one query row of a layer over keys and values that are rows of complex pairs and of channels: the
/// rows of a token are [G, R, 2, E] of queries, [G, 2, E] of keys and [G, F] of values.
class LayerAttention {
 public:
  explicit LayerAttention(const Problem& x)
      : x_(x), g_(x.n.at("G")), r_(x.n.at("R")), e_(x.n.at("E")), f_(x.n.at("F")) {}

  /// `angle(e)` of the token's position.
  template <class Angle>
  [[nodiscard]] Row rotated(const Row& row, Angle&& angle) const {
    Row result = row;
    const std::size_t half = static_cast<std::size_t>(e_);
    for (std::size_t head = 0; head < row.size() / (2 * half); ++head)
      for (std::size_t e = 0; e < half; ++e) {
        const std::size_t real = head * 2 * half + e;
        const auto turned =
            std::complex<double>(row[real], row[real + half]) * std::polar(1.0, angle(static_cast<int>(e)));
        result[real] = turned.real();
        result[real + half] = turned.imag();
      }
    return result;
  }

  [[nodiscard]] Row operator()(const Row& query, const std::vector<Row>& keys,
                               const std::vector<Row>& values) const {
    Row result;
    for (int g = 0; g < g_; ++g)
      for (int r = 0; r < r_; ++r) {
        WeightedMean mean(f_);
        for (std::size_t m = 0; m < keys.size(); ++m) {
          const double score = sum(2 * e_, [&](int e) {
            return query[static_cast<std::size_t>((g * r_ + r) * 2 * e_ + e)] *
                   keys[m][static_cast<std::size_t>(g * 2 * e_ + e)];
          });
          mean.add(std::exp(score / std::sqrt(2 * e_)),
                   [&](int f) { return values[m][static_cast<std::size_t>(g * f_ + f)]; });
        }
        for (int f = 0; f < f_; ++f) result.push_back(mean(f));
      }
    return result;
  }

  /// The rest of a layer after attention: projection, residual sum, norm, feed-forward network, residual sum.
  [[nodiscard]] Row after(const Row& input, const Row& attention) const {
    Row sums = times(attention, x_["WO"]);
    for (std::size_t d = 0; d < sums.size(); ++d) sums[d] += input[d];
    Row result = feed_forward(x_, normed(sums, x_["W2"], x_["EPS"]()));
    for (std::size_t d = 0; d < sums.size(); ++d) result[d] += sums[d];
    return result;
  }

 private:
  const Problem& x_;
  int g_, r_, e_, f_;
};

/// Token after token of each sequence, over the keys so far.
inline Results layer(const Problem& x) {
  const LayerAttention attention(x);
  const std::size_t width = static_cast<std::size_t>(x.n.at("D"));
  Array output = x.zeros({"B", "P", "D"});
  output.values.clear();
  for (int b = 0; b < x.n.at("B"); ++b) {
    std::vector<Row> keys, values;
    for (int p = 0; p < x.n.at("P"); ++p) {
      const Row input = row_of(x["X"], static_cast<std::size_t>(b * x.n.at("P") + p), width);
      const Row norm = normed(input, x["W1"], x["EPS"]());
      const auto angle = [&](int e) { return p * x.kept.at("frequency")(e); };
      keys.push_back(attention.rotated(times(norm, x["WK"]), angle));
      values.push_back(times(norm, x["WV"]));
      const Row row =
          attention.after(input, attention(attention.rotated(times(norm, x["WQ"]), angle), keys, values));
      output.values.insert(output.values.end(), row.begin(), row.end());
    }
  }
  return {{"Y", output}};
}

inline void prepare_scalars(Problem& x) {
  x.in.at("COUNT")() = x.n.at("D");
  x.in.at("EPS")() = 1e-3;
}

inline void prepare_layer(Problem& x, Random&) {
  prepare_scalars(x);
  x.in.at("XM").values = x["X"].values;
  x.in.at("SCALE")() = 1 / std::sqrt(2 * x.n.at("E"));
  each(x.n.at("M"), x.n.at("P"), [&](int m, int p) { x.in.at("CAUSAL")(m, p) = m > p ? 0 : 1; });
  prepare_rotation(x, {"P", "M"});
}

inline Results layer_decode(const Problem& x) {
  const LayerAttention attention(x);
  const int half = x.n.at("E");
  Array output = x.zeros({"B", "D"}), key0 = x.zeros({"B", "G", "E"}), key1 = key0,
        value = x.zeros({"B", "G", "F"});
  for (int b = 0; b < x.n.at("B"); ++b) {
    const Row input = row_of(x["X"], static_cast<std::size_t>(b), static_cast<std::size_t>(x.n.at("D")));
    const Row norm = normed(input, x["W1"], x["EPS"]());
    const auto angle = [&](int e) { return x.kept.at("angle")(b, e); };
    std::vector<Row> keys, values;
    for (int m = 0; m < x.n.at("M"); ++m) {
      keys.emplace_back();
      values.emplace_back();
      for (int g = 0; g < x.n.at("G"); ++g) {
        for (int e = 0; e < 2 * half; ++e) keys.back().push_back(x["KC"](b, g, e / half, e % half, m));
        for (int f = 0; f < x.n.at("F"); ++f) values.back().push_back(x["VC"](b, g, f, m));
      }
    }
    keys.push_back(attention.rotated(times(norm, x["WK"]), angle));
    values.push_back(times(norm, x["WV"]));
    for (int g = 0; g < x.n.at("G"); ++g) {
      for (int e = 0; e < half; ++e) {
        key0(b, g, e) = keys.back()[static_cast<std::size_t>(g * 2 * half + e)];
        key1(b, g, e) = keys.back()[static_cast<std::size_t>(g * 2 * half + half + e)];
      }
      for (int f = 0; f < x.n.at("F"); ++f)
        value(b, g, f) = values.back()[static_cast<std::size_t>(g * x.n.at("F") + f)];
    }
    const Row row = attention.after(input, attention(attention.rotated(times(norm, x["WQ"]), angle), keys, values));
    for (int d = 0; d < x.n.at("D"); ++d) output(b, d) = row[static_cast<std::size_t>(d)];
  }
  return {{"Y", output}, {"K0", key0}, {"K1", key1}, {"V", value}};
}

/// Each sequence has a position of its own.
inline void prepare_layer_decode(Problem& x, Random& random) {
  prepare_scalars(x);
  x.in.at("SCALE")() = 1 / std::sqrt(2 * x.n.at("E"));
  Array angle = x.zeros({"B", "E"});
  fill(angle, random, -10, 10);
  each(x.n.at("B"), x.n.at("E"), [&](int b, int e) {
    x.in.at("COS")(b, e) = std::cos(angle(b, e));
    x.in.at("SIN")(b, e) = std::sin(angle(b, e));
  });
  x.kept["angle"] = angle;
}

/// Rows of heads of pairs, as the references have them: [.., 2, half], with the angle of each pair.
inline void split_rotated(const Row& row, std::size_t half, const std::function<double(std::size_t)>& angle,
                          Row& real, Row& imaginary) {
  for (std::size_t head = 0; head < row.size() / (2 * half); ++head)
    for (std::size_t c = 0; c < half; ++c) {
      const std::size_t at = head * 2 * half + c;
      const auto turned = std::complex<double>(row[at], row[at + half]) * std::polar(1.0, angle(c));
      real.push_back(turned.real());
      imaginary.push_back(turned.imag());
    }
}

/// What rows of tokens become, one output after the other.
class TokenResults {
 public:
  explicit TokenResults(const Problem& x) : x_(x) {}
  void add(const std::string& name, const std::vector<std::string>& ranks, const Row& row) {
    auto [found, made] = results_.try_emplace(name, x_.zeros(ranks));
    if (made) found->second.values.clear();
    found->second.values.insert(found->second.values.end(), row.begin(), row.end());
  }
  void add_rotated(const std::string& name, const std::vector<std::string>& ranks, const Row& row, int token) {
    Row real, imaginary;
    const auto half = static_cast<std::size_t>(x_.n.at("C"));
    split_rotated(
        row, half, [&](std::size_t c) { return x_.kept.at("angle")(token, static_cast<int>(c)); }, real, imaginary);
    add(name + "0", ranks, real);
    add(name + "1", ranks, imaginary);
  }
  Results take() { return std::move(results_); }

 private:
  const Problem& x_;
  Results results_;
};

inline Row token(const Problem& x, const char* input, int t) {
  return row_of(x[input], static_cast<std::size_t>(t),
                x[input].values.size() / static_cast<std::size_t>(x.n.at("T")));
}

inline Results attention_input(const Problem& x) {
  TokenResults results(x);
  for (int t = 0; t < x.n.at("T"); ++t) {
    const Row norm = normed(token(x, "X", t), x["W"], x["EPS"]());
    results.add_rotated("Q", {"T", "H", "C"}, times(norm, x["WQ"]), t);
    results.add_rotated("K", {"T", "G", "C"}, times(norm, x["WK"]), t);
    results.add("V", {"T", "G", "F"}, times(norm, x["WV"]));
  }
  return results.take();
}

inline Results latent_input(const Problem& x) {
  TokenResults results(x);
  for (int t = 0; t < x.n.at("T"); ++t) {
    const Row norm = normed(token(x, "X", t), x["W"], x["EPS"]());
    const Row queries = normed(times(norm, x["WDQ"]), x["WA"], x["EPS"]());
    results.add("QN", {"T", "H", "E"}, times(queries, x["WUQ"]));
    results.add_rotated("Q", {"T", "H", "C"}, times(queries, x["WQR"]), t);
    results.add("CKV", {"T", "L"}, normed(times(norm, x["WDKV"]), x["WL"], x["EPS"]()));
    results.add_rotated("K", {"T", "C"}, times(norm, x["WKR"]), t);
  }
  return results.take();
}

inline void prepare_token_angles(Problem& x, Random& random) {
  prepare_scalars(x);
  for (const char* each : {"A", "L"})
    if (x.in.contains(std::string("COUNT") + each)) x.in.at(std::string("COUNT") + each)() = x.n.at(each);
  Array angle = x.zeros({"T", "C"});
  fill(angle, random, -10, 10);
  each(x.n.at("T"), x.n.at("C"), [&](int t, int c) {
    x.in.at("COS")(t, c) = std::cos(angle(t, c));
    x.in.at("SIN")(t, c) = std::sin(angle(t, c));
  });
  x.kept["angle"] = angle;
}

inline Row added(Row row, const Row& other) {
  for (std::size_t d = 0; d < row.size(); ++d) row[d] += other[d];
  return row;
}

inline Results attention_output(const Problem& x) {
  TokenResults results(x);
  for (int t = 0; t < x.n.at("T"); ++t)
    results.add("Y", {"T", "D"}, added(times(token(x, "A", t), x["WO"]), token(x, "X", t)));
  return results.take();
}

inline Results gated_mlp(const Problem& x) {
  return {{"Y", by_row(x, "X", {"T", "D"}, [&](const Row& row) {
             return added(feed_forward(x, normed(row, x["W"], x["EPS"]())), row);
           })}};
}

inline Results plain_mlp(const Problem& x) {
  return {{"Y", by_row(x, "X", {"T", "D"}, [&](const Row& row) {
             Row inner = times(row, x["W1"]);
             for (double& each : inner) each /= 1 + std::exp(-x["SLOPE"]() * each);
             return added(times(inner, x["W2"]), row);
           })}};
}

/// Expert after expert, each with its own part of the weights.
inline Results experts(const Problem& x) {
  Array output = x.zeros({"J", "T", "D"});
  each(x.n.at("J"), x.n.at("T"), x.n.at("D"), [&](int j, int t, int d) {
    output(j, t, d) = x["S"](j, t) * sum(x.n.at("U"), [&](int u) {
                        const auto inner = [&](const char* weights) {
                          return sum(x.n.at("D"), [&](int e) { return x["X"](j, t, e) * x[weights](j, e, u); });
                        };
                        const double gate = inner("WG");
                        return gate / (1 + std::exp(-gate)) * inner("WU") * x["WD"](j, u, d);
                      });
  });
  return {{"Y", output}};
}

inline Results product_by_head(const Problem& x) {
  Array output = x.zeros({"T", "H", "N"});
  each(x.n.at("T"), x.n.at("H"), x.n.at("N"), [&](int t, int h, int n) {
    output(t, h, n) = sum(x.n.at("E"), [&](int e) { return x["X"](t, h, e) * x["W"](h, e, n); });
  });
  return {{"Z", output}};
}

inline void add_layers(References& all) {
  all["encoder-linear"] = {encoder_products};
  all["rms-norm"] = {
      [](const Problem& x) -> Results {
        return {{"Y", by_row(x, "X", {"T", "D"}, [&](const Row& row) { return normed(row, x["W"], x["EPS"]()); })}};
      },
      [](Problem& x, Random&) { prepare_scalars(x); }};
  all["swiglu"] = {[](const Problem& x) -> Results {
    return {{"Y", by_row(x, "X", {"T", "D"}, [&](const Row& row) { return feed_forward(x, row); })}};
  }};
  all["transformer-block"] = {layer, prepare_layer};
  all["product"] = {[](const Problem& x) -> Results {
    return {{"Z", by_row(x, "X", {"T", "N"}, [&](const Row& row) { return times(row, x["W"]); })}};
  }};
  all["product-by-head"] = {product_by_head};
  all["attention-input"] = {attention_input, prepare_token_angles};
  all["latent-input"] = {latent_input, prepare_token_angles};
  all["attention-output"] = {attention_output};
  all["gated-mlp"] = {gated_mlp, [](Problem& x, Random&) { prepare_scalars(x); }};
  all["mlp"] = {plain_mlp, [](Problem& x, Random&) { x.in.at("SLOPE")() = 1.702; }};
  all["expert-mlp"] = {experts};
  all["transformer-block-decode"] = {layer_decode, prepare_layer_decode};
}

}  // namespace tilewright::test
