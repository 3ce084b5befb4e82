#include "sim/nest/result.hpp"

#include <vector>

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("every level, tensor and Einsum has a place of its own") {
  Result result;
  result.tensors = IdRange<TensorId>(3);
  result.einsums = IdRange<EinsumId>(2);
  std::vector<int> times(4 * 3 * 2, 0);
  for (const LevelId level : IdRange<LevelId>(4))
    for (const TensorId tensor : result.tensors)
      for (const EinsumId einsum : result.einsums) ++times.at(result.index(level, tensor, einsum));
  CHECK(times == std::vector<int>(times.size(), 1));
}

TEST_CASE("bindings are the same when they name the same resource") {
  CHECK(Binding(UnitId::at(1)) == Binding(UnitId::at(1)));
  CHECK_FALSE(Binding(UnitId::at(1)) == Binding(LevelId::at(1)));
  CHECK(Binding() == Binding(ScheduleOrder()));
}

}  // namespace tilewright::test::TEST_FILE
