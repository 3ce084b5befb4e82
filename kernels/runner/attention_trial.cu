#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <string_view>

#include "kernels/attention/launch.hpp"
#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/work_order.hpp"
#include "kernels/device/e4m3.hpp"
#include "kernels/mask/make_masks.hpp"
#include "kernels/passes/launch.hpp"
#include "kernels/runner/masks.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

Instance instance_of(const Compiled& of, std::string_view kernel) {
  return {kernel, of.q_tile, of.kv_tile, of.head_dim, of.dtype};
}

/// Softmax attention by an instance, which those who derive launch.
template <class T>
class AttentionTrial : public Trial {
 public:
  AttentionTrial(const plan::Row& point, const Instance& instance, Gpu& gpu)
      : point_(point),
        gpu_(gpu),
        masks_(masks_of(point)),
        instance_(instance),
        tensors_(point, masks_.queries, masks_.keys, gpu) {
    mask_set_ = masks_.set([&](const auto& values) {
      lists_.push_back(upload(gpu_, values));
      return lists_.back().template as<typename std::decay_t<decltype(values)>::value_type>();
    });
  }

  [[nodiscard]] int sets() const override { return tensors_.sets(); }

  Judge check() override {
    tensors_.poison();
    launch(0);
    return tensors_.check(reference_problem());
  }

 protected:
  [[nodiscard]] virtual reference::Problem reference_problem() const { return problem_of(point_); }

  [[nodiscard]] virtual AttentionParams<T> params(int set) const {
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
    return params;
  }

  const plan::Row& point_;
  Gpu& gpu_;
  Masks masks_;
  Instance instance_;

 private:
  Tensors<T> tensors_;
  std::vector<Buffer> lists_;  ///< what mask_set_ points to
  MaskSet mask_set_;
};

/// One of portable_instances.
template <class T>
class PortableTrial : public AttentionTrial<T> {
 public:
  PortableTrial(const plan::Row& point, const Compiled& of, Gpu& gpu)
      : PortableTrial(point, instance_of(of, of.kernel), gpu) {}

  void launch(int set) override { launch_portable<T>(this->instance_, this->params(set), this->gpu_.stream()); }

 protected:
  using AttentionTrial<T>::AttentionTrial;
};

/// One pass over the keys is what every fused kernel takes: that of the portable ones with copies ahead of
/// products.
template <class T>
class OnePassTrial : public PortableTrial<T> {
 public:
  OnePassTrial(const plan::Row& point, const Compiled& of, Gpu& gpu)
      : PortableTrial<T>(point, instance_of(of, "pipelined"), gpu) {}
};

template <class T>
class SigmoidTrial : public PortableTrial<T> {
 public:
  using PortableTrial<T>::PortableTrial;

 private:
  /// -ln of the number of keys, which makes a row's weights add up to about one (Ramapuram et al., "Theory,
  /// Analysis, and Best Practices for Sigmoid Self-Attention", ICLR 2025).
  [[nodiscard]] double bias() const { return -std::log(static_cast<double>(plan::tokens_in(this->point_.keys))); }

  [[nodiscard]] reference::Problem reference_problem() const override {
    reference::Problem problem = problem_of(this->point_);
    problem.weight = reference::Sigmoid{bias()};
    return problem;
  }

  [[nodiscard]] AttentionParams<T> params(int set) const override {
    AttentionParams<T> params = PortableTrial<T>::params(set);
    params.bias = static_cast<float>(bias());
    return params;
  }
};

template <class T>
class SpecializedTrial : public AttentionTrial<T> {
 public:
  SpecializedTrial(const plan::Row& point, const Compiled& of, Gpu& gpu)
      : AttentionTrial<T>(point, instance_of(of, of.kernel), gpu) {
    work_.q_tiles = q_tiles_of_item(this->instance_, this->masks_);
    const WorkShape shape{point.batch,  point.heads, point.kv_heads, point.head_dim, static_cast<int>(sizeof(T)),
                          work_.q_tiles};
    const WorkOrder order = work_order(this->masks_, shape, std::max(1, persistent_blocks() / work_.q_tiles));
    work_.count = static_cast<int>(order.firsts.size()) - 1;
    firsts_ = upload(gpu, order.firsts);
    items_ = upload(gpu, order.items);
  }

  void launch(int set) override {
    work_.lists = {firsts_.template as<int>(), items_.template as<int>()};
    launch_specialized<T>(this->instance_, this->params(set), work_, this->gpu_.stream());
  }

 private:
  Buffer firsts_, items_;  ///< of the work's order
  PlacedWork work_{};
};

/// By the numbers that a kernel computes with.
using Runs = std::map<std::string_view, Run>;

template <template <class> class Kind>
Runs runs_of() {
  return {{"bf16", run_as<Kind<device::bf16>>}, {"fp16", run_as<Kind<device::fp16>>}};
}

/// The instances, each run as its kernel is; none may be missing.
void add(std::span<const Instance> instances, const std::map<std::string_view, Runs>& kernels,
         const std::string& needs, std::vector<Compiled>& all) {
  for (const Instance& of : instances) {
    all.push_back({.operation = "attention",
                   .kernel = std::string(of.kernel),
                   .dtype = std::string(of.dtype),
                   .head_dim = of.head_dim,
                   .q_tile = of.q_tile,
                   .kv_tile = of.kv_tile,
                   .needs = needs,
                   .run = kernels.at(of.kernel).at(of.dtype)});
  }
}

}  // namespace

std::vector<Compiled> attention_trials() {
  std::vector<Compiled> all;
  const Runs softmax = runs_of<PortableTrial>();
  add(portable_instances,
      {{"naive", softmax},
       {"tiled", softmax},
       {"tensor-core", softmax},
       {"pipelined", softmax},
       {"sigmoid", runs_of<SigmoidTrial>()}},
      "sm_80", all);
  Runs specialized = runs_of<SpecializedTrial>();
  specialized["fp8"] = run_as<SpecializedTrial<device::e4m3>>;
  add(specialized_instances, {{"specialized", specialized}}, "sm_90a", all);
  add_for_each(passes_head_dims,
               {.operation = "passes",
                .kernel = "one-pass",
                .dtype = "bf16",
                .q_tile = passes_q_tile,
                .kv_tile = passes_kv_tile,
                .run = run_as<OnePassTrial<device::bf16>>},
               all);
  return all;
}

}  // namespace tilewright::kernels::runner
