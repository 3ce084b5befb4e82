#include "sim/nest/makespan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

#include "tests/sim/nest/one_by_one.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<JobSequence> one(std::vector<JobRun> runs, double times = 1) { return {{std::move(runs), times}}; }

std::vector<double> listed(const std::vector<JobSequence>& sequences, double times) {
  std::vector<double> lengths;
  for (double t = 0; t < times; ++t)
    for (const JobSequence& sequence : sequences)
      for (double s = 0; s < sequence.times; ++s)
        for (const JobRun& run : sequence.runs)
          lengths.insert(lengths.end(), static_cast<std::size_t>(run.count), run.length);
  return lengths;
}

// Q tiles of a causal head, ascending or descending, of a window, or of any lengths.
JobSequence random_head(std::mt19937& random) {
  const auto draw = [&](int low, int high) { return std::uniform_int_distribution<>(low, high)(random); };
  const int tiles = draw(2, 256);
  const int kind = draw(0, 3);
  const double start = draw(0, 3);
  JobSequence head{{}, static_cast<double>(draw(1, 512))};
  for (int i = 0; i < tiles; ++i) {
    const int visits = kind == 0   ? i + 1
                       : kind == 1 ? tiles - i
                       : kind == 2 ? std::min(i, tiles / 4) + 1
                                   : draw(1, 32);
    head.runs.push_back({1, start + visits});
  }
  return head;
}

}  // namespace

TEST_CASE("small schedules, by hand") {
  CHECK(list_makespan(one({{5, 2}}), 1, {2}) == 6);
  CHECK(list_makespan(one({{1, 3}, {4, 1}}), 1, {2}) == 4);
  CHECK(list_makespan(one({{4, 1}, {1, 3}}), 1, {2}) == 5);  // the longest last
  CHECK(list_makespan(one({{1, 1}, {1, 2}}, 2), 1, {2}) == 4);
  CHECK(list_makespan(one({{1, 1}, {1, 2}}), 2, {2}) == 4);
  CHECK(list_makespan(one({{3, 7}}), 1, {100}) == 7);
  CHECK(list_makespan({}, 1, {4}) == 0);
}

TEST_CASE("equal jobs are exact, however many") {
  CHECK(list_makespan(one({{1e9 + 1, 3}}), 1, {100}) == 3 * (1e7 + 1));
  CHECK(list_makespan(one({{64, 2.5}}, 1e5), 1, {64}) == 2.5e5);
}

TEST_CASE("few jobs are scheduled exactly as one by one") {
  std::mt19937 random(1);
  for (int i = 0; i < 100; ++i) {
    JobSequence head = random_head(random);
    head.runs.resize(std::min<std::size_t>(head.runs.size(), 20));
    head.times = std::min(head.times, 20.0);
    const double workers = std::uniform_int_distribution<>(1, 200)(random);
    const std::vector<JobSequence> sequences{head};
    const double expected = makespan_one_by_one(listed(sequences, 2), static_cast<std::size_t>(workers));
    CHECK(list_makespan(sequences, 2, {workers}) == Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("lengths between two ticks of the raster add up to what they are") {
  const std::vector<JobSequence> sequences = one({{1, 1}, {1, 1 - 0.1 / 4095}}, 1056);
  const double expected = makespan_one_by_one(listed(sequences, 1), 132);
  CHECK(list_makespan(sequences, 1, {132}) == Approx(expected).epsilon(2.5e-5));
}

TEST_CASE("many jobs end close to where they end one by one, and no schedule is shorter than its work") {
  std::mt19937 random(2);
  double sum = 0;
  std::vector<double> errors;
  for (int i = 0; i < 200; ++i) {
    const std::vector<JobSequence> sequences{random_head(random)};
    const double workers = i % 2 == 0 ? 132 : 264;
    const std::vector<double> lengths = listed(sequences, 1);
    const double expected = makespan_one_by_one(lengths, static_cast<std::size_t>(workers));
    const double got = list_makespan(sequences, 1, {workers});
    errors.push_back(std::abs(got / expected - 1));
    sum += errors.back();
    CHECK(got >= (1 - 1e-9) * std::reduce(lengths.begin(), lengths.end()) / workers);
  }
  std::ranges::sort(errors);
  CHECK(sum / 200 < 0.0005);
  CHECK(errors[197] < 0.005);  // all but a few of descending lengths that come round with the workers
  CHECK(errors.back() < 0.02);
}

}  // namespace tilewright::test::TEST_FILE
