#include <cmath>

#include "kernels/attention/launch.hpp"
#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/work_order.hpp"
#include "kernels/mask/make_masks.hpp"
#include "kernels/runner/masks.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"

namespace tilewright::kernels::runner {
namespace {

/// Of a sigmoid: -ln of the number of keys, which makes a row's weights add up to about one (Ramapuram et al.,
/// "Theory, Analysis, and Best Practices for Sigmoid Self-Attention", ICLR 2025).
double bias_of(const plan::Row& point) {
  return point.kernel == "sigmoid" ? -std::log(static_cast<double>(plan::tokens_in(point.keys))) : 0;
}

/// One pass over the keys is what every fused kernel takes: that of the portable ones with copies ahead of
/// products.
Instance instance_of(const Compiled& of) {
  const std::string_view kernel = of.kernel == "one-pass" ? "pipelined" : std::string_view(of.kernel);
  return {kernel, of.q_tile, of.kv_tile, of.head_dim, of.dtype};
}

template <class T>
class AttentionTrial : public Trial {
 public:
  AttentionTrial(const plan::Row& point, const Compiled& of, Gpu& gpu)
      : point_(point),
        gpu_(gpu),
        masks_(masks_of(point)),
        instance_(instance_of(of)),
        tensors_(point, masks_.queries, masks_.keys, gpu) {
    mask_set_ = masks_.set([&](const auto& values) {
      lists_.push_back(upload(gpu_, values));
      return lists_.back().template as<typename std::decay_t<decltype(values)>::value_type>();
    });
    if (point.kernel != "specialized") return;
    const auto order = work_order(masks_, {point.batch, point.heads, point.kv_heads, point.head_dim});
    items_ = static_cast<int>(order.size());
    order_ = upload(gpu, order);
  }

  [[nodiscard]] int sets() const override { return tensors_.sets(); }

  void launch(int set) override {
    if (point_.kernel == "specialized") {
      launch_specialized<T>(instance_, params(set), order_.as<int>(), items_, gpu_.stream());
    } else {
      launch_portable<T>(instance_, params(set), gpu_.stream());
    }
  }

  reference::Verdict check() override {
    tensors_.poison();
    launch(0);
    reference::Problem problem = problem_of(point_);
    if (point_.kernel == "sigmoid") problem.weight = reference::Sigmoid{bias_of(point_)};
    return tensors_.check(problem);
  }

 private:
  AttentionParams<T> params(int set) const {
    AttentionParams<T> params{};
    params.q = tensors_.q(set);
    params.k = tensors_.k(set);
    params.v = tensors_.v(set);
    params.o = tensors_.o(set);
    params.batch = point_.batch;
    params.heads = point_.heads;
    params.kv_heads = point_.kv_heads;
    params.queries = masks_.queries;
    params.keys = masks_.keys;
    params.masks = mask_set_;
    params.scale = static_cast<float>(scale_of(point_));
    params.bias = static_cast<float>(bias_of(point_));
    return params;
  }

  const plan::Row& point_;
  Gpu& gpu_;
  Masks masks_;
  Instance instance_;
  Tensors<T> tensors_;
  std::vector<Buffer> lists_;  ///< what mask_set_ points to
  MaskSet mask_set_;
  Buffer order_;  ///< of a specialised kernel's work
  int items_ = 0;
};

}  // namespace

std::unique_ptr<Trial> attention_trial(const plan::Row& point, const Compiled& of, Gpu& gpu) {
  if (point.dtype == "bf16") return std::make_unique<AttentionTrial<device::bf16>>(point, of, gpu);
  return std::make_unique<AttentionTrial<device::fp16>>(point, of, gpu);
}

}  // namespace tilewright::kernels::runner
