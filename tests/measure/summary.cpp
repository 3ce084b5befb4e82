#include "measure/summary.hpp"

#include <catch2/catch.hpp>

#include "tests/measure/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

plan::Measurement measured(double time_s) {
  plan::Measurement of;
  of.row = plain_row();
  of.time_s = of.time_min_s = of.time_max_s = time_s;
  return of;
}

}  // namespace

TEST_CASE("the summary has rates where there is a time") {
  plan::Measurement right = measured(1e-3);
  right.error = 0.002;
  plan::Measurement micro;
  micro.row = micro_row("read");
  micro.value = 3e12;
  micro.unit = "B/s";
  plan::Measurement wrong;
  wrong.row = plain_row();
  wrong.status = plan::Status::wrong;
  wrong.message = "differs";
  CHECK(summary_of({right, micro, wrong}).str(Table::Format::csv) ==
        "point,time_s,TFLOP_per_s,B_per_s,value,unit,error,status,message\n"
        "g/pipelined,0.001,0.134217728,524288000,,,0.002,ok,\n"
        "m/read,,,,3000000000000,B/s,,ok,\n"
        "g/pipelined,,,,,,,wrong,differs\n");
}

TEST_CASE("points with scattered samples are told") {
  plan::Measurement unsteady = measured(1e-3);
  unsteady.time_max_s = 1.3e-3;
  CHECK(unsteady_points({measured(1), unsteady}, 0.2) ==
        std::vector<std::string>{"g/pipelined: samples lie 30 % of their median apart, more than 20 %"});
  CHECK(unsteady_points({unsteady}, 0.4).empty());
}

TEST_CASE("wrong and failed results are faults, unsupported ones are none") {
  plan::Measurement of = measured(1);
  for (const auto& [status, right] :
       {std::pair(plan::Status::ok, true), std::pair(plan::Status::unsupported, true),
        std::pair(plan::Status::wrong, false), std::pair(plan::Status::failed, false)}) {
    of.status = status;
    CHECK(all_right({measured(1), of}) == right);
  }
}

TEST_CASE("of a results file the rows of a plan count, the last of each") {
  plan::Measurement other = measured(7);
  other.row.seed = 2;
  const auto chosen = measurements_of({plain_row(), micro_row("none")}, {measured(1), other, measured(3)});
  REQUIRE(chosen.size() == 1);
  CHECK(chosen.front().time_s == 3.0);
}

}  // namespace tilewright::test::TEST_FILE
