#include "explore/bounded_problem.hpp"

#include <catch2/catch.hpp>

#include "einsum/mask/given_blocks.hpp"
#include "explore/evaluate.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("the problem of a workload is that of its cascades, with its mask") {
  Library library;
  Workload workload = parse_workload(library.workload("attention"), {{"S", 512}});
  const BoundedProblem asked = bounded_problem(workload, {{"S", 512}}, library);
  CHECK(asked.problem.query_rows() == 16 * 512);
  CHECK(asked.mask.text == "dense");
  CHECK(asked.ranks->queries == "P");
}

TEST_CASE("a shape that attention does not use is refused") {
  Library library;
  const Workload workload = parse_workload(library.workload("layer"), {{"D", 64}});
  CHECK(message_of([&] {
          (void)bounded_problem(workload, {{"nothing", 1}}, library);
        }).find("nothing") != std::string::npos);
}

TEST_CASE("a mask in memory stands in place of the workload's") {
  Library library;
  Workload workload = parse_workload(library.workload("attention"), {{"S", 512}});
  Point point;
  point.given_mask = mask_of_blocks(
      {.rows = 2, .columns = 2, .query_block = 256, .key_block = 256, .present = {1, 0, 0, 1}}, "mine");
  set_mask_of(point, workload);
  const BoundedProblem asked = bounded_problem(workload, {}, library);
  CHECK(asked.mask.text == "mine");
  CHECK(needs_of(asked.problem).pairs == 16 * 512 * 256);
}

}  // namespace tilewright::test::TEST_FILE
