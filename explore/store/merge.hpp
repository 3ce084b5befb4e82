// Results of several machines, or of several studies, in one store.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "explore/store/store.hpp"

namespace tilewright {

struct Merged {
  std::string from;
  std::size_t records = 0;  ///< that were not there
  std::size_t points = 0;
  std::size_t mappings = 0;
  std::vector<std::string> notes = {};  ///< of what both have, and the store's was kept
};

/// Throws InputError for what is neither a store nor a file of records.
void require_mergeable(const std::filesystem::path& from);

/// Takes what `from` has into a store: all of it, or nothing. `from` is a store (a file, or a folder with
/// results.sqlite), or a file of records as `export` writes it (.json). Throws InputError where both have a
/// record, a mapping or a point that is not the same, saying which.
///
/// Points of a study that both have are those of either one: series in the store's order, points by their number.
Merged merge(Store& into, const std::filesystem::path& from);

}  // namespace tilewright
