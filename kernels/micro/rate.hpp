// Chains of arithmetic in registers: how many operations per second a unit does when nothing else holds it up.
//
// Every thread keeps several independent chains going, so that the unit's latency is hidden, and writes a number
// that all of its operations went into.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/clock.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/device/platform.hpp"
#include "kernels/device/tensor_core.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/reference/inputs.hpp"

namespace tilewright::kernels {

/// How long a block ran, by the clock of its multiprocessor and by that of the device.
struct Elapsed {
  std::int64_t sm_cycles;
  std::int64_t time_ns;
};

struct RateParams {
  int steps;
  float* results;              ///< one per thread of the grid
  Elapsed* elapsed = nullptr;  ///< one per block, or nullptr
};

/// Runs `body`, which gives a thread's result, and writes that and how long it took.
template <int Threads, class Body>
TILEWRIGHT_DEVICE void run_rate(const RateParams& params, const Body& body) {
  const std::int64_t start_cycle = device::sm_cycles();
  const std::int64_t start_ns = device::global_time_ns();
  const float result = body();
  const Elapsed elapsed{device::sm_cycles() - start_cycle, device::global_time_ns() - start_ns};
  const int block = device::block_index().x;
  params.results[block * Threads + device::thread_index()] = result;
  if (params.elapsed != nullptr && device::thread_index() == 0) params.elapsed[block] = elapsed;
}

/// x <- 2^-x, which converges to exp2_limit.
struct Exp2Rate {
  using Params = RateParams;
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 4;
  static constexpr int chains = 8;
  static constexpr double limit = 0.6411857445;  // the solution of x = 2^-x
  static constexpr int operations_per_step = chains * threads;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    run_rate<threads>(params, [&] {
      float x[chains];
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) x[i] = static_cast<float>(device::thread_index() + i) / (threads + chains);
      for (int step = 0; step < params.steps; ++step) {
        TILEWRIGHT_UNROLL
        for (int i = 0; i < chains; ++i) x[i] = device::exp2_approx(-x[i]);
      }
      float sum = 0;
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) sum += x[i];
      return sum / chains;
    });
  }
};

/// x <- x * factor + addend, which converges to addend / (1 - factor). One operation is a multiply-add.
struct FmaRate {
  struct Params {
    RateParams rate;
    float factor, addend;  ///< parameters, so that the compiler does not know them
  };
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 4;
  static constexpr int chains = 16;
  static constexpr int operations_per_step = chains * threads;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    run_rate<threads>(params.rate, [&] {
      float x[chains];
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) x[i] = static_cast<float>(device::thread_index() + i) / threads;
      for (int step = 0; step < params.rate.steps; ++step) {
        TILEWRIGHT_UNROLL
        for (int i = 0; i < chains; ++i) x[i] = x[i] * params.factor + params.addend;
      }
      float sum = 0;
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) sum += x[i];
      return sum / chains;
    });
  }
};

/// Two 16-bit numbers drawn like a kernel's inputs: zeros or repeated numbers would draw less power, and clock
/// higher.
template <class T>
TILEWRIGHT_DEVICE std::uint32_t random_pair(int index) {
  const auto number = [&](int half) {
    const auto element = static_cast<std::uint64_t>(2 * index + half);
    return reference::normal(reference::random_bits(0, reference::Input::q, element));
  };
  return device::pack2<T>(number(0), number(1));
}

template <int Count>
TILEWRIGHT_DEVICE float sum_of_magnitudes(const float (&numbers)[Count]) {
  float sum = 0;
  TILEWRIGHT_UNROLL
  for (int i = 0; i < Count; ++i) sum += numbers[i] < 0 ? -numbers[i] : numbers[i];
  return sum;
}

/// Products of mma.sync on operands that stay the same: after n steps the result is n times that of one.
template <class T>
struct MmaRate {
  using Params = RateParams;
  static constexpr int threads = 256;
  static constexpr int shared_B = 0;
  static constexpr int min_blocks = 2;
  static constexpr int chains = 8;
  static constexpr std::int64_t operations_per_step = std::int64_t{2} * 16 * 8 * 16 * chains * threads / 32;

  static TILEWRIGHT_DEVICE void run(const Params& params, std::byte*) {
    run_rate<threads>(params, [&] {
      std::uint32_t a[4];
      std::uint32_t b[chains][2];
      float d[chains][4];
      const int first = device::thread_index() * (4 + 2 * chains);
      TILEWRIGHT_UNROLL
      for (int i = 0; i < 4; ++i) a[i] = random_pair<T>(first + i);
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) {
        TILEWRIGHT_UNROLL
        for (int j = 0; j < 2; ++j) b[i][j] = random_pair<T>(first + 4 + 2 * i + j);
        TILEWRIGHT_UNROLL
        for (int j = 0; j < 4; ++j) d[i][j] = 0;
      }
      for (int step = 0; step < params.steps; ++step) {
        TILEWRIGHT_UNROLL
        for (int i = 0; i < chains; ++i) device::mma_m16n8k16<T>(d[i], a, b[i]);
      }
      float sum = 0;
      TILEWRIGHT_UNROLL
      for (int i = 0; i < chains; ++i) sum += sum_of_magnitudes(d[i]);
      return sum;
    });
  }
};

}  // namespace tilewright::kernels
