#include "kernels/runner/gradients.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <future>
#include <span>
#include <string>
#include <thread>

#include "kernels/device/numbers.hpp"
#include "kernels/reference/attention.hpp"
#include "kernels/reference/gradients.hpp"
#include "kernels/reference/sources.hpp"
#include "kernels/runner/problem.hpp"

namespace tilewright::kernels::runner {
namespace {

using reference::Gradient;
using reference::KeyGradients;
using reference::Row;
using reference::Verdict;

/// Absolute, of logarithms; and relative to the norms of the factors, of delta. Both are sums in float.
constexpr double lse_limit = 1e-4;
constexpr double delta_limit = 1e-5;

template <class T>
std::vector<T> numbers(const std::vector<std::uint16_t>& bits) {
  std::vector<T> all;
  for (const std::uint16_t number : bits) all.push_back({number});
  return all;
}

template <class T>
reference::GradientProblem gradient_problem(const plan::Row& point) {
  const std::int64_t queries = plan::tokens_in(point.queries);
  return {problem_of(point), reference::generated<T>(point.seed, reference::Input::grad_o, queries, point.head_dim),
          point.batch, queries, sees_of(point)};
}

void append(const Gradient& part, Gradient& whole) {
  for (const auto& [from, to] : {std::pair{&part.exact, &whole.exact}, std::pair{&part.plain, &whole.plain}}) {
    to->columns = from->columns;
    to->values.insert(to->values.end(), from->values.begin(), from->values.end());
  }
  whole.room.insert(whole.room.end(), part.room.begin(), part.room.end());
}

void append(const KeyGradients& part, KeyGradients& whole) {
  append(part.k, whole.k);
  append(part.v, whole.v);
}

/// compute(some of the rows), of all rows: in as many parts as there are cores but for those that launch kernels.
template <class Compute>
auto in_parts(const std::vector<Row>& rows, Compute compute) {
  using Result = decltype(compute(std::span<const Row>(rows)));
  constexpr unsigned others = 2;
  const unsigned cores = std::max(std::thread::hardware_concurrency(), others + 1) - others;
  const std::size_t parts = std::min<std::size_t>(cores, rows.size());
  std::vector<std::future<Result>> futures;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = part * rows.size() / parts;
    const auto mine = std::span(rows).subspan(first, (part + 1) * rows.size() / parts - first);
    futures.push_back(std::async(std::launch::async, [compute, mine] { return compute(mine); }));
  }
  Result whole;
  for (auto& future : futures) append(future.get(), whole);
  return whole;
}

/// The verdicts of several tensors as one.
class Verdicts {
 public:
  void add(const std::string& tensor, const Verdict& of) {
    all_.right = all_.right && of.right;
    if (!of.right) say(tensor + ": " + of.message);
    if (!std::isnan(all_.error) && of.error_limit > 0 &&
        !(of.error * all_.error_limit <= all_.error * of.error_limit)) {
      all_.error = of.error;
      all_.error_limit = of.error_limit;
    }
  }

  void require(bool right, const std::string& otherwise) {
    if (right) return;
    all_.right = false;
    say(otherwise);
  }

  [[nodiscard]] const Verdict& all() const { return all_; }

 private:
  void say(const std::string& text) { all_.message += (all_.message.empty() ? "" : "; ") + text; }

  Verdict all_{true, 0, 1, ""};
};

template <class T>
Verdict judge(const Gradient& wanted, const std::vector<Row>& rows, const std::vector<std::uint16_t>& bits) {
  const auto limit = reference::limit_of<T>(reference::difference(wanted.exact, wanted.plain, wanted.room));
  const std::vector<T> got = numbers<T>(bits);
  return reference::judge(reference::difference(wanted.exact, std::span<const T>(got), wanted.room), limit, rows);
}

/// delta of a checked row, from its rows of O and dO.
template <class T>
bool delta_is_right(const reference::GradientProblem& problem, const Row& row, const std::uint16_t* o, float got) {
  std::vector<float> grad_o(static_cast<std::size_t>(problem.attention.head_dim));
  problem.grad_o(row.batch * problem.attention.heads + row.head, row.query, grad_o);
  double sum = 0;
  double of_o = 0;
  double of_grad = 0;
  for (std::size_t i = 0; i < grad_o.size(); ++i) {
    const double number = device::to_float(T{o[i]});
    sum += number * grad_o[i];
    of_o += number * number;
    of_grad += static_cast<double>(grad_o[i]) * grad_o[i];
  }
  return std::abs(got - sum) <= delta_limit * std::sqrt(of_o * of_grad);
}

template <class T>
void judge_given(const reference::GradientProblem& problem, const BackwardResult& result, Verdicts& verdicts) {
  const std::vector<Row>& rows = result.queries;
  std::vector<float> lse;
  std::int64_t wrong = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t head = std::int64_t{rows[i].batch} * problem.attention.heads + rows[i].head;
    const auto at = static_cast<std::size_t>(head * problem.queries + rows[i].query);
    lse.push_back(result.lse[at]);
    const std::uint16_t* o = result.o.data() + i * static_cast<std::size_t>(problem.attention.head_dim);
    wrong += delta_is_right<T>(problem, rows[i], o, result.deltas[at]) ? 0 : 1;
  }
  const double off = reference::lse_difference(reference::attention(problem.attention, rows), lse);
  verdicts.require(off <= lse_limit, "the logarithms of sums are off by " + std::to_string(off));
  verdicts.require(wrong == 0, "delta is wrong in " + std::to_string(wrong) + " of the rows that were looked at");
}

template <class T>
Verdict judge_as(const plan::Row& point, const BackwardResult& result) {
  const auto problem = gradient_problem<T>(point);
  const reference::RowSums sums{{result.lse.begin(), result.lse.end()},
                                {result.deltas.begin(), result.deltas.end()}};
  Verdicts verdicts;
  verdicts.add("O", runner::judge(problem.attention, point, result.queries, result.o));
  judge_given<T>(problem, result, verdicts);
  const auto of_queries = in_parts(result.queries, [&](std::span<const Row> rows) {
    return reference::query_gradients<T>(problem, sums, rows);
  });
  const auto of_keys = in_parts(
      result.keys, [&](std::span<const Row> rows) { return reference::key_gradients<T>(problem, sums, rows); });
  verdicts.add("dQ", judge<T>(of_queries, result.queries, result.grad_q));
  verdicts.add("dK", judge<T>(of_keys.k, result.keys, result.grad_k));
  verdicts.add("dV", judge<T>(of_keys.v, result.keys, result.grad_v));
  return verdicts.all();
}

}  // namespace

plan::Row keys_as_queries(const plan::Row& point) {
  plan::Row keys = point;
  keys.heads = point.kv_heads;
  keys.queries = point.keys;
  keys.q_tile = point.kv_tile;
  return keys;
}

Verdict judge_gradients(const plan::Row& point, const BackwardResult& result) {
  if (point.dtype == "bf16") return judge_as<device::bf16>(point, result);
  return judge_as<device::fp16>(point, result);
}

}  // namespace tilewright::kernels::runner
