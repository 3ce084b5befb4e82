#include "mappings/kernel/pass_counts.hpp"

#include <catch2/catch.hpp>

#include "common/yaml.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Expression of(const std::string& text) {
  Expression expression = Yaml::parse("{a: \"" + text + "\"}", "k.yaml").at("a").expression();
  expression.bind(pass_symbols());
  return expression;
}

const PassShape shape{.requests = 3,
                      .queries = 700,
                      .keys = 900,
                      .pairs = 5000,
                      .longest = 400,
                      .heads = 8,
                      .kv_heads = 2,
                      .head_dim = 32,
                      .value_dim = 64,
                      .word_B = 2,
                      .cache_B = 1,
                      .mask = {.causal = true, .window = false},
                      .splits = 5};

double value(const std::string& text) { return of(text).evaluate(slots_of(shape)); }

}  // namespace

TEST_CASE("every name of a pass has its value") {
  CHECK(value("requests") == 3);
  CHECK(value("queries") == 700);
  CHECK(value("keys") == 900);
  CHECK(value("pairs") == 5000);
  CHECK(value("longest") == 400);
  CHECK(value("heads") == 8);
  CHECK(value("kv_heads") == 2);
  CHECK(value("E") == 32);
  CHECK(value("F") == 64);
  CHECK(value("word_B") == 2);
  CHECK(value("cache_B") == 1);
  CHECK(value("causal") == 1);
  CHECK(value("window") == 0);
  CHECK(value("splits") == 5);
  CHECK(pass_symbols().size() == 19);
  CHECK(slots_of(shape).size() == 19);
}

TEST_CASE("blocks take turns where more are there than run at once") {
  const auto cycles = [](const std::string& blocks, double resident) {
    return PassBlocks{of(blocks), resident, of("longest")}.steps_in_turn(slots_of(shape), 4);
  };
  CHECK(cycles("requests", 1) == 400);
  CHECK(cycles("4", 1) == 400);
  CHECK(cycles("5", 1) == 2 * 400);
  CHECK(cycles("5", 2) == 400);
  CHECK(cycles("heads * requests", 2) == 3 * 400);
  CHECK(cycles("0", 2) == 0);
  CHECK(message_of([&] { (void)cycles("requests - 4", 1); }) == "k.yaml:1:6: a: expected 0 or more, got -1");
}

TEST_CASE("the multiprocessor with the most blocks has more than its share of the work") {
  const auto imbalance = [](const std::string& blocks) {
    return PassBlocks{of(blocks), 4, {}, 0}.imbalance(slots_of(shape), 4);
  };
  CHECK(imbalance("1") == 4);
  CHECK(imbalance("4") == 1);
  CHECK(imbalance("5") == 8 / 5.0);
  CHECK(imbalance("0") == 1);
}

TEST_CASE("counts know which names they have, wherever these stand") {
  const auto with = [](const auto& set) {
    PassCounts counts;
    set(counts);
    return counts.names("pairs");
  };
  CHECK_FALSE(with([](PassCounts& counts) { counts.read_B = of("keys"); }));
  CHECK(with([](PassCounts& counts) { counts.read_B = of("keys + pairs"); }));
  CHECK(with([](PassCounts& counts) { counts.write_B = of("pairs"); }));
  CHECK(with([](PassCounts& counts) { counts.when = of("pairs > 3"); }));
  CHECK(with([](PassCounts& counts) { counts.work.push_back({"exp", {}, of("pairs")}); }));
  CHECK(with([](PassCounts& counts) { counts.blocks = PassBlocks{of("pairs"), 1, {}, 0}; }));
  CHECK(with([](PassCounts& counts) { counts.blocks = PassBlocks{of("1"), 1, of("pairs"), 1}; }));
}

}  // namespace tilewright::test::TEST_FILE
