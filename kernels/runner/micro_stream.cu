#include <algorithm>
#include <numeric>

#include "kernels/micro/shared_read.hpp"
#include "kernels/micro/stream.hpp"
#include "kernels/runner/micro_run.cuh"

namespace tilewright::kernels::runner {
namespace {

using device::Vec16;

constexpr std::uint32_t salt = 12345;

/// A buffer of a multiple of the grid's step.
struct StreamShape {
  int blocks;
  std::int64_t vectors;
  [[nodiscard]] std::int64_t bytes() const { return vectors * 16; }
};

StreamShape shape_of(int blocks, std::int64_t bytes) {
  const std::int64_t step = stream_step(blocks);
  return {blocks, std::max<std::int64_t>(bytes / 16 / step, 1) * step};
}

/// Eight times the L2 cache and at least 2 GiB, which takes far longer than a launch; less where memory is short.
std::int64_t large_B(const Gpu& gpu) {
  const auto memory_B = static_cast<std::int64_t>(gpu.properties().totalGlobalMem);
  return std::min(std::max(8 * gpu.l2_B(), std::int64_t{2} << 30), memory_B / 8);
}

/// Sums of words, one for each thread of a grid.
class Sums {
 public:
  Sums(Gpu& gpu, int threads) : gpu_(gpu), count_(threads), buffer_(gpu, std::int64_t{4} * threads) {}
  [[nodiscard]] std::uint32_t* device() const { return buffer_.as<std::uint32_t>(); }
  [[nodiscard]] std::uint32_t total() {
    gpu_.wait();
    const auto sums = download(gpu_, device(), static_cast<std::size_t>(count_));
    return std::accumulate(sums.begin(), sums.end(), 0U);
  }

 private:
  Gpu& gpu_;
  int count_;
  Buffer buffer_;
};

void write(const Buffer& buffer, const StreamShape& shape, Gpu& gpu) {
  launch<StreamWrite>({shape.blocks}, {buffer.as<Vec16>(), shape.vectors, salt}, gpu.stream());
}

/// Reads what was written or copied; whether all of it is there.
bool holds_pattern(const Buffer& buffer, const StreamShape& shape, Gpu& gpu) {
  Sums sums(gpu, shape.blocks * stream_threads);
  launch<StreamRead>({shape.blocks}, {buffer.as<Vec16>(), shape.vectors, 1, sums.device()}, gpu.stream());
  return sums.total() == pattern_sum(4 * shape.vectors, salt);
}

Outcome run_read(const plan::Row& point, Gpu& gpu, const StreamShape& shape, int passes) {
  const Buffer buffer(gpu, shape.bytes());
  write(buffer, shape, gpu);
  Sums sums(gpu, shape.blocks * stream_threads);
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<StreamRead>({shape.blocks}, {buffer.as<Vec16>(), shape.vectors, passes, sums.device()}, gpu.stream());
  });
  const auto expected = static_cast<std::uint32_t>(passes) * pattern_sum(4 * shape.vectors, salt);
  return right_if(sums.total() == expected, "the words that were read do not add up",
                  rate_of(static_cast<double>(shape.bytes()) * passes, samples_s));
}

Outcome run_write(const plan::Row& point, Gpu& gpu, const StreamShape& shape) {
  const Buffer buffer(gpu, shape.bytes());
  const auto samples_s = gpu.time(point, 1, [&](int) { write(buffer, shape, gpu); });
  return right_if(holds_pattern(buffer, shape, gpu), "not all words were written",
                  rate_of(static_cast<double>(shape.bytes()), samples_s));
}

Outcome run_copy(const plan::Row& point, Gpu& gpu, const StreamShape& shape) {
  const Buffer from(gpu, shape.bytes());
  const Buffer to(gpu, shape.bytes());
  write(from, shape, gpu);
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<StreamCopy>({shape.blocks}, {from.as<Vec16>(), to.as<Vec16>(), shape.vectors}, gpu.stream());
  });
  return right_if(holds_pattern(to, shape, gpu), "not all words were copied",
                  rate_of(2 * static_cast<double>(shape.bytes()), samples_s));
}

StreamShape large(const Gpu& gpu) { return shape_of(4 * gpu.properties().multiProcessorCount, large_B(gpu)); }

Outcome run_hbm_read(const plan::Row& point, const Device& device) {
  return run_read(point, device.gpu, large(device.gpu), 1);
}

Outcome run_hbm_write(const plan::Row& point, const Device& device) {
  return run_write(point, device.gpu, large(device.gpu));
}

Outcome run_hbm_copy(const plan::Row& point, const Device& device) {
  return run_copy(point, device.gpu, large(device.gpu));
}

Outcome run_l2_read(const plan::Row& point, const Device& device) {
  const Gpu& gpu = device.gpu;
  return run_read(point, device.gpu, shape_of(2 * gpu.properties().multiProcessorCount, gpu.l2_B() / 4), 400);
}

Outcome run_shared(const plan::Row& point, const Device& device) {
  Gpu& gpu = device.gpu;
  constexpr int passes = 4096;
  const int blocks = resident_blocks<SharedRead>(gpu);
  Sums sums(gpu, blocks * SharedRead::threads);
  const auto samples_s = gpu.time(point, 1, [&](int) {
    launch<SharedRead>({blocks}, {passes, sums.device()}, gpu.stream());
  });
  const auto turns = static_cast<std::uint32_t>(blocks) * passes;
  return right_if(sums.total() == turns * pattern_sum(SharedRead::shared_B / 4, 0),
                  "the words that were read do not add up",
                  rate_of(static_cast<double>(SharedRead::shared_B) * blocks * passes, samples_s));
}

}  // namespace

std::vector<Compiled> stream_micros() {
  return {
      entry({"hbm-read", "B/s", "bytes read per second from a buffer much larger than the L2 cache",
             "levels.HBM.bandwidth_B_per_s"},
            run_micro<run_hbm_read>),
      entry({"hbm-write", "B/s", "bytes written per second to such a buffer",
             "levels.HBM.bandwidth_B_per_s, of writes"},
            run_micro<run_hbm_write>),
      entry({"hbm-copy", "B/s", "bytes read and written per second, from such a buffer to another",
             "levels.HBM.bandwidth_B_per_s, of as many reads as writes"},
            run_micro<run_hbm_copy>),
      entry({"l2-read", "B/s", "bytes read per second, past L1, from a buffer of a quarter of the L2 cache",
             "levels.L2.bandwidth_B_per_s"},
            run_micro<run_l2_read>),
      entry({"shared-bandwidth", "B/s",
             "bytes read per second from the shared memory of all multiprocessors together",
             "levels.SMEM.bandwidth_B_per_s, times its instances"},
            run_micro<run_shared>),
  };
}

}  // namespace tilewright::kernels::runner
