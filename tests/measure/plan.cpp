#include "measure/plan.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

std::vector<std::string> texts(const PlanRow& row) {
  const Table csv = parse_csv(plan_table({row}).str(Table::Format::csv), "plan.csv");
  std::vector<std::string> result;
  for (const Cell& cell : csv.rows.front()) result.push_back(std::get<std::string>(cell));
  return result;
}

PlanRow back(const std::vector<std::string>& cells) { return read_plan_row(cells, {"plan.csv", 2, 0}); }

/// The message for the plain row with another text in a column.
std::string error(const std::string& column, const std::string& text) {
  std::vector<std::string> cells = texts(plain_row());
  const auto at = std::ranges::find(plan_columns(), column) - plan_columns().begin();
  cells[static_cast<std::size_t>(at)] = text;
  return message_of([&] { back(cells); });
}

}  // namespace

TEST_CASE("a plan is CSV with the columns that the runner reads") {
  PlanRow row = plain_row();
  row.queries = row.keys = {30, 48, 80};
  row.q_tile = {2, 8, 8};
  row.kv_tile = {4, 4, 8};
  row.mask = "window=18x24x24,stride=2x8x8";
  row.permuted = true;
  CHECK(plan_table({row, micro_row("read")}).str(Table::Format::csv) ==
        "point,group,operation,kernel,dtype,batch,heads,kv_heads,head_dim,queries,keys,mask,blocks,q_tile,kv_tile,"
        "permuted,splits,cache,warm_up,repetitions,seed\n"
        "g/pipelined,g,attention,pipelined,bf16,1,2,2,64,30x48x80,30x48x80,\"window=18x24x24,stride=2x8x8\",,2x8x8,"
        "4x4x8,1,0,flush,0,3,1\n"
        "m/read,m,micro,read,,,,,,,,,,,,,,warm,0,1,0\n");
}

TEST_CASE("a row is read back as it was") {
  PlanRow row = plain_row();
  row.blocks = "64x64:ff";
  row.splits = 4;
  row.permuted = true;
  row.warm_up = 7;
  row.seed = 18446744073709551615U;
  CHECK(back(texts(row)) == row);
  row.q_tile = row.kv_tile = {};
  CHECK(back(texts(row)) == row);
  CHECK(back(texts(micro_row("read"))) == micro_row("read"));
}

TEST_CASE("a row that is none is refused with its place and column") {
  CHECK(error("operation", "atention") == "plan.csv:2: operation: no 'atention'; did you mean 'attention'?");
  CHECK(error("dtype", "") == "plan.csv:2: dtype: no ''; known: bf16, fp16");
  CHECK(error("cache", "cold") == "plan.csv:2: cache: no 'cold'; known: warm, flush, rotate");
  for (const std::string wrong : {"0", "-1", "", "2.5", "two", "2 "})
    CHECK(error("heads", wrong) == "plan.csv:2: heads: expected a whole number of at least 1, got '" + wrong + "'");
  CHECK(error("kv_heads", "3") == "plan.csv:2: kv_heads: 3 does not divide 2 heads");
  CHECK(error("queries", "16x32") ==
        "plan.csv:2: queries: expected as many dimensions as the keys, and at least one");
  CHECK(error("keys", "4y4").starts_with("plan.csv:2: keys: expected whole numbers"));
  CHECK(error("seed", "18446744073709551616").starts_with("plan.csv:2: seed: expected a whole number"));
}
