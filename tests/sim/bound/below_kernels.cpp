// No rung that holds for a kernel is above its estimate or its simulation.
#include <catch2/catch.hpp>

#include "sim/bound/ladder.hpp"
#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/bound/problems.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// A kernel in one of its ways: what order, how split, heads packed or apart, KV tiles on a grid or not.
KernelText kernel_text(RandomProblems& random) {
  KernelText text;
  text.tiles = fmt::format("[{{q: {}, kv: {}}}]", random.one_of({4, 8, 16, 24}), random.one_of({4, 8, 16}));
  text.block = "{threads: 128, registers: 32, shared_B: q * E * word_B}";
  const std::string key_tiles = random.one_of({"fixed", "dynamic", "gathered"});
  text.more = fmt::format("    pack_heads: {}\n    key_tiles: {}\n", random.one_of({"true", "false"}), key_tiles);
  if (key_tiles == "gathered") text.more += fmt::format("    gather: {}\n", random.one_of({1, 3, 4}));
  text.more += fmt::format("    splits: {}\n",
                           random.one_of({"1", "1", "2", "stream", "{count: 3, lengths: longest}", "{keys: 16}"}));
  text.more +=
      fmt::format("    schedule: {{launch: {}, queries: {}, outer: {}}}\n", random.one_of({"grid", "persistent"}),
                  random.one_of({"ascending", "descending", "longest-first"}), random.one_of({"heads", "queries"}));
  return text;
}

Attention problem(RandomProblems& random) {
  Attention problem = random.batch();
  problem.head_dim = problem.value_dim = 32;
  AttentionWords& words = problem.words = AttentionWords::all(2);
  for (double* word_B : {&words.query_B, &words.key_B, &words.value_B, &words.weight_B})
    *word_B = random.one_of({1, 2});
  problem.values_in_keys = false;
  return problem;
}

}  // namespace

TEST_CASE("no rung is above a kernel that it holds for, estimated or simulated", "[slow]") {
  RandomProblems random(31);
  int run = 0;
  int packed = 0;
  int split = 0;
  int gathered = 0;
  for (int i = 0; i < 2000; ++i) {
    const KernelText text = kernel_text(random);
    const Attention asked = problem(random);
    std::optional<PreparedKernel> prepared;
    try {
      prepared = prepare_small(asked, text);
    } catch (const InputError&) {  // masks that differ where heads are packed, no pairs, tiles that do not fit
      continue;
    }
    const KernelParameters fast{.matrix_efficiency = 2, .exposed = 0, .launch_s = 1e-15};
    const KernelResult estimated = estimate(*prepared, fast);
    const TileMachine machine = tile_machine_of(prepared->arch, prepared->problem, prepared->tiling);
    const Ladder ladder = climb(prepared->problem, prepared->tiling, &machine);
    const bool splits = prepared->blocks.splits > 1 || text.more.find("splits: stream") != std::string::npos;
    const Rung& rung = splits ? ladder.with_splits() : ladder.rungs.back();
    INFO(text.str() << to_text(prepared->tiling.query_tile) << " of " << prepared->problem.requests[0].masks[0].text
                    << " over " << to_text(prepared->problem.requests[0].layout.keys) << ", " << rung.limit);
    CHECK(rung.time_s <= estimated.time_s * (1 + 1e-9));
    if (i % 4 == 0) CHECK(rung.time_s <= simulate(*prepared, fast).time_s * (1 + 1e-3));
    ++run;
    packed += prepared->kernel.pack_heads && prepared->problem.group() > 1 ? 1 : 0;
    split += splits ? 1 : 0;
    gathered += prepared->tiling.key_tiles == KeyTiles::gathered ? 1 : 0;
  }
  CHECK(run > 500);
  CHECK(packed > 30);
  CHECK(split > 100);
  CHECK(gathered > 100);
}

}  // namespace tilewright::test::TEST_FILE
