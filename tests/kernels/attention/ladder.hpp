// What every rung of the ladder of attention kernels must pass, for all of its compiled instances.
#pragma once

#include <catch2/catch.hpp>

#include "kernels/attention/families.hpp"
#include "tests/kernels/attention/attention_case.hpp"

namespace tilewright::kernels {

template <class Kernel, class T>
void check_case(const Instance& instance, const AttentionCase& of) {
  INFO(instance.kernel << " " << instance.q_tile << " by " << instance.kv_tile << ", " << instance.dtype << ": "
                       << text_of(of) << "; seed " << of.seed);
  CHECK(emulated<Kernel, T>(of, of.seed) == "");
}

/// Calls check.template operator()<Kernel>(instance) for every instance of the family.
template <class Family, class T, class Check>
void each_instance(Check check) {
  int instances = 0;
  for (const Instance& instance : portable_instances) {
    instances +=
        with_kernel_of<Family, T>(instance, [&]<class Kernel>() { check.template operator()<Kernel>(instance); });
  }
  CHECK(instances > 0);
}

template <class Family, class T = device::bf16>
void check_random(int cases) {
  each_instance<Family, T>([cases]<class Kernel>(const Instance& instance) {
    RandomCases random(static_cast<unsigned>(instance.q_tile + 3 * instance.kv_tile + 7 * instance.head_dim));
    for (int i = 0; i < cases; ++i) {
      check_case<Kernel, T>(instance, random.next({instance.q_tile, instance.kv_tile}, instance.head_dim));
    }
  });
}

/// Rows without a key, in a Q tile that visits none, and in one that visits tiles whose keys are not seen.
template <class Family>
void check_empty_rows() {
  each_instance<Family, device::bf16>([]<class Kernel>(const Instance& instance) {
    AttentionCase of = line_of(instance, 2 * instance.q_tile + 5, 2 * instance.q_tile + 5);
    of.masks.rules[0].causal[2] = true;
    const int kv_tiles = (of.masks.keys[2] + instance.kv_tile - 1) / instance.kv_tile;
    of.masks.blocks.assign(static_cast<std::size_t>(3 * kv_tiles), false);
    of.masks.blocks[static_cast<std::size_t>(kv_tiles + instance.q_tile / instance.kv_tile + 1)] = true;
    of.masks.blocks[static_cast<std::size_t>(2 * kv_tiles)] = true;
    check_case<Kernel, device::bf16>(instance, of);
  });
}

/// Far beyond the range of any exponential: weights are 1 for the highest score and 0 for all others, never NaN.
template <class Family>
void check_extreme_scores() {
  each_instance<Family, device::bf16>([]<class Kernel>(const Instance& instance) {
    AttentionCase of = line_of(instance, instance.q_tile / 2, 3 * instance.kv_tile);
    of.masks.rules[0].causal[2] = true;
    of.amplitude = 1e4;
    check_case<Kernel, device::bf16>(instance, of);
  });
}

}  // namespace tilewright::kernels
