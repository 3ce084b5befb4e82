#include "explore/study/sweep_plan.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "common/file.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Few points of each series, and none that searches, which takes long.
Study few_points_of(const std::string& name) {
  Study study = load_study(find_config("studies", name));
  for (GridAxis& axis : study.axes) axis.values.resize(std::min<std::size_t>(axis.values.size(), 2));
  return study;
}

bool searches(const Series& series) {
  return std::ranges::any_of(series.mappings, [](const Choice& choice) { return choice.map.has_value(); });
}

FilesRead files_of_group(const SweepPlan& plan, std::size_t group) {
  FilesRead files;
  for (const std::size_t n : plan.probes(group))
    if (failure_of(plan.run(n, {}, &files).record).empty()) break;
  return files;
}

}  // namespace

TEST_CASE("points of a group read no files but those that its first points show") {
  for (const std::string& name : list_configs("studies")) {
    INFO(name);
    const Study study = few_points_of(name);
    Library library;
    const SweepPlan plan(study, library);
    std::map<std::size_t, FilesRead> of_group;
    for (std::size_t n = 0; n < plan.size(); ++n) {
      if (plan.is_sequence(n) || searches(plan.series(n)) || plan.series(n).by == "simulation") continue;
      const std::size_t group = plan.group_of(n);
      if (!of_group.contains(group)) of_group.emplace(group, files_of_group(plan, group));
      FilesRead files;
      (void)plan.run(n, {}, &files);
      CHECK_FALSE(of_group[group].empty());
      for (const auto& [path, digest] : files) {
        INFO(path);
        CHECK(of_group[group].contains(path));
      }
    }
  }
}

}  // namespace tilewright::test::TEST_FILE
