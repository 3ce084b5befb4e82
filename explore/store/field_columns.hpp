// Fields of records as columns of one table, which gets a column per name as names come, so that any SQL tool reads
// it: numbers as REAL, texts as TEXT, absent ones as NULL. A record comes back as it was, bit for bit and in its
// order: the order is that of its shape, a row of the table `shapes`, which most records share.
//
// A table has `most` columns at the most; further fields, and the one number that a REAL column does not keep (-0),
// are in the column `more`, a JSON object.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "explore/store/database.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// Which table, and its columns that are no fields.
struct WideTable {
  std::string name;
  std::vector<std::string> own;  ///< besides `shape` and `more`
  std::size_t keys = 1;          ///< so many of them, the first, say which row it is
  std::size_t most = 1800;       ///< columns for fields
};

class FieldColumns {
 public:
  FieldColumns(const sqlite::Database& database, WideTable table);

  using Bind = std::function<void(sqlite::Statement&)>;
  using Take = std::function<void(const Field& field, const std::string& name, RecordValue value)>;

  /// Adds a row, if none of its keys is there. `bind` gives parameters 1, 2, ...: the table's own columns. Within a
  /// transaction.
  void insert(const Record& record, const Bind& bind);
  /// The fields of the row whose keys `bind` gives, in order. Throws InputError for a field that this version does
  /// not know, and for a value of another kind.
  void read(std::int64_t shape_id, const Bind& bind, const Take& take);
  /// Of a shape's fields, in order.
  [[nodiscard]] const std::vector<std::string>& names_of(std::int64_t shape_id) { return load(shape_id).names; }
  /// Names of columns that are there now, whoever added them, in the order in which they came.
  [[nodiscard]] std::vector<std::string> columns() const;
  /// Whether columns came since the last call.
  bool grew() { return std::exchange(grew_, false); }
  /// After a transaction that did not come to its end: what it added is not there.
  void forget();

 private:
  // A column's name; nothing: the field is in `more`.
  using ColumnName = std::optional<std::string>;
  struct Shape {
    std::int64_t id = 0;
    std::vector<std::string> names;
    std::vector<const Field*> fields;  // by name
    std::vector<ColumnName> columns;   // by name
    std::optional<sqlite::Statement> insert;
    std::optional<sqlite::Statement> select;
  };

  Shape& shape_of(const Record& record);
  Shape& find_or_add(const Record& record);
  Shape& load(std::int64_t id);
  Shape& keep(std::int64_t id, std::vector<std::string> names);
  void load_columns();
  void require_columns(const Record& record);
  void add_column(const std::string& name);
  [[nodiscard]] std::string insert_text(const Shape& shape) const;
  [[nodiscard]] std::string select_text(const Shape& shape) const;
  [[noreturn]] void fail(const std::string& why) const;

  const sqlite::Database* database_;
  WideTable table_;
  bool grew_ = false;
  std::map<std::string, ColumnName> columns_;  // by name of field
  std::set<std::string> taken_;                // names of columns, in lower case as SQL compares them
  std::map<std::int64_t, std::unique_ptr<Shape>> shapes_;
  std::unordered_map<std::string, Shape*> by_names_;  // joined by 0 bytes
  Shape* last_ = nullptr;
};

}  // namespace tilewright
