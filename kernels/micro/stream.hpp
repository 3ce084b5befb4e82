// Streams through global memory: how many bytes per second it takes or gives. A buffer much larger than the L2
// cache shows device memory, one that fits into it and is read many times shows the L2 cache.
//
// A buffer has a multiple of stream_step(blocks) vectors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/load_l2.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/micro/pattern.hpp"

namespace tilewright::kernels {

inline constexpr int stream_threads = 512;
inline constexpr int stream_unroll = 4;  // loads of a thread in flight

/// Vectors that a grid of `blocks` takes in one turn.
TILEWRIGHT_HOST_DEVICE constexpr std::int64_t stream_step(int blocks) {
  return std::int64_t{blocks} * stream_threads * stream_unroll;
}

/// Calls `action` with the index of every vector that falls to this thread, stream_unroll of them at a time.
template <class Action>
TILEWRIGHT_DEVICE void for_my_vectors(std::int64_t vectors, const Action& action) {
  const int blocks = device::grid_size().x;
  const std::int64_t threads = std::int64_t{blocks} * stream_threads;
  const std::int64_t mine = std::int64_t{device::block_index().x} * stream_threads + device::thread_index();
  for (std::int64_t first = mine; first < vectors; first += stream_step(blocks)) action(first, threads);
}

/// Reads a buffer `passes` times from the L2 cache on, never from L1.
struct StreamRead {
  struct Params {
    const device::Vec16* data;
    std::int64_t vectors;
    int passes;
    std::uint32_t* sums;  ///< one per thread of the grid: the sum of the words that it read
  };
  static constexpr int threads = stream_threads;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 2;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    std::uint32_t sum = 0;
    for (int pass = 0; pass < params.passes; ++pass) {
      for_my_vectors(params.vectors, [&](std::int64_t first, std::int64_t apart) {
        device::Vec16 read[stream_unroll];
        TILEWRIGHT_UNROLL
        for (int i = 0; i < stream_unroll; ++i) read[i] = device::load16_l2(params.data + first + i * apart);
        TILEWRIGHT_UNROLL
        for (int i = 0; i < stream_unroll; ++i) sum += word_sum(read[i]);
      });
    }
    params.sums[device::block_index().x * threads + device::thread_index()] = sum;
  }
};

/// Fills a buffer with the pattern.
struct StreamWrite {
  struct Params {
    device::Vec16* data;
    std::int64_t vectors;
    std::uint32_t salt;
  };
  static constexpr int threads = stream_threads;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 2;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    for_my_vectors(params.vectors, [&](std::int64_t first, std::int64_t apart) {
      TILEWRIGHT_UNROLL
      for (int i = 0; i < stream_unroll; ++i) {
        const std::int64_t vector = first + i * apart;
        device::store16(params.data + vector, pattern_vector(vector, params.salt));
      }
    });
  }
};

/// Copies a buffer to another.
struct StreamCopy {
  struct Params {
    const device::Vec16* from;
    device::Vec16* to;
    std::int64_t vectors;
  };
  static constexpr int threads = stream_threads;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 2;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    for_my_vectors(params.vectors, [&](std::int64_t first, std::int64_t apart) {
      device::Vec16 read[stream_unroll];
      TILEWRIGHT_UNROLL
      for (int i = 0; i < stream_unroll; ++i) read[i] = device::load16_l2(params.from + first + i * apart);
      TILEWRIGHT_UNROLL
      for (int i = 0; i < stream_unroll; ++i) device::store16(params.to + first + i * apart, read[i]);
    });
  }
};

}  // namespace tilewright::kernels
