#include "kernels/decode/launch.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"

namespace tilewright::kernels::runner {
namespace {

template <class T>
class DecodeTrial : public Trial {
 public:
  DecodeTrial(const plan::Row& point, Gpu& gpu)
      : point_(point),
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
    if (point_.kernel == "split-kv") {
      launch_split_kv<T>(plan_, point_.head_dim, params(set), workspace_.as<void>(), gpu_.stream());
    } else {
      launch_stream_k<T>(plan_, point_.head_dim, params(set), workspace_.as<void>(), gpu_.stream());
    }
  }

  reference::Verdict check() override {
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
    return point.kernel == "split-kv" ? plan_split_kv(shape, device, point.splits) : plan_stream_k(shape, device);
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

}  // namespace

std::unique_ptr<Trial> decode_trial(const plan::Row& point, Gpu& gpu) {
  if (!is_plain_dense(point) && !is_plain_causal(point)) {
    throw Unsupported("decoding takes one axis, dense or causal, without blocks and not permuted");
  }
  if (point.dtype == "bf16") return std::make_unique<DecodeTrial<device::bf16>>(point, gpu);
  return std::make_unique<DecodeTrial<device::fp16>>(point, gpu);
}

}  // namespace tilewright::kernels::runner
