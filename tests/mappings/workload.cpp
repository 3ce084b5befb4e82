#include "einsum/workload.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A whole workload but for some of its keys.
std::string text(const std::string& shapes = "{B: 2, S: 8, M: S, T: B * S}", const std::string& more = "",
                 const std::string& phase = "prefill", const std::string& cascades = "[a, b]",
                 const std::string& word = "2 B") {
  return "workload:\n  name: w\n  phase: " + phase + "\n  cascades: " + cascades + "\n  shapes: " + shapes +
         "\n  word_B: " + word + "\n" + more;
}

Workload read(const std::string& yaml, const std::map<std::string, double>& set = {}) {
  return parse_workload(Yaml::parse(yaml, "w.yaml"), set);
}

std::string error(const std::string& yaml, const std::map<std::string, double>& set = {}) {
  return message_of([&] { read(yaml, set); });
}

}  // namespace

TEST_CASE("a workload has shapes, each of those before it") {
  const Workload workload = read(text());
  CHECK(workload.name == "w");
  CHECK(workload.file == "w.yaml");
  CHECK(workload.phase == "prefill");
  CHECK(workload.cascades == std::vector<std::string>{"a", "b"});
  CHECK(workload.shapes == std::map<std::string, double>{{"B", 2}, {"S", 8}, {"M", 8}, {"T", 16}});
}

TEST_CASE("a shape that is set changes what follows from it") {
  CHECK(read(text(), {{"S", 32}}).shapes ==
        std::map<std::string, double>{{"B", 2}, {"S", 32}, {"M", 32}, {"T", 64}});
  CHECK(read(text(), {{"M", 3}}).shapes.at("S") == 8);
  CHECK(read(text(), {{"M", 3}}).shapes.at("M") == 3);
}

TEST_CASE("a shape is used where what is made from it is") {
  using Names = std::set<std::string>;
  CHECK(read(text()).with_sources({"M"}) == Names{"M", "S"});
  CHECK(read(text()).with_sources({"B"}) == Names{"B"});
  CHECK(read(text(), {{"M", 3}}).with_sources({"M"}) == Names{"M"});
}

TEST_CASE("tensors may have words of their own") {
  const Workload workload = read(text("{S: 8}", "  words_B: {RM: 4, QK: 4 bit}\n"));
  CHECK(workload.element_B("RM") == 4);
  CHECK(workload.element_B("QK") == 0.5);
  CHECK(workload.element_B("K") == 2);
}

TEST_CASE("every shipped workload reads") {
  for (const std::string& name : list_configs("workloads")) {
    INFO(name);
    CHECK_NOTHROW(load_workload(find_config("workloads", name)));
  }
}

TEST_CASE("wrong workloads are refused") {
  CHECK(error("wrokload: {}") == "w.yaml:1:1: wrokload: unknown key; did you mean 'workload'?");
  CHECK(error(text("{S: 8}", "  word: 2\n")) == "w.yaml:7:3: workload.word: unknown key; did you mean 'word_B'?");
  CHECK(error("workload: {name: w}") == "w.yaml:1:11: workload: missing key 'phase'");
  CHECK(error(text("{S: 8}", "", "prefil")) ==
        "w.yaml:3:10: workload.phase: expected prefill or decode, got 'prefil'; did you mean 'prefill'?");
  CHECK(error(text("{S: 8}", "", "decode", "[]")) ==
        "w.yaml:4:13: workload.cascades: expected at least one cascade");
  CHECK(error(text("{S: 8}", "", "decode", "a")) == "w.yaml:4:13: workload.cascades: expected a list, got 'a'");
  CHECK(error(text("{S: 8}", "", "decode", "[a]", "0 B")) ==
        "w.yaml:6:11: workload.word_B: expected a number from 0.125 to 1024 B, got '0 B'");
  CHECK(error(text("{S: 8}", "", "decode", "[a]", "2 GHz")) ==
        "w.yaml:6:11: workload.word_B: expected a value in B, got '2 GHz' (in Hz)");
  CHECK(error(text("{S: 8}", "  words_B: {RM: -4}\n")) ==
        "w.yaml:7:17: workload.words_B.RM: expected a number from 0.125 to 1024 B, got '-4'");
}

TEST_CASE("wrong shapes are refused") {
  CHECK(error(text("{S: 0}")) == "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 0");
  CHECK(error(text("{S: -4}")) == "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got -4");
  CHECK(error(text("{S: 8.5}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 8.5");
  CHECK(error(text("{S: 1 / 0}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got inf");
  CHECK(error(text("{S: 1e17}")) ==
        "w.yaml:5:15: workload.shapes.S: expected a whole number of at least 1, got 1e+17");
  CHECK(error(text("{S: 8 B}")) == "w.yaml:5:15: workload.shapes.S: expected a plain number, got '8 B' (in B)");
  CHECK(error(text("{M: S, S: 8}")) == "w.yaml:5:15: workload.shapes.M: unknown name 'S'");
  CHECK(error(text("{S: 8, S: 9}")) == "w.yaml:5:18: duplicate key 'S' (first at line 5)");
  CHECK(error(text(), {{"s", 4}}) == "w.yaml:5:11: workload.shapes: no shape 's' to set; did you mean 'S'?");
  CHECK(error(text(), {{"S", 4.5}}) ==
        "w.yaml:5:21: workload.shapes.S: expected a whole number of at least 1, set to 4.5");
}

namespace {

/// The mask stands on line 8, from column 9.
std::string with_mask(const std::string& mask) {
  return text("{S: 16, M: S, P: S, H: 4}", "  ranks: {queries: P, keys: M, heads: H}\n  mask: " + mask + "\n");
}

std::string layout_error(const std::string& mask, Count queries, Count keys) {
  const Workload workload = read(with_mask(mask));
  return message_of([&] { (void)workload.mask->layout(queries, keys); });
}

}  // namespace

TEST_CASE("a workload may have a mask over two of its ranks") {
  CHECK_FALSE(read(text()).mask);
  const WorkloadMask plain = *read(with_mask("{pattern: causal}")).mask;
  CHECK(plain.queries == "P");
  CHECK(plain.keys == "M");
  CHECK(plain.heads == "H");
  CHECK(plain.spec.text == "causal");
  CHECK(plain.layout(16, 16) == Layout{{16}, {16}});
  CHECK(plain.layout(4, 16) == Layout{{4}, {16}});
  const WorkloadMask laid_out = *read(with_mask("{pattern: \"gna,window=3x3\", "
                                                "layout: 4x4, query_layout: 1x4}"))
                                     .mask;
  CHECK(laid_out.layout(4, 16) == Layout{{1, 4}, {4, 4}});
}

TEST_CASE("the queries of a mask are laid out as its keys where they are as many") {
  const std::string mask = "{pattern: \"gna,window=3x3\", layout: 4x4}";
  CHECK(read(with_mask(mask)).mask->layout(16, 16) == Layout{{4, 4}, {4, 4}});
  CHECK(
      layout_error(mask, 8, 16) ==
      "w.yaml:8:9: workload.mask: keys are laid out as 4x4; give the queries a query_layout of as many dimensions");
  CHECK(layout_error(mask, 20, 20) == "w.yaml:8:9: workload.mask: layout 4x4 has 16 tokens, but M is 20");
  CHECK(layout_error("{pattern: \"gna,window=3x3\", layout: 4x4, query_layout: 2x3}", 8, 16) ==
        "w.yaml:8:9: workload.mask: layout 2x3 has 6 tokens, but P is 8");
}

TEST_CASE("wrong masks are refused") {
  const auto mask_error = [](const std::string& mask) { return error(with_mask(mask)); };
  CHECK(mask_error("causal") == "w.yaml:8:9: workload.mask: expected a map, got 'causal'");
  CHECK(mask_error("{layout: 4x4}") == "w.yaml:8:9: workload.mask: missing key 'pattern'");
  CHECK(mask_error("{queries: P, pattern: causal}") ==
        "w.yaml:8:10: workload.mask.queries: unknown key; known: pattern, layout, query_layout");
  CHECK(mask_error("{patern: causal}") ==
        "w.yaml:8:10: workload.mask.patern: unknown key; did you mean 'pattern'?");
  CHECK(mask_error("{pattern: casual}") ==
        "w.yaml:8:19: workload.mask.pattern: no mask pattern 'casual'; did you mean 'causal'?");
  CHECK(mask_error("{pattern: \"causal &\"}") ==
        "w.yaml:8:19: workload.mask.pattern: mask 'causal &': character 9: expected a name");
  CHECK(mask_error("{pattern: none.yaml}")
            .starts_with("w.yaml:8:19: workload.mask.pattern: no 'none.yaml' in configs/masks, nor is it a file"));
  CHECK(mask_error("{pattern: causal, layout: 4y4}") ==
        "w.yaml:8:35: workload.mask.layout: layout: expected whole numbers from 1 to 2^31 with x between them, as "
        "in 30x48x80, got '4y4'");
  CHECK(mask_error("{pattern: causal, layout: 4x4, query_layout: 0x4}") ==
        "w.yaml:8:54: workload.mask.query_layout: layout: expected whole numbers from 1 to 2^31 with x between "
        "them, as in 30x48x80, got '0x4'");
}

TEST_CASE("a workload says which of its shapes are what to attention") {
  const auto ranks_error = [](const std::string& ranks) {
    return error(text("{M: 16, P: 4, H: 8, G: 2}", "  ranks: " + ranks + "\n"));
  };
  const Workload workload =
      read(text("{M: 16, P: 4, H: 8, G: 2}", "  ranks: {queries: P, keys: M, heads: H, kv_heads: G}\n"));
  CHECK(workload.ranks->queries == "P");
  CHECK(workload.ranks->kv_heads == "G");
  CHECK(workload.ranks->head_dim.empty());
  CHECK(ranks_error("{queries: P, keys: M, heads: H, kv_heads: H}") == "no error");
  CHECK(ranks_error("{keys: M}") == "w.yaml:7:10: workload.ranks: missing key 'queries'");
  CHECK(ranks_error("{queries: P}") == "w.yaml:7:10: workload.ranks: missing key 'keys'");
  CHECK(ranks_error("{queries: M, keys: M}") == "w.yaml:7:29: workload.ranks.keys: 'M' is queries already");
  CHECK(ranks_error("{queries: P, keys: m}") ==
        "w.yaml:7:29: workload.ranks.keys: no shape 'm'; did you mean 'M'?");
  CHECK(ranks_error("{queries: P, keys: M, head: H}") ==
        "w.yaml:7:32: workload.ranks.head: unknown key; did you mean 'heads'?");
  CHECK(error(text("{M: 16, P: 4}", "  mask: {pattern: causal}\n")) ==
        "w.yaml:7:9: workload.mask: over which ranks? Expected a key 'ranks' of the workload, as in ranks: "
        "{queries: P, keys: M}");
}

}  // namespace tilewright::test::TEST_FILE
