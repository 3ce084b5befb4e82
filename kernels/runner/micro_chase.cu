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
  return right_if(walk.right(), "the walk does not end where it must", period_of(steps, samples_s));
}

/// A walk through a buffer in the memory of the device; once around it first, where every line is to be in the
/// cache.
struct GlobalWalk {
  std::int64_t buffer_B;
  int steps;
  bool around_first;
};

Outcome run_global(const plan::Row& point, Gpu& gpu, const GlobalWalk& of) {
  constexpr std::int64_t slot_B = Chase::words_per_slot * 4;
  const std::int64_t slots = of.buffer_B / slot_B;
  Walk walk(gpu, random_cycle(static_cast<std::uint32_t>(slots), point.seed));
  const Buffer packed = upload(gpu, walk.next());
  const Buffer buffer(gpu, slots * slot_B);
  check_cuda(cudaMemcpy2DAsync(buffer.as<void>(), slot_B, packed.as<void>(), 4, 4, static_cast<std::size_t>(slots),
                               cudaMemcpyDeviceToDevice, gpu.stream()),
             "spreading the slots");
  if (of.around_first) {
    launch<Chase>({}, {buffer.as<std::uint32_t>(), static_cast<int>(slots), walk.at()}, gpu.stream());
  }
  return time_walk<Chase>(point, gpu, walk, buffer.as<std::uint32_t>(), of.steps);
}

Outcome run_hbm_latency(const plan::Row& point, const Device& device) {
  return run_global(point, device.gpu, {8 * device.gpu.l2_B(), 1 << 14, false});
}

Outcome run_l2_latency(const plan::Row& point, const Device& device) {
  return run_global(point, device.gpu, {device.gpu.l2_B() / 8, 1 << 16, true});
}

Outcome run_shared_latency(const plan::Row& point, const Device& device) {
  Gpu& gpu = device.gpu;
  Walk walk(gpu, random_cycle(SharedChase::slots, point.seed));
  const Buffer slots = upload(gpu, walk.next());
  return time_walk<SharedChase>(point, gpu, walk, slots.as<std::uint32_t>(), 1 << 18);
}

}  // namespace

std::vector<Compiled> chase_micros() {
  return {
      entry({"hbm-latency", "s",
             "a load that misses all caches, at a random line of a buffer much larger than the L2 cache",
             "levels.HBM.latency_s"},
            run_micro<run_hbm_latency>),
      entry({"l2-latency", "s", "a load that misses L1 and hits the L2 cache, near and far parts alike",
             "levels.L2.latency_s"},
            run_micro<run_l2_latency>),
      entry({"shared-latency", "s", "a load from shared memory", "levels.SMEM.latency_s"},
            run_micro<run_shared_latency>),
  };
}

}  // namespace tilewright::kernels::runner
