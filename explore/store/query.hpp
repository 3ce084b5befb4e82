// SQL over a store, that reads and nothing else: the tables of explore/store/store.hpp and the view `results`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/table.hpp"

namespace tilewright {

class Query {
 public:
  /// One statement. Throws InputError for SQL that is wrong, with the nearest name where one is; for several
  /// statements; and for what would write, attach a file or change a setting. A name in double quotes is a name,
  /// and never a text.
  Query(const std::filesystem::path& store, const std::string& sql);
  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  ~Query();

  [[nodiscard]] const std::vector<Column>& columns() const;
  /// The next row, or false at the end. Blobs are texts of hexadecimal digits. Throws Interrupted once
  /// interrupted(), however long a row takes.
  bool next(std::vector<Cell>& row);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tilewright
