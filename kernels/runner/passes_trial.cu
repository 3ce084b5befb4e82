#include "kernels/passes/launch.hpp"
#include "kernels/passes/traffic.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

using T = device::bf16;  // what they are compiled for

const plan::Row& checked(const plan::Row& point) {
  if (!is_plain_dense(point)) throw Unsupported("passes are dense, without blocks and not permuted");
  return point;
}

template <Passes passes>
class PassesTrial : public Trial {
 public:
  PassesTrial(const plan::Row& point, const Compiled&, Gpu& gpu)
      : point_(checked(point)),
        gpu_(gpu),
        tensors_(point, natural_grid(point.queries), natural_grid(point.keys), gpu) {
    const PassesWorkspace bytes = workspace_of(
        {point.batch, point.heads, point.kv_heads, queries(), keys(), point.head_dim, passes_kv_tile}, passes);
    scores_ = Buffer(gpu, bytes.scores_B);
    maxima_ = Buffer(gpu, bytes.maxima_B);
    sums_ = Buffer(gpu, bytes.sums_B);
  }

  [[nodiscard]] int sets() const override { return tensors_.sets(); }

  void launch(int set) override {
    const PassesParams<T> params{tensors_.q(set),
                                 tensors_.k(set),
                                 tensors_.v(set),
                                 tensors_.o(set),
                                 scores_.as<std::uint16_t>(),
                                 maxima_.as<float>(),
                                 sums_.as<float>(),
                                 point_.batch,
                                 point_.heads,
                                 point_.kv_heads,
                                 queries(),
                                 keys(),
                                 static_cast<float>(scale_of(point_))};
    launch_passes<T>(passes, point_.head_dim, params, gpu_.stream());
  }

  Judge check() override {
    tensors_.poison();
    launch(0);
    return tensors_.check(problem_of(point_));
  }

 private:
  [[nodiscard]] int queries() const { return static_cast<int>(plan::tokens_in(point_.queries)); }
  [[nodiscard]] int keys() const { return static_cast<int>(plan::tokens_in(point_.keys)); }

  const plan::Row& point_;
  Gpu& gpu_;
  Tensors<T> tensors_;
  Buffer scores_, maxima_, sums_;
};

Compiled entry(const std::string& kernel, Run run) {
  return {.operation = "passes",
          .kernel = kernel,
          .dtype = "bf16",
          .q_tile = passes_q_tile,
          .kv_tile = passes_kv_tile,
          .run = run};
}

}  // namespace

std::vector<Compiled> passes_trials() {
  std::vector<Compiled> all;
  add_for_each(passes_head_dims, entry("three-pass", run_as<PassesTrial<Passes::three>>), all);
  add_for_each(passes_head_dims, entry("two-pass", run_as<PassesTrial<Passes::two>>), all);
  return all;
}

}  // namespace tilewright::kernels::runner
