// What `sweep --dry-run` says.
#pragma once

#include <filesystem>

#include "cli/command.hpp"
#include "explore/library.hpp"
#include "explore/study/study.hpp"

namespace tilewright::cli {

/// Prints, series by series, how many points there are, how many the store has, and about how long the others take;
/// and the first points. Returns the exit status.
int dry_run(const Study& study, Library& library, const std::filesystem::path& store, const Options& options);

}  // namespace tilewright::cli
