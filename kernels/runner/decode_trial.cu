#include "kernels/decode/launch.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

struct SplitKv {
  static DecodePlan plan_of(const DecodeShape& shape, const DecodeDevice& device, int splits) {
    return plan_split_kv(shape, device, splits);
  }
  template <class T>
  static constexpr auto launch = launch_split_kv<T>;
};

struct StreamK {
  static DecodePlan plan_of(const DecodeShape& shape, const DecodeDevice& device, int splits) {
    if (splits > 0) throw Unsupported("stream-k splits the keys as they come: splits must be 0");
    return plan_stream_k(shape, device);
  }
  template <class T>
  static constexpr auto launch = launch_stream_k<T>;
};

const plan::Row& checked(const plan::Row& point) {
  if (!is_plain_dense(point) && !is_plain_causal(point)) {
    throw Unsupported("decoding takes one axis, dense or causal, without blocks and not permuted");
  }
  return point;
}

template <class Kernel, class T>
class DecodeTrial : public Trial {
 public:
  DecodeTrial(const plan::Row& point, const Compiled&, Gpu& gpu)
      : point_(checked(point)),
        gpu_(gpu),
        causal_(is_plain_causal(point)),
        plan_(plan_of(point, gpu)),
        tensors_(point, natural_grid(point.queries), natural_grid(point.keys), gpu),
        workspace_(gpu, plan_.workspace_B) {
    check_cuda(cudaMemsetAsync(workspace_.as<void>(), 0, static_cast<std::size_t>(plan_.workspace_B), gpu.stream()),
               "clearing the workspace");
  }

  [[nodiscard]] int sets() const override { return tensors_.sets(); }

  void launch(int set) override {
    Kernel::template launch<T>(plan_, point_.head_dim, params(set), workspace_.as<void>(), gpu_.stream());
  }

  Judge check() override {
    tensors_.poison();
    launch(0);
    return tensors_.check(problem_of(point_));
  }

 private:
  static DecodePlan plan_of(const plan::Row& point, const Gpu& gpu) {
    const DecodeShape shape{point.batch,
                            point.heads,
                            point.kv_heads,
                            static_cast<int>(plan::tokens_in(point.queries)),
                            static_cast<int>(plan::tokens_in(point.keys)),
                            point.head_dim};
    const DecodeDevice device{gpu.properties().multiProcessorCount,
                              static_cast<int>(gpu.properties().sharedMemPerMultiprocessor)};
    return Kernel::plan_of(shape, device, point.splits);
  }

  DecodeParams<T> params(int set) const {
    return {tensors_.q(set),
            tensors_.k(set),
            tensors_.v(set),
            tensors_.o(set),
            nullptr,
            nullptr,
            point_.batch,
            point_.heads,
            point_.kv_heads,
            static_cast<int>(plan::tokens_in(point_.queries)),
            static_cast<int>(plan::tokens_in(point_.keys)),
            causal_,
            static_cast<float>(scale_of(point_))};
  }

  const plan::Row& point_;
  Gpu& gpu_;
  bool causal_;
  DecodePlan plan_;
  Tensors<T> tensors_;
  Buffer workspace_;
};

template <class Kernel>
void add(const std::string& kernel, std::vector<Compiled>& all) {
  add_for_each(
      decode_head_dims,
      {.operation = "decode", .kernel = kernel, .dtype = "bf16", .run = run_as<DecodeTrial<Kernel, device::bf16>>},
      all);
  add_for_each(
      decode_head_dims,
      {.operation = "decode", .kernel = kernel, .dtype = "fp16", .run = run_as<DecodeTrial<Kernel, device::fp16>>},
      all);
}

}  // namespace

std::vector<Compiled> decode_trials() {
  std::vector<Compiled> all;
  add<SplitKv>("split-kv", all);
  add<StreamK>("stream-k", all);
  return all;
}

}  // namespace tilewright::kernels::runner
