#include "explore/store/field_rows.hpp"

#include <algorithm>

#include "explore/store/query.hpp"

namespace tilewright {

namespace {

// In SQL: `quote` around the text, and twice within it.
std::string quoted(const std::string& text, char quote) {
  std::string result(1, quote);
  for (const char each : text) result += each == quote ? std::string(2, quote) : std::string(1, each);
  return result + quote;
}

}  // namespace

std::vector<std::string> fields_of_any(const Store& store) {
  std::vector<std::string> names;
  const Query nothing(store.file(), "SELECT * FROM results LIMIT 0");
  for (const Column& column : nothing.columns()) names.push_back(column.name);
  return names;
}

void for_each_row(const Store& store, const std::string& study, const std::vector<std::string>& fields,
                  const std::function<void(const Record&)>& f) {
  const std::vector<std::string> known = fields_of_any(store);
  std::vector<std::string> names;
  std::string sql = "SELECT series";
  for (const std::string& field : fields) {
    if (field == "series" || std::ranges::find(known, field) == known.end()) continue;
    names.push_back(field);
    sql += ", " + quoted(field, '"');
  }
  Query rows(store.file(), sql + " FROM results WHERE study = " + quoted(study, '\''));
  for (std::vector<Cell> row; rows.next(row);) {
    Record record;
    record.add("series", std::get<std::string>(row[0]));
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto* number = std::get_if<double>(&row[i + 1])) record.add(names[i], *number);
      if (const auto* text = std::get_if<std::string>(&row[i + 1])) record.add(names[i], *text);
    }
    f(record);
  }
}

}  // namespace tilewright
