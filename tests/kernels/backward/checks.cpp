#include "tests/kernels/backward/checks.hpp"

#include <catch2/catch.hpp>
#include <cstddef>

namespace tilewright::kernels {

void BackwardCheck::check(const AttentionCase& of) const {
  INFO(instance.kernel << " " << instance.q_tile << " by " << instance.kv_tile << ", " << instance.dtype << ": "
                       << text_of(of) << "; seed " << of.seed);
  CHECK(run(of) == "");
}

void BackwardCheck::random_cases(int cases) const {
  RandomCases random(static_cast<unsigned>(instance.q_tile + 3 * instance.kv_tile + 7 * instance.head_dim));
  for (int i = 0; i < cases; ++i) check(random.next({instance.q_tile, instance.kv_tile}, instance.head_dim));
}

void BackwardCheck::empty_rows() const {
  const int kv_tiles = 2 * instance.q_tile / instance.kv_tile + 2;  // the last one ends 10 keys beyond a Q tile's
  AttentionCase of = line_of(instance, 2 * instance.q_tile + 5, (kv_tiles - 1) * instance.kv_tile + 15);
  of.masks.rules[0].causal[2] = true;
  of.masks.blocks.assign(static_cast<std::size_t>(3 * kv_tiles), false);
  of.masks.blocks[static_cast<std::size_t>(kv_tiles + kv_tiles - 1)] = true;
  of.masks.blocks[static_cast<std::size_t>(2 * kv_tiles)] = true;
  check(of);
}

void BackwardCheck::heads_of_different_masks() const {
  AttentionCase of = line_of(instance, instance.q_tile + 9, 3 * instance.kv_tile);
  of.kv_heads = 2;
  of.heads = 6;
  of.masks.rules.push_back(of.masks.rules[0]);
  of.masks.rules[0].window[2] = 7;
  of.masks.rules[0].causal[2] = true;
  of.masks.rule_of_head = {0, 1, 0, 1, 0, 1};
  check(of);
}

void BackwardCheck::extreme_scores() const {
  AttentionCase of = line_of(instance, instance.q_tile / 2, 3 * instance.kv_tile);
  of.masks.rules[0].causal[2] = true;
  of.amplitude = 1e3;
  check(of);
}

}  // namespace tilewright::kernels
