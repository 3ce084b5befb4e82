#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "kernels/attention/launch.hpp"
#include "kernels/backward/launch.hpp"
#include "kernels/backward/specialized_launch.hpp"
#include "kernels/mask/visitor_lists.hpp"
#include "kernels/runner/fill.hpp"
#include "kernels/runner/gradients.hpp"
#include "kernels/runner/masks.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

using T = device::bf16;  // what backward passes are compiled for
using reference::Input;

/// A whole backward pass, as kernels/backward/launch.hpp has them.
using LaunchBackward = void (*)(const Instance&, const BackwardParams<T>&, CUstream_st*);

struct BackwardSet {
  Buffer q, k, v, o, lse, grad_o;
  Buffer grad_q, grad_k, grad_v;
  Buffer deltas, log_sums, grad_q_sums;
};

/// Gradients by an instance that Launch knows. O and lse are made once, by the portable forward kernel of the same
/// tiles; what is timed is all of the backward pass.
template <LaunchBackward Launch>
class BackwardTrial : public Trial {
 public:
  BackwardTrial(const plan::Row& point, const Compiled& of, Gpu& gpu)
      : point_(point),
        gpu_(gpu),
        masks_(masks_of(point)),
        instance_{of.kernel, of.q_tile, of.kv_tile, of.head_dim, of.dtype} {
    mask_set_ = masks_.set([&](const auto& values) { return placed(values); });
    const std::vector<BlockList> lists = lists_by_keys(masks_);
    const VisitorLists on_device = visitor_lists(lists, [&](const auto& values) { return placed(values); });
    visitors_ = placed(all_visitors(masks_, lists, on_device));
    const int sets = gpu.input_sets(point, 6 * query_B() + 4 * key_B());
    for (int set = 0; set < sets; ++set) sets_.push_back(made(set));
  }

  [[nodiscard]] int sets() const override { return static_cast<int>(sets_.size()); }

  void launch(int set) override { Launch(instance_, params(set), gpu_.stream()); }

  Judge check() override {
    const BackwardSet& of = sets_.front();
    for (const Buffer* gradient : {&of.grad_q, &of.grad_k, &of.grad_v}) poison_buffer(*gradient, gpu_);
    launch(0);
    gpu_.wait();
    const std::string written = wrongly_written();
    return [point = point_, result = result(), written] {
      reference::Verdict verdict = judge_gradients(point, result);
      verdict.right = verdict.right && written.empty();
      verdict.message += (verdict.message.empty() || written.empty() ? "" : "; ") + written;
      return verdict;
    };
  }

 private:
  /// Of a tensor like Q, and like K.
  [[nodiscard]] std::int64_t query_rows() const {
    return std::int64_t{point_.batch} * point_.heads * masks_.queries.memory_tokens;
  }
  [[nodiscard]] std::int64_t query_B() const { return query_rows() * point_.head_dim * 2; }
  [[nodiscard]] std::int64_t key_B() const {
    return std::int64_t{point_.batch} * point_.kv_heads * masks_.keys.memory_tokens * point_.head_dim * 2;
  }

  template <class Values>
  [[nodiscard]] const typename Values::value_type* placed(const Values& values) {
    lists_.push_back(upload(gpu_, values));
    return lists_.back().template as<typename Values::value_type>();
  }

  [[nodiscard]] BackwardSet made(int set) {
    const std::int64_t rows_B = query_rows() * 4;
    BackwardSet of{filled<T>(point_, set, Input::q, masks_.queries, gpu_),
                   filled<T>(point_, set, Input::k, masks_.keys, gpu_),
                   filled<T>(point_, set, Input::v, masks_.keys, gpu_),
                   Buffer(gpu_, query_B()),
                   Buffer(gpu_, rows_B),
                   filled<T>(point_, set, Input::grad_o, masks_.queries, gpu_),
                   Buffer(gpu_, query_B()),
                   Buffer(gpu_, key_B()),
                   Buffer(gpu_, key_B()),
                   Buffer(gpu_, rows_B),
                   Buffer(gpu_, rows_B),
                   Buffer(gpu_, 2 * query_B())};
    const Instance forward{"pipelined", instance_.q_tile, instance_.kv_tile, instance_.head_dim, instance_.dtype};
    launch_portable<T>(forward, forward_params(of), gpu_.stream());
    return of;
  }

  [[nodiscard]] AttentionParams<T> forward_params(const BackwardSet& of) const {
    return {of.q.as<T>(),       of.k.as<T>(), of.v.as<T>(), of.o.as<T>(),
            of.lse.as<float>(), point_.batch, point_.heads, point_.kv_heads,
            masks_.queries,     masks_.keys,  mask_set_,    static_cast<float>(scale_of(point_))};
  }

  [[nodiscard]] BackwardParams<T> params(int set) const {
    const BackwardSet& of = sets_[static_cast<std::size_t>(set)];
    return {forward_params(of),      of.grad_o.as<T>(),          of.grad_q.as<T>(),
            of.grad_k.as<T>(),       of.grad_v.as<T>(),          of.deltas.as<float>(),
            of.log_sums.as<float>(), of.grad_q_sums.as<float>(), visitors_};
  }

  /// Elements of the gradients that were left out, or of padding that were not. No kernel computes what poison is.
  [[nodiscard]] std::string wrongly_written() {
    const BackwardSet& of = sets_.front();
    const auto off = [&](const Buffer& gradient, int heads, const TokenGrid& grid) {
      const std::int64_t padding =
          std::int64_t{point_.batch} * heads * (grid.memory_tokens - tokens_of(grid)) * point_.head_dim;
      return count_poison(gradient, gpu_) - padding;
    };
    std::string text;
    const auto say = [&](const std::string& tensor, std::int64_t unwritten) {
      if (unwritten == 0) return;
      text += (text.empty() ? "" : "; ") + tensor + ": " + std::to_string(std::abs(unwritten)) +
              (unwritten > 0 ? " elements were not written" : " elements of padding were written");
    };
    say("dQ", off(of.grad_q, point_.heads, masks_.queries));
    say("dK", off(of.grad_k, point_.kv_heads, masks_.keys));
    say("dV", off(of.grad_v, point_.kv_heads, masks_.keys));
    return text;
  }

  [[nodiscard]] BackwardResult result() const {
    const BackwardSet& of = sets_.front();
    const plan::Row keys = keys_as_queries(point_);
    BackwardResult result;
    result.queries = checked_rows(point_);
    result.keys = checked_rows(keys);
    result.o = download_rows(of.o, masks_.queries, point_, result.queries, gpu_);
    result.grad_q = download_rows(of.grad_q, masks_.queries, point_, result.queries, gpu_);
    result.grad_k = download_rows(of.grad_k, masks_.keys, keys, result.keys, gpu_);
    result.grad_v = download_rows(of.grad_v, masks_.keys, keys, result.keys, gpu_);
    result.lse = in_layout_order(of.lse);
    result.deltas = in_layout_order(of.deltas);
    return result;
  }

  /// A float of each query.
  [[nodiscard]] std::vector<float> in_layout_order(const Buffer& buffer) const {
    const auto by_place = download(gpu_, buffer.as<float>(), static_cast<std::size_t>(query_rows()));
    std::vector<float> ordered;
    for (std::int64_t first = 0; first < query_rows(); first += masks_.queries.memory_tokens) {
      for (std::int64_t token = 0; token < tokens_of(masks_.queries); ++token)
        ordered.push_back(by_place[static_cast<std::size_t>(first + place_of(masks_.queries, token))]);
    }
    return ordered;
  }

  const plan::Row& point_;
  Gpu& gpu_;
  Masks masks_;
  Instance instance_;
  std::vector<Buffer> lists_;  ///< what mask_set_ and visitors_ point to
  MaskSet mask_set_;
  const Visitors* visitors_;
  std::vector<BackwardSet> sets_;
};

template <LaunchBackward Launch>
void add(std::span<const Instance> instances, const std::string& needs, std::vector<Compiled>& all) {
  for (const Instance& of : instances) {
    all.push_back({.operation = "backward",
                   .kernel = std::string(of.kernel),
                   .dtype = std::string(of.dtype),
                   .head_dim = of.head_dim,
                   .q_tile = of.q_tile,
                   .kv_tile = of.kv_tile,
                   .needs = needs,
                   .run = run_as<BackwardTrial<Launch>>});
  }
}

}  // namespace

std::vector<Compiled> backward_trials() {
  std::vector<Compiled> all;
  add<launch_portable_backward<T>>(portable_backward_instances, "sm_80", all);
  add<launch_specialized_backward<T>>(specialized_backward_instances, "sm_90a", all);
  return all;
}

}  // namespace tilewright::kernels::runner
