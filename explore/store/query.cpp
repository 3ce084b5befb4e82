#include "explore/store/query.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "explore/store/open.hpp"
#include "sim/record/schema.hpp"

namespace tilewright {

namespace {

constexpr int steps_between_looks = 10'000;  // of SQLite's machine: well under a millisecond

// Settings that say something where they are given nothing, or the name of a table.
constexpr std::array readable_settings = {"application_id",   "collation_list", "database_list",   "encoding",
                                          "foreign_key_list", "freelist_count", "function_list",   "index_info",
                                          "index_list",       "index_xinfo",    "integrity_check", "page_count",
                                          "page_size",        "quick_check",    "schema_version",  "table_info",
                                          "table_list",       "table_xinfo",    "user_version"};
constexpr std::array named_settings = {"foreign_key_list", "index_info",  "index_list", "index_xinfo",
                                       "integrity_check",  "quick_check", "table_info", "table_xinfo"};

template <std::size_t n>
bool is_in(const std::array<const char*, n>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string or_empty(const char* text) { return text == nullptr ? "" : text; }

// What a statement wants to do, if that is not to read; empty otherwise. The codes are those of
// sqlite3_set_authorizer.
std::string what_is_denied(int action, const char* first, const char* second) {
  if (or_empty(first).starts_with("sqlite_") && action != SQLITE_READ) return "a change of the tables";
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return {};
    case SQLITE_FUNCTION:
      return or_empty(second) == "load_extension" ? "load_extension()" : "";
    case SQLITE_PRAGMA:
      if (is_in(readable_settings, or_empty(first)) && (second == nullptr || is_in(named_settings, first)))
        return {};
      return fmt::format("PRAGMA {}", or_empty(first));
    case SQLITE_INSERT:
      return fmt::format("INSERT into '{}'", or_empty(first));
    case SQLITE_UPDATE:
      return fmt::format("UPDATE of '{}'", or_empty(first));
    case SQLITE_DELETE:
      return fmt::format("DELETE from '{}'", or_empty(first));
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction";
    default:
      return "a change of the tables";
  }
}

int authorize(void* denied, int action, const char* first, const char* second, const char*, const char*) {
  std::string what = what_is_denied(action, first, second);
  if (what.empty()) return SQLITE_OK;
  *static_cast<std::string*>(denied) = std::move(what);
  return SQLITE_DENY;
}

int look(void*) { return interrupted() ? 1 : 0; }

std::vector<std::string> names_in(const sqlite::Database& database, const std::string& sql) {
  sqlite::Statement each(database, sql);
  std::vector<std::string> names;
  while (each.step()) names.emplace_back(each.text(0));
  return names;
}

std::string hex_of(const void* bytes, std::size_t size) {
  std::string text;
  for (const auto* byte = static_cast<const unsigned char*>(bytes); size > 0; ++byte, --size)
    text += fmt::format("{:02x}", *byte);
  return text;
}

Column column_named(const std::string& name) {
  const Field* field = find_field(name);
  return field == nullptr ? Column{name} : column_of(*field, name);
}

}  // namespace

struct Query::Impl {
  Impl(const std::filesystem::path& store, const std::string& sql) : database(open_to_read(store)) {
    sqlite3* const handle = database.get();
    // Without this a misspelt name in double quotes would be a text.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    // Tables that are functions declare themselves when they are first named, which would look like a change.
    for (const char* function :
         {"pragma_table_info", "pragma_table_xinfo", "pragma_table_list", "json_each", "json_tree"})
      names_in(database, fmt::format("SELECT 1 FROM {} LIMIT 0", function));
    sqlite3_set_authorizer(handle, authorize, &denied);
    sqlite3_progress_handler(handle, steps_between_looks, look, nullptr);
    const char* rest = nullptr;
    statement.reset(prepare(sql.c_str(), rest));
    if (statement == nullptr) throw InputError("query: expected an SQL statement");
    const std::unique_ptr<sqlite3_stmt, Finalize> second(prepare(rest, rest));
    if (second != nullptr) throw InputError("query: expected one statement, got several");
    if (sqlite3_stmt_readonly(statement.get()) == 0)
      throw InputError("query: it reads, and the statement would write");
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
      columns.push_back(column_named(or_empty(sqlite3_column_name(statement.get(), i))));
  }

  sqlite3_stmt* prepare(const char* sql, const char*& rest) {
    sqlite3_stmt* result = nullptr;
    const int status = sqlite3_prepare_v2(database.get(), sql, -1, &result, &rest);
    if (status != SQLITE_OK) refuse(status, sql);
    return result;
  }

  [[noreturn]] void refuse(int status, const std::string& sql) {
    if (!denied.empty()) throw InputError(fmt::format("query: it reads, and {} would not", denied));
    if ((status & 0xFF) != SQLITE_ERROR) database.fail(status);
    const std::string message = sqlite3_errmsg(database.get());
    const int offset = sqlite3_error_offset(database.get());
    const bool has_place = offset >= 0 && static_cast<std::size_t>(offset) < sql.size();
    const std::string place =
        has_place ? fmt::format(", at '{}'", sql.substr(static_cast<std::size_t>(offset), 24)) : "";
    throw InputError(fmt::format("query: {}{}{}", message, place, nearest(message)));
  }

  // "no such column: p.tme_s": of all tables, as the statement may use any.
  [[nodiscard]] std::string nearest(const std::string& message) const {
    const std::size_t colon = message.rfind(": ");
    if (colon == std::string::npos) return "";
    const std::string name = message.substr(colon + 2);
    sqlite3_set_authorizer(database.get(), nullptr, nullptr);
    const std::string tables =
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'";
    if (message.starts_with("no such table"))
      return did_you_mean(name, names_in(database, tables + " ORDER BY name"));
    if (!message.starts_with("no such column")) return "";
    const auto columns = names_in(database, "SELECT DISTINCT name FROM pragma_table_info('results')");
    const bool unquoted = std::ranges::find(columns, name) != columns.end();
    if (unquoted) return fmt::format("; a name with a dot stands in quotes: \"{}\"", name);
    return did_you_mean(name, columns);
  }

  [[nodiscard]] Cell cell(int column) const {
    sqlite3_stmt* const row = statement.get();
    const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(row, column)); };
    switch (sqlite3_column_type(row, column)) {
      case SQLITE_NULL:
        return {};
      case SQLITE_TEXT: {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
        return std::string(text, size());
      }
      case SQLITE_BLOB: {
        const void* bytes = sqlite3_column_blob(row, column);
        return hex_of(bytes, size());
      }
      default:
        return sqlite3_column_double(row, column);
    }
  }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite::Database database;
  std::string denied;
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
  std::vector<Column> columns;
};

Query::Query(const std::filesystem::path& store, const std::string& sql)
    : impl_(std::make_unique<Impl>(store, sql)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

const std::vector<Column>& Query::columns() const { return impl_->columns; }

bool Query::next(std::vector<Cell>& row) {
  const int status = sqlite3_step(impl_->statement.get());
  if (status == SQLITE_DONE) return false;
  if (status != SQLITE_ROW) impl_->refuse(status, "");
  row.clear();
  for (std::size_t i = 0; i < impl_->columns.size(); ++i) row.push_back(impl_->cell(static_cast<int>(i)));
  return true;
}

}  // namespace tilewright
