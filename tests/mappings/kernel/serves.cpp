#include "mappings/kernel/serves.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

KernelService parsed(const std::string& text) {
  return parse_service(Yaml::parse("serves: " + text, "k.yaml").at("serves"));
}

bool has_mask(const std::string& service, const std::string& mask) {
  return parsed(service).has_mask(parse_mask(mask));
}

}  // namespace

TEST_CASE("a kernel serves what it names, and everything where it names nothing") {
  CHECK(parsed("{archs: [a, b]}").has_arch("b"));
  CHECK_FALSE(parsed("{archs: [a, b]}").has_arch("c"));
  CHECK(parsed("{masks: [dense]}").has_arch("c"));
  CHECK(parsed("nothing").nothing);
  CHECK_FALSE(parsed("{}").nothing);
  CHECK(has_mask("{}", "gna,window=5 | causal"));
}

TEST_CASE("a mask is served where all of it is of patterns that are named, and all must hold") {
  const std::string service = "{masks: [causal, sliding, dense]}";
  CHECK(has_mask(service, "causal"));
  CHECK(has_mask(service, "causal & sliding,left=3"));
  CHECK(has_mask(service, "2 * causal + 2 * dense"));
  CHECK_FALSE(has_mask(service, "causal | sliding,left=3"));
  CHECK_FALSE(has_mask(service, "!causal"));
  CHECK_FALSE(has_mask(service, "causal & sink,sinks=1,window=4"));
  CHECK_FALSE(has_mask(service, "2 * causal + 2 * sink,sinks=1,window=4"));
  CHECK_FALSE(has_mask(service, "causal >> 1"));
}

TEST_CASE("what a kernel serves is refused where it makes no sense") {
  CHECK(message_of([] { (void)parsed("all"); }) ==
        "k.yaml:1:9: serves: expected 'nothing', or a map of 'archs' and 'masks'");
  CHECK(message_of([] { (void)parsed("{arch: [a]}"); }) ==
        "k.yaml:1:10: serves.arch: unknown key; did you mean 'archs'?");
  CHECK(message_of([] { (void)parsed("{masks: [casual]}"); }).find("serves.masks[0]: ") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
