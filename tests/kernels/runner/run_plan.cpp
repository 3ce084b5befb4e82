#include "kernels/runner/run_plan.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "kernels/runner/results.hpp"
#include "tests/common/folder.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::test::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

/// Measures nothing: the names of points say what comes of them.
class FakeBench : public Bench {
 public:
  [[nodiscard]] Machine machine() const override { return {"fake", "", "", 1, "", ""}; }
  [[nodiscard]] DeviceState state() const override { return {}; }
  Outcome measure(const plan::Row& point) override {
    seen.push_back(point.point);
    Outcome outcome;
    if (point.point == "wrong") outcome = {plan::Status::wrong, "differs", 2.0, 1.0, {}, {}, ""};
    if (point.point == "failed") outcome = {plan::Status::failed, "no memory", {}, {}, {}, {}, ""};
    if (point.point == "lost") outcome = {plan::Status::failed, "does not end", {}, {}, {}, {}, "", true};
    if (point.point == "unsupported") outcome = {plan::Status::unsupported, "none", {}, {}, {}, {}, ""};
    if (outcome.status == plan::Status::ok) outcome.samples_s = {0.5};
    if (point.point == stop_at) stop = true;
    return outcome;
  }
  Outcome profile(const plan::Row& point) override {
    profiled.push_back(point.point);
    return {};
  }

  std::vector<std::string> seen, profiled;
  std::string stop_at;
  std::atomic<bool> stop = false;
};

struct Run {
  int status;
  std::string names, progress;
};

Run run(const std::string& rows, FakeBench& bench, const Options& options) {
  std::ostringstream names, progress;
  const auto points = plan::read_plan(plan_text(rows), "plan.csv");
  const int status = run_plan(options, points, bench, bench.stop, names, progress);
  return {status, names.str(), progress.str()};
}

Options writing_to(const TemporaryFolder& folder) {
  Options options;
  options.results = folder.path() / "out.csv";
  return options;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("every point of a plan is measured and written") {
  const TemporaryFolder folder;
  FakeBench bench;
  const Run done = run(plan_row("a") + plan_row("unsupported"), bench, writing_to(folder));
  CHECK(done.status == all_done);
  CHECK(bench.seen == Names{"a", "unsupported"});
  CHECK(done.progress == "[1/2] a: ok 0.5 s\n[2/2] unsupported: unsupported: none\n1 ok, 1 unsupported\n");
  const auto rows = plan::read_csv(text_of_file(writing_to(folder).results), "");
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].cells[0] == "a");
}

TEST_CASE("a wrong or failed point is an exit status of 1") {
  for (const char* name : {"wrong", "failed"}) {
    const TemporaryFolder folder;
    FakeBench bench;
    CHECK(run(plan_row(name) + plan_row("a"), bench, writing_to(folder)).status == some_wrong);
    CHECK(bench.seen == Names{name, "a"});
  }
}

TEST_CASE("an interrupted plan goes on where it stopped") {
  const TemporaryFolder folder;
  const std::string rows = plan_row("a") + plan_row("wrong") + plan_row("failed") + plan_row("b") + plan_row("c");
  FakeBench first;
  first.stop_at = "b";
  CHECK(run(rows, first, writing_to(folder)).status == interrupted);
  CHECK(first.seen == Names{"a", "wrong", "failed", "b"});
  FakeBench second;
  const Run resumed = run(rows, second, writing_to(folder));
  CHECK(second.seen == Names{"c", "failed"});
  CHECK(resumed.status == some_wrong);
  CHECK(resumed.progress.rfind("[1/5] a: ok, already there\n[2/5] wrong: wrong, already there\n", 0) == 0);
  CHECK(plan::read_csv(text_of_file(writing_to(folder).results), "").size() == 6);
}

TEST_CASE("points are chosen by their names, and those of others left out") {
  const TemporaryFolder folder;
  FakeBench bench;
  Options options = writing_to(folder);
  options.only = "x/";
  const std::string peer = "x/p,g,attention,torch-flash,bf16,1,8,2,64,512,512,causal,,,,0,0,warm,1,3,7\n";
  CHECK(run(plan_row("x/a") + peer + plan_row("y/a"), bench, options).status == all_done);
  CHECK(bench.seen == Names{"x/a"});
}

TEST_CASE("profiling names the points in order and writes no results") {
  FakeBench bench;
  Options options;
  options.profile = true;
  const Run done = run(plan_row("a") + plan_row("b"), bench, options);
  CHECK(done.status == all_done);
  CHECK(done.names == "a\nb\n");
  CHECK(bench.profiled == Names{"a", "b"});
  CHECK(bench.seen.empty());
}

TEST_CASE("a lost device ends the run, and the next run comes to the other points first") {
  const TemporaryFolder folder;
  const std::string rows = plan_row("a") + plan_row("lost") + plan_row("b");
  FakeBench first;
  const Run run_1 = run(rows, first, writing_to(folder));
  CHECK(run_1.status == some_wrong);
  CHECK(first.seen == Names{"a", "lost"});
  CHECK(run_1.progress.find("give the same command again") != std::string::npos);
  FakeBench second;
  CHECK(run(rows, second, writing_to(folder)).status == some_wrong);
  CHECK(second.seen == Names{"b", "lost"});
  CHECK(plan::read_csv(text_of_file(writing_to(folder).results), "").size() == 4);
}

}  // namespace tilewright::test::TEST_FILE
