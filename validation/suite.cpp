#include "validation/suite.hpp"

#include <algorithm>

#include "common/file.hpp"

namespace tilewright {

namespace {

std::vector<SuiteColumn> read_columns(const Yaml& yaml) {
  std::vector<SuiteColumn> columns;
  for (const auto& [name, column] : yaml.entries()) {
    column.only({"value", "within"});
    columns.push_back({name, column.at("value").expression(), column.at("within").number({}, 0, 10)});
  }
  if (columns.empty()) yaml.fail("expected at least one column");
  return columns;
}

// The axes of the series, each with the column of its name.
std::vector<std::string> read_keys(const Yaml& yaml, const Series& series, const Study& study) {
  std::vector<std::string> wanted;
  for (const std::size_t axis : series.axes) wanted.push_back(study.axes[axis].name);
  const std::vector<std::string> keys = yaml.texts();
  for (const std::string& key : keys)
    if (std::ranges::find(wanted, key) == wanted.end())
      yaml.fail("series '" + series.name + "' has no axis '" + key + "'" + did_you_mean(key, wanted));
  for (const std::string& axis : wanted)
    if (std::ranges::count(keys, axis) != 1)
      yaml.fail("expected axis '" + axis + "' of series '" + series.name + "' once");
  return wanted;
}

Study find_study(const Yaml& yaml) {
  std::filesystem::path file;
  try {
    file = find_config("studies", yaml.text());
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
  return load_study(file);
}

SuiteTable read_table(const Yaml& yaml, const Study& study) {
  yaml.only({"file", "series", "keys", "columns", "ignored"});
  SuiteTable table;
  table.file = yaml.at("file").text();
  try {
    table.series = study.series_named(yaml.at("series").text());
  } catch (const InputError& error) {
    yaml.at("series").fail(error.what());
  }
  table.keys = read_keys(yaml.at("keys"), study.series[table.series], study);
  table.columns = read_columns(yaml.at("columns"));
  if (const auto ignored = yaml.find("ignored"))
    for (const auto& [name, why] : ignored->entries()) {
      (void)why.text();  // a reason must be given
      table.ignored.push_back(name);
    }
  return table;
}

}  // namespace

Suite parse_suite(const Yaml& root) {
  root.only({"suite"});
  const Yaml yaml = root.at("suite");
  yaml.only({"name", "description", "study", "reference", "tables"});
  Suite suite;
  suite.name = yaml.at("name").text();
  suite.study = find_study(yaml.at("study"));
  suite.reference = beside_or_home(yaml.at("reference").text(), yaml.place().file);
  for (const Yaml& table : yaml.at("tables").items()) suite.tables.push_back(read_table(table, suite.study));
  if (suite.tables.empty()) yaml.at("tables").fail("expected at least one table");
  return suite;
}

Suite load_suite(const std::filesystem::path& file) { return parse_suite(Yaml::load(file)); }

}  // namespace tilewright
