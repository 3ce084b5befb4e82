#include "kernels/runner/results.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "kernels/plan/columns.hpp"
#include "tests/common/folder.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::test::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

plan::Row point_named(const std::string& name) { return read_one(plan_row(name)); }

Outcome with_status(plan::Status status) {
  Outcome outcome;
  outcome.status = status;
  return outcome;
}

Machine of_build(const std::string& binary) { return {"a device", "", "", {}, "", "", binary}; }

const Machine machine = of_build("1");

plan::Measurement row(const std::string& name, const Outcome& outcome = with_status(plan::Status::ok)) {
  plan::Measurement of = measurement_of(point_named(name), outcome, machine, {}, {});
  if (of.status == plan::Status::ok) of.time_s = 1;
  return of;
}

std::string line(const plan::Measurement& of) { return plan::csv_line(plan::cells_of(of)); }

}  // namespace

TEST_CASE("a row of results holds the plan's row and what came of it") {
  Outcome outcome;
  outcome.error = 0.25;
  outcome.error_limit = 0.5;
  outcome.samples_s = {3e-3, 1e-3, 2e-3};
  const Machine known{"a device", "580.1", "13.0", 132, "abc", "-O3", "12ef"};
  const auto of = measurement_of(point_named("p"), outcome, known, {1e9, 2e9, 70, 30}, {1.5e9, 2.5e9, 400, 50});
  CHECK(of.row == point_named("p"));
  CHECK(of.status == plan::Status::ok);
  CHECK(of.error == 0.25);
  CHECK(of.error_limit == 0.5);
  CHECK(of.time_s == 2e-3);
  CHECK(of.time_min_s == 1e-3);
  CHECK(of.time_max_s == 3e-3);
  CHECK(of.samples_s == outcome.samples_s);
  CHECK(of.device == "a device");
  CHECK(of.driver == "580.1");
  CHECK(of.cuda == "13.0");
  CHECK(of.multiprocessors == 132);
  CHECK(of.sm_clock_before_Hz == 1e9);
  CHECK(of.sm_clock_after_Hz == 1.5e9);
  CHECK(of.memory_clock_Hz == 2.5e9);
  CHECK(of.power_before_W == 70);
  CHECK(of.power_after_W == 400);
  CHECK(of.temperature_before_C == 30);
  CHECK(of.temperature_after_C == 50);
  CHECK(of.commit == "abc");
  CHECK(of.flags == "-O3");
  CHECK(of.binary == "12ef");
}

TEST_CASE("what is not known is absent, not 0") {
  const plan::Measurement of = row("p", with_status(plan::Status::unsupported));
  CHECK(of.status == plan::Status::unsupported);
  CHECK_FALSE(of.time_s);
  CHECK_FALSE(of.error);
  CHECK_FALSE(of.value);
  CHECK_FALSE(of.multiprocessors);
  CHECK_FALSE(of.sm_clock_before_Hz);
}

TEST_CASE("a results file knows its points when it is opened again") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  {
    ResultsFile results(path, machine);
    CHECK_FALSE(results.settled(point_named("p")));
    CHECK_FALSE(results.failed(point_named("p")));
    results.append(row("p", with_status(plan::Status::ok)));
    results.append(row("q", with_status(plan::Status::wrong)));
    results.append(row("r", with_status(plan::Status::unsupported)));
    results.append(row("s", with_status(plan::Status::lost)));
    results.append(row("t", with_status(plan::Status::failed)));
  }
  const std::string text = text_of_file(path);
  const ResultsFile again(path, machine);
  CHECK(again.settled(point_named("p")) == plan::Status::ok);
  CHECK(again.settled(point_named("q")) == plan::Status::wrong);
  CHECK(again.settled(point_named("r")) == plan::Status::unsupported);
  CHECK(again.settled(point_named("s")) == plan::Status::lost);
  CHECK_FALSE(again.settled(point_named("t")));
  CHECK(again.failed(point_named("t")));
  CHECK_FALSE(ResultsFile(path, of_build("2")).failed(point_named("t")));
  CHECK(text_of_file(path) == text);
}

TEST_CASE("what is right stands for every build, and all else for the one that came to it") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  {
    ResultsFile results(path, machine);
    results.append(row("right"));
    results.append(row("wrong", with_status(plan::Status::wrong)));
    results.append(row("lost", with_status(plan::Status::lost)));
  }
  const ResultsFile later(path, of_build("2"));
  CHECK(later.settled(point_named("right")) == plan::Status::ok);
  CHECK_FALSE(later.settled(point_named("wrong")));
  CHECK_FALSE(later.settled(point_named("lost")));
  CHECK(later.losses(point_named("other")) == 0);
}

TEST_CASE("another device is another row") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  ResultsFile(path, machine).append(row("p"));
  Machine other = machine;
  other.device = "another";
  ResultsFile results(path, other);
  CHECK_FALSE(results.settled(point_named("p")));
  results.append(measurement_of(point_named("p"), with_status(plan::Status::wrong), other, {}, {}));
  CHECK(plan::read_csv(text_of_file(path), "").size() == 3);
}

TEST_CASE("a point that is measured again has its row in place of the one before") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  ResultsFile results(path, machine);
  results.append(row("p", with_status(plan::Status::failed)));
  results.append(row("q"));
  results.append(row("p"));
  CHECK(text_of_file(path) == plan::csv_line(plan::result_columns()) + line(row("p")) + line(row("q")));
}

TEST_CASE("losses are counted by kernel, and a point that a process ended in is one") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  {
    ResultsFile results(path, machine);
    results.append(row("a", with_status(plan::Status::lost)));
    CHECK(results.losses(point_named("b")) == 1);
    plan::Row other = point_named("b");
    other.kernel = "tiled";
    CHECK(results.losses(other) == 0);
    results.begin(point_named("b"));
  }
  ResultsFile results(path, machine);
  CHECK(results.settled(point_named("b")) == plan::Status::lost);
  CHECK(results.losses(point_named("c")) == 2);
  CHECK_FALSE(std::filesystem::exists(path + ".begun"));
  results.begin(point_named("c"));
  results.end();
  CHECK_FALSE(ResultsFile(path, machine).settled(point_named("c")));
}

TEST_CASE("a point of the same name and another row is another point") {
  const TemporaryFolder folder;
  ResultsFile results(folder.path() / "out.csv", machine);
  results.append(row("p"));
  plan::Row other = point_named("p");
  other.seed = 8;
  CHECK_FALSE(ResultsFile(folder.path() / "out.csv", machine).settled(other));
}

TEST_CASE("a cut last line is dropped") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  const std::string kept = plan::csv_line(plan::result_columns()) + line(row("p"));
  write_file(path, kept + line(row("r")).substr(0, 60));
  const ResultsFile results(path, machine);
  CHECK(results.settled(point_named("p")) == plan::Status::ok);
  CHECK_FALSE(results.settled(point_named("r")));
  CHECK(text_of_file(path) == kept);
  CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("a file cut within its header is begun again") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "out.csv";
  for (const std::size_t length : {0, 5, 200}) {
    write_file(path, plan::csv_line(plan::result_columns()).substr(0, length));
    const ResultsFile results(path, machine);
    CHECK(text_of_file(path) == plan::csv_line(plan::result_columns()));
  }
}

TEST_CASE("a file of another kind is refused and left alone") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "notes.txt";
  for (const std::string& text :
       {std::string("notes"), std::string("point\nx\n"), plan::csv_line(plan::plan_columns())}) {
    write_file(path, text);
    CHECK(refusal_of([&] { ResultsFile results(path, machine); }) ==
          path + ":1: is no results file of this program");
    CHECK(text_of_file(path) == text);
  }
  CHECK(refusal_of([&] { ResultsFile results(folder.path() / "no" / "out.csv", machine); }) ==
        (folder.path() / "no" / "out.csv").string() + ": cannot be written");
}

}  // namespace tilewright::test::TEST_FILE
