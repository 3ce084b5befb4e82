// Results of a study as files of other tools, written as they are read: in bounded memory.
#pragma once

#include <filesystem>
#include <string>

#include "explore/store/store.hpp"

namespace tilewright {

/// Writes the records of a study by the ending of the file's name: .csv, a row per point and a column per field;
/// .json, as `sweep` writes records.json; .jsonl, one JSON object a line. Returns how many. Throws InputError for
/// another ending.
std::size_t export_study(const Store& store, const StoredStudy& study, const std::filesystem::path& file);

/// The check of the ending alone.
void require_export_format(const std::filesystem::path& file);

}  // namespace tilewright
