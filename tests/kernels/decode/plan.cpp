#include "kernels/decode/plan.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::TEST_FILE {
namespace {

constexpr DecodeDevice h200{132, 233472};
constexpr DecodeDevice a100{108, 167936};

}  // namespace

TEST_CASE("One KV head's rows fill one or two mma tiles, and more outputs", "[decode]") {
  CHECK(plan_split_kv({1, 32, 8, 1, 4096, 128}, h200, 1).row_tiles == 1);
  CHECK(plan_split_kv({1, 32, 8, 1, 4096, 128}, h200, 1).outputs == 8);
  CHECK(plan_split_kv({2, 32, 8, 4, 4096, 128}, h200, 1).row_tiles == 1);
  CHECK(plan_split_kv({2, 32, 8, 5, 4096, 128}, h200, 1).row_tiles == 2);
  CHECK(plan_split_kv({2, 32, 8, 5, 4096, 128}, h200, 1).outputs == 16);
  CHECK(plan_split_kv({2, 64, 8, 16, 4096, 128}, h200, 1).outputs == 64);
}

TEST_CASE("Blocks that run at a time follow from shared memory", "[decode]") {
  CHECK(plan_stream_k({1, 32, 8, 1, 131072, 128}, h200).blocks == 264);
  CHECK(plan_stream_k({1, 32, 8, 1, 131072, 128}, a100).blocks == 108);
  CHECK(plan_split_kv({1, 64, 8, 1, 131072, 128}, h200, 0).splits == 33);
}

TEST_CASE("The workspace holds every slot", "[decode]") {
  SECTION("nothing where nothing is split") {
    CHECK(plan_split_kv({1, 32, 8, 1, 4096, 128}, h200, 1).workspace_B == 0);
  }
  SECTION("a slot per output and split") {
    const DecodePlan plan = plan_split_kv({2, 32, 8, 1, 4096, 64}, h200, 5);
    CHECK(plan.workspace_B == 16 * 5 * 16 * (64 + 1) * 4);
    CHECK(plan.finished_B == 0);
  }
  SECTION("two slots per block, and a counter per output") {
    const DecodePlan plan = plan_stream_k({2, 32, 8, 8, 4096, 128}, h200);
    CHECK(plan.finished_B == 16 * 4);
    CHECK(plan.workspace_B == 2 * 264 * 32 * (128 + 1) * 4 + 16 * 4);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
