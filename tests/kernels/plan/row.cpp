#include "kernels/plan/row.hpp"

#include <catch2/catch.hpp>

#include "tests/kernels/plan/random_rows.hpp"
#include "tests/kernels/plan/support.hpp"

namespace tilewright::plan::TEST_FILE {

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

}  // namespace

TEST_CASE("a row of a plan is read") {
  const Row row = read_one(plan_row("a/b"));
  CHECK(row.point == "a/b");
  CHECK(row.operation == "attention");
  CHECK(row.kernel == "pipelined");
  CHECK(row.dtype == "bf16");
  CHECK(row.heads == 8);
  CHECK(row.kv_heads == 2);
  CHECK(row.head_dim == 64);
  CHECK(row.queries == Shape{512});
  CHECK(mask_of(row).rules.at(0).causal[2]);
  CHECK(row.q_tile == Shape{128});
  CHECK_FALSE(row.permuted);
  CHECK(row.cache == Cache::warm);
  CHECK(row.warm_up == 1);
  CHECK(row.repetitions == 3);
  CHECK(row.seed == 7);
}

TEST_CASE("masks with commas and blocks are quoted cells") {
  const Row row = read_one(
      "p,g,attention,pipelined,fp16,1,8,8,64,32x32,32x32,\"window=9x9,stride=8x8\",256x64:f00ff00f0ff0ffff,16x16,"
      "8x8,1,0,flush,0,1,0\n");
  CHECK(mask_of(row).rules.at(0).stride == std::array{1, 8, 8});
  CHECK(blocks_of(row).rows == 4);
  CHECK(blocks_of(row).columns == 16);
  CHECK(row.permuted);
  CHECK(row.cache == Cache::flush);
}

TEST_CASE("a microbenchmark needs no shapes") {
  const Row row = read_one("p,micro,micro,hbm-read,,,,,,,,,,,,,,warm,1,5,0\n");
  CHECK(row.kernel == "hbm-read");
  CHECK(row.is_micro());
  CHECK(row.queries.empty());
  CHECK(row.repetitions == 5);
}

TEST_CASE("tiles may be empty") { CHECK(read_one(row_with("q_tile", "")).q_tile.empty()); }

TEST_CASE("kernels of others are known by their names") {
  CHECK(read_one(row_with("kernel", "torch-cudnn")).is_peer());
  CHECK_FALSE(read_one(plan_row("p")).is_peer());
}

TEST_CASE("a plan is CSV with one line a point") {
  Row micro;
  micro.point = "m/read";
  micro.group = "m";
  micro.operation = "micro";
  micro.kernel = "read";
  CHECK(write_plan({read_one(plan_row("p")), micro}) ==
        "point,group,operation,kernel,dtype,batch,heads,kv_heads,head_dim,queries,keys,mask,blocks,q_tile,kv_tile,"
        "permuted,splits,cache,warm_up,repetitions,seed\n" +
            plan_row("p") + "m/read,m,micro,read,,,,,,,,,,,,,,warm,0,1,0\n");
}

TEST_CASE("random rows are read back as they were written") {
  RandomRows random(31);
  std::vector<Row> rows;
  for (int n = 0; n < 500; ++n) rows.push_back(random.row("p" + std::to_string(n)));
  const std::vector<Row> back = read_plan(write_plan(rows), "plan.csv");
  REQUIRE(back.size() == rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    CAPTURE(rows[n].point, rows[n].mask);
    CHECK(back[n] == rows[n]);
  }
}

TEST_CASE("a wrong cell is refused with file, line and column") {
  CHECK(refusal("point", "") == "plan.csv:2: point: is empty");
  CHECK(refusal("operation", "train") ==
        "plan.csv:2: operation: no 'train'; known: attention, backward, decode, passes, linear, permute, micro");
  CHECK(refusal("kernel", "") == "plan.csv:2: kernel: is empty");
  CHECK(refusal("dtype", "fp32") == "plan.csv:2: dtype: no 'fp32'; known: bf16, fp16, fp8");
  CHECK(refusal("batch", "0") == "plan.csv:2: batch: expected a whole number from 1 to 2147483647, got '0'");
  CHECK(refusal("heads", "8x") == "plan.csv:2: heads: expected a whole number from 1 to 2147483647, got '8x'");
  CHECK(refusal("kv_heads", "3") == "plan.csv:2: kv_heads: 3 does not divide 8 heads");
  CHECK(refusal("queries", "") ==
        "plan.csv:2: queries: expected one to three whole numbers of at least 1, as in 16x8, got ''");
  CHECK(refusal("keys", "16x32") == "plan.csv:2: keys: '16x32' has not as many axes as the queries");
  CHECK(refusal("mask", "diagonal") ==
        "plan.csv:2: mask: 'diagonal' is no dense, causal, window=, stride=, dilation= or causal=");
  CHECK(refusal("blocks", "128x128:f") ==
        "plan.csv:2: blocks: expected 4 rows of 1 hexadecimal digits, got 1 digits");
  CHECK(refusal("blocks", "256x128:ff") == "plan.csv:2: blocks: blocks of 256 tokens are not the q_tile of 128");
  CHECK(refusal("kv_tile", "8x16") == "plan.csv:2: kv_tile: '8x16' has not as many axes as the layout 512");
  CHECK(refusal("permuted", "yes") == "plan.csv:2: permuted: expected a whole number from 0 to 1, got 'yes'");
  CHECK(refusal("cache", "cold") == "plan.csv:2: cache: no 'cold'; known: warm, flush, rotate");
  CHECK(refusal("repetitions", "0") ==
        "plan.csv:2: repetitions: expected a whole number from 1 to 2147483647, got '0'");
  for (const std::string wrong : {"-1", "+1", " 1", "1.5", "1e3", "18446744073709551616", ""})
    CHECK(refusal("seed", wrong) ==
          "plan.csv:2: seed: expected a whole number from 0 to 18446744073709551615, got '" + wrong + "'");
  CHECK(read_one(row_with("seed", "18446744073709551615")).seed == 18446744073709551615U);
  CHECK(refusal("queries", "65536x32768") == "plan.csv:2: queries: '65536x32768' are more than 2147483647 tokens");
}

TEST_CASE("a fault says its place, its column and the words that are known") {
  try {
    read_one(row_with("operation", "atention"));
    FAIL("no refusal");
  } catch (const Error& error) {
    CHECK(error.place.file == "plan.csv");
    CHECK(error.place.line == 2);
    CHECK(error.column == "operation");
    CHECK(error.message == "no 'atention'");
    CHECK(error.unknown.word == "atention");
    CHECK(error.unknown.known == operations());
  }
}

TEST_CASE("a plan has its header and no name twice") {
  CHECK(refusal_of([] { read_plan("", "plan.csv"); }).rfind("plan.csv:1: expected the header point,group,", 0) ==
        0);
  CHECK(refusal_of([] { read_plan("a,b\n1,2\n", "plan.csv"); }).rfind("plan.csv:1: expected the header", 0) == 0);
  CHECK(refusal_of([] { read_plan(plan_text(plan_row("p") + plan_row("p")), "plan.csv"); }) ==
        "plan.csv:3: point: is there twice");
  CHECK(read_plan(plan_text(""), "plan.csv").empty());
}

}  // namespace tilewright::plan::TEST_FILE
