#include "sim/kernel/shape.hpp"

#include <catch2/catch.hpp>

#include "mappings/kernel/kernel_choice.hpp"
#include "tests/common/messages.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a property of the masks is one that all heads have") {
  const auto of = [](const std::string& mask) { return shape_of(small_problem(mask, 64, 2)).mask; };
  CHECK(of("causal") == MaskProperties{.causal = true});
  CHECK(of("1 * causal + 1 * sliding,left=9") == MaskProperties{.causal = true});
  CHECK(of("1 * causal + 1 * dense") == MaskProperties{});
  CHECK(of("1 * sliding,left=9,right=1 + 1 * sliding,left=5") == MaskProperties{.window = true});
}

TEST_CASE("a property is one of the requests that could have it") {
  const auto of = [](const std::string& mask, const std::vector<Layout>& layouts) {
    Attention problem = small_problem(mask, 64);
    problem.requests.clear();
    for (const Layout& layout : layouts)
      problem.requests.push_back({1, layout, make_masks(parse_mask(mask), layout, 1)});
    return shape_of(problem).mask;
  };
  CHECK(of("causal", {{{1}, {40}}, {{30}, {30}}}) == MaskProperties{.causal = true});
  CHECK(of("causal", {{{1}, {40}}, {{1}, {30}}}) == MaskProperties{});
  CHECK(of("sliding,left=35", {{{1}, {40}}, {{1}, {30}}}) == MaskProperties{.window = true});
  CHECK(of("sliding,left=35", {{{30}, {30}}, {{40}, {40}}}) == MaskProperties{.causal = true, .window = true});
  Attention mixed = small_problem("causal", 64);
  mixed.requests.push_back(small_problem("dense", 32).requests[0]);
  CHECK(shape_of(mixed).mask == MaskProperties{});
}

TEST_CASE("tiles are the problem's, else the kernel's; one extent over several dimensions is flat") {
  const Kernel kernel = small_kernel();
  Tiling tiling{.query_tile = {32}, .key_tile = {}};
  choose_tiles(kernel, small_problem("dense", 64), tiling);
  CHECK(tiling.query_tile == Extents{32});
  CHECK(tiling.key_tile == Extents{8});
  Attention plane = small_problem("dense", 64);
  plane.requests[0].layout = {{8, 8}, {8, 8}};
  Tiling flat;
  choose_tiles(kernel, plane, flat);
  CHECK(flat.order == TileOrder::flat);
  CHECK(shape_of(plane, flat).q == 16);
  CHECK(shape_of(plane, flat).dimensions == 2);
}

namespace {

Count shipped(const KernelShape& shape, Count rows) {
  static const KernelFile kernel = load_kernel_file(find_kernel("flash-attention-3"));
  const TileChoice& tiles = default_tile(kernel.name, kernel.tiles, shape).tiles;
  CHECK(tiles.query == Extents{rows});
  return tiles.key[0];
}

KernelShape shape_under(const std::string& mask, double head_dim, double value_dim, double word_B) {
  KernelShape shape = shape_of(small_problem(mask, 64));
  shape.head_dim = head_dim;
  shape.value_dim = value_dim == 0 ? head_dim : value_dim;
  shape.word_B = word_B;
  return shape;
}

}  // namespace

// hopper/tile_size.h of Dao-AILab/flash-attention: the branch of each head dimension for calls that are dense,
// causal (of packed sequences too) and windowed.
TEST_CASE("the shipped table of FlashAttention-3 follows its source") {
  const auto keys = [&](const std::string& mask, double head_dim, double value_dim = 0) {
    const double rows = head_dim > 96 || (head_dim == 64 && value_dim == 256) ? 128 : value_dim == 512 ? 64 : 192;
    return shipped(shape_under(mask, head_dim, value_dim, 2), static_cast<Count>(rows));
  };
  const std::string packed = "documents,lengths=40/24,causal=1";
  for (const std::string& mask : {std::string("causal"), packed}) {
    CHECK(keys(mask, 64) == 128);
    CHECK(keys(mask, 64, 256) == 112);
    CHECK(keys(mask, 64, 512) == 64);
    CHECK(keys(mask, 96) == 144);
    CHECK(keys(mask, 128) == 128);
    CHECK(keys(mask, 192) == 112);
    CHECK(keys(mask, 192, 128) == 128);
    CHECK(keys(mask, 256) == 80);
  }
  for (const std::string mask : {"sliding,left=7", "sliding,left=3,right=4", "causal & sliding,left=9"}) {
    CHECK(keys(mask, 64) == 160);
    CHECK(keys(mask, 64, 256) == 112);
    CHECK(keys(mask, 64, 512) == 64);
    CHECK(keys(mask, 96) == 128);
    CHECK(keys(mask, 128) == 128);
    CHECK(keys(mask, 192) == 96);
    CHECK(keys(mask, 192, 128) == 96);
    CHECK(keys(mask, 256) == 64);
  }
  for (const std::string mask : {"dense", "documents,lengths=40/24"}) {
    CHECK(keys(mask, 64) == 192);
    CHECK(keys(mask, 64, 256) == 112);
    CHECK(keys(mask, 64, 512) == 64);
    CHECK(keys(mask, 96) == 144);
    CHECK(keys(mask, 128) == 176);
    CHECK(keys(mask, 192) == 112);
    CHECK(keys(mask, 192, 128) == 128);
    CHECK(keys(mask, 256) == 80);
  }
}

TEST_CASE("the shipped table of FlashAttention-3 has words of 8 bits") {
  const auto keys = [&](const std::string& mask, double head_dim) {
    return shipped(shape_under(mask, head_dim, 0, 1), head_dim > 96 ? 128 : 192);
  };
  for (const std::string mask : {"dense", "causal", "sliding,left=7"}) {
    CHECK(keys(mask, 64) == 160);
    CHECK(keys(mask, 96) == 128);
    CHECK(keys(mask, 128) == 224);
    CHECK(keys(mask, 192) == 160);
    CHECK(keys(mask, 256) == (mask == "sliding,left=7" ? 64 : 128));
  }
}

TEST_CASE("padded heads are computed and stored as wide as they are padded, and moved as they are") {
  const std::string padded = "    computes: {E: 2 * E, F: F + 16}\n";
  const PreparedKernel plain = prepare_small(small_problem("dense", 64));
  const PreparedKernel wide = prepare_small(small_problem("dense", 64), {.more = padded});
  CHECK(plain.work.visit.matrix_cycles == 16.0 * 8 * (32 + 32) / 64);
  CHECK(wide.work.visit.matrix_cycles == 16.0 * 8 * (64 + 48) / 64);
  CHECK(wide.needs.shared_B == (16 * 64 + 2 * 8 * (64 + 48)) * 2);
  CHECK(wide.read_B.front() == plain.read_B.front());
  CHECK(message_of([&] {
          (void)prepare_small(small_problem("dense", 64), {.more = "    computes: {E: 16, F: F}\n"});
        }) == "k.yaml:19:19: kernel.model.computes.E: expected at least the 32 of the heads, got 16");
  CHECK(message_of([] { (void)small_kernel({.more = "    computes: {E: E}\n"}); }).find("missing key 'F'") !=
        std::string::npos);
}

TEST_CASE("the tiles that are chosen of a kernel are its tiles, and a stage takes its place") {
  const Kernel open =
      small_kernel({.block = "{threads: 128, registers: 128, shared_B: (q * E + stages * kv * (E + F)) * word_B}",
                    .more = "    stages: 2\n    after: [{name: sum, reduces: splits}]\n"});
  const auto prepared = [&](const KernelChoice& choice) {
    return prepare(with(open, choice), one_pass(), small_gpu(), small_problem("dense", 64));
  };
  CHECK(prepared({}).tiling.query_tile == Extents{16});
  KernelChoice other;
  other.tiles = TileChoice{{32}, {16}};
  CHECK(prepared(other).tiling.query_tile == Extents{32});
  CHECK(prepared(other).tiling.key_tile == Extents{16});
  CHECK(prepared({}).needs.shared_B == (16 * 32 + 2 * 8 * 64) * 2);
  KernelChoice more;
  more.stages = 5;
  more.splits = 2;
  CHECK(prepared(more).needs.shared_B == (16 * 32 + 5 * 8 * 64) * 2);
  CHECK(prepared(more).blocks.splits == 2);
}

}  // namespace tilewright::test::TEST_FILE
