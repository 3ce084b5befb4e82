#include "measure/measurement.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/measure/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<plan::Measurement> read(const std::string& csv) {
  const TemporaryFolder folder;
  write_file(folder.path() / "r.csv", csv);
  return read_measurements(folder.path() / "r.csv");
}

std::string error(const std::string& csv) {
  const std::string message = message_of([&] { read(csv); });
  return message.substr(std::min(message.find("r.csv"), message.size()));
}

}  // namespace

TEST_CASE("a results file is read with its places") {
  plan::Measurement of = made_up(plain_row());
  of.time_s = 2e-3;
  plan::Measurement micro = made_up(micro_row("read"));
  micro.value = 3e12;
  micro.unit = "B/s";
  const auto back = read(results_csv({of, micro}));
  REQUIRE(back.size() == 2);
  CHECK(back[0].row == plain_row());
  CHECK(back[0].time_s == 2e-3);
  CHECK(back[1].value == 3e12);
  CHECK(back[1].row == micro_row("read"));
  CHECK(place_of(back[1].place).line == 3);
}

TEST_CASE("a fault has its place and the nearest word") {
  plan::Measurement of = made_up(plain_row());
  CHECK(error(results_csv({of})) == "r.csv:2: status: the row is ok, but has neither time_s nor value");
  of.time_s = 1;
  of.row.operation = "atention";
  CHECK(error(results_csv({of})) == "r.csv:2: operation: no 'atention'; did you mean 'attention'?");
  of.row.operation = "x";
  CHECK(error(results_csv({of})) ==
        "r.csv:2: operation: no 'x'; known: attention, backward, decode, passes, linear, permute, micro");
  of.row = plain_row();
  of.row.kv_heads = 3;
  CHECK(error(results_csv({of})) == "r.csv:2: kv_heads: 3 does not divide 2 heads");
  CHECK(error("") == "r.csv: is empty");
}

}  // namespace tilewright::test::TEST_FILE
