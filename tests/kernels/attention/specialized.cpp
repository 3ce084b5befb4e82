#include "kernels/attention/specialized.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <type_traits>
#include <vector>

#include "kernels/attention/specialized_setup.hpp"
#include "kernels/attention/work_order.hpp"
#include "tests/kernels/attention/attention_case.hpp"
#include "tests/kernels/attention/finite_padding.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using device::e4m3;
using device::fp16;

namespace {

template <class Kernel>
void run_specialized(const AttentionCase& of, AttentionParams<typename Kernel::Number> params, int blocks) {
  const auto numbers = [&](int heads, const TokenGrid& grid) {
    return static_cast<std::size_t>(of.batch * heads) * static_cast<std::size_t>(grid.memory_tokens * of.head_dim);
  };
  const auto q = with_finite_padding(params.q, numbers(of.heads, params.queries));
  const auto k = with_finite_padding(params.k, numbers(of.kv_heads, params.keys));
  const auto v = with_finite_padding(params.v, numbers(of.kv_heads, params.keys));
  params.q = q.data();
  params.k = k.data();
  params.v = v.data();
  WorkShape shape{of.batch, of.heads, of.kv_heads, of.head_dim};
  shape.q_tiles = Kernel::cluster_blocks;
  const WorkOrder order = work_order(make_masks(of.masks), shape, blocks);
  const int with_work = static_cast<int>(order.firsts.size()) - 1;
  emulate<Kernel>({with_work * Kernel::cluster_blocks, 1, 1},
                  specialized_params<Kernel>(params, {order.firsts.data(), order.items.data()}), {of.seed});
}

template <class Kernel>
void check(const AttentionCase& of, int blocks) {
  using T = typename Kernel::Number;
  INFO(text_of(of) << "; " << blocks << " blocks, seed " << of.seed);
  CHECK(wrong_with<T>(of, [&](const AttentionParams<T>& params) { run_specialized<Kernel>(of, params, blocks); }) ==
        "");
}

MaskRule dense(const MaskProblem& masks) {
  return {{masks.keys[0], masks.keys[1], masks.keys[2]}, {1, 1, 1}, {false, false, false}};
}

template <class Kernel>
AttentionCase line(int queries, int keys) {
  AttentionCase of;
  of.head_dim = Kernel::head_dim;
  of.masks.queries = {1, 1, queries};
  of.masks.keys = {1, 1, keys};
  of.masks.q_tile = {1, 1, Kernel::q_tile};
  of.masks.kv_tile = {1, 1, Kernel::kv_tile};
  of.masks.rules = {dense(of.masks)};
  return of;
}

template <class Kernel>
void check_line() {
  AttentionCase of = line<Kernel>(Kernel::q_tile + 37, 3 * Kernel::kv_tile + 21);
  check<Kernel>(of, 1);
  of.masks.rules[0].causal[2] = true;
  check<Kernel>(of, 2);
}

template <class Kernel>
void check_random(unsigned first_seed, int cases) {
  RandomCases random(first_seed);
  for (int i = 0; i < cases; ++i) {
    AttentionCase of = random.next({Kernel::q_tile, Kernel::kv_tile}, Kernel::head_dim);
    const auto& dilation = of.masks.dilation;
    if (dilation[0] * dilation[1] * dilation[2] > 1) of.masks.permuted = true;
    check<Kernel>(of, random.from(1, 4));
  }
}

using Small = Specialized<bf16, 64, 128, 64>;
using Bytes = Specialized<e4m3, 128, 128, 128>;

}  // namespace

TEST_CASE("every instance: dense and causal, tiles cut off") {
  check_line<Specialized<bf16, 128, 128, 128>>();
  check_line<Specialized<fp16, 128, 128, 128>>();
  check_line<Specialized<bf16, 128, 128, 176>>();
  check_line<Specialized<bf16, 128, 128, 64>>();
  check_line<Specialized<bf16, 64, 192, 128>>();
  check_line<Specialized<bf16, 64, 128, 128>>();
  check_line<Specialized<fp16, 64, 128, 128>>();
  check_line<Small>();
  check_line<Bytes>();
}

TEST_CASE("random problems: windows on up to three axes, mixtures, block lists, permuted and dilated tokens") {
  check_random<Small>(1, 40);
  check_random<Specialized<bf16, 64, 128, 128>>(2, 15);
  check_random<Specialized<bf16, 128, 128, 64>>(3, 15);
  check_random<Bytes>(4, 40);
}

TEST_CASE("blocks of a cluster bring each other K and V: dense, odd numbers of Q tiles, several schedules") {
  using Pair = Specialized<bf16, 128, 128, 128, 2>;
  using Wide = Specialized<fp16, 128, 128, 176, 2>;
  AttentionCase of = line<Pair>(3 * 128 + 37, 5 * 128 + 21);
  of.heads = 2;
  for (of.seed = 1; of.seed <= 6; ++of.seed) {
    check<Pair>(of, 1);
    check<Pair>(of, 2);
  }
  of.batch = 2;
  of.kv_heads = 2;
  check<Pair>(of, 3);
  check<Wide>(line<Wide>(129, 700), 1);
  of = line<Pair>(1, 1);
  of.masks.queries = {5, 17, 19};
  of.masks.keys = {6, 18, 20};
  of.masks.q_tile = {2, 8, 8};
  of.masks.kv_tile = {4, 4, 8};
  of.masks.rules = {dense(of.masks)};
  for (of.seed = 1; of.seed <= 3; ++of.seed) {
    check<Pair>(of, 2);
    of.masks.permuted = true;
    check<Pair>(of, 2);
    of.masks.permuted = false;
  }
}

TEMPLATE_TEST_CASE("one block does all the work, or some blocks have none", "", Small, Bytes) {
  AttentionCase of = line<TestType>(700, 700);
  of.batch = 2;
  of.heads = 4;
  of.kv_heads = 2;
  of.masks.rules[0].causal[2] = true;
  check<TestType>(of, 1);
  check<TestType>(of, 7);
  check<TestType>(line<TestType>(100, 100), 5);
}

TEMPLATE_TEST_CASE("two stages or four, many tiles, several schedules", "", (Specialized<bf16, 128, 128, 128>),
                   Bytes) {
  static_assert(TestType::stages == (std::is_same_v<TestType, Bytes> ? 4 : 2) && Small::stages == 4);
  AttentionCase of = line<TestType>(250, 1100);
  for (of.seed = 1; of.seed <= 4; ++of.seed) check<TestType>(of, 1);
}

TEMPLATE_TEST_CASE("whole tiles without a mask, between such that have one", "", Small, Bytes) {
  AttentionCase of = line<TestType>(256, 256);
  of.heads = 3;
  check<TestType>(of, 2);
  of.masks.rules.push_back(of.masks.rules[0]);
  of.masks.rules[1].causal[2] = true;
  of.masks.rule_of_head = {0, 1, 0};
  check<TestType>(of, 1);
}

TEMPLATE_TEST_CASE("rows without a key are zero, and Q tiles without a KV tile too", "", Small, Bytes) {
  AttentionCase of = line<TestType>(500, 200);  // causal, bottom right: the first 300 queries see nothing
  of.masks.rules[0].causal[2] = true;
  check<TestType>(of, 1);
  const int kv_tiles = 4;
  of = line<TestType>(400, kv_tiles * TestType::kv_tile - 56);
  of.masks.blocks.assign(std::size_t{4} * kv_tiles, false);  // of the Q tiles, the second and the fourth visit some
  for (const std::size_t pair : {4, 7, 13, 14}) of.masks.blocks[pair] = true;
  check<TestType>(of, 2);
}

TEMPLATE_TEST_CASE("scores of several hundred neither overflow nor lose their sum", "", Small, Bytes) {
  AttentionCase of = line<TestType>(150, 300);
  of.amplitude = 300;
  if (sizeof(typename TestType::Number) == 1) of.amplitude = 100;  // numbers of Q are at most 448
  check<TestType>(of, 1);
}

TEST_CASE("scores that are alike have weights that are, up to many keys, and small ones count") {
  AttentionCase of = line<Bytes>(64, 1500);
  of.amplitude = 0;  // all weights are equal
  check<Bytes>(of, 1);
  of.amplitude = 4;  // weights from 1 to 2^-20
  check<Bytes>(of, 1);
}

TEST_CASE("the output is times the scale of V") {
  const AttentionCase of = line<Bytes>(100, 200);
  const auto run = [&](AttentionParams<e4m3> params) {
    const std::size_t count = std::size_t{100} * Bytes::head_dim;
    params.v_scale = 0.25F;
    run_specialized<Bytes>(of, params, 1);
    const std::vector<bf16> scaled(params.o, params.o + count);
    params.v_scale = 1;
    run_specialized<Bytes>(of, params, 1);
    const auto quarter = [](bf16 of_scaled, bf16 of_one) {
      return device::to_float(of_scaled) == 0.25F * device::to_float(of_one);
    };
    CHECK(std::equal(scaled.begin(), scaled.end(), params.o, quarter));
  };
  CHECK(wrong_with<e4m3>(of, run) == "");
}

TEST_CASE("the setup refuses tiles of another size and dilated tokens in natural order") {
  const auto set_up = [](const AttentionCase& of) {
    const Masks masks = make_masks(of.masks);
    AttentionParams<bf16> params{};
    params.queries = masks.queries;
    params.keys = masks.keys;
    specialized_params<Small>(params, {});
  };
  AttentionCase of = line<Small>(100, 100);
  of.masks.kv_tile = {1, 1, 32};
  CHECK_THROWS_WITH(set_up(of), "the kernel's tiles have other sizes");
  of = line<Small>(100, 100);
  of.masks.dilation = {1, 1, 2};
  of.masks.rules[0].window[2] = 50;
  CHECK_THROWS_WITH(set_up(of), "the specialised kernel takes dilated tokens only permuted");
}

}  // namespace tilewright::kernels::TEST_FILE
