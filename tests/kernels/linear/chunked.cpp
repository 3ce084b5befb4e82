#include "kernels/linear/chunked.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "kernels/emulator/emulate.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/reference/sources.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

struct LinearSize {
  int batch, kv_heads, tokens;
  std::vector<float> decay;  ///< one per head
};

template <class T>
std::vector<T> numbers(reference::Input tensor, int count, std::uint64_t seed) {
  std::vector<T> filled(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < filled.size(); ++i) filled[i] = reference::input<T>(seed, tensor, i);
  return filled;
}

std::vector<reference::Row> all_rows(const LinearSize& size) {
  std::vector<reference::Row> rows;
  for (int batch = 0; batch < size.batch; ++batch) {
    for (std::size_t head = 0; head < size.decay.size(); ++head) {
      for (int token = 0; token < size.tokens; ++token) rows.push_back({batch, static_cast<int>(head), token});
    }
  }
  return rows;
}

template <class T, int D>
reference::Problem as_reference(const LinearParams<T>& params) {
  reference::Problem problem;
  problem.heads = params.heads;
  problem.kv_heads = params.kv_heads;
  problem.head_dim = D;
  problem.keys = params.tokens;
  problem.scale = static_cast<double>(params.scale);
  problem.q = reference::stored(params.q, params.tokens, D);
  problem.k = reference::stored(params.k, params.tokens, D);
  problem.v = reference::stored(params.v, params.tokens, D);
  problem.visible = [](const reference::Row& row) { return std::vector<reference::Interval>{{0, row.query + 1}}; };
  problem.weight = reference::Linear{std::vector<double>(params.decay, params.decay + params.heads)};
  return problem;
}

template <class T, int D>
void solve(const LinearSize& size, std::uint64_t seed = 1) {
  const int heads = static_cast<int>(size.decay.size());
  const int q_count = size.batch * heads * size.tokens * D, k_count = size.batch * size.kv_heads * size.tokens * D;
  const std::vector<T> q = numbers<T>(reference::Input::q, q_count, seed);
  const std::vector<T> k = numbers<T>(reference::Input::k, k_count, seed);
  const std::vector<T> v = numbers<T>(reference::Input::v, k_count, seed);
  std::vector<T> o(q.size(), T{reference::poison});
  const LinearParams<T> params{q.data(),   k.data(), v.data(),      o.data(),    size.decay.data(),
                               size.batch, heads,    size.kv_heads, size.tokens, 0.125F};
  using Kernel = ChunkedLinear<T, D>;
  emulate<Kernel>({Kernel::value_splits, size.batch * heads}, params, {seed});
  const reference::Verdict verdict = reference::check<T>(as_reference<T, D>(params), all_rows(size), o);
  INFO(verdict.message << ": error " << verdict.error << ", limit " << verdict.error_limit);
  CHECK(verdict.right);
}

}  // namespace

TEST_CASE("Chunks carry their state on, whatever the order of events", "[linear]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  solve<device::bf16, 64>({1, 1, 320, {0.97F}}, seed);
}

TEST_CASE("Linear attention takes any number of tokens", "[linear]") {
  const int tokens = GENERATE(1, 15, 63, 64, 65, 200);
  solve<device::bf16, 64>({1, 1, tokens, {0.9F}});
}

TEST_CASE("Linear attention forgets nothing, or everything but the token itself", "[linear]") {
  const float decay = GENERATE(1.0F, 0.9999F, 0.5F, 1e-30F);
  solve<device::bf16, 64>({1, 1, 300, {decay}});
}

TEST_CASE("Linear attention keeps heads and sequences apart", "[linear]") {
  solve<device::bf16, 64>({2, 2, 130, {0.99F, 0.9F, 1.0F, 0.8F}});
}

TEST_CASE("Blocks divide the columns of V", "[linear]") { solve<device::bf16, 128>({1, 1, 200, {0.95F}}); }

TEST_CASE("Linear attention in fp16", "[linear]") { solve<device::fp16, 64>({1, 1, 200, {0.95F}}); }

}  // namespace tilewright::kernels::TEST_FILE
