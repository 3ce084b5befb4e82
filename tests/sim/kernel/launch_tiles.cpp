#include "sim/kernel/launch_tiles.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "sim/kernel/cycle/block_queue.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<std::vector<BlockPart>> blocks_of(const PreparedKernel& prepared, const LaunchTiles& launch) {
  std::vector<std::vector<BlockPart>> blocks;
  for_each_block(prepared, launch, [&](const std::vector<BlockPart>& parts) { blocks.push_back(parts); });
  return blocks;
}

double visits_of(const LaunchTiles& launch, const std::vector<BlockPart>& parts) {
  double sum = 0;
  for (const BlockPart& part : parts)
    for (const TileInterval& interval : launch.heads[part.tile.heads].tiles.of(part.tile.query_tile))
      sum += (part.to - part.from) * static_cast<double>(interval.last - interval.first);
  return sum;
}

Attention two_requests() {
  Attention problem = small_problem("2 * causal + 2 * sliding,left=20", 100, 4);
  problem.requests.push_back(small_problem("4 * causal", 200, 4).requests.front());
  problem.requests.back().times = 2;
  problem.kv_heads = 2;
  return problem;
}

}  // namespace

TEST_CASE("blocks with their keys are those without, in launch order") {
  for (const char* schedule :
       {"", "    schedule: {queries: descending}\n", "    schedule: {outer: queries}\n",
        "    schedule: {outer: queries, queries: descending}\n", "    schedule: {queries: longest-first}\n",
        "    schedule: {swizzle: group}\n", "    schedule: {queries: descending, swizzle: 3}\n",
        "    schedule: {swizzle: 64}\n", "    splits: 3\n", "    splits: 5\n    schedule: {queries: descending}\n",
        "    splits: 3\n    schedule: {outer: queries}\n",
        "    splits: 2\n    schedule: {queries: longest-first}\n", "    splits: 4\n    schedule: {swizzle: 3}\n"}) {
    INFO(schedule);
    const PreparedKernel prepared = prepare_small(two_requests(), {.more = schedule});
    const LaunchTiles launch = launch_tiles(prepared);
    const auto blocks = blocks_of(prepared, launch);
    REQUIRE(static_cast<double>(blocks.size()) == prepared.blocks.count());
    BlockQueue queue(prepared.blocks);
    for (const std::vector<BlockPart>& parts : blocks) {
      const Block block = *queue.next();
      CHECK(visits_of(launch, parts) == Approx(block.full + block.partial));
    }
  }
}

TEST_CASE("parts of a split are those without keys, in launch order") {
  for (const char* splits : {"{count: 3, lengths: longest}", "{keys: 40}"})
    for (const char* schedule : {"", "    schedule: {queries: descending}\n", "    schedule: {swizzle: group}\n",
                                 "    schedule: {outer: queries}\n", "    schedule: {queries: longest-first}\n"}) {
      INFO(splits << schedule);
      const PreparedKernel prepared =
          prepare_small(two_requests(), {.more = std::string("    splits: ") + splits + "\n" + schedule});
      const LaunchTiles launch = launch_tiles(prepared);
      const auto blocks = blocks_of(prepared, launch);
      REQUIRE(static_cast<double>(blocks.size()) == prepared.blocks.count());
      BlockQueue queue(prepared.blocks);
      for (const std::vector<BlockPart>& parts : blocks) {
        const Block block = *queue.next();
        CHECK(visits_of(launch, parts) == Approx(block.full + block.partial).margin(1e-9));
      }
    }
}

TEST_CASE("a set of keys is that of a KV head of a sequence") {
  const PreparedKernel prepared = prepare_small(two_requests());
  const LaunchTiles launch = launch_tiles(prepared);
  // 7 Q tiles of 4 heads, then twice 13 of 4 heads; two heads share their keys.
  const auto blocks = blocks_of(prepared, launch);
  for (std::size_t b = 0; b < blocks.size(); ++b) CHECK(blocks[b][0].set == (b < 28 ? b / 14 : 2 + (b - 28) / 26));
}

TEST_CASE("a part of all Q tiles comes before the next part: of a head, or of all heads where these are inner") {
  const auto launched = [](const char* more) {
    const PreparedKernel prepared = prepare_small(small_problem("dense", 32, 2), {.more = more});
    std::vector<std::array<double, 3>> all;  // head, Q tile, part
    for (const auto& parts : blocks_of(prepared, launch_tiles(prepared)))
      all.push_back(
          {static_cast<double>(parts[0].set), static_cast<double>(parts[0].tile.query_tile), 2 * parts[0].from});
    return all;
  };
  CHECK(launched("    splits: 2\n") ==
        std::vector<std::array<double, 3>>{
            {0, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 1}, {1, 0, 0}, {1, 1, 0}, {1, 0, 1}, {1, 1, 1}});
  for (const char* all_heads :
       {"    splits: 2\n    schedule: {outer: queries}\n", "    splits: 2\n    schedule: {swizzle: 2}\n"})
    CHECK(launched(all_heads) ==
          std::vector<std::array<double, 3>>{
              {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0, 0, 1}, {1, 0, 1}, {0, 1, 1}, {1, 1, 1}});
}

TEST_CASE("parts of a split are all of a Q tile together; with stream-K blocks are equally long") {
  const Count tokens = GENERATE(32, 1144);  // few Q tiles, in parts of several blocks, and many
  for (const char* more : {"    splits: 3\n", "    splits: stream\n"}) {
    const PreparedKernel prepared = prepare_small(small_problem("causal", tokens, 2), {.more = more});
    const LaunchTiles launch = launch_tiles(prepared);
    const auto blocks = blocks_of(prepared, launch);
    CHECK(static_cast<double>(blocks.size()) == prepared.blocks.count());
    double sum = 0;
    for (const std::vector<BlockPart>& parts : blocks) sum += visits_of(launch, parts);
    CHECK(sum == Approx(prepared.blocks.visits()));
    if (prepared.kernel.splits.kind != KernelSplits::Kind::stream) continue;
    for (const std::vector<BlockPart>& parts : blocks)
      CHECK(visits_of(launch, parts) == Approx(sum / prepared.blocks.count()));
  }
}

}  // namespace tilewright::test::TEST_FILE
