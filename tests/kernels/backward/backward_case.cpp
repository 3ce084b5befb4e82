#include "tests/kernels/backward/backward_case.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "kernels/device/numbers.hpp"
#include "kernels/mask/make_masks.hpp"
#include "kernels/mask/visitor_lists.hpp"
#include "kernels/reference/attention.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/gradients.hpp"
#include "tests/kernels/attention/case_problem.hpp"

namespace tilewright::kernels {
namespace {

using reference::Row;

std::vector<Row> rows_of(int batch, int heads, std::int64_t tokens) {
  std::vector<Row> rows;
  for (int head = 0; head < batch * heads; ++head)
    for (std::int64_t token = 0; token < tokens; ++token) rows.push_back({head / heads, head % heads, token});
  return rows;
}

/// Floats [heads, places, columns] of a workspace.
struct Workspace {
  int heads, columns;
  const Order& order;
  std::vector<float> numbers;

  Workspace(int of_heads, const Order& of, int of_columns)
      : heads(of_heads),
        columns(of_columns),
        order(of),
        numbers(static_cast<std::size_t>(heads * of.places() * columns), std::numeric_limits<float>::quiet_NaN()) {}

  /// What is not NaN, beyond the rows of tokens.
  [[nodiscard]] bool padding_written() const {
    std::vector<float> left = numbers;
    for (int head = 0; head < heads; ++head) {
      for (std::int64_t token = 0; token < order.tokens(); ++token) {
        const auto from = left.begin() + (head * order.places() + order.place(token)) * columns;
        std::fill(from, from + columns, std::numeric_limits<float>::quiet_NaN());
      }
    }
    return std::any_of(left.begin(), left.end(), [](float number) { return !std::isnan(number); });
  }
};

template <class T>
class Attempt {
 public:
  explicit Attempt(const AttentionCase& of)
      : of_(of),
        queries_(order_of_queries(of)),
        keys_(order_of_keys(of)),
        problem_{problem_of<T>(of), drawn<T>(of.seed, reference::Input::grad_o, queries_.tokens(), 1), of.batch,
                 queries_.tokens()},
        grad_q_(outputs(of.heads, queries_)),
        grad_k_(outputs(of.kv_heads, keys_)),
        grad_v_(outputs(of.kv_heads, keys_)) {
    run_forward();
  }

  std::string judge_after(const RunBackward<T>& run) {
    run_backward(run);
    std::string wrong;
    if (workspace_written_) wrong += "padding of the workspace was written; ";
    const std::vector<Row> queries = rows_of(of_.batch, of_.heads, queries_.tokens());
    const std::vector<Row> keys = rows_of(of_.batch, of_.kv_heads, keys_.tokens());
    const auto key_gradients = reference::key_gradients<T>(problem_, sums_, keys);
    const auto query_gradients = reference::query_gradients<T>(problem_, sums_, queries);
    wrong +=
        judge("dQ", query_gradients, queries, take_rows(grad_q_, of_.batch * of_.heads, of_.head_dim, queries_));
    wrong += judge("dK", key_gradients.k, keys, take_rows(grad_k_, of_.batch * of_.kv_heads, of_.head_dim, keys_));
    wrong += judge("dV", key_gradients.v, keys, take_rows(grad_v_, of_.batch * of_.kv_heads, of_.head_dim, keys_));
    for (const std::vector<T>* memory : {&grad_q_, &grad_k_, &grad_v_}) {
      if (std::any_of(memory->begin(), memory->end(), [](T number) { return number.bits != reference::poison; }))
        wrong += "padding was written; ";
    }
    return wrong;
  }

 private:
  [[nodiscard]] std::vector<T> outputs(int heads, const Order& order) const {
    return std::vector<T>(static_cast<std::size_t>(of_.batch * heads * order.places() * of_.head_dim),
                          T{reference::poison});
  }

  /// O and lse as a kernel would have rounded them, and delta as it follows.
  void run_forward() {
    const int heads = of_.batch * of_.heads;
    const std::vector<Row> rows = rows_of(of_.batch, of_.heads, queries_.tokens());
    const reference::Output forward = reference::attention(problem_.attention, rows);
    lse_.assign(static_cast<std::size_t>(heads * queries_.places()), std::numeric_limits<float>::quiet_NaN());
    std::vector<float> grad_o(static_cast<std::size_t>(of_.head_dim));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const int head = rows[i].batch * of_.heads + rows[i].head;
      const auto lse = static_cast<float>(forward.lse[i]);
      lse_[static_cast<std::size_t>(head * queries_.places() + queries_.place(rows[i].query))] = lse;
      problem_.grad_o(head, rows[i].query, grad_o);
      double delta = 0;
      for (std::size_t column = 0; column < grad_o.size(); ++column) {
        o_.push_back(device::to_float(device::from_float<T>(static_cast<float>(forward.row(i)[column]))));
        delta += static_cast<double>(o_.back()) * static_cast<double>(grad_o[column]);
      }
      sums_.lse.push_back(static_cast<double>(lse));
      sums_.delta.push_back(delta);
    }
  }

  void run_backward(const RunBackward<T>& run) {
    const int heads = of_.batch * of_.heads;
    const Masks masks = make_masks(of_.masks);
    const std::vector<BlockList> lists = lists_by_keys(masks);
    const std::vector<Visitors> visitors = all_visitors(masks, lists, visitor_lists(lists));
    const reference::Problem& of = problem_.attention;
    const auto q = in_memory<T>(of.q, heads, of_.head_dim, queries_);
    const auto k = in_memory<T>(of.k, of_.batch * of_.kv_heads, of_.head_dim, keys_);
    const auto v = in_memory<T>(of.v, of_.batch * of_.kv_heads, of_.head_dim, keys_);
    const auto grad_o = in_memory<T>(problem_.grad_o, heads, of_.head_dim, queries_);
    auto o = in_memory<T>(
        [this](int head, std::int64_t token, std::span<float> row) {
          const auto first = static_cast<std::size_t>(head * queries_.tokens() + token) * row.size();
          std::copy_n(o_.begin() + static_cast<std::ptrdiff_t>(first), row.size(), row.begin());
        },
        heads, of_.head_dim, queries_);
    Workspace deltas(heads, queries_, 1);
    Workspace log_sums(heads, queries_, 1);
    Workspace grad_q_sums(heads, queries_, of_.head_dim);
    BackwardParams<T> params{};
    params.forward = {q.data(),      k.data(),   v.data(),    o.data(),
                      lse_.data(),   of_.batch,  of_.heads,   of_.kv_heads,
                      masks.queries, masks.keys, masks.set(), static_cast<float>(of.scale)};
    params.grad_o = grad_o.data();
    params.grad_q = grad_q_.data();
    params.grad_k = grad_k_.data();
    params.grad_v = grad_v_.data();
    params.deltas = deltas.numbers.data();
    params.log_sums = log_sums.numbers.data();
    params.grad_q_sums = grad_q_sums.numbers.data();
    params.visitors = visitors.data();
    run(params);
    workspace_written_ = deltas.padding_written() || log_sums.padding_written() || grad_q_sums.padding_written();
  }

  static std::string judge(const std::string& name, const reference::Gradient& wanted, std::span<const Row> rows,
                           const std::vector<T>& got) {
    const auto limit = reference::limit_of<T>(reference::difference(wanted.exact, wanted.plain, wanted.room));
    const auto difference = reference::difference(wanted.exact, std::span<const T>(got), wanted.room);
    const std::string message = reference::judge(difference, limit, rows).message;
    return message.empty() ? "" : name + ": " + message + "; ";
  }

  const AttentionCase& of_;
  Order queries_, keys_;
  reference::GradientProblem problem_;
  std::vector<T> grad_q_, grad_k_, grad_v_;
  std::vector<float> o_;  ///< in tokens' order, as T has rounded it
  std::vector<float> lse_;
  reference::RowSums sums_;
  bool workspace_written_ = false;
};

}  // namespace

template <class T>
std::string wrong_gradients(const AttentionCase& of, const RunBackward<T>& run) {
  return Attempt<T>(of).judge_after(run);
}

template std::string wrong_gradients(const AttentionCase&, const RunBackward<device::bf16>&);
template std::string wrong_gradients(const AttentionCase&, const RunBackward<device::fp16>&);

}  // namespace tilewright::kernels
