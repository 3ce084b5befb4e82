#include "sim/systemc/trace.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a trace has the rows and slices that it was given, in microseconds of its clock") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "trace.json";
  Trace trace({.file = file, .processes = 2, .most_slices = 2}, {2e9, "array_cycles"});
  CHECK(trace.shows(1));
  CHECK_FALSE(trace.shows(2));
  trace.name_process(1, "array \"1\"");
  trace.name_row(1, 3, "row");
  trace.add({1, 3, "Z", 1000, 3000, Colour::work, "why"});
  trace.add({1, 3, "nothing", 3000, 3000, Colour::wait});
  trace.add({1, 3, "Y", 3000, 4000, Colour::wait});
  trace.add({1, 3, "late", 5000, 6000, Colour::wait});
  trace.finish(6000, {{"about", "a test"}, {"arrays", 4.0}});
  const auto json = nlohmann::json::parse(read_file(file));
  const auto& events = json["traceEvents"];
  REQUIRE(events.size() == 5);
  CHECK(events[0]["args"]["name"] == "array \"1\"");
  CHECK(events[1]["args"]["name"] == "row");
  CHECK(events[3]["ts"].get<double>() == Approx(0.5));
  CHECK(events[3]["dur"].get<double>() == Approx(1));
  CHECK(events[3]["args"]["array_cycles"] == 2000);
  CHECK(events[3]["args"]["detail"] == "why");
  CHECK(events[4]["name"] == "Y");
  const auto& about = json["metadata"];
  CHECK(about["about"] == "a test");
  CHECK(about["arrays"] == 4);
  CHECK(about["array_cycles"] == 6000);
  CHECK(about["time_s"].get<double>() == Approx(3e-6));
  CHECK(about["left_out"].get<std::string>() ==
        "slices that are written after the first 2: those from about 2.500 us on");
}

TEST_CASE("a trace without an end leaves no file, nor a part of one") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "trace.json";
  {
    const Trace trace({.file = file}, {1e9, "cycles"});
    CHECK(std::filesystem::exists(file.string() + ".part"));
  }
  CHECK(!std::filesystem::exists(file.string() + ".part"));
  CHECK(!std::filesystem::exists(file));
}

}  // namespace tilewright::test::TEST_FILE
