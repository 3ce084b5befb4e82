#include "sim/nest/shared_workers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace tilewright::test::TEST_FILE {

namespace {

double end_of(const std::vector<JobRun>& jobs, double workers, double slots) {
  SharedWorkers shared(workers, slots);
  for (const JobRun& run : jobs) shared.run(run);
  return shared.end();
}

// In many short steps of time, in each of which every worker serves its jobs in turn.
double stepped(const std::vector<double>& lengths, std::size_t workers, std::size_t slots, double step) {
  std::vector<std::vector<double>> left(workers, std::vector<double>(slots, 0));
  std::size_t next = 0;
  double time = 0;
  while (true) {
    for (std::size_t s = 0; s < slots; ++s)
      for (std::size_t w = 0; w < workers && next < lengths.size(); ++w)
        if (left[w][s] <= 0) left[w][s] = lengths[next++];
    bool any = false;
    for (auto& worker : left) {
      const auto busy = std::ranges::count_if(worker, [](double l) { return l > 0; });
      for (double& l : worker)
        if (l > 0) l -= step / static_cast<double>(busy);
      any = any || busy > 0;
    }
    if (!any) return time;
    time += step;
  }
}

}  // namespace

TEST_CASE("a job alone on its worker has all of it, two share it") {
  CHECK(end_of({{1, 3}}, 2, 2) == 3);
  CHECK(end_of({{2, 3}}, 2, 2) == 3);
  CHECK(end_of({{3, 3}}, 2, 2) == 6);
  CHECK(end_of({{4, 3}}, 2, 2) == 6);
  CHECK(end_of({{5, 3}}, 2, 2) == 9);
  CHECK(end_of({{6, 3}}, 2, 2) == 9);
  // Both until the shorter one ends after 4, then 2 of the longer one alone.
  CHECK(end_of({{1, 2}, {1, 4}}, 1, 2) == 6);
}

TEST_CASE("equal jobs go round by round, however many") {
  CHECK(end_of({{1e9 * 8 + 3, 2}}, 4, 2) == Approx(1e9 * 4 + 2));
  CHECK(end_of({{3, 5}, {8e6 + 5, 2}}, 4, 2) == Approx((3 * 5 + (8e6 + 5) * 2) / 4).margin(4));
}

TEST_CASE("shared workers end as in small steps of time") {
  std::mt19937 random(4);
  for (int i = 0; i < 60; ++i) {
    const std::size_t workers = random() % 5 + 1;
    const std::size_t slots = random() % 3 + 1;
    std::vector<JobRun> runs;
    std::vector<double> lengths;
    for (std::size_t n = random() % 8 + 1; n > 0; --n) {
      runs.push_back({double(random() % 30 + 1), double(random() % 9 + 1) + 0.37});
      lengths.insert(lengths.end(), static_cast<std::size_t>(runs.back().count), runs.back().length);
    }
    const double longest = *std::ranges::max_element(lengths);
    CHECK(end_of(runs, double(workers), double(slots)) ==
          Approx(stepped(lengths, workers, slots, 0.002)).margin(0.01 * longest).epsilon(0.005));
  }
}

TEST_CASE("jobs that end within rounding of each other, late, all end") {
  std::vector<JobRun> runs;
  for (int i = 0; i < 4000; ++i) runs.push_back({1, 1 + 1e-9 * (i % 7)});
  CHECK(end_of(runs, 3, 2) == Approx(4000 / 3.0).margin(2));
}

TEST_CASE("jobs without length take no time and no place") { CHECK(end_of({{3, 0}, {4, 2}, {5, 0}}, 2, 2) == 4); }

TEST_CASE("work that is spread evenly comes before or after all else") {
  SharedWorkers shared(4, 2);
  shared.share(8);
  shared.run({8, 1});
  CHECK(shared.end() == 4);
}

}  // namespace tilewright::test::TEST_FILE
