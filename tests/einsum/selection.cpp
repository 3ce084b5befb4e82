#include "einsum/selection.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Selection of(const std::string& text) { return parse_selection(text, "--selection"); }
std::string error_of(const std::string& text) {
  return message_of([&] { (void)of(text); });
}
std::string error_in_file(const std::string& text) {
  return message_of([&] { (void)parse_selection(Yaml::parse(text, "w.yaml").at("selection")); });
}

}  // namespace

TEST_CASE("a selection says how keys are chosen") {
  const Selection selection =
      of("keys=64, queries=2,heads=8,key_heads=4,dim=128,word_B=1,made=true,choose=sort,score_B=2,keep=16,every=4,"
         "layers=1/2");
  CHECK(selection.keys == 64);
  CHECK(selection.queries == 2);
  CHECK(selection.heads == 8);
  CHECK(selection.key_heads == 4);
  CHECK(selection.dim == 128);
  CHECK(selection.word_B == 1);
  CHECK(selection.made);
  CHECK(selection.choose == KeyChoice::sort);
  CHECK(selection.score_B == 2);
  CHECK(selection.keep == 16);
  CHECK(selection.share() == 0.125);
  CHECK(selection.text ==
        "keys=64,queries=2,heads=8,key_heads=4,dim=128,word_B=1,made=true,choose=sort,score_B=2,keep=16,every=4,"
        "layers=1/2");
  CHECK(selection.score_by == "score-keys");
  CHECK(selection.choose_by == "choose-sort");
}

TEST_CASE("a file and a line say the same") {
  const Selection file = parse_selection(
      Yaml::parse("selection: {keys: 1 << 6, word_B: 0.5 B, last_queries: 64, scores: stored}", "w.yaml")
          .at("selection"));
  CHECK(file.keys == 64);
  CHECK(file.word_B == 0.5);
  CHECK(file.last_queries == 64);
  CHECK(file.choose == KeyChoice::top_k);
  CHECK(file.score_B == 4);
  CHECK(of("last_queries=64,keys=1 << 6,word_B=0.5 B,scores=stored").keys == 64);
}

TEST_CASE("what chooses is fused with what scores unless something else reads scores") {
  const auto choose_by = [](const std::string& text) { return of(text).choose_by; };
  CHECK(choose_by("keys=64").empty());
  CHECK(choose_by("keys=64,scores=fused").empty());
  CHECK(choose_by("scores=stored") == "choose-top-k");
  CHECK(choose_by("choose=threshold") == "choose-threshold");
  CHECK(choose_by("choose=hash").empty());
  CHECK(choose_by("choose=top-k,choose_by=index-top-k") == "index-top-k");
  CHECK(of("keys=64").score_B == 0);
  CHECK(of("choose=hash").score_B == 0);
  CHECK_FALSE(of("choose=hash").multiplies());
}

TEST_CASE("a selection refuses what it does not know, or what has no effect") {
  CHECK(error_of("key=64") == "--selection: key: unknown key; did you mean 'keys'?");
  CHECK(error_of("keys") ==
        "--selection: expected KEY=VALUE with commas between, as in keys=64,every=4, got 'keys'");
  CHECK(error_of("") == "--selection: expected KEY=VALUE with commas between, as in keys=64,every=4, got ''");
  CHECK(error_of("keys=64,keys=32") == "--selection: keys: it is there twice");
  CHECK(error_of("every=0") == "--selection: every: expected a number from 1 to 1048576, got '0'");
  CHECK(error_of("every=2.5") == "--selection: every: expected a whole number, got '2.5'");
  CHECK(error_of("every=1/0") == "--selection: every: expected a number from 1 to 1048576, got '1/0'");
  CHECK(error_of("keys=S") == "--selection: keys: expected a number, got 'S'");
  CHECK(error_of("layers=0") == "--selection: layers: expected a number from 1e-06 to 1, got '0'");
  CHECK(error_of("layers=1.5") == "--selection: layers: expected a number from 1e-06 to 1, got '1.5'");
  CHECK(error_of("word_B=0") == "--selection: word_B: expected a number from 0.125 to 1024, got '0'");
  CHECK(error_of("word_B=1 s") == "--selection: word_B: expected a number in B, got '1 s'");
  CHECK(error_of("keys=2 B") == "--selection: keys: expected a plain number, got '2 B'");
  CHECK(error_of("choose=topk") == "--selection: choose: expected one of them, got 'topk'; did you mean 'top-k'?");
  CHECK(error_of("queries=2,last_queries=64") ==
        "--selection: queries: '2' has no effect: the last 64 queries are scored, each by itself");
  CHECK(error_of("score_B=2") ==
        "--selection: score_B: '2' has no effect: scores are fused where 'choose' says nothing of them");
  CHECK(error_of("choose=sort,scores=fused") == "--selection: choose: 'sort' has no effect: scores are fused");
  CHECK(error_of("choose=hash,score_B=2") ==
        "--selection: score_B: '2' has no effect: a choice by hash has no scores");
  CHECK(error_in_file("selection: {every: 0}") ==
        "w.yaml:1:20: selection.every: expected a number from 1 to 1048576, got '0'");
  CHECK(error_in_file("selection: {evry: 2}") == "w.yaml:1:19: selection.evry: unknown key; did you mean 'every'?");
}

}  // namespace tilewright::test::TEST_FILE
