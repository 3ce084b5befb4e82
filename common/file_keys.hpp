// The keys that a kind of file may have, each once: what reads the file refuses all others, and `tilewright list`
// prints them.
#pragma once

#include <string>
#include <vector>

#include "common/table.hpp"

namespace tilewright {

struct FileKey {
  const char* name;
  const char* value;    ///< what it expects
  const char* meaning;  ///< and what it is where it is left out
};

std::vector<std::string> names_of(const std::vector<FileKey>& keys);

/// Columns key, value and meaning.
Table table_of_keys();
/// `path`: where the keys stand, such as "study.series[]".
void append_keys(Table& table, const std::string& path, const std::vector<FileKey>& keys);

}  // namespace tilewright
