#include "kernels/decode/stream_k.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/emulator/emulate.hpp"
#include "tests/kernels/decode/random_decode.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using Small = DecodeTiling<device::bf16, 64, 1, 16, 3>;

/// A launch's workspace, which later launches use again.
template <class Tiling>
class Workspace {
 public:
  Workspace(int blocks, int outputs)
      : blocks_(blocks),
        partials_(static_cast<std::size_t>(partials_B(2 * blocks, Tiling::rows, Tiling::D)) / sizeof(float), NAN),
        finished_(static_cast<std::size_t>(outputs), 0) {}

  void run(DecodeCase<typename Tiling::T, Tiling::D>& problem, std::uint64_t seed) {
    const Partials partials = partials_at(partials_.data(), 2 * blocks_, Tiling::rows, Tiling::D);
    emulate<StreamK<Tiling>>({blocks_}, {problem.params(), partials, finished_.data()}, {seed});
    CHECK(std::count(finished_.begin(), finished_.end(), 0) == static_cast<std::ptrdiff_t>(finished_.size()));
  }

 private:
  int blocks_;
  std::vector<float> partials_;
  std::vector<int> finished_;
};

template <class Tiling>
void solve(const DecodeSize& size, int blocks, std::uint64_t seed = 1) {
  DecodeCase<typename Tiling::T, Tiling::D> problem(size, seed);
  const int groups = row_groups_of<Tiling::rows>(problem.params());
  Workspace<Tiling>(blocks, size.sequences * size.kv_heads * groups).run(problem, seed);
  problem.check();
}

}  // namespace

TEST_CASE("Stream-K agrees with attention for any number of blocks", "[decode]") {
  const int blocks = GENERATE(1, 2, 5, 7, 18, 30);  // of 2 outputs of 9 tiles
  const std::uint64_t seed = GENERATE(1, 2);
  solve<Small>({1, 8, 2, 1, 530}, blocks, seed);
}

TEST_CASE("Stream-K takes sequences of unlike lengths, empty ones too", "[decode]") {
  const int blocks = GENERATE(1, 4, 11);
  solve<Small>({5, 4, 2, 1, 400, false, {200, 0, 1, 400, 65}}, blocks);
}

TEST_CASE("Stream-K takes more sequences than a warp has lanes", "[decode]") {
  std::vector<int> lengths(70);
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] = static_cast<int>(i * 37 % 130);
  const int blocks = GENERATE(3, 9);
  solve<Small>({70, 1, 1, 1, 130, false, lengths}, blocks);
}

TEST_CASE("Stream-K lets a query see the keys up to its own", "[decode]") {
  const int blocks = GENERATE(1, 3, 8);
  solve<Small>({4, 6, 2, 3, 200, true, {200, 2, 64, 66}}, blocks);
}

TEST_CASE("Stream-K in other types, head dimensions and row tiles", "[decode]") {
  SECTION("fp16") { solve<DecodeTiling<device::fp16, 64, 1, 16, 3>>({1, 4, 1, 1, 300}, 2); }
  SECTION("128 columns, two tiles") { solve<DecodeTiling<device::bf16, 128, 2, 16, 3>>({1, 20, 1, 1, 300}, 3); }
  SECTION("several outputs per KV head") { solve<Small>({1, 6, 2, 8, 100, true, {}}, 3); }
}

TEST_CASE("Stream-K gives the same bits whoever is last, and leaves its workspace ready", "[decode]") {
  DecodeCase<device::bf16, 64> first({1, 8, 2, 1, 530});
  DecodeCase<device::bf16, 64> second({1, 8, 2, 1, 530});
  Workspace<Small> workspace(7, 2);
  workspace.run(first, 1);
  workspace.run(second, 99);
  CHECK(std::memcmp(first.o().data(), second.o().data(), first.o().size() * 2) == 0);
}

}  // namespace tilewright::kernels::TEST_FILE
