#include "einsum/attention.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "tests/common/messages.hpp"
#include "tests/einsum/attention_roles.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("the heads of a problem are those of its masks") {
  Attention problem;
  problem.requests[0].layout = {{1024}, {1024}};
  problem.requests[0].masks = make_masks(parse_mask("2 * causal + dense"), problem.requests[0].layout, 12);
  CHECK(problem.heads() == 12);
}

TEST_CASE("a Q tile may have the queries of all heads of a group, whatever their masks") {
  Attention problem;
  problem.requests[0].layout = {{1024}, {1024}};
  problem.requests[0].layout = {{3}, {64}};
  const auto queries = [&](const std::string& mask, double kv_heads) {
    problem.requests[0].masks = make_masks(parse_mask(mask), problem.requests[0].layout, 12);
    problem.kv_heads = kv_heads;
    return problem.queries_of_tile();
  };
  CHECK(queries("causal", 12) == 3);
  CHECK(queries("causal", 3) == 12);
  CHECK(queries("8 * causal + 4 * dense", 3) == 12);
  CHECK(queries("6 * causal + 6 * dense", 3) == 12);
  CHECK(queries("gna,window=4,dilation=2", 3) == 12);
}

namespace {

Attention stated(const std::string& more,
                 const std::string& shapes = "B: 2, H: 8, G: 2, E: 64, F: 32, M: 16, P: 4") {
  const std::string text =
      "workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2\n  shapes: {" + shapes +
      "}\n" + more;
  return attention_of(parse_workload(Yaml::parse(text, "w.yaml")),
                      load_cascade("configs/cascades/attention-1pass.yaml"));
}

constexpr const char* roles =
    "  ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}\n";

}  // namespace

TEST_CASE("a workload states an attention problem") {
  const Attention problem = stated(std::string(roles) + "  words_B: {K: 1, AV: 4, RM: 8}\n");
  CHECK(problem.requests[0].layout == Layout{{4}, {16}});
  CHECK(problem.heads() == 8);
  CHECK(problem.kv_heads == 2);
  CHECK(problem.group() == 4);
  CHECK(problem.requests[0].times == 2);
  CHECK(problem.multiply_adds() == 96);
  CHECK(problem.query_row_B() == 128);
  CHECK(problem.key_row_B() == 64);
  CHECK(problem.value_row_B() == 64);
  CHECK(problem.output_row_B() == 128);
  CHECK(problem.token_B() == 128);
  const auto word = [&](const char* tensor) {
    const Cascade cascade = load_cascade("configs/cascades/attention-1pass.yaml");
    return problem.words.of(find_ranks(attention_roles(), cascade), cascade)[cascade.tensor(tensor)];
  };
  CHECK(word("RM") == 8);
  CHECK(word("QK") == 2);
  CHECK(word("K") == 1);
  CHECK(word("AV") == 4);
  const AttentionNeeds needs = needs_of(problem);
  CHECK(needs.pairs == 2 * 8 * 4 * 16);
  CHECK(needs.queries == 2 * 8 * 4);
  CHECK(needs.keys == 2 * 2 * 16);
}

TEST_CASE("products are of the longer word of their operands") {
  const auto products = [](const std::string& words_B) {
    const AttentionWords words = stated(std::string(roles) + "  words_B: " + words_B + "\n").words;
    return std::pair(words.score_product_B(), words.value_product_B());
  };
  CHECK(products("{K: 1, V: 1}") == std::pair(2.0, 2.0));
  CHECK(products("{Q: 1, K: 1, V: 1}") == std::pair(1.0, 2.0));
  CHECK(products("{Q: 1, K: 1, V: 1, SLN: 1}") == std::pair(1.0, 1.0));
  CHECK(products("{Q: 4, SLN: 1}") == std::pair(4.0, 2.0));
  const AttentionWords all = AttentionWords::all(1);
  CHECK(std::pair(all.score_product_B(), all.value_product_B()) == std::pair(1.0, 1.0));
}

TEST_CASE("what a workload leaves out there is one of, and as many KV heads as heads") {
  const Attention problem =
      stated("  ranks: {queries: P, keys: M, heads: H, head_dim: E, value_dim: F}\n  mask: {pattern: causal}\n");
  CHECK(problem.requests[0].times == 1);
  CHECK(problem.kv_heads == 8);
  CHECK(needs_of(problem).pairs == 8 * (13 + 14 + 15 + 16));
  CHECK(stated("  ranks: {queries: P, keys: M, head_dim: E, value_dim: F}\n").heads() == 1);
  CHECK(stated("  ranks: {queries: P, keys: M, head_dim: E, value_dim: F}\n  mask: {pattern: 2 * dense + causal}\n")
            .heads() == 3);
}

TEST_CASE("values that are part of the keys are stored and read with them") {
  const Attention problem = stated(std::string(roles) + "  shared: {V: K}\n");
  CHECK(problem.values_in_keys);
  CHECK(problem.token_B() == 128);
  CHECK(problem.multiply_adds() == 96);
}

TEST_CASE("gathered rows come by whole accesses, keys and values each") {
  Attention problem;
  problem.head_dim = 24;
  problem.value_dim = 8;
  problem.words = AttentionWords::all(2);
  CHECK(problem.token_B() == 64);
  CHECK(problem.gathered_token_B(1, 32) == 64 + 32);
  CHECK(problem.gathered_token_B(2, 32) == 48 + 16);
  CHECK(problem.gathered_token_B(1, 16) == 64);
  CHECK(problem.gathered_token_B(1, std::nan("")) == 64);
  problem.values_in_keys = true;
  CHECK(problem.gathered_token_B(1, 32) == 64);
}

TEST_CASE("a workload that states no whole problem is refused") {
  const auto error = [](const std::string& more,
                        const std::string& shapes = "H: 8, G: 2, E: 64, F: 32, M: 16, P: 4") {
    return message_of([&] { (void)stated(more, shapes); });
  };
  CHECK(error("") ==
        "w.yaml: the workload does not say which ranks are queries, keys and heads; expected a key 'ranks', as in "
        "ranks: {queries: P, keys: M, heads: H, head_dim: E, value_dim: F}");
  CHECK(error("  ranks: {queries: P, keys: M, head_dim: E}\n") ==
        "w.yaml:7:10: workload.ranks: missing key 'value_dim'");
  const std::string all = "  ranks: {queries: P, keys: M, heads: H, kv_heads: G, head_dim: E, value_dim: F}\n";
  CHECK(error(all, "H: 8, G: 3, E: 64, F: 32, M: 16, P: 4") ==
        "w.yaml:7:10: workload.ranks: 3 KV heads: expected a divisor of the 8 query heads");
  CHECK(error(all + "  shared: {V: K}\n", "H: 8, G: 2, E: 32, F: 64, M: 16, P: 4") ==
        "w.yaml:7:10: workload.ranks: values of 64 elements are no part of keys of 32");
  CHECK(error(all + "  words_B: {V: 1}\n  shared: {V: K}\n") ==
        "w.yaml:7:10: workload.ranks: values of 1 B an element are no part of keys of 2 B");
  CHECK(error(all + "  shared: {K: V}\n") ==
        "w.yaml: workload.shared.K: only values can be stored in keys, and cascade 'attention-1pass' has 'V' as "
        "values and 'K' as keys");
}

TEST_CASE("a group of heads needs the keys of its neediest head") {
  // Keys that each of the four heads needs: 16, 4, 4, 1.
  Attention problem;
  problem.requests[0].layout = {{16}, {16}};
  problem.requests[0].masks =
      make_masks(parse_mask("dense + 2 * (dense >> 0/12) + (dense >> 0/15)"), problem.requests[0].layout, 4);
  for (const auto& [kv_heads, keys] : std::map<double, double>{{4, 25}, {2, 20}, {1, 16}}) {
    problem.kv_heads = kv_heads;
    CHECK(needs_of(problem).keys == keys);
  }
}

}  // namespace tilewright::test::TEST_FILE
