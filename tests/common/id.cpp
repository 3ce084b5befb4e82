#include "common/id.hpp"

#include <concepts>
#include <string>
#include <type_traits>

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

namespace {

using DogId = Id<struct Dog>;
using CatId = Id<struct Cat>;
template <class T>
using ByDog = ById<DogId, T>;

template <class A, class B>
concept Equals = requires(A a, B b) {
  a == b;
};
template <class A, class B>
concept Compares = requires(A a, B b) {
  a < b;
};
template <class List, class Index>
concept Subscripted = requires(List list, Index index) {
  list[index];
};

// Neither another kind nor a number is taken for an id.
static_assert(std::is_trivially_copyable_v<DogId> && sizeof(DogId) == sizeof(int));
static_assert(Equals<DogId, DogId> && Compares<DogId, DogId>);
static_assert(!Equals<DogId, CatId> && !Compares<DogId, CatId>);
static_assert(!Equals<DogId, int> && !Compares<DogId, int>);
static_assert(!Equals<DogId, std::size_t> && !Compares<std::size_t, DogId>);
static_assert(!std::constructible_from<DogId, int> && !std::constructible_from<DogId, CatId>);
static_assert(!std::convertible_to<DogId, int> && !std::convertible_to<DogId, bool>);
static_assert(Subscripted<ByDog<int>, DogId> && Subscripted<const ByDog<int>, DogId>);
static_assert(!Subscripted<ByDog<int>, CatId> && !Subscripted<ByDog<int>, int> && !Subscripted<ByDog<int>, bool>);
static_assert(!std::convertible_to<ByDog<int>, std::vector<int>>);

static_assert(DogId::at(3).index() == 3);
static_assert(!DogId() && DogId::at(0) && DogId() != DogId::at(0));

}  // namespace

TEST_CASE("none is before all ids, and those are in the order of their positions") {
  CHECK(DogId() < DogId::at(0));
  CHECK(DogId::at(0) < DogId::at(1));
  CHECK(DogId::at(2) == DogId::at(2));
  CHECK(DogId() == DogId());
}

TEST_CASE("a list says the id of what it takes, finds it, and goes through all") {
  ByDog<std::string> names;
  const DogId rex = names.push_back("Rex");
  const DogId bello = names.push_back("Bello");
  CHECK(rex == DogId::at(0));
  CHECK(names[bello] == "Bello");
  names[bello] = "Bella";
  CHECK(names == ByDog<std::string>{"Rex", "Bella"});
  CHECK(names.id_of(names.begin() + 1) == bello);
  CHECK_FALSE(names.id_of(names.end()));
  std::string all;
  for (const DogId id : names.ids()) all += names[id] + " ";
  CHECK(all == "Rex Bella ");
}

TEST_CASE("an empty list has no ids") {
  for ([[maybe_unused]] const DogId id : ByDog<int>().ids()) FAIL();
  CHECK(ByDog<int>(3, 7).size() == 3);
}

}  // namespace tilewright::test::TEST_FILE
