#include "sim/nest/result.hpp"

#include <vector>

#include <catch2/catch.hpp>

using namespace tilewright;

TEST_CASE("every level, tensor and Einsum has a place of its own") {
  Result result;
  result.tensors = 3;
  result.einsums = 2;
  std::vector<int> times(4 * 3 * 2, 0);
  for (LevelId level = 0; level < 4; ++level)
    for (TensorId tensor = 0; tensor < 3; ++tensor)
      for (EinsumId einsum = 0; einsum < 2; ++einsum) ++times.at(result.index(level, tensor, einsum));
  CHECK(times == std::vector<int>(times.size(), 1));
}

TEST_CASE("bindings are the same when they name the same resource") {
  CHECK(Binding{Binding::Kind::unit, 1} == Binding{Binding::Kind::unit, 1});
  CHECK_FALSE(Binding{Binding::Kind::unit, 1} == Binding{Binding::Kind::level, 1});
  CHECK(Binding{} == Binding{Binding::Kind::schedule, -1});
}
