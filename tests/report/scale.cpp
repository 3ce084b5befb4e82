#include "report/scale.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string labels_of(const Scale& scale) {
  std::string text;
  for (const Tic& tic : scale.tics)
    if (!tic.label.empty()) text += (text.empty() ? "" : " ") + tic.label;
  return text;
}

NumberAxis logarithmic(int base) { return {"", base, false, {}, {}}; }

}  // namespace

TEST_CASE("a range that no value of the figure is within is refused") {
  const NumberAxis axis{"", 0, true,
                        0,  1, Located{"range", {"report.yaml", 3, 5}, "report.page[0].figure.y.range"}};
  CHECK(message_of([&] {
          number_scale(axis, {20.7, 98.5});
        }) ==
        "report.yaml:3:5: report.page[0].figure.y.range: none of the values is within it; they are from 20.7 to "
        "98.5");
  CHECK(number_scale(axis, {0.5, 98.5}).most == 1);
}

TEST_CASE("a linear axis has 0 and round tics") {
  CHECK(labels_of(number_scale({}, {3, 8.6})) == "0 2 4 6 8 10");
  CHECK(labels_of(number_scale({}, {0.2, 1.031})) == "0 0.25 0.5 0.75 1 1.25");
  CHECK(labels_of(number_scale({}, {-1, 3})) == "-1 0 1 2 3");
  CHECK(number_scale({}, {}).most == 1);
  CHECK(labels_of(number_scale({"", 0, false, 0, 105}, {3})) == "0 25 50 75 100");
}

TEST_CASE("a logarithmic axis has at least three labels, however short") {
  CHECK(labels_of(number_scale(logarithmic(10), {1e-6, 1e-2})) == "1µ 10µ 100µ 1m 10m");
  CHECK(labels_of(number_scale(logarithmic(10), {3, 60})) == "10 5 20 50");
  CHECK(labels_of(number_scale(logarithmic(10), {3, 4})) == "5 3 4");
  CHECK(number_scale(logarithmic(10), {1.00, 1.01}).tics.size() >= 3);
  CHECK(labels_of(number_scale(logarithmic(2), {1024, 65536})) == "1024 2048 4096 8192 16.38k 32.77k 65.54k");
  CHECK(labels_of(number_scale(logarithmic(2), {1, 1 << 20})) == "1 8 64 512 4096 32.77k 262.1k");
}

TEST_CASE("what is not above 0 is not on a logarithmic axis") {
  const Scale scale = number_scale(logarithmic(10), {-1, 0, 3, 300});
  CHECK(scale.least == Approx(3 / 1.25));
  CHECK(scale.most == Approx(375));
}

TEST_CASE("a share is where a value lies") {
  CHECK(number_scale({}, {3, 10}).share(5) == Approx(0.5));
  Scale scale{10, 1, 100, {}};
  CHECK(scale.share(10) == Approx(0.5));
  CHECK(scale.share(1000) == Approx(1.5));
}

TEST_CASE("labels that would touch the one before are left out") {
  const Scale scale = named_scale({1, 2, 3, 1000}, {"one", "two", "three", "thousand"}, 0);
  CHECK(labels_of(scale.thinned(300)) == "one thousand");
  CHECK(labels_of(named_scale({1, 2, 3}, {"one", "two", "three"}, 0).thinned(300)) == "one two three");
}

TEST_CASE("gnuplot reads no format in the label of a tic") {
  CHECK(named_scale({1}, {"5 %"}, 0).commands('x').find("('5 %%' 1 0)") != std::string::npos);
}

TEST_CASE("numbers are short") {
  CHECK(short_number(0.00125) == "1.25m");
  CHECK(short_number(65536) == "65.54k");
  CHECK(short_number(-3e12) == "-3T");
  CHECK(short_number(0.1 + 0.2) == "0.3");
  CHECK(short_number(2e-15) == "2e-15");
  CHECK(short_number(1e-6) == "1µ");
  CHECK(short_number(0.0123) == "0.0123");
  CHECK(short_number(0.0123, 0.008) == "12.3m");
  CHECK(short_number(1.5, 0.008) == "1.5");
}

}  // namespace tilewright::test::TEST_FILE
