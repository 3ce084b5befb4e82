#include <cuda_profiler_api.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "kernels/device/clock.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {
namespace {

/// Keeps the device busy, so that what is launched meanwhile queues up.
struct Hold {
  struct Params {
    std::int64_t time_ns;
  };
  static constexpr int threads = device::warp_size;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    const std::int64_t start_ns = device::global_time_ns();
    while (device::global_time_ns() - start_ns < params.time_ns) {
    }
  }
};

/// Tells in a profile where a point begins: tools/measure_dram_bytes.py looks for the name.
struct ProfileMarker {
  struct Params {};
  static constexpr int threads = device::warp_size;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params&, std::byte*) {}
};

class Event {
 public:
  Event() { check_cuda(cudaEventCreate(&event_), "creating an event"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  void record(cudaStream_t stream) { check_cuda(cudaEventRecord(event_, stream), "recording an event"); }
  [[nodiscard]] double seconds_since(const Event& start) const {
    float milliseconds = 0;
    check_cuda(cudaEventElapsedTime(&milliseconds, start.event_, event_), "reading events");
    return milliseconds * 1e-3;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace

Buffer::Buffer(const Gpu& gpu, std::int64_t bytes) : gpu_(&gpu), bytes_(bytes) {
  check_cuda(cudaMalloc(&data_, static_cast<std::size_t>(std::max<std::int64_t>(bytes, 16))),
             "allocating " + std::to_string(bytes) + " B");
}

// Freeing waits for kernels, which on a lost device never end.
Buffer::~Buffer() {
  if (data_ != nullptr && !gpu_->lost()) cudaFree(data_);
}

Gpu::Gpu() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status != cudaSuccess) throw NoDevice(cudaGetErrorString(status));
  if (devices == 0) throw NoDevice("none is visible");
  check_cuda(cudaSetDevice(0), "choosing the device");
  check_cuda(cudaGetDeviceProperties(&properties_, 0), "reading the device's properties");
  check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
  flush_ = Buffer(*this, 2 * l2_B());
}

Gpu::~Gpu() {
  if (!lost_) cudaStreamDestroy(stream_);
}

std::string Gpu::bus_id() const {
  char text[32] = {};
  check_cuda(cudaDeviceGetPCIBusId(text, sizeof text, 0), "reading the device's bus id");
  return text;
}

void Gpu::wait() {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds limit(100);  // no launch of a plan takes a tenth of this
  const Clock::time_point start = Clock::now();
  for (;;) {
    const cudaError_t status = cudaStreamQuery(stream_);
    if (status == cudaSuccess) return;
    const bool stuck = status == cudaErrorNotReady && Clock::now() - start > limit;
    if (status != cudaErrorNotReady || stuck) {
      lost_ = true;
      throw DeviceLost(stuck ? "a kernel did not end within 100 s" : cudaGetErrorString(status));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
}

int Gpu::input_sets(const plan::Row& point, std::int64_t set_B) const {
  if (point.cache != plan::Cache::rotate) return 1;
  return static_cast<int>(std::clamp<std::int64_t>(2 * l2_B() / set_B + 1, 2, 16));
}

void Gpu::prepare_cache(const plan::Row& point) {
  if (point.cache != plan::Cache::flush) return;
  check_cuda(cudaMemsetAsync(flush_.as<void>(), 0, static_cast<std::size_t>(flush_.bytes()), stream_),
             "overwriting the L2 cache");
}

void Gpu::run_for_profiler(const plan::Row& point, int set, const std::function<void(int)>& launch) {
  prepare_cache(point);
  wait();
  check_cuda(cudaProfilerStart(), "starting the profiler");
  kernels::launch<ProfileMarker>({}, {}, stream_);
  launch(set);
  wait();
  check_cuda(cudaProfilerStop(), "stopping the profiler");
}

std::vector<double> Gpu::time(const plan::Row& point, int sets, const std::function<void(int)>& launch) {
  // A launch that is refused must not come after the profiler's marker.
  const int warm_up = std::max(point.warm_up, profiling_ ? 1 : 0);
  for (int run = 0; run < warm_up; ++run) launch(run % sets);
  wait();
  if (profiling_) {
    run_for_profiler(point, warm_up % sets, launch);
    return {};
  }
  const auto repetitions = static_cast<std::size_t>(point.repetitions);
  std::vector<Event> starts(repetitions);
  std::vector<Event> stops(repetitions);
  const std::int64_t queueing_ns = std::min<std::int64_t>(20'000 * (point.repetitions + 5), 10'000'000);
  kernels::launch<Hold>({}, {queueing_ns}, stream_);
  for (std::size_t run = 0; run < repetitions; ++run) {
    prepare_cache(point);
    starts[run].record(stream_);
    launch((warm_up + static_cast<int>(run)) % sets);
    stops[run].record(stream_);
  }
  wait();
  std::vector<double> samples_s;
  for (std::size_t run = 0; run < repetitions; ++run) samples_s.push_back(stops[run].seconds_since(starts[run]));
  return samples_s;
}

}  // namespace tilewright::kernels::runner
