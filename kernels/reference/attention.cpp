#include "kernels/reference/attention.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/reference/arithmetic.hpp"

namespace tilewright::kernels::reference {
namespace {

/// Keys and values of the head at hand.
struct KeysAndValues {
  Tokens k, v;
};

/// One row at a time; `Number` says in which precision.
template <typename Number>
class Rows {
 public:
  using Real = typename Number::Real;

  Rows(const Problem& problem, KeysAndValues& of_head) : problem_(problem), k_(of_head.k), v_(of_head.v) {}

  void append(const Row& row, Output& output) {
    load(row);
    const std::vector<Interval> seen = problem_.visible(row);
    score(seen);
    const Real divisor = std::visit([&](const auto& weight) { return weigh(weight, row, seen); }, problem_.weight);
    sum(seen);
    for (const Real number : sum_) output.values.push_back(Number::output(divisor == 0 ? 0 : number / divisor));
    if (std::holds_alternative<Softmax>(problem_.weight)) output.lse.push_back(maximum_ + std::log(divisor));
  }

 private:
  void load(const Row& row) {
    const int head = row.batch * problem_.kv_heads + row.head / (problem_.heads / problem_.kv_heads);
    k_.load(problem_.k, head, problem_.keys, problem_.head_dim);
    v_.load(problem_.v, head, problem_.keys, problem_.head_dim);
    std::vector<float> q(static_cast<std::size_t>(problem_.head_dim));
    problem_.q(row.batch * problem_.heads + row.head, row.query, q);
    q_.assign(q.begin(), q.end());
  }

  void score(const std::vector<Interval>& seen) {
    weights_.clear();
    const auto scale = static_cast<Real>(problem_.scale);
    for (const Interval& part : seen)
      for (std::int64_t key = part.first; key < part.last; ++key)
        weights_.push_back(scale * dot<Real>(q_, k_.row(key)));
    maximum_ = weights_.empty() ? -infinity : *std::max_element(weights_.begin(), weights_.end());
  }

  // Turn scores into weights; return what the sum is divided by.
  Real weigh(const Softmax&, const Row&, const std::vector<Interval>&) {
    Real total = 0;
    for (Real& weight : weights_) total += weight = std::exp(weight - maximum_);
    return total;
  }

  Real weigh(const Sigmoid& sigmoid, const Row&, const std::vector<Interval>&) {
    const auto bias = static_cast<Real>(sigmoid.bias);
    for (Real& weight : weights_) weight = 1 / (1 + std::exp(-(weight + bias)));
    return 1;
  }

  Real weigh(const Linear& linear, const Row& row, const std::vector<Interval>& seen) {
    const double decay = linear.decay.at(static_cast<std::size_t>(row.head));
    auto weight = weights_.begin();
    for (const Interval& part : seen)
      for (std::int64_t key = part.first; key < part.last; ++key)
        *weight++ *= static_cast<Real>(std::pow(decay, static_cast<double>(row.query - key)));
    return 1;
  }

  void sum(const std::vector<Interval>& seen) {
    sum_.assign(static_cast<std::size_t>(problem_.head_dim), 0);
    auto weight = weights_.begin();
    for (const Interval& part : seen) {
      for (std::int64_t key = part.first; key < part.last; ++key) {
        const Real rounded = Number::weight(*weight++);
        const float* v = v_.row(key);
        for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += rounded * static_cast<Real>(v[i]);
      }
    }
  }

  static constexpr Real infinity = std::numeric_limits<Real>::infinity();
  const Problem& problem_;
  Tokens &k_, &v_;
  std::vector<Real> q_, weights_, sum_;
  Real maximum_ = -infinity;
};

template <typename Number>
Output compute(const Problem& problem, std::span<const Row> rows) {
  Output output{problem.head_dim, {}, {}};
  KeysAndValues of_head;
  Rows<Number> each(problem, of_head);
  for (const Row& row : rows) each.append(row, output);
  return output;
}

}  // namespace

Output attention(const Problem& problem, std::span<const Row> rows) { return compute<Exact>(problem, rows); }

template <typename T>
Output plain_attention(const Problem& problem, std::span<const Row> rows) {
  return compute<Low<T>>(problem, rows);
}

template <typename T>
ExactAndPlain exact_and_plain(const Problem& problem, std::span<const Row> rows) {
  ExactAndPlain both{{problem.head_dim, {}, {}}, {problem.head_dim, {}, {}}};
  KeysAndValues of_head;
  Rows<Exact> exact(problem, of_head);
  Rows<Low<T>> plain(problem, of_head);
  for (const Row& row : rows) {
    exact.append(row, both.exact);
    plain.append(row, both.plain);
  }
  return both;
}

template ExactAndPlain exact_and_plain<device::bf16>(const Problem&, std::span<const Row>);
template ExactAndPlain exact_and_plain<device::fp16>(const Problem&, std::span<const Row>);
template ExactAndPlain exact_and_plain<device::e4m3>(const Problem&, std::span<const Row>);
template Output plain_attention<device::bf16>(const Problem&, std::span<const Row>);
template Output plain_attention<device::fp16>(const Problem&, std::span<const Row>);
template Output plain_attention<device::e4m3>(const Problem&, std::span<const Row>);

}  // namespace tilewright::kernels::reference
