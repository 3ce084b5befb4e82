#include "kernels/runner/run_plan.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <thread>

#include "kernels/plan/measurement.hpp"
#include "tests/common/folder.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::test::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

/// Measures nothing: the names of points say what comes of them.
class FakeBench : public Bench {
 public:
  [[nodiscard]] Machine machine() const override { return {"fake", "", "", 1, "", "", binary}; }
  [[nodiscard]] DeviceState state() const override { return {}; }
  Outcome measure(const plan::Row& point) override {
    seen.push_back(point.point);
    Outcome outcome;
    if (point.point == "wrong") outcome = {plan::Status::wrong, "differs", 2.0, 1.0, {}, {}, ""};
    if (point.point == "failed") outcome = {plan::Status::failed, "no memory", {}, {}, {}, {}, ""};
    if (point.point.starts_with("lost")) outcome = {plan::Status::lost, "does not end", {}, {}, {}, {}, "", true};
    if (point.point.starts_with("slow")) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (point.point == "judged") outcome.judge = [](Outcome& of) { of.status = plan::Status::wrong; };
    if (point.point == "throws") outcome.judge = [](Outcome&) { throw std::runtime_error("no judgement"); };
    if (point.point == "unsupported") outcome = {plan::Status::unsupported, "none", {}, {}, {}, {}, ""};
    if (outcome.status == plan::Status::ok) outcome.samples_s = {0.5};
    if (point.point == stop_at) stop = true;
    return outcome;
  }
  Outcome profile(const plan::Row& point) override {
    profiled.push_back(point.point);
    return {};
  }

  std::string binary = "1";
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
  const int status =
      run_plan(options, points, bench, {std::chrono::steady_clock::now(), bench.stop, names, progress});
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
  FakeBench later;
  later.binary = "2";
  run(rows, later, writing_to(folder));
  CHECK(later.seen == Names{"wrong", "failed"});
  CHECK(plan::read_csv(text_of_file(writing_to(folder).results), "").size() == 6);
}

TEST_CASE("points are chosen by their names, and those of others left out") {
  const TemporaryFolder folder;
  FakeBench bench;
  Options options = writing_to(folder);
  options.only = "x/";
  options.without = {"tiled"};
  const std::string peer = "x/p,g,attention,torch-flash,bf16,1,8,2,64,512,512,causal,,,,0,0,warm,1,3,7\n";
  const std::string tiled = "x/t,g,attention,tiled,bf16,1,8,2,64,512,512,causal,,,,0,0,warm,1,3,7\n";
  CHECK(run(plan_row("x/a") + peer + tiled + plan_row("y/a"), bench, options).status == all_done);
  CHECK(bench.seen == Names{"x/a"});
}

TEST_CASE("a name that chooses or leaves out nothing is told") {
  const TemporaryFolder folder;
  FakeBench bench;
  Options options = writing_to(folder);
  options.without = {"tilde"};
  const std::string said = run(plan_row("x/a"), bench, options).progress;
  CHECK(said.rfind("--without tilde: no point of the plan is of this kernel\n", 0) == 0);
  CHECK(bench.seen == Names{"x/a"});
  options.only = "z/";
  CHECK(run(plan_row("x/a"), bench, options).progress.find("--only z/: no point has it in its name\n") !=
        std::string::npos);
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

TEST_CASE("a lost device ends the run, and its kernel is dropped after the second time") {
  const TemporaryFolder folder;
  const std::string other = "other,g,attention,tiled,bf16,1,8,2,64,512,512,causal,,,,0,0,warm,1,3,7\n";
  const std::string rows = plan_row("a") + plan_row("lost 1") + plan_row("lost 2") + plan_row("lost 3") + other;
  FakeBench bench;
  const Run first = run(rows, bench, writing_to(folder));
  CHECK(first.status == lost_device);
  CHECK(bench.seen == Names{"a", "lost 1"});
  CHECK(first.progress.find("give the same command again") != std::string::npos);
  bench.seen.clear();
  CHECK(run(rows, bench, writing_to(folder)).status == lost_device);
  CHECK(bench.seen == Names{"lost 2"});
  bench.seen.clear();
  const Run third = run(rows, bench, writing_to(folder));
  CHECK(third.status == some_wrong);
  CHECK(bench.seen == Names{"other"});
  CHECK(third.progress.find("[4/5] lost 3: dropped: its kernel lost the device twice\n") != std::string::npos);
  CHECK(third.progress.ends_with("1 dropped, 2 lost, 2 ok\n"));
  CHECK(plan::read_csv(text_of_file(writing_to(folder).results), "").size() == 5);
}

TEST_CASE("whether results are right is found out later, and written in order") {
  const TemporaryFolder folder;
  FakeBench bench;
  const Run done = run(plan_row("judged") + plan_row("throws") + plan_row("a"), bench, writing_to(folder));
  CHECK(done.status == some_wrong);
  CHECK(done.progress ==
        "[1/3] judged: wrong 0.5 s\n[2/3] throws: failed 0.5 s: no judgement\n[3/3] a: ok 0.5 s\n"
        "1 failed, 1 ok, 1 wrong\n");
  const auto rows = plan::read_measurements(text_of_file(writing_to(folder).results), "");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].status == plan::Status::wrong);
  CHECK(rows[0].time_s == 0.5);
}

TEST_CASE("what would not end before the deadline is not begun") {
  const TemporaryFolder folder;
  FakeBench bench;
  Options options = writing_to(folder);
  options.hang_s = 1;
  options.deadline_s = options.hang_s + 0.3;
  const std::string longer = "long,g,attention,pipelined,bf16,1,8,2,64,65536,65536,causal,,,,0,0,warm,1,3,7\n";
  const Run done = run(plan_row("slow") + longer + plan_row("b"), bench, options);
  CHECK(done.status == all_done);
  CHECK(bench.seen == Names{"slow", "b"});
  CHECK(done.progress.find("[2/3] long: left: it would not end in time\n") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE
