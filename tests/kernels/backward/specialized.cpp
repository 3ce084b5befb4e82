#include "kernels/backward/specialized.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "kernels/backward/specialized_launch.hpp"
#include "kernels/backward/specialized_setup.hpp"
#include "tests/kernels/attention/finite_padding.hpp"
#include "tests/kernels/backward/backward_case.hpp"
#include "tests/kernels/backward/checks.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using device::bf16;

template <class Kernel>
void run_main(const AttentionCase& of, BackwardParams<bf16> params, const Schedule& schedule) {
  const auto numbers = [&](int heads, const TokenGrid& grid) {
    return static_cast<std::size_t>(of.batch * heads) * static_cast<std::size_t>(grid.memory_tokens * of.head_dim);
  };
  const std::size_t of_queries = numbers(of.heads, params.forward.queries);
  const std::size_t of_keys = numbers(of.kv_heads, params.forward.keys);
  const auto q = with_finite_padding(params.forward.q, of_queries);
  const auto grad_o = with_finite_padding(params.grad_o, of_queries);
  const auto k = with_finite_padding(params.forward.k, of_keys);
  const auto v = with_finite_padding(params.forward.v, of_keys);
  params.forward.q = q.data();
  params.grad_o = grad_o.data();
  params.forward.k = k.data();
  params.forward.v = v.data();
  emulate<Kernel>(backward_grid(params), specialized_backward_params<Kernel>(params), schedule);
}

template <class Kernel>
std::string emulated(AttentionCase of) {
  using Prepare = BackwardPrepare<bf16, Kernel::head_dim, Kernel::q_tile>;
  using Finish = BackwardFinish<bf16, Kernel::head_dim, Kernel::q_tile>;
  const auto& [d0, d1, d2] = of.masks.dilation;
  if (d0 * d1 * d2 > 1) of.masks.permuted = true;  // the copy engine takes no others
  return wrong_gradients<bf16>(of, [&](const BackwardParams<bf16>& params) {
    const Schedule schedule{of.seed};
    emulate<Prepare>(attention_grid(params.forward), params, schedule);
    run_main<Kernel>(of, params, schedule);
    emulate<Finish>(attention_grid(params.forward), params, schedule);
  });
}

template <std::size_t Index>
BackwardCheck check_of() {
  constexpr Instance of = specialized_backward_instances[Index];
  return {of, emulated<BackwardSpecialized<bf16, of.head_dim, of.q_tile, of.kv_tile>>};
}

template <class Use>
void for_every_instance(const Use& use) {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) { (use(check_of<Index>()), ...); }
  (std::make_index_sequence<std::size(specialized_backward_instances)>());
}

}  // namespace

TEST_CASE("the specialised backward pass agrees with the reference on random problems") {
  for_every_instance([](const BackwardCheck& check) { check.random_cases(12); });
}

TEST_CASE("the specialised backward pass gives zeros to rows without keys and to keys without queries") {
  for_every_instance([](const BackwardCheck& check) { check.empty_rows(); });
}

TEST_CASE("the specialised backward pass adds up heads of different masks") {
  for_every_instance([](const BackwardCheck& check) { check.heads_of_different_masks(); });
}

TEST_CASE("the specialised backward pass bears extreme scores") {
  for_every_instance([](const BackwardCheck& check) { check.extreme_scores(); });
}

}  // namespace tilewright::kernels::TEST_FILE
