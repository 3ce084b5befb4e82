#include "sim/bound/waves.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "tests/sim/nest/one_by_one.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  int from(int least, int most) { return std::uniform_int_distribution(least, most)(generator_); }
  std::vector<double> lengths(int most_jobs, int longest) {
    std::vector<double> lengths(static_cast<std::size_t>(from(1, most_jobs)));
    for (double& length : lengths) length = from(0, longest);
    return lengths;
  }

 private:
  std::mt19937 generator_;
};

std::vector<Jobs> jobs_of(const std::vector<double>& lengths) {
  std::vector<Jobs> jobs;
  for (const double length : lengths) jobs.push_back({length, 1});
  return jobs;
}

std::vector<JobSequence> one_by_one(const std::vector<double>& lengths) {
  JobSequence all;
  for (const double length : lengths) all.runs.push_back({1, length});
  return {all};
}

// Over all assignments of jobs to workers.
double best_makespan(const std::vector<double>& lengths, std::size_t at, std::vector<double>& loads) {
  if (at == lengths.size()) return std::ranges::max(loads);
  double best = 1e300;
  for (double& load : loads) {
    load += lengths[at];
    best = std::min(best, best_makespan(lengths, at + 1, loads));
    load -= lengths[at];
    if (load == 0) break;  // the other workers are idle as well
  }
  return best;
}

// Every k, by the words of the header.
double pigeonholes(std::vector<double> lengths, std::size_t workers) {
  std::ranges::sort(lengths, std::ranges::greater{});
  double least = std::accumulate(lengths.begin(), lengths.end(), 0.0) / static_cast<double>(workers);
  for (std::size_t k = 0; k * workers + 1 <= lengths.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i <= k; ++i) sum += lengths[k * workers - i];
    least = std::max(least, sum);
  }
  return least;
}

}  // namespace

TEST_CASE("no assignment of jobs to workers is shorter than the least makespan") {
  Random random(1);
  int exact = 0;
  for (int i = 0; i < 400; ++i) {
    const std::vector<double> lengths = random.lengths(8, 12);
    const int workers = random.from(1, 4);
    std::vector<double> loads(static_cast<std::size_t>(workers), 0);
    const double best = best_makespan(lengths, 0, loads);
    const double least = least_makespan(jobs_of(lengths), workers);
    const double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
    CAPTURE(lengths, workers);
    CHECK(least <= best * (1 + 1e-12));
    CHECK(least >= sum / workers * (1 - 1e-12));
    CHECK(least >= std::ranges::max(lengths));
    exact += least > best * (1 - 1e-12) ? 1 : 0;
    const Schedule schedule = in_launch_order(one_by_one(lengths), workers);
    CHECK(schedule.makespan >= best * (1 - 1e-12));
    CHECK(in_worst_order(jobs_of(lengths), workers).makespan >= schedule.makespan * (1 - 1e-12));
  }
  CHECK(exact > 100);
}

TEST_CASE("every k is looked at, and jobs may come together") {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> lengths;
    std::vector<Jobs> jobs;
    for (int run = random.from(1, 5); run > 0; --run) {
      jobs.push_back({static_cast<double>(random.from(0, 30)), static_cast<double>(random.from(0, 20))});
      lengths.insert(lengths.end(), static_cast<std::size_t>(jobs.back().count), jobs.back().length);
    }
    const int workers = random.from(1, 9);
    CAPTURE(lengths, workers);
    CHECK(least_makespan(jobs, workers) == Approx(pigeonholes(lengths, static_cast<std::size_t>(workers))));
  }
}

TEST_CASE("the least makespan of equal jobs is exact") {
  CHECK(least_makespan({{3, 132}}, 132) == 3);
  CHECK(least_makespan({{3, 133}}, 132) == 6);
  CHECK(least_makespan({{3, 264}}, 132) == 6);
  CHECK(least_makespan({{2, 5}}, 1) == 10);
  CHECK(least_makespan({{1, 1e12 + 1}}, 100) == 1e10 + 1);
  CHECK(least_makespan({{7, 0}}, 4) == 0);
  CHECK(least_makespan({}, 4) == 0);
}

TEST_CASE("more jobs never take less") {
  Random random(3);
  for (int i = 0; i < 300; ++i) {
    std::vector<double> lengths = random.lengths(30, 9);
    const int workers = random.from(1, 7);
    const double before = least_makespan(jobs_of(lengths), workers);
    lengths.push_back(random.from(0, 9));
    CHECK(least_makespan(jobs_of(lengths), workers) >= before);
    CHECK(least_makespan(jobs_of(lengths), workers + 1) <= least_makespan(jobs_of(lengths), workers));
  }
}

TEST_CASE("jobs are launched in order on the worker that is free first") {
  Random random(4);
  for (int i = 0; i < 300; ++i) {
    const std::vector<double> lengths = random.lengths(40, 9);
    const auto workers = static_cast<std::size_t>(random.from(1, 9));
    std::vector<double> free_at(workers, 0);
    for (const double length : lengths) *std::ranges::min_element(free_at) += length;
    const Schedule schedule = in_launch_order(one_by_one(lengths), static_cast<double>(workers));
    const double sum = std::accumulate(lengths.begin(), lengths.end(), 0.0);
    CHECK(schedule.makespan == std::ranges::max(free_at));
    CHECK(schedule.waves == static_cast<double>((lengths.size() + workers - 1) / workers));
    CHECK(schedule.imbalance ==
          Approx(sum == 0 ? 1 : std::ranges::max(free_at) / (sum / static_cast<double>(workers))));
  }
  CHECK(in_launch_order({}, 3).makespan == 0);
}

TEST_CASE("runs of equal jobs, and sequences that come again, are launched as if one by one") {
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    std::vector<JobSequence> sequences;
    std::vector<double> lengths;
    for (int s = random.from(1, 3); s > 0; --s) {
      JobSequence& sequence = sequences.emplace_back();
      sequence.times = random.from(1, 4);
      for (int run = random.from(1, 5); run > 0; --run)
        sequence.runs.push_back({static_cast<double>(random.from(1, 40)), static_cast<double>(random.from(0, 9))});
      for (double time = 0; time < sequence.times; ++time)
        for (const JobRun& run : sequence.runs)
          lengths.insert(lengths.end(), static_cast<std::size_t>(run.count), run.length);
    }
    const int workers = random.from(1, 9);
    const Schedule schedule = in_launch_order(sequences, workers);
    CAPTURE(lengths, workers);
    CHECK(schedule.makespan == makespan_one_by_one(lengths, static_cast<std::size_t>(workers)));
    CHECK(schedule.jobs == static_cast<double>(lengths.size()));
  }
}

}  // namespace tilewright::test::TEST_FILE
