#include "mappings/arena.hpp"

#include <numeric>

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("lists stay where they are while more come, however long") {
  Arena<int> arena;
  std::vector<std::span<const int>> kept;
  std::vector<std::vector<int>> lists;
  for (int length : {0, 3, 2000, 100, 5000, 1}) {
    std::vector<int> list(static_cast<std::size_t>(length));
    std::iota(list.begin(), list.end(), length);
    kept.push_back(arena.keep(list));
    lists.push_back(std::move(list));
  }
  for (std::size_t i = 0; i < lists.size(); ++i) CHECK(std::ranges::equal(kept[i], lists[i]));
}

TEST_CASE("memory is used again after clear()") {
  Arena<int> arena;
  const std::vector<int> list{1, 2, 3};
  const int* const first = arena.keep(list).data();
  arena.clear();
  CHECK(arena.keep(list).data() == first);
}

}  // namespace tilewright::test::TEST_FILE
