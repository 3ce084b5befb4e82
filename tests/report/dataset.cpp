#include "report/dataset.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Located at(const std::string& text) { return {text, {"r.yaml", 3, 7}, "report.key"}; }

Quantity quantity(const std::vector<std::string>& alternatives) {
  Quantity result;
  for (const std::string& text : alternatives) {
    Expression expression = Expression::parse(text, {"r.yaml", 5, 9}, "report.y");
    Symbols own;
    for (const std::string& name : expression.names()) own.add(name);
    expression.bind(own);
    result.alternatives.push_back(expression);
  }
  return result;
}

Measure relative(const std::string& value, const std::string& series, bool inverse) {
  return {quantity({value}), Relative{at(series), inverse, {}}};
}

}  // namespace

TEST_CASE("values of an axis: numbers ascend, texts keep the order of the records") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  const std::vector<Located> series = {at("run-slow"), at("run-fast")};
  CHECK(data.values(at("length"), series) == std::vector<RecordValue>{1024.0, 4096.0});
  CHECK(data.values(at("model"), series) == std::vector<RecordValue>{"XL", "S"});
}

TEST_CASE("a mean is over all points that match") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  const Measure time{quantity({"time_s"}), {}};
  const Mean all = data.mean(at("run-slow"), time, {});
  CHECK(all.value == 30);
  CHECK(all.of.size() == 4);
  CHECK(data.mean(at("run-slow"), time, {{"model", "S"}}).value == 12);
  CHECK(data.mean(at("run-slow"), time, {{"model", "S"}, {"length", "1024"}}).value == 8);
}

TEST_CASE("relative values compare records at one point") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  const PointFilter small = {{"model", "S"}};
  CHECK(data.mean(at("run-fast"), relative("time_s", "run-slow", true), small).value == 6);  // (4 + 8) / 2
  CHECK(data.mean(at("run-fast"), relative("time_s", "run-slow", false), small).value ==
        0.1875);  // (1/4 + 1/8) / 2
  Measure of = relative("time_s", "run-slow", false);
  of.relative->of = quantity({"time_s * 2"});
  CHECK(data.mean(at("run-slow"), of, {}).value == 0.5);
}

TEST_CASE("what is absent is a gap and never 0") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  const Measure energy{quantity({"energy_J"}), {}};
  CHECK(data.mean(at("run-slow"), energy, {{"model", "XL"}}).value == 5);
  CHECK_FALSE(data.mean(at("run-slow"), energy, {{"model", "S"}}).value);
  CHECK_FALSE(data.mean(at("run-fast"), {quantity({"time_s"}), {}}, {{"model", "XL"}, {"length", "4096"}}).value);
  CHECK_FALSE(data.mean(at("run-slow"), relative("time_s", "run-fast", true), {{"model", "XL"}}).value);
  CHECK_FALSE(data.mean(at("run-slow"), {quantity({"time_s / 0"}), {}}, {}).value);
}

TEST_CASE("the first alternative counts whose numbers are there") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  const Measure either{quantity({"energy_J * 100", "time_s"}), {}};
  CHECK(data.mean(at("run-slow"), either, {{"model", "S"}, {"length", "1024"}}).value == 200);
  CHECK(data.mean(at("run-slow"), either, {{"model", "S"}, {"length", "4096"}}).value == 16);
}

TEST_CASE("names that the records do not have are refused at their place") {
  const std::vector<Record> records = sample_records();
  const Dataset data(records);
  CHECK(message_of([&] { (void)data.series(at("run-slwo")); }) ==
        "r.yaml:3:7: report.key: no record of series 'run-slwo'; did you mean 'run-slow'?");
  CHECK(message_of([&] { (void)data.values(at("modle"), {at("run-slow")}); }) ==
        "r.yaml:3:7: report.key: series 'run-slow' has no axis 'modle'; did you mean 'model'?");
  CHECK(message_of([&] {
          data.require(quantity({"time_s", "tine_s"}), {at("run-slow"), at("run-fast")});
        }) ==
        "r.yaml:5:9: report.y: no record of series 'run-slow', 'run-fast' has a number 'tine_s'; did you mean "
        "'time_s'?");
  CHECK(message_of([&] { data.require(quantity({"binding"}), {at("run-slow")}); }) ==
        "r.yaml:5:9: report.y: no record of series 'run-slow' has a number 'binding'");
}

TEST_CASE("records must tell their point") {
  std::vector<Record> records = sample_records();
  records.push_back(sample_record("run-slow", "S", 1024, 9));
  CHECK(message_of([&] { Dataset{records}; }) == "two records of series 'run-slow' at length=1024, model=S");
  const std::vector<Record> without(1);
  CHECK(message_of([&] { Dataset{without}; }) == "a record has no series");
}

TEST_CASE("{design} is replaced everywhere in a name") {
  CHECK(for_design(at("a-{design}-{design}"), "x").text == "a-x-x");
}

}  // namespace tilewright::test::TEST_FILE
