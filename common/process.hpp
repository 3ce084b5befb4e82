// Other programs of this project, run to their end.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright {

/// The folder of the running program.
std::filesystem::path program_folder();

/// Runs a program with nothing on its stdin and its output on this one's stderr. Once interrupted(), the program
/// gets a SIGINT and is waited for. Returns its exit status, 128 + n where signal n ended it. Throws MissingError
/// where it cannot be started.
int run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments);

}  // namespace tilewright
