// Each verdict by small claims whose answer is worked out by hand.
#include "explore/claim/answer.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/claim/page.hpp"
#include "explore/claim/tables.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/claim/claims.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// 32 blocks of 64 queries; each sees its own 64 keys: a share of 1/32, whole in tiles of 64, half full in tiles of
// 128.
const std::string blocks = "mask: blocked,window=64\nlayout: 2048\nq_tile: 64\nkv_tile: 64\n";
const std::string wide_tiles = "mask: blocked,window=64\nlayout: 2048\nq_tile: 64\nkv_tile: 128\n";
// Every 16th key, so that every tile of 64 has some.
const std::string lines =
    "mask: strided,stride=16 & !sliding,left=15\nlayout: 4096\nq_tile: 1\nkv_tile: 64\nbaseline: causal\n";

Verdict verdict_of(const std::string& keys) { return answer_of(keys).verdict; }

}  // namespace

TEST_CASE("within the bound up to the last rung", "[claim]") {
  CHECK(verdict_of(blocks + "claimed: 31.9x") == Verdict::within);
  CHECK(verdict_of(blocks + "claimed: 32x") == Verdict::within);
  CHECK(verdict_of(blocks + "claimed: 32.1x") == Verdict::impossible);
  const Answer answer = answer_of(blocks + "claimed: 20x");
  CHECK(answer.sentence ==
        "20.00x: kernels with Q tiles of 64 and KV tiles of 64 neighbouring keys gain at most 32.00x over 'dense' "
        "at the "
        "same time per pair");
  CHECK(answer.claimed == 20);
  CHECK(answer.possible == 32);
  CHECK(!answer.needed);
  CHECK(answer_of(blocks + "claimed: 33x").sentence ==
        "33.00x: no kernel gains more than 32.00x over 'dense' at the same time per pair; a mask of at most 3.03 % "
        "of all "
        "pairs would allow it, this one has 3.12 %");
}

TEST_CASE("tiles that compute more do not allow it", "[claim]") {
  CHECK(verdict_of(wide_tiles + "claimed: 16x") == Verdict::within);
  const Answer answer =
      answer_of(wide_tiles + "claimed: 20x");  // a gathered tile of 128 has 64 keys, and computes 128
  CHECK(answer.verdict == Verdict::other_kernels);
  CHECK(answer.sentence ==
        "20.00x: kernels with Q tiles of 64 and KV tiles of 128 neighbouring keys gain at most 16.00x over 'dense' "
        "at the "
        "same time per pair, and 32.00x is the most of those that do not compute visited tiles whole");
}

TEST_CASE("packed keys allow what neighbouring ones do not", "[claim]") {
  const Answer answer = answer_of(lines + "claimed: 8x");
  CHECK(answer.verdict == Verdict::packed);
  CHECK(answer.lines.back().name == "tile (gathered)");
  CHECK(verdict_of(lines + "kv_tiling: gathered\nclaimed: 8x") == Verdict::within);
  CHECK(verdict_of(lines + "claimed: 17x") == Verdict::impossible);
}

TEST_CASE("a baseline that took longer than a kernel would", "[claim]") {
  const std::string window =
      "arch: gpu/a100-sxm4-80gb\nmask: sliding,left=511\nlayout: 8192\nheads: 16\nbaseline: causal by "
      "flash-attention-2\n";
  const Answer slow = answer_of(window + "times: {baseline: 900 ms, method: 3 ms}");
  CHECK(slow.verdict == Verdict::baseline);
  CHECK(*slow.baseline_slower > 100);
  CHECK(verdict_of(window + "times: {baseline: 2 ms, method: 0.5 ms}") == Verdict::within);
  // Faster than the units are, whatever its baseline took.
  CHECK(verdict_of(window + "times: {baseline: 900 ms, method: 1 us}") == Verdict::impossible);
  // The speedup is possible over that kernel, but the method takes longer than it.
  const Answer slower = answer_of(window + "times: {baseline: 20 ms, method: 10 ms}");
  CHECK(slower.verdict == Verdict::baseline);
  CHECK(slower.sentence.find("the 10 ms of the method are longer than that, too") != std::string::npos);
  // Without times nothing is known of the baseline.
  CHECK(verdict_of(window + "claimed: 300x") == Verdict::impossible);
}

TEST_CASE("what is assumed is not called impossible", "[claim]") {
  CHECK(verdict_of(blocks + "claimed: 40x\nassumed: {mask: a guess}") == Verdict::not_enough);
  CHECK(verdict_of(blocks + "claimed: 40x\nassumed: {q_tile: a guess}") == Verdict::impossible);
  CHECK(verdict_of(blocks + "claimed: 30x\nassumed: {mask: a guess}") == Verdict::within);
  const Answer answer = answer_of(blocks + "claimed: 16x\nassumed: {mask: a guess}");
  CHECK(answer.notes ==
        std::vector<std::string>{"a mask of up to 6.25 % of all pairs would allow it, the assumed one has 3.12 %",
                                 "assumed mask: a guess"});
}

TEST_CASE("a whole model asks more of attention", "[claim]") {
  // 1/4 = 0.2 + 0.8 / s: s = 16.
  const Answer answer = answer_of(blocks + "claimed: 4x\nwhole: {share: 0.8}");
  CHECK(answer.needed == Approx(16));
  CHECK(answer.verdict == Verdict::within);
  CHECK(verdict_of(wide_tiles + "claimed: 4x\nwhole: {share: 0.8}") == Verdict::within);
  CHECK(verdict_of(wide_tiles + "claimed: 4.2x\nwhole: {share: 0.8}") == Verdict::other_kernels);
  CHECK(answer_of(blocks + "claimed: 6x\nwhole: {share: 0.8}").sentence ==
        "6.00x of the whole asks without end of attention: no kernel gains more than 5.00x over 'dense' at the "
        "same time "
        "per pair");
  // Half of attention is left as it is: 1/1.5 = 0.6 + 0.4 / s: s = 6.
  CHECK(answer_of(blocks + "claimed: 1.5x\nwhole: {share: 0.8, applies: 0.5}").needed == Approx(6));
}

TEST_CASE("a whole model whose share is not known", "[claim]") {
  const Answer answer = answer_of(blocks + "claimed: 4x\nwhole: {}");
  CHECK(answer.verdict == Verdict::within);
  CHECK(answer.sentence.ends_with(
      "so attention must take at least 77.4 % of the baseline's time"));  // (3/4) / (31/32)
  CHECK(verdict_of(blocks + "claimed: 40x\nwhole: {}") == Verdict::impossible);
  CHECK(verdict_of(blocks + "claimed: 4x\nwhole: {applies: 0.7}") == Verdict::impossible);
}

TEST_CASE("an overhead is a limit at any density", "[claim]") {
  CHECK(answer_of(blocks + "claimed: 4x\noverhead: 0.05").needed == Approx(5));
  CHECK(verdict_of(blocks + "claimed: 10x\noverhead: 0.1") == Verdict::impossible);
  CHECK(answer_of("claimed: 3x\noverhead: 0.2\nunknown: [the mask]").sentence ==
        "not stated: the mask; its overhead alone allows at most 5.00x");
}

TEST_CASE("rates and times are those of the pairs of the mask", "[claim]") {
  const std::string machine = "peak: 100 TFLOP/s\nmask: dense\nlayout: 4096\nheads: 4\n";
  CHECK(answer_of(machine + "claimed: 60 TFLOP/s").claimed == Approx(0.6));
  CHECK(answer_of(machine + "claimed: 60 % of peak").claimed == Approx(0.6));
  CHECK(verdict_of(machine + "claimed: 101 % of peak") == Verdict::impossible);
  // 4 heads of 4096 x 4096 pairs of 4 x 128 operations: 343.6 us.
  CHECK(answer_of(machine + "claimed: 171.8 us").claimed == Approx(2).epsilon(1e-3));
  CHECK(verdict_of(machine + "claimed: 344 us") == Verdict::within);
  CHECK(verdict_of(machine + "claimed: 343 us") == Verdict::impossible);
}

TEST_CASE("bytes of the outermost memory bind any kernel", "[claim]") {
  const std::string decode =
      "arch: gpu/a100-sxm4-80gb\nmask: dense\nlayout: 65536\nqueries: 1\nbatch: 27\nheads: 32\nkv_heads: 8\n";
  CHECK(verdict_of(decode + "claimed: 1.1x") == Verdict::impossible);
  // A quarter of the bytes of K and V.
  CHECK(verdict_of(decode + "kv_dtype: int4\nbaseline_problem: {kv_dtype: fp16}\nclaimed: 3.9x") ==
        Verdict::within);
  CHECK(verdict_of(decode + "kv_dtype: int4\nbaseline_problem: {kv_dtype: fp16}\nclaimed: 4.1x") ==
        Verdict::impossible);
}

TEST_CASE("a selection that costs too much in every step", "[claim]") {
  const std::string decode =
      "arch: gpu/a100-sxm4-80gb\nmask: sliding,left=1023\nlayout: 65536\nqueries: 1\nbatch: 27\nheads: "
      "32\nkv_heads: 8\n";
  // All rows of K are read to find 1024 keys, half of all bytes: 2x at most. Every second step: 4x.
  const Answer answer = answer_of(decode + "selection: {keys: 1}\nclaimed: 3.5x");
  CHECK(answer.verdict == Verdict::reused);
  CHECK(answer.sentence.find("it takes a choice that serves 2 steps or more") != std::string::npos);
  CHECK(verdict_of(decode + "selection: {keys: 1}\nclaimed: 1.9x") == Verdict::within);
  CHECK(verdict_of(decode + "selection: {keys: 1, every: 2}\nclaimed: 3.5x") == Verdict::within);
  CHECK(answer_of(decode + "selection: {keys: 1}\nclaimed: 20x").sentence.find("serves 15 steps") !=
        std::string::npos);
  CHECK(verdict_of(decode + "selection: {keys: 1}\nclaimed: 65x") == Verdict::impossible);
  CHECK(verdict_of(decode + "claimed: 3.5x") == Verdict::within);
}

TEST_CASE("a method that computes another cascade", "[claim]") {
  const std::string linear =
      "arch: gpu/a100-sxm4-80gb\nmask: causal\nlayout: 16384\nheads: 8\nbaseline: causal\n"
      "cascade: {name: linear-attention, shapes: {B: 1, H: 8, E: 128, F: 128, M: 16384, P: 16384}}\n";
  const Answer answer = answer_of(linear + "claimed: 2x");
  CHECK(answer.verdict == Verdict::within);
  CHECK(answer.lines.back().name == "cascade");
  // Q, K, V in and the output out, 33.6 MB of each, or the operations, whichever takes longer.
  CHECK(*answer.possible > 2);
  CHECK(verdict_of(linear + "claimed: 1000x") == Verdict::impossible);
  CHECK(answer_of(linear + "times: {baseline: 100 ms, method: 10 ms}").notes.size() == 2);
}

TEST_CASE("two designs of a study", "[claim]") {
  const std::string designs = "study: {name: fusemax, baseline: attention-flat, method: attention-binding}\n";
  const Answer answer = answer_of(designs + "claimed: 6.7x");
  CHECK(answer.verdict == Verdict::within);
  CHECK(answer.lines.size() == 3);
  CHECK(verdict_of(designs + "claimed: 60x") == Verdict::impossible);
  CHECK(message_of([] {
          (void)answer_of("claimed: 2x\nstudy: {name: fusemax, baseline: attention-flat, method: area-latency}");
        }) == "mine.yaml:2:5: one: study: 'attention-flat' and 'area-latency' are over other axes");
  CHECK(message_of([] {
          (void)answer_of(
              "claimed: 2x\nstudy: {name: fusemax, baseline: attention-flat, method: attention-bindin}");
        }).find("did you mean 'attention-binding'?") != std::string::npos);
}

TEST_CASE("what fits into memory", "[claim]") {
  const std::string cache =
      "arch: gpu/a100-sxm4-80gb\nmask: causal\nlayout: 1000000\nqueries: 1\nheads: 8\nkv_heads: 2\nclaimed: fits\n";
  // 1e6 tokens x 2 heads x 256 elements x 2 B = 1.024 GB a layer.
  CHECK(answer_of(cache).lines.front().value == "1.024 GB");
  CHECK(verdict_of(cache + "layers: 78") == Verdict::within);
  CHECK(verdict_of(cache + "layers: 79") == Verdict::impossible);
  CHECK(verdict_of(cache + "layers: 78\nbeside_B: 1 GB") == Verdict::impossible);
  CHECK(verdict_of(cache + "layers: 79\nkv_dtype: fp8") == Verdict::within);
}

TEST_CASE("what is unknown or not modelled is said", "[claim]") {
  const Answer unknown = answer_of("claimed: 3x\nunknown: [the mask, the machine]");
  CHECK(unknown.verdict == Verdict::not_enough);
  CHECK(unknown.sentence == "not stated: the mask; the machine");
  const Answer not_modelled = answer_of("claimed: 3x\nnot_modelled: [links between racks]");
  CHECK(not_modelled.verdict == Verdict::not_answerable);
  CHECK(not_modelled.sentence == "not modelled: links between racks");
}

TEST_CASE("a wrong problem is refused at its claim", "[claim]") {
  const std::string unknown = message_of([] { (void)answer_of("mask: causul\nlayout: 64\nclaimed: 2x"); });
  CHECK(unknown.starts_with("mine.yaml:2:5: one: "));
  CHECK(unknown.find("did you mean 'causal'?") != std::string::npos);
  CHECK(message_of([] { (void)answer_of("mask: causal\nclaimed: 2x"); }) ==
        "mine.yaml:2:5: one: mask 'causal': it needs a layout of its tokens, as in --layout 30x48x80");
}

TEST_CASE("an expected verdict is compared", "[claim]") {
  const Claim claim = claim_of(blocks + "claimed: 40x\nexpected: {verdict: within, ours: impossible, reason: so}");
  CHECK(is_expected(claim, answer(claim)));
  const Claim other = claim_of(blocks + "claimed: 40x\nexpected: {verdict: within}");
  CHECK(!is_expected(other, answer(other)));
  CHECK(difference_of(other, answer(other)) == "one: 'within the bound' was expected, and it is 'impossible'");
}

TEST_CASE("the shipped claims have the verdicts that they expect, and their page", "[claim]") {
  const std::vector<Claim> claims = parse_claims(Yaml::load(find_config("claims", "published")));
  const std::vector<Answer> answers = answer(claims, 0);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    INFO(claims[i].name);
    CHECK(claims[i].expected);
    CHECK(!claims[i].source.empty());
    CHECK(difference_of(claims[i], answers[i]).empty());
  }
  // Not CHECK(a == b): it would print both pages.
  const bool same = read_file("docs/claims.md") == claims_page(claims, answers, "published");
  INFO("renew it: tilewright generate claims > docs/claims.md");
  CHECK(same);
}

}  // namespace tilewright::test::TEST_FILE
