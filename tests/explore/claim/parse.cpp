#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/explore/claim/claims.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string refused(const std::string& keys) {
  return message_of([&] { (void)claim_of(keys); });
}

const std::string some = "mask: causal\nlayout: 64\n";

}  // namespace

TEST_CASE("a claim has the problem of its keys", "[claim]") {
  const Claim claim = claim_of(
      "system: S\nsource: a page\narch: gpu/b60\nmask: causal\nlayout: 16x32\nqueries: 1x32\nbatch: 3\nheads: 12\n"
      "kv_heads: 4\nhead_dim: 96\nvalue_dim: 64\ndtype: fp8\nkv_dtype: int4\nq_tile: 1x8\nkv_tile: 2x8\n"
      "baseline: 2ms\nbaseline_problem: {kv_heads: 12}\nclaimed: 3x");
  CHECK(claim.attention.layout == Extents{16, 32});
  CHECK(claim.attention.queries == Extents{1, 32});
  CHECK(claim.attention.batch == 3);
  CHECK(claim.attention.heads == 12);
  CHECK(claim.attention.kv_heads == 4);
  CHECK(claim.attention.head_dim == 96);
  CHECK(claim.attention.value_dim == 64);
  CHECK(claim.attention.dtype == "fp8");
  CHECK(claim.attention.kv_dtype == "int4");
  CHECK(claim.tiling.query_tile == Extents{1, 8});
  CHECK(claim.tiling.key_tile == Extents{2, 8});
  CHECK(claim.baseline_attention.kv_heads == 12);
  CHECK(claim.baseline_attention.heads == 12);
  CHECK(claim.claimed->value == 3);
}

TEST_CASE("times make the speedup, and agree with one that is claimed", "[claim]") {
  const std::string times = "times: {baseline: 30 ms, method: 8 ms}";
  CHECK(claim_of(some + times).claimed->value == 3.75);
  CHECK(claim_of(some + times + "\nclaimed: 3.8x").claimed->value == 3.8);
  CHECK(refused(some + times + "\nclaimed: 4x") ==
        "mine.yaml:5:12: claims[0].times: the times make 3.75x, and 4x is claimed");
  CHECK(refused(some + "arch: gpu/b60\nclaimed: 8 ms\n" + times) ==
        "mine.yaml:7:12: claims[0].times: is of a speedup, and '8 ms' is claimed");
  CHECK(refused(some + "times: {baseline: 30, method: 8 ms}") ==
        "mine.yaml:5:23: claims[0].times.baseline: expected a time, as in 2.5ms, got '30'");
}

TEST_CASE("what a claim may not say", "[claim]") {
  CHECK(refused("mask: causal") ==
        "mine.yaml:2:5: claims[0]: expected 'mask' and 'claimed', or what is 'unknown' or 'not_modelled'");
  CHECK(refused(some + "claimed: fast") ==
        "mine.yaml:5:14: claims[0].claimed: expected a speedup, a time, a rate, a share or 'fits', as in 5.3x, 2.5 "
        "ms, "
        "225 TFLOP/s, 73 % of peak or 52 % of ideal, got 'fast'");
  CHECK(refused(some + "claimed: 3x\nclaim: 4x") ==
        "mine.yaml:6:5: claims[0].claim: unknown key; did you mean 'claimed'?");
  CHECK(refused(some + "claimed: 3x\nkv_dtype: int3") ==
        "mine.yaml:6:15: claims[0].kv_dtype: expected one of bf16, fp16, fp32, fp8, int8, int4, got 'int3'");
  CHECK(refused(some + "claimed: 3x\ngather: 2") ==
        "mine.yaml:6:13: claims[0].gather: has no effect without kv_tiling: gathered");
  CHECK(refused(some + "claimed: 3x\narch: gpu/b6") ==
        "mine.yaml:6:11: claims[0].arch: no 'gpu/b6' in configs/archs, nor is it a file; did you mean 'gpu/b60'?");
  CHECK(refused(some + "claimed: 3x\npeak: 3 GB/s") ==
        "mine.yaml:6:11: claims[0].peak: expected a rate, as in 125 TFLOP/s, got '3 GB/s'");
  CHECK(refused(some + "claimed: 3x\narch: gpu/b60\npeak: 3 TFLOP/s") ==
        "mine.yaml:7:11: claims[0].peak: the architecture gives it; leave it out");
  CHECK(refused(some + "claimed: 3x\nwhole: {shares: 0.5}") ==
        "mine.yaml:6:13: claims[0].whole.shares: unknown key; did you mean 'share'?");
  CHECK(refused(some + "claimed: 3x\nassumed: {heads: not stated}") ==
        "mine.yaml:6:22: claims[0].assumed.heads: the claim does not say it, so that nothing is assumed");
  CHECK(refused(some + "claimed: 3x\nexpected: {verdict: withn}") ==
        "mine.yaml:6:25: claims[0].expected.verdict: no verdict 'withn'; did you mean 'within'?");
  CHECK(refused(some + "claimed: 3x\nexpected: {verdict: within, ours: packed}") ==
        "mine.yaml:6:39: claims[0].expected.ours: expected a 'reason' as well");
  CHECK(refused(some + "claimed: 3x\nexpected: {verdict: within, reason: so}") ==
        "mine.yaml:6:41: claims[0].expected.reason: expected 'ours' as well: what it is the reason for");
  CHECK(refused(some + "claimed: 3x\nexpected: {verdict: within, ours: within, reason: so}") ==
        "mine.yaml:6:39: claims[0].expected.ours: is the verdict itself; leave it out");
  CHECK(message_of([] {
          (void)parse_claims(Yaml::parse(
              "claims:\n  - {name: a, unknown: [x]}\n  - {name: b, unknown: [x]}\n  - {name: a, unknown: [x]}\n",
              "m.yaml"));
        }) == "m.yaml:4:12: claims[2].name: there is another claim 'a'");
}

TEST_CASE("keys that would have no effect are refused", "[claim]") {
  for (const auto& [keys, message] : std::vector<std::pair<std::string, std::string>>{
           {"claimed: 3x\nlayers: 2",
            "layers: has no effect without 'fits', or a whole model with a share and times"},
           {"claimed: 3x\nbeside_B: 2 GB", "beside_B: has no effect without 'fits'"},
           {"claimed: 3x\nring: {devices: 2, chunks: zigzag}",
            "ring: has no effect without a share of ideal, as in 52 % of ideal"},
           {"claimed: 3x\nbaseline_problem: {heads: 2}",
            "baseline_problem: has no effect without a speedup, a mask and an arch"},
           {"arch: gpu/b60\nclaimed: 3 TFLOP/s\nbaseline: dense",
            "baseline: has no effect without a speedup and a mask"},
           {"arch: gpu/b60\nclaimed: 3 TFLOP/s\noverhead: 0.1",
            "overhead: has no effect without a speedup, and no study"},
           {"arch: gpu/b60\nclaimed: 3 ms\nwhole: {}", "whole: has no effect without a speedup and a mask"},
           {"arch: gpu/b60\nclaimed: fits\nq_tile: 8",
            "q_tile: has no effect without a mask, and no 'fits', ring or cascade"},
           {"claimed: 50 % of ideal\nring: {devices: 2, chunks: zigzag}\npeak: 1 TFLOP/s",
            "peak: has no effect without a mask, and a speedup, a time or a rate"}}) {
    const std::string found = refused(some + keys);
    INFO(found);
    CHECK(found.ends_with(message));
  }
  CHECK(refused("unknown: [the mask]\nclaimed: 3x\nheads: 4") ==
        "mine.yaml:5:12: claims[0].heads: has no effect without a mask");
  CHECK(refused(some + "claimed: 50 % of peak") ==
        "mine.yaml:2:5: claims[0]: '50 % of peak' is of a machine: expected 'arch' or 'peak'");
  CHECK(refused(some + "claimed: fits") == "mine.yaml:2:5: claims[0]: 'fits' is of a machine: expected 'arch'");
  CHECK(refused(some + "claimed: 50 % of ideal") == "mine.yaml:2:5: claims[0]: expected 'ring': whose ideal it is");
}

TEST_CASE("quantities by their units", "[claim]") {
  using Kind = StatedQuantity::Kind;
  CHECK(parse_quantity("5.3x", Kind::speedup) == 5.3);
  CHECK(parse_quantity("5.3", Kind::speedup) == 5.3);
  CHECK(parse_quantity("2.5ms", Kind::time) == Approx(2.5e-3));
  CHECK(parse_quantity("225 TFLOP/s", Kind::rate) == 225e12);
  CHECK(parse_quantity("1.3 PFLOPS", Kind::rate) == 1.3e15);
  CHECK(parse_quantity("50 % of peak", Kind::share_of_peak) == 0.5);
  CHECK(parse_quantity("52 % of ideal", Kind::share_of_ideal) == 0.52);
  CHECK(parse_quantity("fits")->kind == Kind::fits);
  for (const char* text : {"", "x", "-3x", "0", "3 GB", "3 xx", "50 %", "nan", "inf ms", "1e999"})
    CHECK(!parse_quantity(text));
}

}  // namespace tilewright::test::TEST_FILE
