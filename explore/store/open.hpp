// A store's file, found to be one before anything is read from it or written to it.
#pragma once

#include <filesystem>

#include "explore/store/database.hpp"

namespace tilewright {

/// Makes the file, and its folder, where they are not there. Throws InputError for a folder or a device, a file
/// that is no store or one of a newer schema, a truncated file, and where it cannot be written.
sqlite::Database open_to_write(const std::filesystem::path& file);
/// The same to read. Works in a folder that cannot be written, too.
sqlite::Database open_to_read(const std::filesystem::path& file);

}  // namespace tilewright
