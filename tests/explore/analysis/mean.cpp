#include "explore/analysis/mean.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/explore/analysis/rows.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("means by hand", "[analysis]") {
  const std::vector<Record> rows = {row_of("a", 1, "x", 1), row_of("a", 2, "y", 4), row_of("b", 1, "x", 16),
                                    row_of("b", 2, "y", std::nan("")), row_of("c", 1, "x", std::nan(""))};
  const auto mean = [&](const std::string& text, const std::vector<std::string>& by) {
    return means_of(rows, parse_mean(text), by);
  };
  CHECK(*mean("arithmetic:time_s", {})[0].mean == Approx(7));
  CHECK(*mean("geometric:time_s", {})[0].mean == Approx(4));
  CHECK(*mean("harmonic:time_s", {})[0].mean == Approx(3 / (1 + 1.0 / 4 + 1.0 / 16)));
  CHECK(mean("geometric:time_s", {})[0].values == 3);
  CHECK(mean("geometric:time_s", {})[0].without_value == 2);
  const auto by_series = mean("geometric:time_s", {"series"});
  REQUIRE(by_series.size() == 3);
  CHECK(*by_series[0].mean == Approx(2));
  CHECK(*by_series[1].mean == Approx(16));
  CHECK_FALSE(by_series[2].mean);
  CHECK(by_series[2].without_value == 1);
}

TEST_CASE("means that there are none of", "[analysis]") {
  const std::vector<Record> rows = {row_of("a", 1, "x", 1), row_of("a", 2, "y", 0)};
  CHECK(message_of([&] {
          (void)means_of(rows, {MeanKind::geometric, "time_s"}, {});
        }) == "geometric mean of 'time_s': a value is 0, and not above 0");
  CHECK(*means_of(rows, {MeanKind::arithmetic, "time_s"}, {})[0].mean == 0.5);
  const auto message = [](const std::string& text) { return message_of([&] { (void)parse_mean(text); }); };
  CHECK(message("time_s") == "'time_s': expected KIND:FIELD, as in geometric:time_s");
  CHECK(message("geometric:") == "'geometric:': expected KIND:FIELD, as in geometric:time_s");
  CHECK(message("geometrc:time_s") == "'geometrc:time_s': no mean 'geometrc'; did you mean 'geometric'?");
}

}  // namespace tilewright::test::TEST_FILE
