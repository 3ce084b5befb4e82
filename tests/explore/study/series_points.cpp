#include "explore/study/series_points.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Study study_of(const std::string& keys, const std::string& more = "") {
  return parse_study(
      Yaml::parse("study:\n  name: n\n" + keys +
                      "  series:\n    - {name: s, over: [a, b], workload: attention, arch: gpu/h100-sxm5, mapping: "
                      "flash-attention-3, set: {S: 1024 * a}" +
                      more + "}\n",
                  "n.yaml"));
}

std::vector<std::string> points(const Study& study) {
  Library library;
  const SeriesPoints series(study, study.series[0], library);
  std::vector<std::string> all;
  for (std::size_t n = 0; n < series.numbers(); ++n)
    if (series.exists(n)) all.push_back(point_label(study.axes_of(study.series[0]), series.values(n)));
  return all;
}

}  // namespace

TEST_CASE("axes that go together have as many points as values") {
  CHECK(points(study_of("  axes: {a: [1, 2], b: [3, 4]}\n")) ==
        std::vector<std::string>{"a=1 b=3", "a=1 b=4", "a=2 b=3", "a=2 b=4"});
  CHECK(points(study_of("  axes: {a: [1, 2], b: [3, 4]}\n  zip: [[a, b]]\n")) ==
        std::vector<std::string>{"a=1 b=3", "a=2 b=4"});
  CHECK(message_of([] { (void)study_of("  axes: {a: [1, 2], b: [3]}\n  zip: [[a, b]]\n"); }) ==
        "n.yaml:4:13: study.zip[0][1]: axis 'b' has 1 values, and 'a' has 2");
}

TEST_CASE("points for which a condition does not hold do not exist") {
  CHECK(points(study_of("  axes: {a: [1, 2], b: [3, 4]}\n  where: a * b != 4\n")) ==
        std::vector<std::string>{"a=1 b=3", "a=2 b=3", "a=2 b=4"});
  CHECK(points(study_of("  axes: {a: [1, 2], b: [3, 4]}\n  where: a * b != 4\n", ", where: a > 1")) ==
        std::vector<std::string>{"a=2 b=3", "a=2 b=4"});
  CHECK(points(study_of("  axes: {a: [1, 2], b: [x, y]}\n  where: b.x || a == 2\n")) ==
        std::vector<std::string>{"a=1 b=x", "a=2 b=x", "a=2 b=y"});
  CHECK(message_of([] { (void)points(study_of("  axes: {a: [1, 2], b: [3]}\n  where: c > 1\n")); }) ==
        "n.yaml:4:10: study.where: unknown name 'c'; known: a, b");
}

TEST_CASE("an axis with a condition has one value elsewhere") {
  CHECK(points(study_of("  axes: {a: [1, 2], b: {values: [3, 4], when: a > 1, else: 0}}\n")) ==
        std::vector<std::string>{"a=1 b=0", "a=2 b=3", "a=2 b=4"});
}

TEST_CASE("what is derived from axes stands in texts and expressions, and in the labels") {
  const Study study =
      study_of("  axes: {a: [2], b: [3]}\n  derived: {c: a + b, d: \"left={c}\"}\n", ", mask: \"sliding,{d}\"");
  Library library;
  const SeriesPoints series(study, study.series[0], library);
  const AxisValues values = series.values(0);
  CHECK(series.inputs(values).point.mask == "sliding,left=5");
  CHECK(series.labels(values).number("derived.c") == 5);
  CHECK(series.labels(values).text("derived.d") == "left=5");
}

TEST_CASE("keys that are options of the command line are what the point has") {
  const Study study =
      study_of("  axes: {a: [2], b: [estimate, simulation]}\n",
               ", q_tile: \"64\", kv_tile: \"128\", calibration: c, call: d, by: \"{b}\", exact: true");
  Library library;
  const SeriesPoints series(study, study.series[0], library);
  const StudyPointInputs estimated = series.inputs(series.values(0));
  CHECK(estimated.point.query_tile == "64");
  CHECK(estimated.point.key_tile == "128");
  CHECK(estimated.point.calibration == "c");
  CHECK(estimated.point.call == "d");
  CHECK_FALSE(estimated.simulated);
  const StudyPointInputs simulated = series.inputs(series.values(1));
  REQUIRE(simulated.simulated);
  CHECK(simulated.simulated->exact);
  CHECK(message_of([] { (void)study_of("  axes: {a: [2], b: [3]}\n", ", exact: true"); }) ==
        "n.yaml:5:128: study.series[0].exact: is of simulations; expected 'by: simulation' as well");
  CHECK(
      message_of([] { (void)study_of("  axes: {a: [2], b: [3]}\n", ", by: estimat"); })
          .ends_with(
              "study.series[0].by: expected one of estimate, simulation, got 'estimat'; did you mean 'estimate'?"));
}

TEST_CASE("inputs are identified by what they are, not by how a study says it") {
  Library library;
  const auto digest = [&](const std::string& keys, const std::string& more = "") {
    const Study study = study_of(keys, more);
    const SeriesPoints series(study, study.series[0], library);
    return series.inputs(series.values(0)).digest();
  };
  const Digest one = digest("  axes: {a: [2], b: [3]}\n");
  CHECK(digest("  axes: {a: [2], b: [7]}\n") == one);
  CHECK(digest("  axes: {a: [1 + 1], b: [3]}\n") == one);
  CHECK(digest("  axes: {a: [3], b: [3]}\n") != one);
  for (const std::string more :
       {", mask: causal", ", selection: \"keys=64,every=4\"", ", requests: 64x64", ", arch_set: {SMs: 4}",
        ", q_tile: \"64\"", ", kv_tile: \"64\"", ", calibration: x", ", call: x", ", by: simulation",
        ", by: simulation, exact: true", ", outputs: [time_s]"}) {
    INFO(more);
    CHECK(digest("  axes: {a: [2], b: [3]}\n", more) != one);
  }
}

}  // namespace tilewright::test::TEST_FILE
