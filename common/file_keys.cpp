#include "common/file_keys.hpp"

namespace tilewright {

std::vector<std::string> names_of(const std::vector<FileKey>& keys) {
  std::vector<std::string> names;
  for (const FileKey& key : keys) names.emplace_back(key.name);
  return names;
}

Table table_of_keys() { return {{{"key"}, {"value"}, {"meaning"}}, {}}; }

void append_keys(Table& table, const std::string& path, const std::vector<FileKey>& keys) {
  for (const FileKey& key : keys)
    table.rows.push_back({path + "." + key.name, std::string(key.value), std::string(key.meaning)});
}

}  // namespace tilewright
