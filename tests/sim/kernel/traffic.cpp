#include "sim/kernel/traffic.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

using namespace tilewright;

TEST_CASE("every block fetches its tiles from the memory above; the outermost reads once what stays below it") {
  Attention problem = test::small_problem("dense", 64, 4);
  problem.kv_heads = 2;
  const PreparedKernel prepared = test::prepare_small(problem);
  const double query_B = 64 * 4 * 32 * 2;
  CHECK(prepared.read_B[LevelId::at(1)] == query_B + 4 * 4 * 64 * 64 * 2);
  CHECK(prepared.read_B.front() == query_B + 2 * 64 * 64 * 2);
  CHECK(prepared.write_B.front() == query_B);
  CHECK(prepared.read_B[LevelId::at(2)] == 0);
}

TEST_CASE("keys that do not stay are read again with every turn of their head's blocks, never more than fetched") {
  Attention problem = test::small_problem("dense", 16384);  // 2 MiB of K and V over 1 MB
  const PreparedKernel prepared = test::prepare_small(problem);
  const double once = 16384.0 * 64 * 2;
  const double turns = 1024 / prepared.slots();
  CHECK(prepared.read_B.front() == once / 2 + once * turns);
  CHECK(prepared.read_B.front() <= prepared.read_B[LevelId::at(1)]);
}

TEST_CASE("gathered tiles fetch the keys that blocks need, by whole accesses, and an index of each unit") {
  const Attention problem = test::small_problem("vertical-slash,columns=3/17", 64);
  const double query_B = 64 * 32 * 2;
  const PreparedKernel tokens = test::prepare_small(problem, {.more = "    key_tiles: gathered\n"});
  CHECK(tokens.blocks.fetched_keys() == 1 + 3 * 2);  // of Q tiles of 16
  CHECK(tokens.read_B[LevelId::at(1)] == query_B + 7 * 64 * 2 + 7 * 4);
  const PreparedKernel pages = test::prepare_small(problem, {.more = "    key_tiles: gathered\n    gather: 4\n"});
  CHECK(pages.blocks.fetched_keys() == 4 * 7);
  CHECK(pages.blocks.gathered_units() == 7);
}

TEST_CASE("a split writes the parts of 32 bits, and its reduction reads them") {
  const PreparedKernel prepared = test::prepare_small(
      test::small_problem("dense", 16), {.more = "    splits: 2\n    after: [{name: r, reduces: splits}]\n"});
  const double parts_B = 2 * 16 * (32 + 2) * 4;
  CHECK(prepared.write_B.front() == parts_B);
  REQUIRE(prepared.passes.size() == 1);
  CHECK(prepared.passes[0].read_B == parts_B);
  CHECK(prepared.passes[0].write_B == 16 * 32 * 2);
  CHECK(test::prepare_small(test::small_problem("dense", 16), {.more = "    after: [{name: r, reduces: splits}]\n"})
            .passes.empty());
}

TEST_CASE("tokens are permuted where tiles are no runs of them") {
  const test::KernelText text{.tiles = "[{q: 16, kv: 8, when: dimensions == 1}, {q: 4x4, kv: 4x2}]",
                              .more = "    before: [{name: p, moves: [Q, K, V], bandwidth: 0.5}]\n"};
  Attention plane = test::small_problem("dense", 64);
  CHECK(test::prepare_small(plane, text).passes.empty());
  plane.requests[0].layout = {{8, 8}, {8, 8}};
  plane.requests[0].masks = make_masks(parse_mask("dense"), plane.requests[0].layout, 1);
  const PreparedKernel prepared = test::prepare_small(plane, text);
  REQUIRE(prepared.passes.size() == 1);
  CHECK(prepared.passes[0].read_B == 3 * 64 * 32 * 2);
  CHECK(prepared.passes[0].write_B == prepared.passes[0].read_B);
  CHECK(prepared.passes[0].bandwidth == 0.5);
}
