#include "sim/kernel/invariants.hpp"

#include <catch2/catch.hpp>

#include "sim/kernel/estimate.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("every invariant of a kernel's result is seen to break") {
  const PreparedKernel prepared = prepare_small(small_problem("causal", 64));
  const KernelResult result = estimate(prepared, {});
  const auto broken = [&](const auto& change) {
    KernelResult other = result;
    Record record;
    change(other, record);
    return broken_invariant(prepared.arch, other, record);
  };
  const auto starts = [](const std::string& text, const char* with) { return text.rfind(with, 0) == 0; };
  CHECK(broken([](KernelResult&, Record&) {}).empty());
  CHECK(starts(broken([](KernelResult& other, Record&) { other.shares.tile_s += other.time_s; }), "shares of "));
  CHECK(starts(broken([](KernelResult& other, Record&) { other.unit_busy_s.front() = 1.1 * other.time_s; }),
               "'matrix' is"));
  CHECK(starts(broken([](KernelResult& other, Record&) { other.level_time_s.front() = 1.1 * other.time_s; }),
               "the bytes of"));
  CHECK(
      broken([](KernelResult& other, Record& record) { record.add("bound.time_s", 0.9 * other.time_s); }).empty());
  CHECK(broken([](KernelResult& other, Record& record) { record.add("bound.time_s", 1.1 * other.time_s); }) != "");
}

}  // namespace tilewright::test::TEST_FILE
