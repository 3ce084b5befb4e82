// Shared-memory layouts of the backward kernel for warpgroups against CuTe: descriptors, the emulator, copies. Its
// tensor maps are made as those of the kernel of the forward pass, and for tiles that conformance.cpp has.
#include <catch2/catch.hpp>

#include "kernels/backward/specialized_launch.hpp"
#include "tests/kernels/cute/differences.hpp"

namespace tilewright::kernels::conformance {
namespace {

using Catch::Contains;

struct Case {
  Tokens queries, keys;
};

/// Cut off at the end; as many Q tiles as go through all stages and turns.
Case one_axis(const Instance& of) {
  return {{{1, 1, 6 * of.q_tile + 37}, {1, 1, of.q_tile}}, {{1, 1, of.kv_tile + 21}, {1, 1, of.kv_tile}}};
}

Case three_axes(const Instance& of, bool permuted) {
  const auto q = tile_of_three_axes(of.q_tile);
  const auto k = tile_of_three_axes(of.kv_tile);
  return {{{2 * q[0], 2 * q[1] - 1, 2 * q[2] - 1}, q, permuted},
          {{2 * k[0] - 1, 2 * k[1] - 3, 2 * k[2] - 2}, k, permuted}};
}

template <class Check>
void for_every_instance(const Check& check) {
  for (const Instance& of : specialized_backward_instances) {
    INFO("instance " << of.q_tile << " x " << of.kv_tile << ", D " << of.head_dim << ", " << of.dtype);
    check(of, cute_backward_matrices(of));
  }
}

template <class Check>
void for_every_case(const Check& check) {
  for_every_instance([&](const Instance& of, const BackwardMatrices& cute) {
    for (const Case& with : {one_axis(of), three_axes(of, false), three_axes(of, true)})
      check(with, record_backward(of, with.queries, with.keys), cute);
  });
}

}  // namespace

TEST_CASE("the backward kernel issues the descriptors that CuTe makes") {
  for_every_case([](const Case&, const Recording& ours, const BackwardMatrices& cute) {
    CHECK(difference(ours, cute) == "");
  });
}

TEST_CASE("copies of boxes leave tiles of the backward kernel where CuTe has their elements") {
  for_every_case([](const Case& with, const Recording& ours, const BackwardMatrices& cute) {
    CHECK(difference(ours.q, in_memory(with.queries), cute.q) == "");
    CHECK(difference(ours.grad_o, in_memory(with.queries), cute.grad_o) == "");
    CHECK(difference(ours.k, in_memory(with.keys), cute.k) == "");
    CHECK(difference(ours.v, in_memory(with.keys), cute.v) == "");
  });
}

TEST_CASE("a matrix lies alike for products along it and across it") {
  for_every_instance([](const Instance&, const BackwardMatrices& cute) {
    CHECK(cute.k.addresses == cute.k_by_keys.addresses);
    CHECK(cute.q.addresses == cute.q_by_queries.addresses);
    CHECK(cute.grad_o.addresses == cute.grad_o_by_queries.addresses);
  });
}

TEST_CASE("the emulator reads operands of the backward kernel where CuTe has their elements") {
  for_every_instance([](const Instance&, const BackwardMatrices& cute) {
    CHECK(difference_of_a(cute.k) == "");
    CHECK(difference_of_a(cute.v) == "");
    CHECK(difference_of_b(cute.q) == "");
    CHECK(difference_of_b(cute.grad_o_by_queries) == "");
    CHECK(difference_of_mn_major_parts(cute.grad_s_by_keys, true) == "");
    CHECK(difference_of_mn_major_parts(cute.k_by_keys, false) == "");
  });
}

TEST_CASE("of every product of the backward kernel, a wrong step or order is found") {
  const Instance& of = specialized_backward_instances[0];
  const BackwardMatrices cute = cute_backward_matrices(of);
  const Case with = one_axis(of);
  const Recording right = record_backward(of, with.queries, with.keys);
  const std::size_t of_visit = right.products[1].size() / 7;
  for (std::size_t i = 0; i < of_visit; ++i) {
    Recording wrong = right;
    Product& product = wrong.products[2][of_visit + i];
    product.b += 2;
    CHECK_THAT(difference(wrong, cute), Contains("consumer 1, visit 1") && Contains("B: start address"));
    product = right.products[2][of_visit + i];
    product.b_mn_major = !product.b_mn_major;
    CHECK_THAT(difference(wrong, cute), Contains("another shape"));
    product = right.products[2][of_visit + i];
    if (product.a_in_registers) continue;
    product.a += 0x400;
    CHECK_THAT(difference(wrong, cute), Contains("A: start address"));
  }
  Recording wrong = right;
  std::swap(wrong.products[1], wrong.products[2]);
  CHECK_THAT(difference(wrong, cute), Contains("consumer 0, visit 0, product 0, S: A: start address"));
}

}  // namespace tilewright::kernels::conformance
