#include <cuda_profiler_api.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "kernels/device/clock.hpp"
#include "kernels/device/load_l2.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {
namespace {

using Clock = std::chrono::steady_clock;

/// Of a GPU that had nothing to do the clock is back up within some milliseconds of work; this is ample.
constexpr double least_warm_up_s = 20e-3;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

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

/// Reads a buffer from the L2 cache on.
struct ReadThrough {
  struct Params {
    const device::Vec16* data;
    std::int64_t vectors;
    device::Vec16*
        never;  ///< where a sum would go that no buffer of zeros has: the loads are not left out, and write nothing
  };
  static constexpr int threads = 512;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    const std::int64_t apart = std::int64_t{device::grid_size().x} * threads;
    device::Vec16 all{};
    for (std::int64_t i = std::int64_t{device::block_index().x} * threads + device::thread_index();
         i < params.vectors; i += apart) {
      const device::Vec16 read = device::load16_l2(params.data + i);
      for (int word = 0; word < 4; ++word) all.w[word] |= read.w[word];
    }
    if ((all.w[0] | all.w[1] | all.w[2] | all.w[3]) != 0) device::store16(params.never, all);
  }
};

class Event {
 public:
  Event() { check_cuda(cudaEventCreate(&event_), "creating an event"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  void record(cudaStream_t stream) { check_cuda(cudaEventRecord(event_, stream), "recording an event"); }
  [[nodiscard]] cudaError_t query() const { return cudaEventQuery(event_); }
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

Gpu::Gpu(double hang_s) : hang_s_(hang_s) {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status != cudaSuccess) throw NoDevice(cudaGetErrorString(status));
  if (devices == 0) throw NoDevice("none is visible");
  check_cuda(cudaSetDevice(0), "choosing the device");
  check_cuda(cudaGetDeviceProperties(&properties_, 0), "reading the device's properties");
  check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream");
  written_ = Buffer(*this, 2 * l2_B());
  read_ = Buffer(*this, 2 * l2_B());
  check_cuda(cudaMemsetAsync(read_.as<void>(), 0, static_cast<std::size_t>(read_.bytes()), stream_),
             "clearing memory");
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
  wait_for([this] { return cudaStreamQuery(stream_); });
}

void Gpu::wait_for(const std::function<cudaError_t()>& query) {
  const Clock::time_point start = Clock::now();
  for (;;) {
    const cudaError_t status = query();
    if (status == cudaSuccess) return;
    const bool stuck = status == cudaErrorNotReady && seconds_since(start) > hang_s_;
    if (status != cudaErrorNotReady || stuck) {
      lost_ = true;
      throw DeviceLost(stuck ? "a kernel did not end in time" : cudaGetErrorString(status));
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
  check_cuda(cudaMemsetAsync(written_.as<void>(), 0, static_cast<std::size_t>(written_.bytes()), stream_),
             "overwriting the L2 cache");
  // What was written is now still in the cache, and would go to memory while the next kernel is timed.
  kernels::launch<ReadThrough>({2 * properties_.multiProcessorCount},
                               {read_.as<device::Vec16>(), read_.bytes() / 16, written_.as<device::Vec16>()},
                               stream_);
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

int Gpu::warm_up(const plan::Row& point, int sets, const std::function<void(int)>& launch) {
  int launched = 0;
  const auto launch_some = [&](int count) {
    for (int i = 0; i < count; ++i) launch(launched++ % sets);
    wait();
  };
  // A launch that is refused must not come after the profiler's marker.
  launch_some(std::max(point.warm_up, profiling_ ? 1 : 0));
  const Clock::time_point start = Clock::now();  // the first launch has loaded the kernel
  for (int count = 1; !profiling_ && seconds_since(start) < least_warm_up_s;) {
    const Clock::time_point batch = Clock::now();
    launch_some(count);
    if (seconds_since(batch) < least_warm_up_s / 10) count *= 2;  // for long, no device waits for the host
  }
  return launched;
}

std::vector<double> Gpu::time(const plan::Row& point, int sets, const std::function<void(int)>& launch) {
  const int warm = warm_up(point, sets, launch);
  if (profiling_) {
    run_for_profiler(point, warm % sets, launch);
    return {};
  }
  const auto repetitions = static_cast<std::size_t>(point.repetitions);
  std::vector<Event> starts(repetitions);
  std::vector<Event> stops(repetitions);
  const std::int64_t queueing_ns = std::min<std::int64_t>(40'000 * (point.repetitions + 5), 20'000'000);
  kernels::launch<Hold>({}, {queueing_ns}, stream_);
  for (std::size_t run = 0; run < repetitions; ++run) {
    prepare_cache(point);
    starts[run].record(stream_);
    launch((warm + static_cast<int>(run)) % sets);
    stops[run].record(stream_);
  }
  for (const Event& stop : stops) wait_for([&] { return stop.query(); });
  std::vector<double> samples_s;
  for (std::size_t run = 0; run < repetitions; ++run) samples_s.push_back(stops[run].seconds_since(starts[run]));
  return samples_s;
}

}  // namespace tilewright::kernels::runner
