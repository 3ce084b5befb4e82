#include "explore/used_shapes.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "explore/evaluate.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string error(const Point& point) {
  Library library;
  return message_of([&] { (void)evaluate(point, library); });
}

}  // namespace

TEST_CASE("a shape that is set and that nothing uses is refused") {
  CHECK(error({"BERT", {{"S", 8192}}, "fusemax/proposal", {}, "fusemax/binding"}) == "no error");
  CHECK(error({"BERT", {{"U", 8}}, "fusemax/proposal", {}, "fusemax/binding"}) ==
        "--set U=8: it changes nothing: cascade 'attention-1pass' under mapping 'fusemax/binding' does not use "
        "shape 'U' "
        "of workload 'BERT'");
  CHECK(error({"BERT", {{"U", 4096}}, "fusemax/proposal", {}, "fusemax/linear"}) == "no error");
  CHECK(error({"attention", {{"G", 4}}, "gpu/h100-sxm5", {}, "flash-attention-3"}) == "no error");
  // S is what M and P are made from; where both are set, it is of no use.
  CHECK(error({"attention", {{"M", 1024}, {"P", 1024}, {"S", 64}}, "gpu/h100-sxm5", {}, "flash-attention-3"}) ==
        "--set S=64: it changes nothing: cascade 'attention-1pass' under mapping 'flash-attention-3' does not "
        "use "
        "shape 'S' of workload 'attention'");
}

TEST_CASE("a shape of a file that no cascade of the workload and no mapping uses is warned of") {
  const Little little;
  const auto warnings = [&](const std::string& shapes) {
    little.write("more.yaml",
                 "workload:\n  name: more\n  phase: prefill\n  cascades: [$/product.yaml, $/scale.yaml]\n"
                 "  word_B: 2 B\n  shapes: {" +
                     shapes + "}\n");
    Library library;
    return evaluate({little.path("more.yaml"), {}, little.path("arch.yaml"), {}, little.path("streamed.yaml")},
                    library)
        .text("warnings");
  };
  CHECK(warnings("M: 8, K: 6, N: 4").empty());  // K is of the other cascade
  CHECK(warnings("R: 4, M: 2 * R, K: 6, N: 4").empty());
  CHECK(warnings("R: 4, M: 8, K: 6, N: 4") ==
        "shape 'R' of workload 'more' has no effect: no cascade of it has such a name, nor has mapping '" +
            little.path("streamed.yaml") + "'");
}

TEST_CASE("shapes that words are from are used by what has these words") {
  const Workload layer = load_workload(find_config("workloads", "layer"));
  Library library;
  CHECK(word_names_of(layer, library.cascade("product")) == std::set<std::string>{"bits", "weight_bits"});
  CHECK(attention_word_names_of(layer, library.cascade("attention-1pass")) ==
        std::set<std::string>{"bits", "cache_bits"});
}

}  // namespace tilewright::test::TEST_FILE
