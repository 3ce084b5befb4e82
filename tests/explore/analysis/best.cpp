#include "explore/analysis/best.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "tests/common/messages.hpp"
#include "tests/explore/analysis/rows.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

const double none = std::nan("");
using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("the Pareto set by hand", "[analysis]") {
  const std::vector<Record> rows = {
      row_of("a", 1, "x", 1, 9), row_of("a", 2, "x", 2, 5),    row_of("a", 3, "x", 3, 5), row_of("b", 1, "y", 4, 1),
      row_of("b", 2, "y", 2, 5), row_of("b", 3, "y", none, 0), row_of("b", 4, "y", 1, 10)};
  const ParetoSet both = pareto_set(rows, {{"time_s"}, {"area_m2"}});
  CHECK(both.rows == Places{0, 1, 3, 4});
  CHECK(both.without_value == 1);
  CHECK(pareto_set(rows, {{"time_s"}}).rows == Places{0, 6});
  CHECK(pareto_set(rows, {{"time_s"}, {"area_m2", true}}).rows == Places{6});
  CHECK(pareto_set(rows, {{"time_s", true}, {"area_m2", true}}).rows == Places{2, 3, 6});
}

TEST_CASE("a Pareto set is what no row beats, and all of it", "[analysis]") {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> value(0, 12);
  std::vector<Record> rows;
  for (int i = 0; i < 400; ++i) {
    Record row = row_of("a", i, "x", value(random), value(random));
    row.add("energy_J", static_cast<double>(value(random)));
    rows.push_back(row);
  }
  const std::vector<Aim> aims = {{"time_s"}, {"area_m2", true}, {"energy_J"}};
  const auto beats = [&](const Record& a, const Record& b) {
    bool better = false;
    for (const Aim& aim : aims) {
      const double sign = aim.largest ? -1 : 1;
      const double x = sign * *a.number(aim.field);
      const double y = sign * *b.number(aim.field);
      if (x > y) return false;
      better = better || x < y;
    }
    return better;
  };
  Places expected;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (std::none_of(rows.begin(), rows.end(), [&](const Record& other) { return beats(other, rows[i]); }))
      expected.push_back(i);
  CHECK(pareto_set(rows, aims).rows == expected);
}

TEST_CASE("the best of each group", "[analysis]") {
  const std::vector<Record> rows = {row_of("a", 1, "x", 3), row_of("a", 2, "y", 2),    row_of("b", 1, "x", 1),
                                    row_of("b", 2, "y", 2), row_of("c", 1, "z", none), row_of("c", 2, "x", none)};
  const auto by_model = best_of(rows, {"time_s"}, {"point.model"});
  REQUIRE(by_model.size() == 3);
  CHECK(by_model[0].row == 2);
  CHECK(by_model[0].equal == 1);
  CHECK(by_model[0].rows == 3);
  CHECK(by_model[0].without_value == 1);
  CHECK(by_model[1].row == 1);
  CHECK(by_model[1].equal == 2);
  CHECK(by_model[2].equal == 0);
  const auto all = best_of(rows, {"time_s", true}, {});
  REQUIRE(all.size() == 1);
  CHECK(all[0].row == 0);
  CHECK(all[0].without_value == 2);
  CHECK(best_of(rows, {"time_s"}, {"series", "point.model"}).size() == 6);
}

TEST_CASE("aims as text", "[analysis]") {
  const auto aims = parse_aims("time_s,max:mask.pairs");
  REQUIRE(aims.size() == 2);
  CHECK_FALSE(aims[0].largest);
  CHECK(aims[1].field == "mask.pairs");
  CHECK(aims[1].largest);
  const auto message = [](const std::string& text) { return message_of([&] { (void)parse_aims(text); }); };
  CHECK(message("") == "'': expected a field, as in time_s or max:mask.pairs");
  CHECK(message("time_s,") == "'': expected a field, as in time_s or max:mask.pairs");
  CHECK(message("max:") == "'max:': expected a field, as in time_s or max:mask.pairs");
  CHECK(message("time_s,max:time_s") == "'time_s,max:time_s': 'time_s' is named twice");
}

}  // namespace tilewright::test::TEST_FILE
