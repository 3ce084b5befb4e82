#include "explore/study/map_settings.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

MapSettings read(const std::string& text) {
  return parse_map_settings(Yaml::parse("map: " + text, "s.yaml").at("map"));
}

std::string error_of(const std::string& text) {
  return message_of([&] { read(text); });
}

}  // namespace

TEST_CASE("a search of a study has an objective, and a limit and a space if it says so") {
  const MapSettings all = read("{objective: traffic, time_limit: 500 ms, space: spaces/few.yaml}");
  CHECK(all.text == "traffic");
  CHECK(all.objective.measures() == std::vector{Metric::traffic});
  CHECK(all.time_limit_s == 0.5);
  CHECK(all.space == "spaces/few.yaml");
  const MapSettings least = read("{objective: edp}");
  CHECK(std::isinf(least.time_limit_s));
  CHECK(least.space.empty());
}

TEST_CASE("settings of a search that are wrong") {
  CHECK(error_of("{time_limit: 5 s}") == "s.yaml:1:6: map: missing key 'objective'");
  CHECK(error_of("{objective: spped}") ==
        "s.yaml:1:18: map.objective: no objective 'spped'; known: time, energy, traffic, buffer, edp");
  CHECK(error_of("{objective: \"time,energy\"}") ==
        "s.yaml:1:18: map.objective: expected one objective, as a point has one mapping, got 'time,energy'");
  CHECK(error_of("{objective: edp, time_limit: 5 B}") ==
        "s.yaml:1:35: map.time_limit: expected a value in s, got '5 B' (in B)");
  CHECK(error_of("{objective: edp, time_limit: 0}") ==
        "s.yaml:1:35: map.time_limit: expected a number from 1e-06 to 1000000000 s, got '0'");
  CHECK(error_of("{objective: edp, time_limits: 5 s}") ==
        "s.yaml:1:23: map.time_limits: unknown key; did you mean 'time_limit'?");
}

}  // namespace tilewright::test::TEST_FILE
