#include "kernels/permute/permute.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "kernels/emulator/emulate.hpp"
#include "kernels/permute/launch.hpp"
#include "kernels/reference/permutation.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

constexpr int heads = 2;
constexpr std::uint16_t poison = 0xffff;
using Axes = std::array<int, 3>;

TokenGrid grid_of(const Axes& extent, const Axes& tile, const Axes& dilation, bool permuted) {
  TokenOrder order;
  for (std::size_t i = 0; i < 3; ++i) {
    order.extent[i] = extent[i];
    order.tile[i] = tile[i];
    order.dilation[i] = dilation[i];
  }
  order.permuted = permuted;
  return token_grid(order);
}

reference::Permutation reference_of(const Axes& extent, const Axes& tile, const Axes& dilation) {
  reference::Permutation order;
  for (std::size_t i = 0; i < 3; ++i) {
    order.extent[i] = extent[i];
    order.tile[i] = tile[i];
    order.dilation[i] = dilation[i];
  }
  return order;
}

/// Element of a tensor that names itself: a number below `poison` for any of the tests' sizes.
std::uint16_t name_of(std::size_t element) { return static_cast<std::uint16_t>(element % 65521 + 1); }

template <int D, Permutation Order>
std::vector<std::uint16_t> run(PermuteParams params, const std::vector<std::uint16_t>& from, int tokens_to) {
  std::vector<std::uint16_t> to(static_cast<std::size_t>(heads * tokens_to * D), poison);
  params.from = from.data();
  params.to = to.data();
  using Kernel = Permute<D, Order>;
  emulate<Kernel>(Kernel::grid(params, heads), params);
  return to;
}

template <int D>
void there_and_back(const Axes& extent, const Axes& tile, const Axes& dilation = {1, 1, 1}) {
  const PermuteParams params{nullptr, nullptr, grid_of(extent, tile, dilation, false),
                             grid_of(extent, tile, dilation, true)};
  const reference::Permutation order = reference_of(extent, tile, dilation);
  const int tokens = extent[0] * extent[1] * extent[2];
  const auto places = static_cast<int>(order.places());
  REQUIRE(params.permuted.memory_tokens == places);
  std::vector<std::uint16_t> natural(static_cast<std::size_t>(heads * tokens * D));
  for (std::size_t i = 0; i < natural.size(); ++i) natural[i] = name_of(i);
  std::vector<std::uint16_t> expected(static_cast<std::size_t>(heads * places * D), 0);
  for (int i = 0; i < heads * tokens; ++i) {
    const std::int64_t place = i / tokens * places + order.place(i % tokens);
    std::copy_n(natural.begin() + std::ptrdiff_t{i} * D, D, expected.begin() + place * D);
  }
  const std::vector<std::uint16_t> permuted = run<D, Permutation::to_tiles>(params, natural, places);
  CHECK(permuted == expected);
  CHECK(run<D, Permutation::to_natural>(params, permuted, tokens) == natural);
}

}  // namespace

TEST_CASE("Tokens go to their tiles, padding becomes zeros, and they come back", "[permute]") {
  SECTION("one axis") { there_and_back<64>({1, 1, 100}, {1, 1, 32}); }
  SECTION("two axes") { there_and_back<64>({1, 20, 30}, {1, 8, 16}); }
  SECTION("three axes") { there_and_back<64>({5, 6, 7}, {2, 4, 4}); }
  SECTION("tiles that fit") { there_and_back<64>({4, 8, 8}, {2, 4, 8}); }
  SECTION("a tile larger than the layout") { there_and_back<64>({1, 1, 5}, {1, 1, 16}); }
  SECTION("a tile of many steps of the block") { there_and_back<128>({1, 10, 30}, {1, 16, 16}); }
}

TEST_CASE("Every dilation group has tiles of its own, the smaller ones padded to the largest", "[permute]") {
  SECTION("one axis") { there_and_back<64>({1, 1, 65}, {1, 1, 16}, {1, 1, 4}); }
  SECTION("three axes") { there_and_back<64>({5, 7, 9}, {2, 2, 4}, {2, 1, 2}); }
}

TEST_CASE("Queries that are the last positions of an axis go to their own groups, each once", "[permute]") {
  PermuteParams params{};
  TokenOrder order{{1, 1, 30}, {1, 1, 8}, {1, 1, 4}, {0, 0, 17}, false};
  params.natural = token_grid(order);
  order.permuted = true;
  params.permuted = token_grid(order);
  std::vector<std::uint16_t> natural(static_cast<std::size_t>(heads) * 30 * 64);
  for (std::size_t i = 0; i < natural.size(); ++i) natural[i] = name_of(i);
  std::vector<std::uint16_t> permuted =
      run<64, Permutation::to_tiles>(params, natural, params.permuted.memory_tokens);
  CHECK(run<64, Permutation::to_natural>(params, permuted, 30) == natural);
  std::sort(permuted.begin(), permuted.end());
  std::vector<std::uint16_t> expected(permuted.size() - natural.size(), 0);
  expected.insert(expected.end(), natural.begin(), natural.end());
  CHECK(permuted == expected);
}

TEST_CASE("Traffic counts padding where it is written", "[permute]") {
  const PermuteParams params{nullptr, nullptr, grid_of({1, 1, 100}, {1, 1, 32}, {1, 1, 1}, false),
                             grid_of({1, 1, 100}, {1, 1, 32}, {1, 1, 1}, true)};
  CHECK(traffic_of(params, Permutation::to_tiles, 64, 3).read_B == 3 * 100 * 128);
  CHECK(traffic_of(params, Permutation::to_tiles, 64, 3).write_B == 3 * 128 * 128);
  CHECK(traffic_of(params, Permutation::to_natural, 64, 3).read_B == 3 * 100 * 128);
  CHECK(traffic_of(params, Permutation::to_natural, 64, 3).write_B == 3 * 100 * 128);
}

}  // namespace tilewright::kernels::TEST_FILE
