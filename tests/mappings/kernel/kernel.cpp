#include "mappings/kernel/kernel.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("a kernel of passes that state what they take computes nothing of its cascade") {
  KernelPass counted;
  counted.counts.emplace();
  const KernelPass other;
  Kernel kernel;
  CHECK(computes_cascade(kernel));
  kernel.before = {counted};
  CHECK_FALSE(computes_cascade(kernel));
  kernel.after = {counted, other};
  CHECK(computes_cascade(kernel));
  kernel.after = {counted};
  CHECK_FALSE(computes_cascade(kernel));
  kernel.block.emplace();
  CHECK(computes_cascade(kernel));
}

}  // namespace tilewright::test::TEST_FILE
