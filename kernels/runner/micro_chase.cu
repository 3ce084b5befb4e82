#include "kernels/micro/chase.hpp"
#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {
namespace {

/// A walk in progress: where it is on the device, and how far it has come.
class Walk {
 public:
  Walk(Gpu& gpu, std::vector<std::uint32_t> next)
      : gpu_(gpu), next_(std::move(next)), at_(upload(gpu, std::vector<std::uint32_t>{0})) {}

  [[nodiscard]] const std::vector<std::uint32_t>& next() const { return next_; }
  [[nodiscard]] std::uint32_t* at() const { return at_.as<std::uint32_t>(); }
  void went(std::int64_t steps) { steps_ += steps; }
  [[nodiscard]] bool right() {
    gpu_.wait();
    return download(gpu_, at(), 1)[0] == walk(next_, 0, steps_);
  }

 private:
  Gpu& gpu_;
  std::vector<std::uint32_t> next_;
  Buffer at_;
  std::int64_t steps_ = 0;
};

/// Every launch walks on from where the one before ended, so that none meets lines that another has just loaded.
template <class Kernel>
Outcome time_walk(const plan::Row& point, Gpu& gpu, Walk& walk, const std::uint32_t* slots, int steps) {
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<Kernel>({}, {slots, steps, walk.at()}, gpu.stream());
    walk.went(steps);
  });
  if (!walk.right()) return wrong("the walk does not end where it must");
  return period_of(steps, samples_s);
}

Outcome run_global(const plan::Row& point, Gpu& gpu, std::int64_t buffer_B, int steps) {
  constexpr std::int64_t slot_B = Chase::words_per_slot * 4;
  const std::int64_t slots = buffer_B / slot_B;
  Walk walk(gpu, random_cycle(static_cast<std::uint32_t>(slots), point.seed));
  const Buffer packed = upload(gpu, walk.next());
  const Buffer buffer(gpu, slots * slot_B);
  check_cuda(cudaMemcpy2DAsync(buffer.as<void>(), slot_B, packed.as<void>(), 4, 4, static_cast<std::size_t>(slots),
                               cudaMemcpyDeviceToDevice, gpu.stream()),
             "spreading the slots");
  if (point.kernel == "l2-latency") {  // once around the cycle, so that every line is in the cache
    launch<Chase>({}, {buffer.as<std::uint32_t>(), static_cast<int>(slots), walk.at()}, gpu.stream());
  }
  return time_walk<Chase>(point, gpu, walk, buffer.as<std::uint32_t>(), steps);
}

}  // namespace

Outcome run_chase(const plan::Row& point, Gpu& gpu) {
  if (point.kernel == "hbm-latency") return run_global(point, gpu, 8 * gpu.l2_B(), 1 << 14);
  if (point.kernel == "l2-latency") return run_global(point, gpu, gpu.l2_B() / 8, 1 << 16);
  Walk walk(gpu, random_cycle(SharedChase::slots, point.seed));
  const Buffer slots = upload(gpu, walk.next());
  return time_walk<SharedChase>(point, gpu, walk, slots.as<std::uint32_t>(), 1 << 18);
}

}  // namespace tilewright::kernels::runner
