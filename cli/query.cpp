#include "explore/store/query.hpp"

#include <fmt/format.h>

#include <memory>
#include <set>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "explore/store/store.hpp"

namespace tilewright::cli {

namespace {

constexpr std::size_t rows_at_once = 1000;

struct Arguments {
  std::string store;
  std::string sql;
};

Table read_rows(Query& query, std::size_t most) {
  Table table{query.columns(), {}};
  std::vector<Cell> row;
  while (table.rows.size() < most && query.next(row)) table.rows.push_back(std::move(row));
  return table;
}

// CSV needs no more than a few rows at once.
void print_csv(Query& query) {
  for (bool first = true;; first = false) {
    const Table table = read_rows(query, rows_at_once);
    const std::string text = table.str(Table::Format::csv);
    fmt::print("{}", std::string_view(text).substr(first ? 0 : text.find('\n') + 1));
    if (table.rows.size() < rows_at_once) return;
  }
}

void require_different(const std::vector<Column>& columns) {
  std::set<std::string> names;
  for (const Column& column : columns)
    if (!names.insert(column.name).second)
      throw InputError(fmt::format("query: two columns have the name '{}'; name one with AS", column.name));
}

}  // namespace

Action add_query(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or a store")->required();
  verb.add_option("sql", arguments->sql, "a statement that reads, as \"SELECT series, min(time_s) FROM results\"")
      ->required();
  verb.footer(
      "The view results has a row per point: study, series, number, axes, fields. Names with dots stand in double "
      "quotes.");
  return [arguments](const Options& options) {
    Query query(store_file(arguments->store), arguments->sql);
    const Table::Format format = Table::format(options.format);
    if (format == Table::Format::json) require_different(query.columns());
    if (format == Table::Format::csv)
      print_csv(query);
    else
      print(read_rows(query, static_cast<std::size_t>(-1)), options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
