#include "validation/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "explore/study/sweep.hpp"
#include "validation/published_table.hpp"

namespace tilewright {

namespace {

std::vector<std::string> numbers_of(const Record& record) {
  std::vector<std::string> names;
  for (const auto& [name, value] : record.fields())
    if (std::holds_alternative<double>(value)) names.push_back(name);
  return names;
}

double field_value(Expression expression, const Record& record) {
  Symbols symbols;
  std::vector<double> values;
  for (const std::string& name : expression.names()) {
    const auto value = record.number(name);
    if (!value) expression.fail("the record has no number '" + name + "'" + did_you_mean(name, numbers_of(record)));
    symbols.add(name);
    values.push_back(*value);
  }
  expression.bind(symbols);
  return expression.evaluate(values);
}

void compare(const SuiteTable& table, const PublishedTable& published, const std::vector<Record>& records,
             Validation& validation) {
  for (const SuiteColumn& column : table.columns) {
    ColumnError error{table.file, column.name, records.size(), 0, 0, published.rows.front().label, column.within};
    for (std::size_t i = 0; i < records.size(); ++i) {
      const PublishedRow& row = published.rows[i];
      const double expected = row.values.at(column.name);
      const double predicted = field_value(column.value, records[i]);
      const double relative = predicted / expected - 1;
      validation.rows.rows.push_back({table.file, row.label, column.name, expected, predicted, relative});
      error.mean += std::abs(relative) / static_cast<double>(records.size());
      if (std::isnan(relative) || std::abs(relative) > std::abs(error.worst)) {  // NaN is worst, and stays
        error.worst = relative;
        error.worst_row = row.label;
      }
    }
    validation.columns.push_back(std::move(error));
  }
}

// A misspelt file name must not pass for a table that agrees.
void note_other_files(const Suite& suite, const std::filesystem::path& reference, Validation& validation) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(reference, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".csv") && std::ranges::find(suite.tables, name, &SuiteTable::file) == suite.tables.end())
      validation.notes.push_back(entry.path().string() + " is no table of this suite");
  }
}

}  // namespace

bool ColumnError::met() const { return std::abs(worst) <= within; }

bool Validation::met() const { return std::ranges::all_of(columns, &ColumnError::met); }

Table Validation::summary() const {
  Table table{{{"table", {}, false},
               {"column", {}, false},
               {"rows", {}, false},
               {"mean_error", {}, true, 4},
               {"worst_error", {}, true, 4},
               {"allowed", {}, true},
               {"worst_row", {}, false},
               {"met", {}, false}},
              {}};
  for (const ColumnError& error : columns)
    table.rows.push_back({error.table, error.column, static_cast<double>(error.rows), error.mean, error.worst,
                          error.within, error.worst_row, std::string(error.met() ? "yes" : "NO")});
  return table;
}

Validation validate(const Suite& suite, const std::filesystem::path& reference, Library& library, int jobs) {
  Validation validation;
  for (const char* name : {"table", "row", "column", "published", "predicted"})
    validation.rows.columns.push_back({name, {}, false});
  validation.rows.columns.push_back({"error", {}, true, 4});
  for (const SuiteTable& table : suite.tables) {
    const std::filesystem::path file = reference / table.file;
    if (!std::filesystem::exists(file)) {
      validation.notes.push_back("no " + file.string());
      continue;
    }
    const PublishedTable published = read_published(file, table, suite.study);
    std::vector<Record> records(published.rows.size());
    parallel_for(records.size(), jobs, [&](std::size_t i) {
      const PublishedRow& row = published.rows[i];
      try {
        records[i] = run_point(suite.study, table.series, row.keys, library);
      } catch (const InputError& error) {
        throw InputError(row.place, "", error.what());
      }
    });
    if (interrupted()) break;
    compare(table, published, records, validation);
  }
  note_other_files(suite, reference, validation);
  if (validation.columns.empty() && !interrupted())
    throw InputError(
        {reference.string(), 0, 0}, "",
        "has none of the tables of suite '" + suite.name + "', such as '" + suite.tables.front().file + "'");
  return validation;
}

}  // namespace tilewright
