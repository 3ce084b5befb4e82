// Reads shared memory by 16 bytes a lane without bank conflicts: how many bytes per second a multiprocessor's
// shared memory gives.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/memory.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/micro/pattern.hpp"

namespace tilewright::kernels {

struct SharedRead {
  struct Params {
    int passes;           ///< every pass, a block reads all its shared_B once
    std::uint32_t* sums;  ///< one per thread of the grid: the sum of the words that it read
  };
  static constexpr int threads = 1024;
  static constexpr int loads = 4;  // of a thread in a pass
  static constexpr int part_B = threads * 16;
  static constexpr int shared_B = loads * part_B;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    for (int vector = device::thread_index(); vector < shared_B / 16; vector += threads) {
      device::store16(shared + 16 * vector, pattern_vector(vector, 0));
    }
    device::sync_block();
    std::uint32_t sum = 0;
    int offset_B = device::thread_index() * 16;
    for (int pass = 0; pass < params.passes; ++pass) {
      TILEWRIGHT_UNROLL
      for (int i = 0; i < loads; ++i) sum += word_sum(device::load16(shared + offset_B + i * part_B));
      // The same address twice would let the compiler keep what it read.
      offset_B = (offset_B + device::warp_size * 16) % part_B;
    }
    params.sums[device::block_index().x * threads + device::thread_index()] = sum;
  }
};

}  // namespace tilewright::kernels
