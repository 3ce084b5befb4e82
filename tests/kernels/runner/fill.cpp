#include "kernels/runner/fill.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "kernels/emulator/emulate.hpp"
#include "kernels/reference/permutation.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

TokenOrder order_of(int height, int width, int dilation, bool permuted) {
  TokenOrder order;
  order.extent[1] = height;
  order.extent[2] = width;
  order.tile[1] = 4;
  order.tile[2] = 2;
  order.dilation[1] = order.dilation[2] = dilation;
  order.permuted = permuted;
  return order;
}

}  // namespace

TEST_CASE("tokens in natural order lie in their order") {
  for (const int dilation : {1, 3}) {
    const TokenGrid grid = token_grid(order_of(10, 9, dilation, false));
    for (std::int64_t token = 0; token < 90; ++token) CHECK(place_of(grid, token) == token);
  }
}

TEST_CASE("of fewer queries than keys the places are the queries' own") {
  TokenOrder order;
  order.extent[2] = 10;
  order.tile[2] = 4;
  order.position[2] = 27;
  for (std::int64_t token = 0; token < 10; ++token) CHECK(place_of(token_grid(order), token) == token);
}

TEST_CASE("permuted tokens lie where the reference says") {
  for (const int dilation : {1, 3}) {
    const TokenGrid grid = token_grid(order_of(10, 9, dilation, true));
    const reference::Permutation wanted{{1, 10, 9}, {1, 4, 2}, {1, dilation, dilation}};
    CHECK(grid.memory_tokens == wanted.places());
    std::set<std::int64_t> places;
    for (std::int64_t token = 0; token < 90; ++token) {
      CHECK(place_of(grid, token) == wanted.place(token));
      places.insert(place_of(grid, token));
    }
    CHECK(places.size() == 90);
  }
}

TEST_CASE("inputs are filled as the generator draws them") {
  using device::bf16;
  constexpr int head_dim = 8;
  const TokenGrid grid = token_grid(order_of(6, 5, 1, true));
  std::vector<bf16> data(static_cast<std::size_t>(3 * grid.memory_tokens * head_dim), bf16{0xffff});
  emulate<FillInputs<bf16>>({2}, {data.data(), 3 * 30 * head_dim, 9, reference::Input::v, head_dim, grid});
  std::size_t wrong = 0;
  for (std::int64_t element = 0; element < 3 * 30 * head_dim; ++element) {
    const std::int64_t row = element / head_dim;
    const std::int64_t place = row / 30 * grid.memory_tokens + place_of(grid, row % 30);
    const bf16 got = data[static_cast<std::size_t>(place * head_dim + element % head_dim)];
    wrong += got.bits != reference::input<bf16>(9, reference::Input::v, static_cast<std::uint64_t>(element)).bits;
  }
  CHECK(wrong == 0);
}

TEST_CASE("elements of a value are counted") {
  std::vector<std::uint16_t> data(2000, 1);
  for (const std::size_t at : {0, 7, 256, 1999}) data[at] = 0xffff;
  int count = 0;
  emulate<CountValue>({2}, {data.data(), 2000, 0xffff, &count});
  CHECK(count == 4);
}

}  // namespace tilewright::kernels::TEST_FILE
