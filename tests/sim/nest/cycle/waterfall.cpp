#include "sim/nest/cycle/waterfall.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>

#include "common/file.hpp"
#include "sim/nest/cycle/simulate_nest.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Waterfall waterfall(const Model& model, NestSchedule schedule, bool exact = false) {
  Waterfall shown;
  Estimator estimator(model.cascade, model.arch, model.mapping, model.element_B, nullptr);
  (void)simulate_nest(estimator, model.arch, model.mapping, model.given,
                      {.exact = exact, .schedule = schedule, .waterfall = [&](const Waterfall& w) { shown = w; }});
  return shown;
}

Model on_array(const std::string& cascade, const std::string& arch, const std::string& mapping, double tokens) {
  const Yaml root = Yaml::load(find_config("mappings", "fusemax/" + mapping));
  return {load_cascade(find_config("cascades", cascade)),
          ArchFile::load(find_config("archs", "fusemax/" + arch)).with(),
          root,
          {{"B", 1}, {"H", 1}, {"G", 1}, {"E", 64}, {"F", 64}, {"P", tokens}, {"M", tokens}}};
}

Model binding(double tokens) { return on_array("attention-1pass", "proposal", "binding", tokens); }

const WaterfallRow& row(const Waterfall& shown, const std::string& part, const std::string& name) {
  const auto& rows = std::ranges::find(shown.parts, part, &WaterfallRows::name)->rows;
  return *std::ranges::find(rows, name, &WaterfallRow::name);
}

}  // namespace

TEST_CASE("a waterfall shows three tiles of the steady state, one interval after another") {
  const Waterfall shown = waterfall(binding(16384), NestSchedule::given);
  CHECK(shown.group == "attention");
  CHECK(shown.tile_cycles == Approx(138).margin(0.1));
  CHECK(shown.cycles == Approx(3 * 138).margin(0.5));
  const auto& scores = row(shown, "array_2d", "QK").bars;
  REQUIRE(scores.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(scores[i].tile == static_cast<std::int64_t>(i));
    CHECK(scores[i].start == Approx(138.0 * static_cast<double>(i)).margin(0.2));
    CHECK(scores[i].end - scores[i].start == Approx(64).margin(0.5));
  }
  // The one that runs a step later begins with the tile before.
  CHECK(row(shown, "array_1d", "RNV").bars.front().tile == -1);
}

TEST_CASE("it is the same however much of the rest is gone through") {
  const Waterfall some = waterfall(binding(8192), NestSchedule::given);
  const Waterfall all = waterfall(binding(8192), NestSchedule::given, true);
  REQUIRE(some.parts.size() == all.parts.size());
  for (std::size_t i = 0; i < some.parts.size(); ++i)
    CHECK(some.parts[i].busy_cycles / some.cycles == Approx(all.parts[i].busy_cycles / all.cycles).epsilon(0.01));
}

TEST_CASE("Einsums one after another never overlap, and a pipeline's do") {
  const auto overlap = [](const Waterfall& shown) {
    double busy = 0;
    for (const WaterfallRows& part : shown.parts)
      if (!part.name.empty()) busy += part.busy_cycles;
    return busy / shown.cycles;
  };
  CHECK(overlap(waterfall(binding(4096), NestSchedule::sequential)) <= 1 + 1e-9);
  CHECK(overlap(waterfall(binding(4096), NestSchedule::given)) > 1.9);
}

TEST_CASE("bars are within the picture, and rows are of what has any") {
  for (const NestSchedule schedule : {NestSchedule::given, NestSchedule::sequential, NestSchedule::automatic})
    for (const double tokens : {256.0, 512.0, 4096.0}) {
      const Waterfall shown = waterfall(binding(tokens), schedule);
      CAPTURE(tokens, shown.cycles);
      REQUIRE_FALSE(shown.parts.empty());
      for (const WaterfallRows& part : shown.parts) {
        CHECK(part.busy_cycles <= shown.cycles * (1 + 1e-9));
        REQUIRE_FALSE(part.rows.empty());
        for (const WaterfallRow& row : part.rows) {
          REQUIRE_FALSE(row.bars.empty());
          for (const WaterfallBar& bar : row.bars)
            CHECK((0 <= bar.start && bar.start <= bar.end && bar.end <= shown.cycles * (1 + 1e-9)));
        }
      }
    }
}

// Scores of FLAT are made for eight tiles at once: no steady state begins with them.
TEST_CASE("where the first Einsum runs ahead in bursts, tiles are counted by one that does not") {
  const Waterfall shown =
      waterfall(on_array("attention-3pass", "baseline", "flat-output-stationary", 16384), NestSchedule::given);
  CHECK(shown.cycles == Approx(3 * shown.tile_cycles).epsilon(0.02));
  CHECK(row(shown, "array_1d", "GM").bars.front().tile == 0);
}

}  // namespace tilewright::test::TEST_FILE
