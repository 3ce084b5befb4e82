#include <catch2/catch.hpp>

#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/require_best.hpp"

using namespace tilewright;
using namespace tilewright::test;

namespace {

void require_best_of(unsigned seed) {
  Random random(seed);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed % 4];
  CAPTURE(seed, objective);
  if (seed % 3 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {2, random.one_of({1, 2, 3}), 2}), objective);
  } else if (seed % 3 == 1) {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), random.one_of({1, 2})}), objective);
  } else {
    const Cascade cascade = three_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3})}), objective);
  }
}

}  // namespace

TEST_CASE("the mapping found is the best of all, one by one", "[mapper]") {
  require_best_of(GENERATE(range(0u, 24u)));
}

TEST_CASE("the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_of(GENERATE(range(24u, 300u)));
}

TEST_CASE("no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 12u));
  Random random(seed + 1000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  CAPTURE(seed, objective);
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2}), 2}), objective);
  } else {
    const Cascade cascade = two_steps();
    require_front(problem_of(cascade, arch, {2, random.one_of({1, 2})}), objective);
  }
}

namespace {

// Queries and keys as they come, and the other way round.
void require_best_masked(unsigned seed) {
  Random random(seed + 5000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time", "energy", "edp", "traffic"}[seed / 3 % 4];
  const char* pattern = std::array{"causal", "sliding,left=1", "sliding,left=0,right=1", "s2,shards=1"}[seed % 3];
  const bool swapped = seed / 6 % 2 == 1;
  CAPTURE(seed, objective, pattern, swapped);
  const WorkloadMask mask = mask_of(pattern, swapped ? "N" : "M", swapped ? "M" : "N");
  if (seed % 2 == 0) {
    const Cascade cascade = product();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3}), 2, random.one_of({1, 2})}, &mask), objective,
                 &mask);
  } else {
    const Cascade cascade = two_steps();
    require_best(problem_of(cascade, arch, {random.one_of({2, 3, 4}), random.one_of({2, 4})}, &mask), objective,
                 &mask);
  }
}

}  // namespace

TEST_CASE("under a mask the mapping found is the best of all that skip blocks", "[mapper]") {
  require_best_masked(GENERATE(range(0u, 8u)));
}
TEST_CASE("under a mask the mapping found is the best of all in many small spaces", "[mapper][slow]") {
  require_best_masked(GENERATE(range(8u, 160u)));
}
TEST_CASE("under a mask no mapping is outside of the front found", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 3u));
  Random random(seed + 7000);
  const Arch arch = random_arch(random);
  const char* objective = std::array{"time,energy", "traffic,buffer", "energy,buffer,time"}[seed % 3];
  const WorkloadMask mask = mask_of("causal", "M", "N");
  CAPTURE(seed, objective);
  const Cascade cascade = two_steps();
  require_front(problem_of(cascade, arch, {2, random.one_of({2, 4})}, &mask), objective, &mask);
}
