// Some fields of the results of a study, without reading the others.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "explore/store/store.hpp"

namespace tilewright {

/// The fields that any record of the store has, of this study or another.
std::vector<std::string> fields_of_any(const Store& store);

/// Records of the study with `series` and those of the fields that they have; points without a record are passed
/// over. Fields that no record has are left out. In bounded memory. Throws Interrupted.
void for_each_row(const Store& store, const std::string& study, const std::vector<std::string>& fields,
                  const std::function<void(const Record&)>& f);

}  // namespace tilewright
