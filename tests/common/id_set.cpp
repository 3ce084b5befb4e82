#include "common/id_set.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace tilewright;

namespace {

IdSet set_of(const std::vector<std::size_t>& ids) {
  IdSet set;
  for (const std::size_t id : ids) set.add(id);
  return set;
}

std::vector<int> list_of(const IdSet& set) {
  std::vector<int> list;
  set.each([&](int id) { list.push_back(id); });
  return list;
}

}  // namespace

TEST_CASE("a set has what was added, in both of its words") {
  IdSet set = set_of({127, 64, 63, 0, 64});
  CHECK(list_of(set) == std::vector<int>{0, 63, 64, 127});
  CHECK(set.size() == 4);
  CHECK(set.first() == 0);
  CHECK(set.has(127));
  CHECK_FALSE(set.has(1));
  set.remove(0);
  set.remove(63);
  CHECK(set.first() == 64);
  CHECK(IdSet().empty());
  CHECK_FALSE(set.empty());
}

TEST_CASE("sets meet and join") {
  CHECK((set_of({1, 100}) & set_of({100, 2})) == set_of({100}));
  CHECK((set_of({1}) | set_of({100})) == set_of({1, 100}));
}
