// Shared-memory layouts of the kernels for warpgroups against CuTe, an implementation by others: descriptors,
// tensor maps, and the emulator.
#include <catch2/catch.hpp>

#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/specialized_setup.hpp"
#include "tests/kernels/cute/differences.hpp"
#include "tests/kernels/cute/reads.hpp"

namespace tilewright::kernels::conformance {
namespace {

/// Of an instance: tokens whose last tiles are cut off, in as many tiles as go through all stages.
struct Case {
  Tokens queries, keys;
};

Case one_axis(const Instance& of, int stages) {
  return {{{1, 1, of.q_tile + 37}, {1, 1, of.q_tile}}, {{1, 1, stages * of.kv_tile + 21}, {1, 1, of.kv_tile}}};
}

Case three_axes(const Instance& of) {
  const auto q = tile_of_three_axes(of.q_tile);
  const auto k = tile_of_three_axes(of.kv_tile);
  return {{{q[0], q[1], 2 * q[2] - 1}, q}, {{2 * k[0] - 1, 2 * k[1] - 3, 2 * k[2] - 2}, k}};
}

Case permuted(Case of) {
  of.queries.permuted = of.keys.permuted = true;
  return of;
}

template <class Check>
void for_every_instance(const Check& check) {
  for (const Instance& of : specialized_instances) {
    INFO("instance " << of.q_tile << " x " << of.kv_tile << ", D " << of.head_dim << ", " << of.dtype);
    check(of, cute_matrices(of));
  }
}

template <class Check>
void for_every_case(const Check& check) {
  for_every_instance([&](const Instance& of, const SharedMatrices& cute) {
    check(of, cute, one_axis(of, cute.k.copies));
    check(of, cute, three_axes(of));
    check(of, cute, permuted(three_axes(of)));
  });
}

alignas(16) const std::byte tensor[16]{};

device::TensorShape shape_of(const Tokens& tokens, const Instance& of, int heads) {
  TokenOrder order;
  std::copy(tokens.extent.begin(), tokens.extent.end(), order.extent);
  std::copy(tokens.tile.begin(), tokens.tile.end(), order.tile);
  order.permuted = tokens.permuted;
  return map_of_tiles(token_grid(order), tensor, of.head_dim, heads, of.dtype == "fp8" ? 1 : 2).shape;
}

}  // namespace

TEST_CASE("kernels issue the descriptors that CuTe makes: every instance, product and stage") {
  for_every_case([](const Instance& of, const SharedMatrices& cute, const Case& with) {
    CHECK(difference(record(of, with.queries, with.keys), cute) == "");
  });
}

TEST_CASE("the emulator reads operands of products where CuTe has their elements") {
  for_every_instance([](const Instance&, const SharedMatrices& cute) {
    CHECK(difference_of_a(cute.q) == "");
    CHECK(difference_of_b(cute.k) == "");
    CHECK(difference_of_b(cute.v) == "");
  });
}

TEST_CASE("copies of boxes leave tiles where CuTe has their elements") {
  for_every_case([](const Instance& of, const SharedMatrices& cute, const Case& with) {
    const Recording ours = record(of, with.queries, with.keys);
    CHECK(difference(ours.q, in_memory(with.queries), cute.q) == "");
    CHECK(difference(ours.k, in_memory(with.keys), cute.k) == "");
    CHECK(difference(ours.v, in_memory(with.keys), cute.brought_v) == "");
  });
}

TEST_CASE("what blocks of a cluster bring each other, and what they multiply, lies where CuTe has it") {
  for_every_case([](const Instance& of, const SharedMatrices& cute, const Case& with) {
    if (of.head_dim != 128 || of.dtype == "fp8") return;
    const Recording ours = record_pair(of, with.queries, with.keys);
    CHECK(difference(ours, cute) == "");
    CHECK(difference(ours.q, in_memory(with.queries), cute.q) == "");
    CHECK(difference(ours.k, in_memory(with.keys), cute.k) == "");
    CHECK(difference(ours.v, in_memory(with.keys), cute.v) == "");
  });
}

TEST_CASE("tensor maps are those that CuTe asks the driver for") {
  constexpr int heads = 3;
  for_every_case([](const Instance& of, const SharedMatrices&, const Case& with) {
    for (const Operand operand : {Operand::q, Operand::k, Operand::v}) {
      const Tokens& tokens = operand == Operand::q ? with.queries : with.keys;
      const MapCall ours = driver_call(shape_of(tokens, of, heads));
      CHECK(difference(ours, cute_map(of, operand, in_memory(tokens), tensor, heads)) == "");
    }
  });
}

TEST_CASE("the chain of products that measures tensor cores reads what CuTe would") {
  const RateMatrices cute = cute_rate_matrices();
  CHECK(difference_of_a(cute.a) == "");
  CHECK(difference_of_b(cute.b) == "");
  for (const bool a_in_registers : {false, true}) {
    const Recording ours = record_rate(a_in_registers);
    REQUIRE(ours.products.size() == 2);
    for (std::size_t warpgroup = 0; warpgroup < 2; ++warpgroup) {
      REQUIRE(ours.products[warpgroup].size() == 16);
      for (std::size_t i = 0; i < 16; ++i) {
        const Product& product = ours.products[warpgroup][i];
        CHECK(product.n == 128);
        CHECK(product.a_in_registers == a_in_registers);
        CHECK_FALSE(product.b_mn_major);
        CHECK(difference(product.b, cute.b.descriptors[i % 4]) == "");
        if (!a_in_registers) CHECK(difference(product.a, cute.a.descriptors[warpgroup * 4 + i % 4]) == "");
      }
    }
  }
}

}  // namespace tilewright::kernels::conformance
