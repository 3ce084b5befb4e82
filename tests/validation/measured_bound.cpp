#include "validation/measured_bound.hpp"

#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "tests/measure/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// 1e12 multiply-adds per s at 1 GHz; 1e9 B/s of outer memory above a cache of 1e5 B with 1e10 B/s.
Arch arch() {
  return ArchFile(
             Yaml::parse("arch:\n  name: small\n  clock_Hz: 1 GHz\n  levels:\n"
                         "    - {name: outer, access_B: 64 B, bandwidth_B_per_s: 1 GB/s}\n"
                         "    - {name: cache, parent: outer, access_B: 32 B, capacity_B: 1e5, bandwidth_B_per_s: "
                         "10 GB/s, multicast: false}\n"
                         "    - {name: core, parent: cache, access_B: 128 B, instances: 4, capacity_B: 64 KiB}\n"
                         "  units:\n    - {name: array, lanes: 1000, operations: {multiply_add: {cycles: 1}}}\n",
                         "small.yaml"))
      .with({});
}

MeasuredBound bound(const plan::Row& row, double clock_Hz = 0) {
  plan::Measurement of;
  of.row = row;
  of.time_s = 1;
  if (clock_Hz > 0) of.sm_clock_after_Hz = clock_Hz;
  return *bound_of(of, arch());
}

/// 4096 tokens of one head of 64: 2^24 pairs, 0.5 MiB each of Q, K, V and O.
plan::Row row_of(const std::string& operation) {
  plan::Row row = plain_row();
  row.operation = operation;
  row.heads = row.kv_heads = 1;
  row.queries = row.keys = {4096};
  return row;
}

constexpr double tensor_B = 4096 * 64 * 2;
constexpr double pairs = 4096.0 * 4096;

}  // namespace

TEST_CASE("attention takes at least its visited tiles, or its bytes") {
  plan::Row row = row_of("attention");
  CHECK(bound(row).time_s == Approx((64 * 2 + 2) * tensor_B / 1e10));  // every Q tile fetches all of K and V
  CHECK(bound(row).limit == "bytes of cache");
  row.q_tile = {512};
  row.kv_tile = {64};
  row.head_dim = 32;
  row.mask = "window=256";
  CHECK(bound(row).limit == "bytes of outer");
  // Input Q, K, V; the output may still be in the cache, but for what it cannot hold.
  CHECK(bound(row).time_s == Approx((3 * tensor_B / 2 + tensor_B / 2 - 1e5) / 1e9));
}

TEST_CASE("of tiles it has chosen a kernel computes all pairs, else only those that exist") {
  plan::Row row = row_of("attention");
  row.head_dim = 1024;  // so that computation is what takes longest
  row.q_tile = row.kv_tile = {8};
  row.mask = "window=9";
  row.batch = 1;
  const double tiled = bound(row).time_s;
  row.q_tile = row.kv_tile = {};
  const double free = bound(row).time_s;
  CHECK(tiled >= free);
  row = row_of("attention");
  row.q_tile = {1024};
  row.kv_tile = {16};
  row.mask = "causal";
  const double row_work_s = 2.0 * 64 / 1e12;
  // Causal tiles of 1024 x 16: of the four rows of tiles 64, 128, 192 and 256.
  CHECK(bound(row).time_s == Approx(640 * 1024 * 16 * row_work_s));
  CHECK(bound(row).limit == "pairs of visited tiles");
  row.q_tile = row.kv_tile = {};
  row.keys = row.queries = {65536};
  CHECK(bound(row).time_s == Approx(65536.0 * 65537 / 2 * row_work_s));
  CHECK(bound(row).limit == "pairs");
}

TEST_CASE("blocks do not bind a kernel that they are given to") {
  plan::Row row = row_of("attention");
  row.queries = row.keys = {65536};
  row.q_tile = row.kv_tile = {32768};
  row.head_dim = 16;
  row.mask = "causal";
  row.blocks = "32768x32768:8c";
  CHECK(bound(row).limit == "pairs");
}

TEST_CASE("a faster clock than the architecture's makes operations faster, and bytes not") {
  plan::Row row = row_of("attention");
  row.q_tile = {1024};
  row.kv_tile = {16};
  const double before = bound(row).time_s;
  CHECK(before == Approx(pairs * 2 * 64 / 1e12));
  CHECK(bound(row, 1.25e9).time_s == Approx(before / 1.25));
  CHECK(bound(row, 0.5e9).time_s == before);
  row.q_tile = row.kv_tile = {64};
  CHECK(bound(row, 1.25e9).time_s == bound(row).time_s);
}

TEST_CASE("a warm cache may hold what it has room for") {
  plan::Row row = row_of("decode");
  row.queries = {1};
  row.q_tile = row.kv_tile = {};
  CHECK(bound(row).time_s == Approx((2 * tensor_B + 128) / 1e9));
  row.cache = plan::Cache::rotate;
  CHECK(bound(row).time_s == Approx((2 * tensor_B + 128) / 1e9));
  row.cache = plan::Cache::warm;
  CHECK(bound(row).time_s == Approx((2 * tensor_B + 256 - 1e5) / 1e9));
  row.keys = {64};
  CHECK(bound(row).limit == "pairs");
}

TEST_CASE("linear attention and permutations move every token's row") {
  CHECK(bound(row_of("permute")).time_s == Approx((tensor_B + tensor_B - 1e5) / 1e9));
  CHECK(bound(row_of("permute")).limit == "bytes of outer");
  plan::Row row = row_of("linear");
  row.q_tile = row.kv_tile = {};
  CHECK(bound(row).time_s == Approx((3 * tensor_B + tensor_B - 1e5) / 1e9));
  row.head_dim = 8192;
  CHECK(bound(row).limit == "operations");
  CHECK(bound(row).time_s == Approx((2.0 * 8192 * 4096 + 2.0 * 8192 * 8192 * 4095) / 1e12));
}

TEST_CASE("a backward pass reads five tensors, writes three, and multiplies five times") {
  plan::Row row = row_of("backward");
  CHECK(bound(row).limit == "operations");
  CHECK(bound(row).time_s == Approx(10.0 * 4096 * 4096 * 64 / 2e12));
  row.mask = "window=64";
  CHECK(bound(row).limit == "bytes of outer");
  CHECK(bound(row).time_s == Approx((5 * tensor_B + 3 * tensor_B - 1e5) / 1e9));
}

TEST_CASE("a microbenchmark has no bound") {
  plan::Measurement of;
  of.row = micro_row("read");
  CHECK_FALSE(bound_of(of, arch()));
}

}  // namespace tilewright::test::TEST_FILE
