#include "kernels/reference/gradients.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/arithmetic.hpp"
#include "kernels/reference/attention.hpp"

namespace tilewright::kernels::reference {
namespace {

/// What float leaves of a sum of products, as a share of the norms of its factors; and the weight below which it
/// may be zero. Both with room to spare: they matter where the exact gradient is nothing.
constexpr double sum_error = 0x1p-20;
constexpr double least_weight = 0x1p-120;

double norm(const std::vector<float>& row) { return std::sqrt(dot<double>(row, row.data())); }

/// A query with what is given of it.
struct Query {
  std::vector<float> q, grad_o;
  double lse = 0, delta = 0;

  Query(const GradientProblem& problem, const RowSums& sums, const Row& row) {
    const Problem& of = problem.attention;
    const int head = row.batch * of.heads + row.head;
    q.resize(static_cast<std::size_t>(of.head_dim));
    grad_o.resize(q.size());
    of.q(head, row.query, q);
    problem.grad_o(head, row.query, grad_o);
    const auto at = static_cast<std::size_t>(head * problem.queries + row.query);
    lse = sums.lse[at];
    delta = sums.delta[at];
  }
};

/// A query and a key: its weight in P, and dS.
template <typename Number>
struct Pair {
  using Real = typename Number::Real;
  Real weight, slope;

  Pair(const Query& query, const float* k, const float* v, double scale) {
    weight = std::exp(static_cast<Real>(scale) * dot<Real>(query.q, k) - static_cast<Real>(query.lse));
    slope = Number::round(weight * (dot<Real>(query.grad_o, v) - static_cast<Real>(query.delta)));
    weight = Number::round(weight);
  }
};

/// A row of a gradient while it is summed up.
template <typename Number>
class Sum {
 public:
  using Real = typename Number::Real;

  explicit Sum(int columns) : sum_(static_cast<std::size_t>(columns)) {}

  void add(Real factor, const float* row) {
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += factor * static_cast<Real>(row[i]);
  }

  void append_to(Output& output, double scale) const {
    output.columns = static_cast<int>(sum_.size());
    for (const Real number : sum_) output.values.push_back(Number::round(static_cast<Real>(scale) * number));
  }

 private:
  std::vector<Real> sum_;
};

/// The same row in both precisions.
template <typename T>
struct RowOfGradient {
  Sum<Exact> exact;
  Sum<Low<T>> plain;
  double room = 0;

  explicit RowOfGradient(int columns) : exact(columns), plain(columns) {}

  void append_to(Gradient& gradient, double scale) const {
    exact.append_to(gradient.exact, scale);
    plain.append_to(gradient.plain, scale);
    gradient.room.push_back(scale * room);
  }
};

/// The pair in both precisions.
template <typename T>
struct BothPairs {
  Pair<Exact> exact;
  Pair<Low<T>> plain;
  double weight_room, slope_room;

  BothPairs(const Query& query, const float* k, const float* v, double scale)
      : exact(query, k, v, scale), plain(query, k, v, scale) {
    const double value = std::sqrt(dot<double>(std::vector<float>(v, v + query.q.size()), v));
    weight_room = least_weight;
    slope_room = (exact.weight * sum_error + least_weight) * (norm(query.grad_o) * value + std::abs(query.delta));
  }

  void add_weight(const std::vector<float>& row, RowOfGradient<T>& to) const {
    to.exact.add(exact.weight, row.data());
    to.plain.add(plain.weight, row.data());
    to.room += weight_room * norm(row);
  }

  void add_slope(const std::vector<float>& row, RowOfGradient<T>& to) const {
    to.exact.add(exact.slope, row.data());
    to.plain.add(plain.slope, row.data());
    to.room += slope_room * norm(row);
  }
};

/// The asked keys of one KV head.
template <typename T>
class KeysOfHead {
 public:
  KeysOfHead(const GradientProblem& problem, std::span<const Row> rows) : problem_(problem), rows_(rows) {
    const Problem& of = problem.attention;
    const int head = rows.front().batch * of.kv_heads + rows.front().head;
    for (const Row& row : rows) {
      keys_.push_back({std::vector<float>(static_cast<std::size_t>(of.head_dim)),
                       std::vector<float>(static_cast<std::size_t>(of.head_dim)), RowOfGradient<T>(of.head_dim),
                       RowOfGradient<T>(of.head_dim)});
      of.k(head, row.query, keys_.back().k);
      of.v(head, row.query, keys_.back().v);
    }
  }

  void add_queries(const RowSums& sums) {
    const int group = problem_.attention.heads / problem_.attention.kv_heads;
    for (int head = 0; head < group; ++head) {
      for (std::int64_t query = 0; query < problem_.queries; ++query)
        add({rows_.front().batch, rows_.front().head * group + head, query}, sums);
    }
  }

  void append_to(KeyGradients& gradients) const {
    for (const Key& key : keys_) {
      key.grad_k.append_to(gradients.k, problem_.attention.scale);
      key.grad_v.append_to(gradients.v, 1);
    }
  }

 private:
  struct Key {
    std::vector<float> k, v;
    RowOfGradient<T> grad_k, grad_v;
  };

  void add(const Row& row, const RowSums& sums) {
    std::vector<Interval> seen;
    if (!problem_.sees) seen = problem_.attention.visible(row);
    std::optional<Query> query;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::int64_t key = rows_[i].query;
      if (!(problem_.sees ? problem_.sees(row.head, row.query, key) : contains(seen, key))) continue;
      if (!query) query.emplace(problem_, sums, row);
      const BothPairs<T> pairs(*query, keys_[i].k.data(), keys_[i].v.data(), problem_.attention.scale);
      pairs.add_weight(query->grad_o, keys_[i].grad_v);
      pairs.add_slope(query->q, keys_[i].grad_k);
    }
  }

  static bool contains(const std::vector<Interval>& intervals, std::int64_t key) {
    const auto after = std::upper_bound(intervals.begin(), intervals.end(), key,
                                        [](std::int64_t at, const Interval& part) { return at < part.last; });
    return after != intervals.end() && after->first <= key;
  }

  const GradientProblem& problem_;
  std::span<const Row> rows_;
  std::vector<Key> keys_;
};

}  // namespace

RowSums row_sums(const GradientProblem& problem) {
  const Problem& of = problem.attention;
  std::vector<Row> rows;
  for (int batch = 0; batch < problem.batch; ++batch) {
    for (int head = 0; head < of.heads; ++head)
      for (std::int64_t query = 0; query < problem.queries; ++query) rows.push_back({batch, head, query});
  }
  const Output output = attention(of, rows);
  RowSums sums{output.lse, {}};
  std::vector<float> grad_o(static_cast<std::size_t>(of.head_dim));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    problem.grad_o(rows[i].batch * of.heads + rows[i].head, rows[i].query, grad_o);
    double sum = 0;
    for (std::size_t column = 0; column < grad_o.size(); ++column)
      sum += output.row(i)[column] * static_cast<double>(grad_o[column]);
    sums.delta.push_back(sum);
  }
  return sums;
}

template <typename T>
Gradient query_gradients(const GradientProblem& problem, const RowSums& sums, std::span<const Row> rows) {
  const Problem& of = problem.attention;
  Gradient gradient;
  Tokens k, v;
  for (const Row& row : rows) {
    const int head = row.batch * of.kv_heads + row.head / (of.heads / of.kv_heads);
    k.load(of.k, head, of.keys, of.head_dim);
    v.load(of.v, head, of.keys, of.head_dim);
    const Query query(problem, sums, row);
    RowOfGradient<T> grad_q(of.head_dim);
    for (const Interval& part : of.visible(row)) {
      for (std::int64_t key = part.first; key < part.last; ++key) {
        const BothPairs<T> pairs(query, k.row(key), v.row(key), of.scale);
        pairs.add_slope({k.row(key), k.row(key) + of.head_dim}, grad_q);
      }
    }
    grad_q.append_to(gradient, of.scale);
  }
  return gradient;
}

template <typename T>
KeyGradients key_gradients(const GradientProblem& problem, const RowSums& sums, std::span<const Row> rows) {
  KeyGradients gradients;
  while (!rows.empty()) {
    const auto beyond = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.batch != rows.front().batch || row.head != rows.front().head;
    });
    const auto count = static_cast<std::size_t>(beyond - rows.begin());
    KeysOfHead<T> keys(problem, rows.first(count));
    keys.add_queries(sums);
    keys.append_to(gradients);
    rows = rows.subspan(count);
  }
  return gradients;
}

template Gradient query_gradients<device::bf16>(const GradientProblem&, const RowSums&, std::span<const Row>);
template Gradient query_gradients<device::fp16>(const GradientProblem&, const RowSums&, std::span<const Row>);
template KeyGradients key_gradients<device::bf16>(const GradientProblem&, const RowSums&, std::span<const Row>);
template KeyGradients key_gradients<device::fp16>(const GradientProblem&, const RowSums&, std::span<const Row>);

}  // namespace tilewright::kernels::reference
