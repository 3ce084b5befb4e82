#include "sim/kernel/cycle/block_queue.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace tilewright::test::TEST_FILE {

TEST_CASE("Blocks come in launch order, every time of everything", "[cycle]") {
  Blocks blocks;
  blocks.sequences = {{{{2, 5, 0}, {1, 3, 1}}, 2}, {{{1, 9, 0}}, 1}};
  blocks.times = 2;
  BlockQueue queue(blocks);
  std::vector<double> full;
  while (const auto block = queue.next()) {
    CHECK(block->number == static_cast<double>(full.size()));
    full.push_back(block->full);
  }
  CHECK(full == std::vector<double>{5, 5, 3, 5, 5, 3, 9, 5, 5, 3, 5, 5, 3, 9});
  CHECK(static_cast<double>(full.size()) == blocks.count());
  CHECK(!queue.next());
}

TEST_CASE("Who asks at the same time is served by number, not by who asked first", "[cycle]") {
  Blocks blocks;
  blocks.sequences = {{{{4, 1, 0}}, 1}};
  BlockQueue queue(blocks);
  for (const std::size_t who : {7, 2, 5}) queue.ask(who);
  CHECK(queue.take(7)->number == 2);
  CHECK(queue.take(2)->number == 0);
  CHECK(queue.take(5)->number == 1);
  queue.ask(9);
  CHECK(queue.take(9)->number == 3);
  queue.ask(9);
  CHECK(!queue.take(9));
}

}  // namespace tilewright::test::TEST_FILE
