// The device that measures: its properties, its memory, and the timing of what is launched on it.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/device/launch.cuh"
#include "kernels/plan/row.hpp"

namespace tilewright::kernels::runner {

/// There is no device; the text says why.
struct NoDevice : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Gpu;

/// Memory of the device.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Gpu& gpu, std::int64_t bytes);
  ~Buffer();
  Buffer(Buffer&& other) noexcept { *this = std::move(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(gpu_, other.gpu_);
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }

  template <class T>
  [[nodiscard]] T* as() const {
    return static_cast<T*>(data_);
  }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

 private:
  const Gpu* gpu_ = nullptr;
  void* data_ = nullptr;
  std::int64_t bytes_ = 0;
};

class Gpu {
 public:
  /// The first device. A launch that takes longer than `hang_s` counts as one that never ends. Throws NoDevice.
  explicit Gpu(double hang_s);
  ~Gpu();
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  [[nodiscard]] const cudaDeviceProp& properties() const { return properties_; }
  [[nodiscard]] int capability() const { return properties_.major * 10 + properties_.minor; }
  [[nodiscard]] std::int64_t l2_B() const { return properties_.l2CacheSize; }
  [[nodiscard]] cudaStream_t stream() const { return stream_; }
  [[nodiscard]] std::string bus_id() const;

  /// Waits for all that was launched. Throws DeviceLost for what went wrong in it, and where it takes too long.
  void wait();
  [[nodiscard]] bool lost() const { return lost_; }

  /// From now on, time() runs a launch once between the profiler's start and stop, and gives no samples.
  void profile() { profiling_ = true; }
  [[nodiscard]] bool profiling() const { return profiling_; }

  /// How many input sets of so many bytes a point rotates through: together at least twice the L2 cache.
  [[nodiscard]] int input_sets(const plan::Row& point, std::int64_t set_B) const;

  /// Launches as often as the point's warm-up says, and then for as long as the clock of an idle device may take to
  /// rise. Returns how often.
  int warm_up(const plan::Row& point, int sets, const std::function<void(int)>& launch);

  /// Seconds of each repetition of `launch(set)`, by events on the stream, after the warm-up; before each, the L2
  /// cache is as the point asks. All is queued before the first repetition starts, so that the device never waits
  /// for the host. A time includes a microsecond or two of the events themselves.
  std::vector<double> time(const plan::Row& point, int sets, const std::function<void(int)>& launch);

 private:
  void prepare_cache(const plan::Row& point);
  void wait_for(const std::function<cudaError_t()>& query);
  void run_for_profiler(const plan::Row& point, int set, const std::function<void(int)>& launch);

  cudaDeviceProp properties_{};
  cudaStream_t stream_ = nullptr;
  bool lost_ = false;
  bool profiling_ = false;
  double hang_s_;
  Buffer written_, read_;  ///< to flush with: each is twice the L2 cache
};

/// A copy of host data on the device.
template <class Values>
Buffer upload(const Gpu& gpu, const Values& values) {
  const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(*values.data()));
  Buffer buffer(gpu, bytes);
  check_cuda(cudaMemcpyAsync(buffer.as<void>(), values.data(), static_cast<std::size_t>(bytes),
                             cudaMemcpyHostToDevice, gpu.stream()),
             "copying to the device");
  check_cuda(cudaStreamSynchronize(gpu.stream()), "copying to the device");
  return buffer;
}

/// `count` values that lie at `from` on the device.
template <class T>
std::vector<T> download(const Gpu& gpu, const T* from, std::size_t count) {
  std::vector<T> values(count);
  check_cuda(cudaMemcpyAsync(values.data(), from, count * sizeof(T), cudaMemcpyDeviceToHost, gpu.stream()),
             "copying from the device");
  check_cuda(cudaStreamSynchronize(gpu.stream()), "copying from the device");
  return values;
}

}  // namespace tilewright::kernels::runner
