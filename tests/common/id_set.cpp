#include "common/id_set.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

using ThingId = Id<struct Thing>;
using Things = IdSet<ThingId>;

Things set_of(const std::vector<std::size_t>& ids) {
  Things set;
  for (const std::size_t id : ids) set.add(ThingId::at(id));
  return set;
}

std::vector<std::size_t> list_of(const Things& set) {
  std::vector<std::size_t> list;
  set.each([&](ThingId id) { list.push_back(id.index()); });
  return list;
}

}  // namespace

TEST_CASE("a set has what was added, in both of its words") {
  Things set = set_of({127, 64, 63, 0, 64});
  CHECK(list_of(set) == std::vector<std::size_t>{0, 63, 64, 127});
  CHECK(set.size() == 4);
  CHECK(set.first() == ThingId::at(0));
  CHECK(set.has(ThingId::at(127)));
  CHECK_FALSE(set.has(ThingId::at(1)));
  set.remove(ThingId::at(0));
  set.remove(ThingId::at(63));
  CHECK(set.first() == ThingId::at(64));
  CHECK(Things().empty());
  CHECK_FALSE(set.empty());
}

TEST_CASE("sets meet and join") {
  CHECK((set_of({1, 100}) & set_of({100, 2})) == set_of({100}));
  CHECK((set_of({1}) | set_of({100})) == set_of({1, 100}));
}

}  // namespace tilewright::test::TEST_FILE
