#include "kernels/reference/sources.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

constexpr int tokens = 5;
constexpr int columns = 3;

std::vector<float> row_of(const Source& source, int head, std::int64_t token) {
  std::vector<float> row(columns);
  source(head, token, row);
  return row;
}

}  // namespace

TEMPLATE_TEST_CASE("memory that the generator filled has the rows of a generated source", "", device::bf16,
                   device::fp16) {
  std::vector<TestType> memory;
  for (std::uint64_t i = 0; i < 4 * tokens * columns; ++i) memory.push_back(input<TestType>(11, Input::k, i));
  const Source from_memory = stored(memory.data(), tokens, columns);
  const Source from_seed = generated<TestType>(11, Input::k, tokens, columns);
  for (int head = 0; head < 4; ++head)
    for (int token = 0; token < tokens; ++token)
      CHECK(row_of(from_memory, head, token) == row_of(from_seed, head, token));
  CHECK(row_of(from_memory, 3, 4)[2] == device::to_float(memory.back()));
}

TEST_CASE("rows are gathered in the order asked for") {
  std::vector<int> memory;
  for (int i = 0; i < 2 * 2 * tokens * columns; ++i) memory.push_back(i);
  const std::vector<Row> rows{{1, 1, 4}, {0, 1, 0}};
  CHECK(gather(memory.data(), 2, tokens, columns, rows) == std::vector<int>{57, 58, 59, 15, 16, 17});
}

}  // namespace tilewright::kernels::TEST_FILE
