#include "explore/mapper/preference.hpp"

#include <map>

#include "mappings/space/mapspace_keys.hpp"
#include "mappings/space/parse_mapspace.hpp"
#include "tests/explore/mapper/random_cases.hpp"
#include "tests/explore/mapper/random_space.hpp"
#include "tests/explore/mapper/require_best.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Verdict = Preference::Verdict;

// A cascade on an architecture with a file of demands and preferences.
struct Case {
  const Cascade& cascade;
  const Arch& arch;
  std::vector<double> shapes;
  std::string text;
  Metric measure;

  [[nodiscard]] MapProblem problem(const std::vector<std::size_t>& demanded) const {
    MapProblem problem = problem_of(cascade, arch, shapes);
    problem.constrain(parse_mapspace(Yaml::parse(text, "s.yaml"), cascade, arch, demanded));
    return problem;
  }
  [[nodiscard]] PartitionResult search(const std::vector<std::size_t>& demanded) const {
    return search_partitions(problem(demanded), Objective::parse(to_text(measure)), {});
  }
};

bool is_of(const Constraint& constraint, std::size_t preference) {
  return constraint.path.starts_with(fmt::format("mapspace.prefer[{}]", preference));
}

// The least value of all mappings that keep to a set of preferences and to no others, by set.
std::map<unsigned, double> least_by_set(const Case& of, std::size_t preferences) {
  const MapProblem problem = of.problem({});
  std::map<unsigned, double> least;
  BruteForce(problem).each([&](const Plan& plan, const Score& score) {
    unsigned kept = (1U << preferences) - 1;
    for (std::size_t i = 0; i < preferences; ++i)
      for (const Constraint& constraint : problem.space.constraints())
        if (is_of(constraint, i) && !std::visit(Obeys(problem, plan), constraint.what)) kept &= ~(1U << i);
    const auto [known, fresh] = least.try_emplace(kept, score.of(of.measure));
    known->second = std::min(known->second, score.of(of.measure));
  });
  return least;
}

std::optional<double> least_within(const std::map<unsigned, double>& least, unsigned set) {
  std::optional<double> value;
  for (const auto& [kept, each] : least)
    if ((kept & set) == set && (!value || each < *value)) value = each;
  return value;
}

std::vector<Preference> taken(const Case& of, const std::vector<std::string>& names, double best) {
  return take_preferences(names, best, [&](const std::vector<std::size_t>& demanded) {
    const PartitionResult found = of.search(demanded);
    if (found.options.empty()) return PreferredValue{{}, found.count.ended};
    return PreferredValue{found.options.front().score.of(of.measure), found.count.ended};
  });
}

void require_preferred(const Case& of) {
  std::vector<std::string> names;
  for (const Yaml& item : find_preferences(Yaml::parse(of.text, "s.yaml"))->items())
    names.push_back(preference_name(item));
  const std::map<unsigned, double> least = least_by_set(of, names.size());
  const PartitionResult first = of.search({});
  REQUIRE(first.options.empty() == least.empty());
  if (least.empty()) return;
  const double best = first.options.front().score.of(of.measure);
  CHECK(best == Approx(*least_within(least, 0)).epsilon(1e-12));
  const std::vector<Preference> preferences = taken(of, names, best);
  REQUIRE(preferences.size() == names.size());
  unsigned kept = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const unsigned with = kept | 1U << i;
    const auto expected = least_within(least, with);
    CAPTURE(names[i]);
    REQUIRE(preferences[i].ratio.has_value() == expected.has_value());
    if (!expected) {
      CHECK(preferences[i].verdict == Verdict::impossible);
      continue;
    }
    const bool keeps = *expected <= best * (1 + 1e-9);
    CHECK(preferences[i].verdict == (keeps ? Verdict::kept : Verdict::worse));
    if (best > 0 || keeps)
      CHECK(*preferences[i].ratio * best == Approx(*expected).epsilon(1e-9));
    else
      CHECK(std::isinf(*preferences[i].ratio));
    if (keeps) kept = with;
  }
}

void require_preferred(unsigned seed) {
  Random random(seed + 9000);
  Arch arch = random_arch(random);
  if (seed % 4 == 3) arch.levels[LevelId::at(0)].capacity_B = random.one_of({6, 9, 12, 16});
  const Cascade cascade = seed % 3 == 0 ? product() : seed % 3 == 1 ? two_steps() : three_steps();
  const std::vector<double> shapes = seed % 3 == 0   ? std::vector<double>{2, random.one_of({1, 2, 3}), 2}
                                     : seed % 3 == 1 ? std::vector<double>{random.one_of({2, 3, 5}), 1}
                                                     : std::vector<double>{2};
  const std::string text = RandomSpace(random, cascade).text_with_preferences(3);
  CAPTURE(seed, text);
  constexpr std::array measures{Metric::time, Metric::energy, Metric::traffic, Metric::buffer, Metric::edp};
  require_preferred({cascade, arch, shapes, text, measures[seed % measures.size()]});
}

std::string text_of(const Preference& preference) { return lines_of({preference}, Metric::edp).front(); }

}  // namespace

TEST_CASE("a preference is kept if and only if some best mapping keeps to it and to those kept before",
          "[mapper]") {
  require_preferred(GENERATE(range(0u, 40u)));
}

TEST_CASE("preferences are kept if and only if they can be in many small spaces", "[mapper][slow]") {
  require_preferred(GENERATE(range(60u, 80u)));
}

// Blocks of 3 of 5 rows, and lanes for them, are in the space as soon as they are preferred.
TEST_CASE("sizes that are preferred alone are found where they are the best", "[mapper]") {
  const unsigned seed = GENERATE(range(0u, 12u));
  Random random(seed);
  const Arch arch = random_arch(random);
  const Cascade cascade = product();
  const char* const text =
      "mapspace:\n  lanes: {Z: {M: {to: 4}}}\n  prefer: [{tiles: {M: 3}}, {lanes: {Z: {M: [3, 4]}}}, {lane_tiles: "
      "{Z: {M: 3}}}]\n";
  CAPTURE(seed);
  require_preferred({cascade, arch, {5, 1, 2}, text, seed % 2 == 0 ? Metric::time : Metric::energy});
}

TEST_CASE("a search that ends early keeps what it found as good, and knows nothing of the rest") {
  std::vector<std::vector<std::size_t>> asked;
  const std::vector<Preference> all =
      take_preferences({"prefer[0] a", "prefer[1] b", "prefer[2] c", "prefer[3] d", "prefer[4] e"}, 10,
                       [&](const std::vector<std::size_t>& demanded) -> PreferredValue {
                         asked.push_back(demanded);
                         switch (demanded.back()) {
                           case 0:
                             return {10 + 1e-9, false, {}};
                           case 1:
                             return {12.5, false, {}};
                           case 2:
                             return {{}, false, {}};
                           case 3:
                             return {{}, true, {}};
                           default:
                             return {{}, false, "no time is left"};
                         }
                       });
  CHECK(asked == std::vector<std::vector<std::size_t>>{{0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}});
  CHECK(lines_of(all, Metric::time) ==
        std::vector<std::string>{"prefer[0] a: kept",
                                 "prefer[1] b: not kept, as the search for it ended early with 1.25 times the time",
                                 "prefer[2] c: not kept, as the search for it ended early",
                                 "prefer[3] d: not kept, no mapping keeps to it and to those kept before it",
                                 "prefer[4] e: not looked at: no time is left"});
}

TEST_CASE("a preference that is not kept in words") {
  CHECK(text_of({"prefer[0] order", Verdict::worse, 1.031}) == "prefer[0] order: not kept, 1.031 times the edp");
  CHECK(text_of({"prefer[0] order", Verdict::worse, 1 + 2e-9}) ==
        "prefer[0] order: not kept, 1.000000002 times the edp");
  CHECK(text_of({"prefer[0] order", Verdict::impossible}) == "prefer[0] order: not kept, no mapping keeps to it");
  CHECK(text_of({"prefer[0] order", Verdict::worse, std::numeric_limits<double>::infinity()}) ==
        "prefer[0] order: not kept, some edp where the best one has none");
}

}  // namespace tilewright::test::TEST_FILE
