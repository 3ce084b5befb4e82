#include "common/units.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace tilewright::test::TEST_FILE {

namespace {

void check_unit(const std::string& name, double scale, const Dimension& dimension) {
  INFO(name);
  const std::optional<Unit> unit = find_unit(name);
  REQUIRE(unit);
  CHECK(unit->scale == Approx(scale).epsilon(1e-12));
  CHECK(unit->dimension == dimension);
}

}  // namespace

TEST_CASE("units are known by name") {
  check_unit("B", 1, dimension::bytes);
  check_unit("kB", 1e3, dimension::bytes);
  check_unit("KiB", 1024, dimension::bytes);
  check_unit("MiB", 1048576, dimension::bytes);
  check_unit("GB", 1e9, dimension::bytes);
  check_unit("Gbit", 0.125e9, dimension::bytes);
  check_unit("GiB/s", 1073741824, dimension::bytes_per_second);
  check_unit("MHz", 1e6, dimension::hertz);
  check_unit("ns", 1e-9, dimension::seconds);
  check_unit("pJ", 1e-12, dimension::joules);
  check_unit("pJ/s", 1e-12, dimension::watts);
  check_unit("mW", 1e-3, dimension::watts);
  check_unit("m2", 1, dimension::square_metres);
  check_unit("mm2", 1e-6, dimension::square_metres);
  check_unit("cm2", 1e-4, dimension::square_metres);
  check_unit("um2", 1e-12, dimension::square_metres);
  check_unit("nm2", 1e-18, dimension::square_metres);
  check_unit("pJ/B", 1e-12, dimension::joules - dimension::bytes);
}

TEST_CASE("byte counts of binary units are exact") {
  CHECK(find_unit("MiB")->scale == 1048576);
  CHECK(find_unit("TiB")->scale == 1099511627776);
}

TEST_CASE("what is not a unit is nothing") {
  for (const char* name : {"", "K", "M", "G", "KB", "mib", "GiB/", "/s", "GiB/h", "B/B", "GiB/s/s", "ks"}) {
    INFO(name);
    CHECK_FALSE(find_unit(name));
  }
}

TEST_CASE("every unit is found by the name that it is listed with") {
  CHECK(unit_names().size() > 50);
  for (const std::string& name : unit_names()) CHECK(find_unit(name));
}

TEST_CASE("dimensions add up in products and quotients") {
  CHECK(dimension::bytes - dimension::seconds == dimension::bytes_per_second);
  CHECK(dimension::watts + dimension::seconds == dimension::joules);
  CHECK((dimension::bytes - dimension::bytes).plain());
  CHECK_FALSE(dimension::bytes.plain());
}

TEST_CASE("a dimension names its SI unit") {
  CHECK(dimension::number.unit() == "");
  CHECK(dimension::bytes.unit() == "B");
  CHECK(dimension::bytes_per_second.unit() == "B/s");
  CHECK(dimension::hertz.unit() == "Hz");
  CHECK(dimension::watts.unit() == "W");
  CHECK(dimension::square_metres.unit() == "m2");
  CHECK((dimension::joules - dimension::bytes).unit() == "J/B");
  CHECK((dimension::joules + dimension::bytes).unit() == "B*J");
  CHECK((dimension::hertz + dimension::hertz).unit() == "1/s2");
}

TEST_CASE("quantities are printed with decimal prefixes") {
  CHECK(pretty(402.7e6, dimension::bytes) == "402.7 MB");
  CHECK(pretty(1.97e9, dimension::bytes_per_second) == "1.97 GB/s");
  CHECK(pretty(2.01e-3, dimension::seconds) == "2.01 ms");
  CHECK(pretty(940e6, dimension::hertz) == "940 MHz");
  CHECK(pretty(249.6e-12, dimension::joules) == "249.6 pJ");
  CHECK(pretty(0.5e-6, dimension::square_metres) == "0.5 mm2");
  CHECK(pretty(0.5e-12, dimension::square_metres) == "0.5 um2");
  CHECK(pretty(2000e-12, dimension::square_metres) == "2000 um2");
  CHECK(pretty(814e-6, dimension::square_metres) == "814 mm2");
  CHECK(pretty(1e-12, dimension::joules - dimension::bytes) == "1 pJ/B");
  CHECK(pretty(0.25, dimension::bytes) == "0.25 B");
  CHECK(pretty(-2e3, dimension::bytes) == "-2 kB");
  CHECK(pretty(4000, dimension::seconds) == "4000 s");
}

TEST_CASE("rounding carries into the next prefix") {
  CHECK(pretty(999.94e6, dimension::bytes) == "999.9 MB");
  CHECK(pretty(999.96e6, dimension::bytes) == "1 GB");
}

TEST_CASE("odd quantities are printed as they are") {
  CHECK(pretty(0, dimension::bytes) == "0 B");
  CHECK(pretty(INFINITY, dimension::seconds) == "inf s");
  CHECK(pretty(std::nan(""), dimension::seconds) == "nan s");
  CHECK(pretty(1234567, dimension::number) == "1234567");
  CHECK(pretty(1234567.5, dimension::number) == "1.23457e+06");
  CHECK(pretty(1e9, dimension::number) == "1e+09");
  CHECK(pretty(0.125, dimension::number) == "0.125");
  CHECK(pretty(5e6, dimension::hertz + dimension::hertz) == "5e+06 1/s2");
}

}  // namespace tilewright::test::TEST_FILE
