#include "explore/used_shapes.hpp"

#include <catch2/catch.hpp>

#include "explore/evaluate.hpp"
#include "tests/common/messages.hpp"

using namespace tilewright;

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
