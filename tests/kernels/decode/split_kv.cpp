#include "kernels/decode/split_kv.hpp"

#include <cstring>

#include "kernels/emulator/emulate.hpp"
#include "tests/kernels/decode/random_decode.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

template <class Tiling>
void run(DecodeCase<typename Tiling::T, Tiling::D>& problem, int splits, std::uint64_t seed) {
  const DecodeParams<typename Tiling::T> params = problem.params();
  const int outputs = params.sequences * params.kv_heads * row_groups_of<Tiling::rows>(params);
  std::vector<float> workspace(
      static_cast<std::size_t>(partials_B(std::int64_t{outputs} * splits, Tiling::rows, Tiling::D)) / sizeof(float),
      NAN);
  const SplitKvParams<typename Tiling::T> split{
      params, partials_at(workspace.data(), std::int64_t{outputs} * splits, Tiling::rows, Tiling::D)};
  emulate<SplitKv<Tiling>>({outputs, splits}, split, {seed});
  using Merge = SplitKvMerge<Tiling>;
  if (splits > 1) emulate<Merge>({outputs, Merge::row_blocks}, {split, splits}, {seed});
}

template <class Tiling>
void solve(const DecodeSize& size, int splits, std::uint64_t seed = 1) {
  DecodeCase<typename Tiling::T, Tiling::D> problem(size, seed);
  run<Tiling>(problem, splits, seed);
  problem.check();
}

using Small = DecodeTiling<device::bf16, 64, 1, 16, 3>;

}  // namespace

TEST_CASE("Split-KV agrees with attention for any number of splits", "[decode]") {
  const int splits = GENERATE(1, 2, 3, 9, 20);
  const std::uint64_t seed = GENERATE(1, 2);
  solve<Small>({1, 8, 2, 1, 530}, splits, seed);
}

TEST_CASE("Split-KV takes sequences of unlike lengths, empty ones too", "[decode]") {
  const int splits = GENERATE(1, 3);
  solve<Small>({5, 4, 2, 1, 200, false, {200, 0, 1, 64, 65}}, splits);
}

TEST_CASE("Split-KV lets a query see the keys up to its own", "[decode]") {
  const int splits = GENERATE(1, 4);
  solve<Small>({4, 6, 2, 3, 200, true, {200, 2, 64, 66}}, splits);
}

TEST_CASE("Split-KV takes rows by one or two mma tiles, and several outputs per KV head", "[decode]") {
  SECTION("two tiles") { solve<DecodeTiling<device::bf16, 64, 2, 16, 3>>({1, 6, 2, 8, 100, true, {}}, 2); }
  SECTION("two outputs") { solve<Small>({1, 6, 2, 8, 100, true, {}}, 2); }
}

TEST_CASE("Split-KV in other types, head dimensions and stages", "[decode]") {
  SECTION("fp16") { solve<DecodeTiling<device::fp16, 64, 1, 16, 3>>({1, 4, 1, 1, 300}, 2); }
  SECTION("32 keys a warp") { solve<DecodeTiling<device::bf16, 64, 1, 32, 3>>({1, 4, 1, 2, 700}, 2); }
  SECTION("128 columns") { solve<DecodeTiling<device::bf16, 128, 1, 16, 3>>({1, 4, 1, 1, 300}, 2); }
  SECTION("128 columns, queries in shared memory") {
    solve<DecodeTiling<device::bf16, 128, 2, 16, 3>>({1, 20, 1, 1, 300}, 2);
  }
  SECTION("two stages") { solve<DecodeTiling<device::bf16, 64, 1, 16, 2>>({1, 4, 1, 1, 700}, 2); }
  SECTION("four stages") { solve<DecodeTiling<device::bf16, 64, 1, 16, 4>>({1, 4, 1, 1, 700}, 2); }
}

TEST_CASE("Split-KV gives the same bits for every order of events", "[decode]") {
  DecodeCase<device::bf16, 64> first({1, 4, 1, 1, 400});
  DecodeCase<device::bf16, 64> second({1, 4, 1, 1, 400});
  run<Small>(first, 3, 1);
  run<Small>(second, 3, 99);
  CHECK(std::memcmp(first.o().data(), second.o().data(), first.o().size() * 2) == 0);
}

TEST_CASE("Split-KV leaves lse alone where nobody wants it", "[decode]") {
  DecodeCase<device::bf16, 64> problem({1, 4, 1, 1, 70});
  DecodeParams<device::bf16> params = problem.params();
  params.lse = nullptr;
  CHECK_NOTHROW(emulate<SplitKv<Small>>({1, 1}, {params, {}}));
}

}  // namespace tilewright::kernels::TEST_FILE
