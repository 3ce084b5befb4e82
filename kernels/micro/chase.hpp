// Chains of loads, each at the address that the one before gave: the latency of a load without any other work.
//
// Source of the method: R. H. Saavedra, A. J. Smith, "Measuring Cache and TLB Performance and Their Effect on
// Benchmark Run Times", IEEE Transactions on Computers 44(10), 1995.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/device/load_l2.hpp"
#include "kernels/device/memory.hpp"
#include "kernels/device/synchronize.hpp"
#include "kernels/device/thread.hpp"

namespace tilewright::kernels {

/// A random cycle through all of `slots` slots: next[i] is where i leads. The same seed gives the same cycle.
std::vector<std::uint32_t> random_cycle(std::uint32_t slots, std::uint64_t seed);

/// Where `steps` steps along the cycle lead.
std::uint32_t walk(const std::vector<std::uint32_t>& next, std::uint32_t start, std::int64_t steps);

/// One thread walks through global memory, past the L1 cache. Slots are a line of 128 bytes apart.
struct Chase {
  static constexpr int words_per_slot = 32;
  struct Params {
    const std::uint32_t* slots;  ///< the first word of each is the next slot
    int steps;
    std::uint32_t* at;  ///< the slot to start from; then, the one where it ended
  };
  static constexpr int threads = device::warp_size;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    if (device::thread_index() != 0) return;
    std::uint32_t at = *params.at;
    for (int step = 0; step < params.steps; ++step) {
      at = device::load4_l2(params.slots + std::size_t{at} * words_per_slot);
    }
    *params.at = at;
  }
};

/// One thread walks through shared memory. Its slots are words, which hold the offset of the next in bytes, so that
/// a step is a load and nothing else.
struct SharedChase {
  static constexpr int slots = 2048;
  struct Params {
    const std::uint32_t* next;  ///< slots
    int steps;
    std::uint32_t* at;  ///< as for Chase
  };
  static constexpr int threads = 128;
  static constexpr int shared_B = slots * 4;
  static constexpr int min_blocks = 1;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte* shared) {
    for (int slot = device::thread_index(); slot < slots; slot += threads) {
      device::store4(shared + static_cast<std::size_t>(slot) * 4, 4 * params.next[slot]);
    }
    device::sync_block();
    if (device::thread_index() != 0) return;
    std::uint32_t offset = 4 * *params.at;
    for (int step = 0; step < params.steps; ++step) offset = device::load4(shared + offset);
    *params.at = offset / 4;
  }
};

}  // namespace tilewright::kernels
