#include "kernels/runner/plan.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/runner/support.hpp"

using namespace tilewright::kernels::runner;

namespace {

/// The row of `plan_row` with one column replaced.
std::string row_with(const std::string& column, const std::string& value) {
  std::vector<std::string> cells = read_csv(plan_row("p"), "").front().cells;
  for (std::size_t index = 0; index < cells.size(); ++index) {
    if (plan_columns()[index] == column) cells[index] = value;
  }
  return csv_line(cells);
}

std::string refusal(const std::string& column, const std::string& value) {
  return refusal_of([&] { read_plan(plan_text(row_with(column, value)), "plan.csv"); });
}

Point read_one(const std::string& row) { return read_plan(plan_text(row), "plan.csv").at(0); }

}  // namespace

TEST_CASE("a row of a plan becomes a point") {
  const Point point = read_one(plan_row("a/b"));
  CHECK(point.point == "a/b");
  CHECK(point.operation == "attention");
  CHECK(point.kernel == "pipelined");
  CHECK(point.dtype == "bf16");
  CHECK(point.heads == 8);
  CHECK(point.kv_heads == 2);
  CHECK(point.head_dim == 64);
  CHECK(point.queries == Shape{1, {1, 1, 512}});
  CHECK(point.mask.rules.at(0).causal[2]);
  CHECK(point.q_tile.product() == 128);
  CHECK_FALSE(point.permuted);
  CHECK(point.cache == Cache::warm);
  CHECK(point.warm_up == 1);
  CHECK(point.repetitions == 3);
  CHECK(point.seed == 7);
  CHECK(csv_line(point.cells) == plan_row("a/b"));
}

TEST_CASE("masks with commas and blocks are quoted cells") {
  const Point point = read_one(
      "p,g,attention,pipelined,fp16,1,8,8,64,32x32,32x32,\"window=9x9,stride=8x8\",256x64:f00ff00f0ff0ffff,16x16,"
      "8x8,1,"
      "0,flush,0,1,0\n");
  CHECK(point.mask.rules.at(0).stride == std::array{1, 8, 8});
  CHECK(point.blocks.rows == 4);
  CHECK(point.blocks.columns == 16);
  CHECK(point.permuted);
  CHECK(point.cache == Cache::flush);
}

TEST_CASE("a microbenchmark needs no shapes") {
  const Point point = read_one("p,micro,micro,hbm-read,,,,,,,,,,,,,,warm,1,5,0\n");
  CHECK(point.kernel == "hbm-read");
  CHECK(point.queries.dimensions == 0);
  CHECK(point.repetitions == 5);
}

TEST_CASE("tiles may be empty") { CHECK(read_one(row_with("q_tile", "")).q_tile.dimensions == 0); }

TEST_CASE("kernels of others are known by their names") {
  CHECK(is_peer(read_one(row_with("kernel", "torch-cudnn"))));
  CHECK_FALSE(is_peer(read_one(plan_row("p"))));
}

TEST_CASE("a wrong cell is refused with file, line and column") {
  CHECK(refusal("point", "") == "plan.csv:2: point: is empty");
  CHECK(refusal("operation", "train") ==
        "plan.csv:2: operation: 'train' is none of attention, decode, passes, linear, permute, micro");
  CHECK(refusal("kernel", "") == "plan.csv:2: kernel: is empty");
  CHECK(refusal("dtype", "fp32") == "plan.csv:2: dtype: 'fp32' is none of bf16, fp16");
  CHECK(refusal("batch", "0") == "plan.csv:2: batch: '0' is no whole number from 1 to 2147483647");
  CHECK(refusal("heads", "8x") == "plan.csv:2: heads: '8x' is no whole number from 1 to 2147483647");
  CHECK(refusal("kv_heads", "3") == "plan.csv:2: kv_heads: 3 does not divide 8 heads");
  CHECK(refusal("queries", "") ==
        "plan.csv:2: queries: '' is not one to three whole numbers of at least 1, as in 16x8");
  CHECK(refusal("keys", "16x32") == "plan.csv:2: keys: '16x32' has not as many axes as the queries");
  CHECK(refusal("mask", "diagonal") ==
        "plan.csv:2: mask: 'diagonal' is no dense, causal, window=, stride=, dilation= or causal=");
  CHECK(refusal("blocks", "128x128:f") ==
        "plan.csv:2: blocks: expected 4 rows of 1 hexadecimal digits, got 1 digits");
  CHECK(refusal("blocks", "256x128:ff") == "plan.csv:2: blocks: blocks of 256 tokens are not the q_tile of 128");
  CHECK(refusal("kv_tile", "8x16") == "plan.csv:2: kv_tile: '8x16' has not as many axes as the layout 512");
  CHECK(refusal("permuted", "yes") == "plan.csv:2: permuted: 'yes' is none of 0, 1");
  CHECK(refusal("cache", "cold") == "plan.csv:2: cache: 'cold' is none of warm, flush, rotate");
  CHECK(refusal("repetitions", "0") == "plan.csv:2: repetitions: '0' is no whole number from 1 to 2147483647");
  CHECK(refusal("seed", "-1") == "plan.csv:2: seed: '-1' is no whole number from 0 to 9223372036854775807");
}

TEST_CASE("a plan has its header and no name twice") {
  CHECK(refusal_of([] { read_plan("", "plan.csv"); }).rfind("plan.csv:1: expected the header point,group,", 0) ==
        0);
  CHECK(refusal_of([] { read_plan("a,b\n1,2\n", "plan.csv"); }).rfind("plan.csv:1: expected the header", 0) == 0);
  CHECK(refusal_of([] { read_plan(plan_text(plan_row("p") + plan_row("p")), "plan.csv"); }) ==
        "plan.csv:3: point: is there twice");
  CHECK(read_plan(plan_text(""), "plan.csv").empty());
}
