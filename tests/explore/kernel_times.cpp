#include "explore/kernel_times.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "explore/evaluate.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a kernel takes as long as the estimate of the same point") {
  Library library;
  const Arch arch = library.arch("gpu/h100-sxm5").with({});
  Point point;
  point.workload = "attention";
  point.arch = "gpu/h100-sxm5";
  point.mapping = "flash-attention-3";
  const Workload workload = load_workload(find_config("workloads", "attention"), {});
  const Attention problem = attention_of(workload, library.cascade("attention-1pass"));
  std::vector<std::string> warnings;
  const KernelTimes kernel("flash-attention-3", arch, {}, warnings);
  CHECK(kernel.name() == "flash-attention-3");
  CHECK(warnings.empty());
  CHECK(kernel.estimated(kernel.prepared(problem)).time_s == evaluate(point, library).number("time_s"));
  point.query_tile = point.key_tile = "64";
  Tiling tiles;
  tiles.query_tile = tiles.key_tile = {64};
  CHECK(kernel.estimated(kernel.prepared(problem, tiles)).time_s == evaluate(point, library).number("time_s"));
}

TEST_CASE("a kernel that there is not has no times") {
  std::vector<std::string> warnings;
  Library library;
  const Arch arch = library.arch("gpu/h100-sxm5").with({});
  CHECK_THROWS_AS(KernelTimes("flash-attention-9", arch, {}, warnings), InputError);
}

}  // namespace tilewright::test::TEST_FILE
