#include "explore/store/tables.hpp"

#include <fmt/format.h>

#include <set>

#include "common/nearest.hpp"
#include "explore/store/database.hpp"

namespace tilewright {

std::string store_tables() {
  return R"(
    CREATE TABLE shapes(id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE);
    CREATE TABLE fields(id INTEGER PRIMARY KEY, of TEXT NOT NULL, name TEXT NOT NULL, "column" TEXT,
                        UNIQUE(of, name));
    CREATE TABLE records(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, shape INTEGER NOT NULL, more TEXT);
    CREATE TABLE studies(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, digest BLOB NOT NULL);
    CREATE TABLE provenance(id INTEGER PRIMARY KEY, study INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
    CREATE TABLE points(study INTEGER, position INTEGER, series TEXT NOT NULL, number INTEGER NOT NULL,
                        digest BLOB NOT NULL, shape INTEGER NOT NULL, more TEXT, PRIMARY KEY(study, position))
      WITHOUT ROWID;
    CREATE TABLE inputs("group" TEXT, path TEXT, digest BLOB NOT NULL, PRIMARY KEY("group", path)) WITHOUT ROWID;
    CREATE TABLE mappings(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
  )";
}

std::string results_view(const std::vector<std::string>& axes, const std::vector<std::string>& fields) {
  std::set<std::string> taken = {"study", "number", "digest", "more"};
  std::string columns = "s.name AS study, p.series AS series, p.number AS number";
  for (const std::string& axis : axes) {
    columns += ", p." + sqlite::quoted(axis);
    taken.insert(nearest::lower(axis));
  }
  for (const std::string& field : fields)
    if (!taken.contains(nearest::lower(field)) && field != "series") columns += ", r." + sqlite::quoted(field);
  return fmt::format(
      "DROP VIEW IF EXISTS results; CREATE VIEW results AS SELECT {}, r.more AS more, lower(hex(p.digest)) AS "
      "digest "
      "FROM points p CROSS JOIN studies s ON s.id = p.study CROSS JOIN records r ON r.digest = p.digest",
      columns);
}

}  // namespace tilewright
