#include <cmath>

#include "kernels/linear/launch.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

using T = device::bf16;  // what it is compiled for

/// exp(-8 h / H) for h from 1: Z. Qin et al., "Lightning Attention-2", 2024, of the first layer.
std::vector<float> decays(int heads) {
  std::vector<float> decay;
  for (int head = 1; head <= heads; ++head) decay.push_back(std::exp(-8.0F * head / heads));
  return decay;
}

const plan::Row& checked(const plan::Row& point) {
  const bool plain = is_plain_causal(point) || (is_plain_dense(point) && point.keys.size() == 1);
  if (!plain || point.queries != point.keys) {
    throw Unsupported("linear attention, causal by itself, takes one axis without a mask, as many queries as keys");
  }
  return point;
}

class LinearTrial : public Trial {
 public:
  LinearTrial(const plan::Row& point, const Compiled&, Gpu& gpu)
      : point_(checked(point)),
        gpu_(gpu),
        decay_(decays(point.heads)),
        tensors_(point, natural_grid(point.queries), natural_grid(point.keys), gpu),
        device_decay_(upload(gpu, decay_)) {}

  [[nodiscard]] int sets() const override { return tensors_.sets(); }

  void launch(int set) override {
    const LinearParams<T> params{tensors_.q(set),
                                 tensors_.k(set),
                                 tensors_.v(set),
                                 tensors_.o(set),
                                 device_decay_.as<float>(),
                                 point_.batch,
                                 point_.heads,
                                 point_.kv_heads,
                                 static_cast<int>(plan::tokens_in(point_.queries)),
                                 static_cast<float>(scale_of(point_))};
    launch_linear<T>(point_.head_dim, params, gpu_.stream());
  }

  Judge check() override {
    tensors_.poison();
    launch(0);
    plan::Row causal = point_;
    causal.mask = "causal";
    reference::Problem problem = problem_of(causal);
    problem.weight = reference::Linear{{decay_.begin(), decay_.end()}};
    return tensors_.check(problem);
  }

 private:
  const plan::Row& point_;
  Gpu& gpu_;
  std::vector<float> decay_;
  Tensors<T> tensors_;
  Buffer device_decay_;
};

}  // namespace

std::vector<Compiled> linear_trials() {
  std::vector<Compiled> all;
  add_for_each(linear_head_dims,
               {.operation = "linear", .kernel = "chunked", .dtype = "bf16", .run = run_as<LinearTrial>}, all);
  return all;
}

}  // namespace tilewright::kernels::runner
