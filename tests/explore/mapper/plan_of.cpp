#include "explore/mapper/plan_of.hpp"

#include "mappings/parse.hpp"
#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ReadPlan read(const std::string& text, const MapProblem& problem) {
  std::vector<std::string> names;
  std::vector<double> given;
  for (const RankId rank : problem.shapes.ids()) {
    names.push_back(problem.cascade.ranks[rank].name);
    given.push_back(problem.shapes[rank]);
  }
  const Mapping mapping = parse_mapping(Yaml::parse(text, "m.yaml"), problem.cascade, problem.arch, names);
  Frame frame;
  evaluate_frame(mapping, problem.cascade, given, frame);
  return plan_of(mapping, frame, problem.cascade, problem.arch);
}

/// Every so many of the mappings of a space, written and read.
void require_read_back(unsigned seed) {
  Random random(seed);
  const Arch arch = random_arch(random);
  const Cascade cascade = seed % 3 == 0 ? product() : seed % 3 == 1 ? two_steps() : three_steps();
  const MapProblem problem = problem_of(cascade, arch,
                                        seed % 3 == 0   ? std::vector<double>{4, 1, 2}
                                        : seed % 3 == 1 ? std::vector<double>{4, 2}
                                                        : std::vector<double>{2});
  BruteForce brute_force(problem);
  BruteForce again(problem);
  std::size_t count = 0;
  const auto visit = [&](const Plan& plan, const Score& score) {
    ++count;
    CAPTURE(to_nest(plan, cascade, arch));
    const ReadPlan found = read(to_yaml(plan, {"m", "c"}, cascade, arch), problem);
    CHECK(found.outside == std::vector<std::string>());
    const auto measured = again.score_of(found.plan);
    REQUIRE(measured);
    CHECK(measured->energy_J == score.energy_J);
    CHECK(measured->time_s == score.time_s);
  };
  brute_force.each(visit, 997);
  CHECK(count > 0);
}

std::string outside(const std::string& groups) {
  Random random(1);
  const Arch arch = random_arch(random);
  const Cascade cascade = three_steps();
  const MapProblem problem = problem_of(cascade, arch, {4});
  std::string text;
  for (const std::string& what : read("mapping:\n  name: m\n  cascade: c\n  groups:\n" + groups, problem).outside)
    text += what + "\n";
  return text;
}

const std::string rest =
    "    - {name: U, nest: [keep: {outer: [T, U]}, for: [m: 4], {compute: U, on: vector}], schedule: sequential}\n"
    "    - {name: Z, nest: [keep: {outer: [U, W, Z]}, for: [m: 4], {compute: Z, on: vector}], schedule: "
    "sequential}\n";

std::string first(const std::string& nest) {
  return outside("    - {name: T, nest: [" + nest + ", {compute: T, on: vector}], schedule: sequential}\n" + rest);
}

}  // namespace

TEST_CASE("mappings of the space are read back to what costs the same", "[mapper]") {
  require_read_back(GENERATE(range(0u, 24u)));
}

TEST_CASE("what of a mapping is in no mapping of the space") {
  CHECK(first("keep: {outer: [A, T]}, for: [m: 2], keep: {middle: [A]}, for: [m: 2]") == "");
  CHECK(first("keep: {outer: [A, T]}, for: [m: 2], for: [m: 2], keep: {middle: [A]}") ==
        "two shared loops over M\n");
  CHECK(first("keep: {outer: [A, T]}, for: [m: 2], keep: {middle: [A]}, for: [m: 2], keep: {middle: [A]}") ==
        "two shared loops over M\nA is kept in several places\n");
  CHECK(first("for: [m: 2], keep: {outer: [A, T]}, for: [m: 2]") ==
        "A is kept in outer below loops\nT is kept in outer below loops\n");
  CHECK(first("keep: {outer: [A, T]}, spatial: [m: 2], keep: {middle: [A]}, for: [m: 2]") ==
        "lanes along M above what a level of all units keeps\n");
  CHECK(first("keep: {outer: [A, T]}, {keep: {middle: [A]}, buffers: 2}, for: [m: 4]") ==
        "A is held 2 times in middle\n");
}

TEST_CASE("schedules of groups that are in no mapping of the space") {
  const std::string group =
      "    - name: T\n      nest: [keep: {outer: [A, T, U, W, Z]}, for: [m: 4], each: [[{compute: T, on: vector}], "
      "[{compute: U, on: vector}], [{compute: Z, on: vector}]]]\n      schedule: ";
  CHECK(outside(group + "sequential\n") == "Einsums of a group that run one after another\n");
}

}  // namespace tilewright::test::TEST_FILE
