#include "mappings/kernel/swizzle.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Kernel with(const std::string& schedule) { return small_kernel({.more = "    schedule: {" + schedule + "}\n"}); }

// Of heads of 32 elements of 2 B, under a causal mask.
double heads(const std::string& swizzle, double keys, double group) {
  const KernelShape shape{.q = 16, .kv = 8, .head_dim = 32, .value_dim = 32, .word_B = 2, .mask = {.causal = true}};
  return heads_side_by_side(with("swizzle: \"" + swizzle + "\"").schedule, shape, keys, group);
}

std::string refused(const std::string& schedule) {
  return message_of([&] { (void)with(schedule); });
}

}  // namespace

TEST_CASE("heads that go side by side, of keys, group and shape") {
  CHECK(heads_side_by_side(small_kernel().schedule, {}, 1024, 4) == 1);
  CHECK(heads("group", 1024, 4) == 4);
  CHECK(heads("causal ? 3 : 1", 1024, 4) == 3);
  const char* as_fit = "group * pow2_at_least(floor(1000000 / (keys * (E + F) * word_B)))";
  CHECK(heads(as_fit, 1024, 4) == 32);  // 7.6 of 128 KiB, 8 by a power of two
  CHECK(heads(as_fit, 1 << 20, 4) == 4);
}

TEST_CASE("what is no number of heads is refused at its place") {
  CHECK(
      refused("swizzle: heads") ==
      "k.yaml:19:25: kernel.model.schedule.swizzle: unknown name 'heads'; known: q, kv, E, F, word_B, dimensions, "
      "causal, window, keys, group");
  CHECK(refused("swizzle: key * 2") ==
        "k.yaml:19:25: kernel.model.schedule.swizzle: unknown name 'key'; did you mean 'keys'?");
  const std::string beside =
      "kernel.model.schedule.swizzle: expected 'outer: heads', and queries that are not 'longest-first', beside it";
  CHECK(refused("outer: queries, swizzle: 2") == "k.yaml:19:41: " + beside);
  CHECK(refused("queries: longest-first, swizzle: 2") == "k.yaml:19:49: " + beside);
  const auto value = [](const std::string& swizzle) { return message_of([&] { (void)heads(swizzle, 1024, 4); }); };
  const std::string at = "k.yaml:19:26: kernel.model.schedule.swizzle: expected a whole number of at least 1, got ";
  CHECK(value("group / 8") == at + "0.5");
  CHECK(value("group / 3 * 4") == at + "5.333333333333333");
  CHECK(value("-1") == at + "-1");
  CHECK(value("keys / 0") == at + "inf");
  CHECK(value("0 / 0").starts_with(at));
}

}  // namespace tilewright::test::TEST_FILE
