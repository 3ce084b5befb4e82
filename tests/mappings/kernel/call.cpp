#include "mappings/kernel/call.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Kernel called(const std::string& call, const KernelText& text = {}) {
  const Yaml file = Yaml::parse(text.str(), "k.yaml");
  return with_call(small_kernel(text), Yaml::parse(call, "c.yaml"), file, one_pass(), small_gpu());
}

std::string error(const std::string& call) {
  return message_of([&] { (void)called(call); });
}

const std::string prefill =
    "call:\n"
    "  name: prefill\n"
    "  caches: warm\n"
    "  before: [{name: cache, read_B: keys * F * cache_B, write_B: 1}]\n"
    "  after: [{name: convert, operations: {convert: queries * F}}]\n";

}  // namespace

TEST_CASE("passes of a call go around those of the kernel") {
  KernelText text;
  text.more = "    splits: 2\n    after: [{name: reduce, reduces: splits}]\n";
  const Kernel kernel = called(prefill, text);
  REQUIRE(kernel.before.size() == 1);
  CHECK(kernel.before[0].name == "cache");
  REQUIRE(kernel.after.size() == 2);
  CHECK(kernel.after[0].name == "reduce");
  CHECK(kernel.after[1].name == "convert");
  CHECK(kernel.warm_caches);
  CHECK_FALSE(called("call: {name: a}").warm_caches);
  CHECK(called("call: {name: a}").host_s == 0);
  CHECK(called("call: {name: a, host: 30 us}").host_s == Approx(30e-6));
}

TEST_CASE("what is wrong in a call is said where it stands") {
  CHECK(error("call: {name: a, cache: warm}") == "c.yaml:1:17: call.cache: unknown key; did you mean 'caches'?");
  CHECK(error("call: {name: a, host: 30}").find("call.host: expected") != std::string::npos);
  CHECK(error("call: {name: a, caches: hot}").find("call.caches: expected one of them, got 'hot'") !=
        std::string::npos);
  CHECK(error("call: {name: a, before: [{name: b, read_B: token}]}").find("call.before[0].read_B") !=
        std::string::npos);
  CHECK(message_of([] { (void)find_call("sglang-prefil"); }).find("did you mean 'sglang-prefill'?") !=
        std::string::npos);
}

TEST_CASE("every shipped call reads") {
  for (const char* name :
       {"sglang-prefill", "vllm-prefill", "trtllm-prefill", "trtllm-encoder", "vllm-encoder", "sglang-encoder",
        "sglang-decode", "vllm-decode", "trtllm-decode", "sglang-mla-prefill", "trtllm-mla-prefill"}) {
    CAPTURE(name);
    const Yaml file = Yaml::parse(KernelText{}.str(), "k.yaml");
    const Kernel kernel = with_call(small_kernel(), Yaml::load(find_call(name)), file, one_pass(), small_gpu());
    CHECK(kernel.warm_caches);
  }
}

}  // namespace tilewright::test::TEST_FILE
