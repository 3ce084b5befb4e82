#include "mappings/kernel/parse_splits.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

using Kind = KernelSplits::Kind;

namespace {

KernelSplits read(const std::string& text) {
  const Yaml root = Yaml::parse("splits: " + text + "\n", "k.yaml");
  return parse_splits(root.at("splits"));
}

std::string error(const std::string& text) {
  return message_of([&] { (void)read(text); });
}

}  // namespace

TEST_CASE("splits are a number, a number that fills waves, parts of so many keys, or a stream") {
  CHECK(read("3").kind == Kind::fixed);
  CHECK_FALSE(read("3").of_longest);
  CHECK(read("stream").kind == Kind::stream);
  CHECK(read("{count: 4}").kind == Kind::fixed);
  CHECK_FALSE(read("{count: 4, lengths: own}").of_longest);
  CHECK(read("{count: 4, lengths: longest}").of_longest);
  const KernelSplits waves = read("{enough: 0.8, within: 0.85, most: 128, lengths: longest}");
  CHECK(waves.kind == Kind::fill_waves);
  CHECK(waves.most == 128);
  CHECK(waves.of_longest);
  CHECK_FALSE(read("{enough: 0.8, within: 0.85, most: 128}").of_longest);
  CHECK(read("{keys: 4 * kv}").kind == Kind::keys);
  CHECK(read("{least_keys: 128}").kind == Kind::fit_keys);
}

TEST_CASE("keys of splits that do not go together are refused") {
  CHECK(error("{keys: 64, lengths: longest}") == "k.yaml:1:20: splits.lengths: unknown key; known: keys");
  CHECK(error("{least_keys: 64, most: 3}") == "k.yaml:1:26: splits.most: unknown key; known: least_keys");
  CHECK(error("{count: 64, enough: 1}") == "k.yaml:1:21: splits.enough: unknown key; known: count, lengths");
  CHECK(error("{key: 64}") == "k.yaml:1:10: splits.key: unknown key; did you mean 'keys'?");
  CHECK(error("{lengths: longest}") ==
        "k.yaml:1:9: splits: expected 'count', 'keys', 'least_keys', or 'enough', 'within' and 'most'");
  CHECK(error("{enough: 0.8, within: 0.85}") == "k.yaml:1:9: splits: missing key 'most'");
  CHECK(error("{enough: 0.8, within: 0.85, most: 257}") ==
        "k.yaml:1:43: splits.most: expected a number from 1 to 256, got '257'");
  CHECK(error("{count: 2, lengths: longes}") ==
        "k.yaml:1:29: splits.lengths: expected one of them, got 'longes'; did you mean 'longest'?");
  CHECK(error("{keys: 4 * kw}") ==
        "k.yaml:1:16: splits.keys: unknown name 'kw'; known: q, kv, E, F, word_B, dimensions, causal, window, "
        "blocks, keys, multiprocessors");
}

}  // namespace tilewright::test::TEST_FILE
