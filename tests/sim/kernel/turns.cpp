#include "sim/kernel/turns.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sim/kernel/cycle/simulate.hpp"
#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/cycle/prepared.hpp"
#include "tests/sim/kernel/requests.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const KernelParameters parameters{.exposed = 0.6, .tile_cycles = 2000};

// 24 heads of 128 elements that share 4 KV heads.
PreparedKernel windowed(double tokens) {
  return prepared(Asked{.kernel = "flash-attention-3",
                        .layout = fmt::format("{}", tokens),
                        .mask = "sliding,left=767",
                        .heads = 24,
                        .kv_heads = 4});
}

// Q of every head, K and V of every KV head, of 2 B.
constexpr double windowed_token_B = 24 * 128 * 2 + 4 * 2 * 128 * 2;

double per_token(const KernelResult& result, double tokens) {
  return (result.time_s - result.shares.launch_s) / tokens;
}

}  // namespace

TEST_CASE("under a window each key is fetched once, in time that is linear, whatever the length") {
  const double at_1M = per_token(estimate(windowed(1 << 20), parameters), 1 << 20);
  for (double tokens = 1 << 14; tokens <= 1 << 22; tokens *= 4) {
    INFO(tokens);
    const KernelResult result = estimate(windowed(tokens), parameters);
    CHECK(result.level_read_B.front() == tokens * windowed_token_B);
    CHECK(per_token(result, tokens) == Approx(at_1M).epsilon(0.03));
  }
}

TEST_CASE("the simulation fetches each key of a window once too", "[cycle]") {
  const double at_256K = per_token(estimate(windowed(1 << 18), parameters), 1 << 18);
  for (double tokens = 1 << 14; tokens <= 1 << 20; tokens *= 8) {
    INFO(tokens);
    const KernelResult result = simulate(windowed(tokens), parameters);
    CHECK(result.level_read_B.front() == Approx(tokens * windowed_token_B).epsilon(0.001));
    CHECK(per_token(result, tokens) == Approx(at_256K).epsilon(0.03));
  }
}

TEST_CASE("packed documents take the bytes and about the time of a batch", "[cycle]") {
  for (const char* schedule : {"", "    schedule: {queries: descending}\n", "    schedule: {swizzle: 2}\n"}) {
    const PreparedKernel batch =
        prepare_small(small_requests("2048x2048,4096x4096,1024x1024", "causal", 2), {.more = schedule});
    const PreparedKernel packed =
        prepare_small(small_problem("documents,lengths=2048/4096/1024,causal=1", 7168, 2), {.more = schedule});
    INFO(schedule);
    CHECK(packed.read_B == batch.read_B);
    CHECK(packed.write_B == batch.write_B);
    CHECK(estimate(packed, parameters).time_s == Approx(estimate(batch, parameters).time_s).epsilon(0.03));
    CHECK(simulate(packed, parameters).time_s == Approx(simulate(batch, parameters).time_s).epsilon(0.03));
  }
}

// K and V of a head are twice what the memory below holds, those of a part half of it.
TEST_CASE("a part of the keys stays for all Q tiles of its head", "[cycle]") {
  constexpr double tokens = 16384;
  constexpr double query_B = tokens * 32 * 2;
  constexpr double keys_B = tokens * 64 * 2;
  const Attention problem = small_problem("dense", static_cast<Count>(tokens));
  const PreparedKernel whole = prepare_small(problem);
  CHECK(whole.read_B.front() == query_B + keys_B * tokens / 16 / whole.slots());
  for (const char* outer : {"", "    schedule: {outer: queries}\n", "    schedule: {queries: descending}\n"}) {
    INFO(outer);
    const PreparedKernel parts = prepare_small(problem, {.more = std::string("    splits: 4\n") + outer});
    CHECK(parts.read_B.front() == query_B + keys_B);
    CHECK(simulate(parts, parameters).level_read_B.front() == Approx(query_B + keys_B));
  }
}

// Two Q tiles of 6 heads on 8 places, and K and V of a head are almost all that the memory below holds: the second
// tile of two heads runs beside the first one, those of the other four come when their keys have gone.
TEST_CASE("a turn ends amid the heads of a Q tile", "[cycle]") {
  constexpr double keys = 7000;
  Attention problem = small_requests("32x7000", "dense", 6);
  problem.kv_heads = 6;
  const PreparedKernel kernel = prepare_small(problem, {.more = "    schedule: {outer: queries}\n"});
  REQUIRE(kernel.slots() == 8);
  const double bytes = 6 * 32 * 64 + (6 + 4) * keys * 128;
  CHECK(kernel.read_B.front() == bytes);
  CHECK(simulate(kernel, parameters).level_read_B.front() == Approx(bytes));
}

TEST_CASE("requests by Q tiles, the longest first, move as many bytes in the simulation", "[cycle]") {
  const auto [requests, heads, kv_heads] = GENERATE(table<std::string, Count, double>(
      {{"16x20000,160x4000", 8, 2}, {"80x9000,48x2000,300x300", 16, 4}, {"9*16x5000,640x2000", 4, 4}}));
  Attention problem = small_requests(requests, "dense", heads);
  problem.kv_heads = kv_heads;
  const PreparedKernel kernel =
      prepare_small(problem, {.more = "    schedule: {queries: longest-first, outer: queries}\n"});
  INFO(requests);
  CHECK(simulate(kernel, parameters).level_read_B.front() == Approx(kernel.read_B.front()).epsilon(0.1));
}

// More blocks than are gone through one by one, of heads whose keys all stay; that is one way of counting them.
TEST_CASE("of very many blocks the heads of a Q tile go together") {
  Attention problem = small_problem("sliding,left=31", 1 << 17, 80);
  problem.kv_heads = 80;
  const PreparedKernel kernel = prepare_small(problem, {.more = "    schedule: {outer: queries}\n"});
  REQUIRE(kernel.blocks.count() > 1 << 19);
  CHECK(kernel.read_B.front() == 80 * (1 << 17) * (64 + 128.0));
}

TEST_CASE("the parts of a split move as many bytes in the simulation", "[cycle]") {
  for (const char* mask : {"causal", "sliding,left=9999", "documents,lengths=12000/9000,causal=1"})
    for (const char* splits : {"2", "3", "8"}) {
      Attention problem = small_problem(mask, 21000, 2);
      problem.kv_heads = 1;
      const PreparedKernel kernel = prepare_small(problem, {.more = fmt::format("    splits: {}\n", splits)});
      INFO(mask << ", " << splits);
      CHECK(simulate(kernel, parameters).level_read_B.front() == Approx(kernel.read_B.front()).epsilon(0.1));
    }
}

}  // namespace tilewright::test::TEST_FILE
