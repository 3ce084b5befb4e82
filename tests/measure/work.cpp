#include "measure/work.hpp"

#include <catch2/catch.hpp>

#include "einsum/mask/census.hpp"
#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

plan::Row row_of(const std::string& operation) {
  plan::Row row = plain_row();
  row.operation = operation;
  return row;
}

}  // namespace

TEST_CASE("attention is 4 FLOP per pair and element, and every tensor once") {
  const auto dense = work_of(plain_row());
  CHECK(dense->flops == 4.0 * 2 * 512 * 512 * 64);
  CHECK(dense->read_B == 3.0 * 2 * 512 * 64 * 2);
  CHECK(dense->write_B == 1.0 * 2 * 512 * 64 * 2);
  plan::Row row = plain_row();
  row.mask = "causal";
  CHECK(work_of(row)->flops == 4.0 * 2 * 512 * 513 / 2 * 64);
  row.mask = "window=100,stride=100";
  CHECK(work_of(row)->flops == 4.0 * 2 * 512 * 100 * 64);
  row.batch = 3;
  CHECK(work_of(row)->flops == 3 * 4.0 * 2 * 512 * 100 * 64);
}

TEST_CASE("inputs of 8 bits have a byte each, the output two") {
  plan::Row row = plain_row();
  row.dtype = "fp8";
  CHECK(work_of(row)->flops == work_of(plain_row())->flops);
  CHECK(work_of(row)->read_B == 3.0 * 2 * 512 * 64);
  CHECK(work_of(row)->write_B == 1.0 * 2 * 512 * 64 * 2);
}

TEST_CASE("heads that share keys read them once, and heads may differ") {
  plan::Row row = plain_row();
  row.heads = 8;
  row.kv_heads = 2;
  row.mask = "4 * dense + 4 * window=1";
  const auto work = work_of(row);
  CHECK(work->flops == 4.0 * 64 * (4 * 512 * 512 + 4 * 512));
  CHECK(work->read_B == (8.0 + 2 * 2) * 512 * 64 * 2);
}

TEST_CASE("blocks are counted") {
  plan::Row row = plain_row();
  row.blocks = "256x256:48";
  CHECK(work_of(row)->flops == 4.0 * 2 * (2 * 256 * 256) * 64);
}

TEST_CASE("a backward pass is 10 FLOP per pair and element, of five tensors, and gives three") {
  plan::Row row = row_of("backward");
  row.heads = 8;
  row.kv_heads = 2;
  row.mask = "causal";
  const auto work = work_of(row);
  CHECK(work->flops == 10.0 * 8 * 512 * 513 / 2 * 64);
  CHECK(work->read_B == (3.0 * 8 + 2 * 2) * 512 * 64 * 2);
  CHECK(work->write_B == (8.0 + 2 * 2) * 512 * 64 * 2);
  row.mask = "window=1";  // what no query needs is read by none, but has a gradient
  row.queries = {256};
  CHECK(work_of(row)->flops == 10.0 * 8 * 256 * 64);
  CHECK(work_of(row)->read_B == (3.0 * 8 + 2 * 2) * 256 * 64 * 2);
  CHECK(work_of(row)->write_B == (8.0 * 256 + 2 * 2 * 512) * 64 * 2);
  CHECK(message_of([&] { attention_of(row); }) == "point 'g/pipelined': backward is no attention");
}

TEST_CASE("decoding reads all keys for one query") {
  plan::Row row = row_of("decode");
  row.queries = {1};
  row.q_tile = row.kv_tile = {};
  const auto work = work_of(row);
  CHECK(work->flops == 4.0 * 2 * 512 * 64);
  CHECK(work->read_B == 2.0 * (1 + 2 * 512) * 64 * 2);
}

TEST_CASE("linear attention grows with the tokens, not with their square") {
  plan::Row row = row_of("linear");
  row.q_tile = row.kv_tile = {};
  CHECK(work_of(row)->flops == 2 * (4.0 * 64 * 512 + 4.0 * 64 * 64 * 511));
  row.q_tile = {64};
  CHECK(work_of(row)->flops == 2 * (4.0 * 64 * 512 * 65 / 2 + 4.0 * 64 * 64 * (512 - 64)));
}

TEST_CASE("a permutation computes nothing, and a microbenchmark has no shapes") {
  const auto work = work_of(row_of("permute"));
  CHECK_FALSE(work->flops);
  CHECK(work->read_B == 2.0 * 512 * 64 * 2);
  CHECK(work->write_B == work->read_B);
  CHECK_FALSE(work_of(micro_row("read")));
}

TEST_CASE("a row is a problem of the ladder") {
  plan::Row row = plain_row();
  row.queries = row.keys = {30, 48, 80};
  row.mask = "window=18x24x24";
  row.q_tile = row.kv_tile = {2, 8, 8};
  const Attention problem = attention_of(row);
  const Tiling tiling = tiling_of(row);
  CHECK(problem.requests[0].layout.keys == Extents{30, 48, 80});
  CHECK(tiling.query_tile == Extents{2, 8, 8});
  CHECK(problem.heads() == 2);
  CHECK(count_tiles(problem.requests[0].masks.front().mask, tiling).visited == 148896);
  row.q_tile = row.kv_tile = {};
  CHECK(tiling_of(row).query_tile == Extents{1, 1, 80});
  CHECK(message_of([] { attention_of(row_of("permute")); }) == "point 'g/pipelined': permute is no attention");
}

}  // namespace tilewright::test::TEST_FILE
