// The keys of a study file (common/file_keys.hpp).
#pragma once

#include <string>
#include <vector>

#include "common/file_keys.hpp"

namespace tilewright {

const std::vector<FileKey>& study_keys();
const std::vector<FileKey>& axis_keys();
const std::vector<FileKey>& sample_keys();
const std::vector<FileKey>& series_keys();
const std::vector<FileKey>& mapping_keys();
const std::vector<FileKey>& map_keys();
const std::vector<FileKey>& part_keys();

/// Of the key `by`, "estimate" and "simulation": by which a point is modelled.
const std::vector<std::string>& model_names();

/// key, value and meaning of all of them, with where they stand ("study.series[]").
Table table_of_study_keys();

}  // namespace tilewright
