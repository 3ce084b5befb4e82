#include "kernels/attention/specialized.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "kernels/attention/specialized_setup.hpp"
#include "kernels/attention/work_order.hpp"
#include "tests/kernels/attention/attention_case.hpp"
#include "tests/kernels/attention/finite_padding.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
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
  const std::vector<int> order = work_order(make_masks(of.masks), {of.batch, of.heads, of.kv_heads, of.head_dim});
  emulate<Kernel>({blocks, 1, 1}, specialized_params<Kernel>(params, order.data(), static_cast<int>(order.size())),
                  {of.seed});
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
}

TEST_CASE("random problems: windows on up to three axes, mixtures, block lists, permuted and dilated tokens") {
  check_random<Small>(1, 40);
  check_random<Specialized<bf16, 64, 128, 128>>(2, 15);
  check_random<Specialized<bf16, 128, 128, 64>>(3, 15);
}

TEST_CASE("one block does all the work, or some blocks have none") {
  AttentionCase of = line<Small>(700, 700);
  of.batch = 2;
  of.heads = 4;
  of.kv_heads = 2;
  of.masks.rules[0].causal[2] = true;
  check<Small>(of, 1);
  check<Small>(of, 7);
  check<Small>(line<Small>(100, 100), 5);
}

TEST_CASE("two stages, many tiles, several schedules") {
  using Large = Specialized<bf16, 128, 128, 128>;
  static_assert(Large::stages == 2 && Small::stages == 4);
  AttentionCase of = line<Large>(250, 1100);
  for (of.seed = 1; of.seed <= 4; ++of.seed) check<Large>(of, 1);
}

TEST_CASE("whole tiles without a mask, between such that have one") {
  AttentionCase of = line<Small>(256, 256);
  of.heads = 3;
  check<Small>(of, 2);
  of.masks.rules.push_back(of.masks.rules[0]);
  of.masks.rules[1].causal[2] = true;
  of.masks.rule_of_head = {0, 1, 0};
  check<Small>(of, 1);
}

TEST_CASE("rows without a key are zero, and Q tiles without a KV tile too") {
  AttentionCase of = line<Small>(500, 200);  // causal, bottom right: the first 300 queries see nothing
  of.masks.rules[0].causal[2] = true;
  check<Small>(of, 1);
  of = line<Small>(400, 200);
  of.masks.blocks.assign(std::size_t{4} * 4, false);  // of the Q tiles, the second and the fourth visit some
  for (const std::size_t pair : {4, 7, 13, 14}) of.masks.blocks[pair] = true;
  check<Small>(of, 2);
}

TEST_CASE("scores of several hundred neither overflow nor lose their sum") {
  AttentionCase of = line<Small>(150, 300);
  of.amplitude = 300;
  check<Small>(of, 1);
}

TEST_CASE("the setup refuses tiles of another size and dilated tokens in natural order") {
  const auto set_up = [](const AttentionCase& of) {
    const Masks masks = make_masks(of.masks);
    AttentionParams<bf16> params{};
    params.queries = masks.queries;
    params.keys = masks.keys;
    specialized_params<Small>(params, nullptr, 0);
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
