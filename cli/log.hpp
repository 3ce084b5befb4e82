// What the subcommands say on stderr besides their results. Apart from the library that prints it, whose headers
// would be read for every subcommand.
#pragma once

#include <string>

namespace tilewright::cli {

void log_error(const std::string& text);
void log_warning(const std::string& text);
/// Only with -v.
void log_detail(const std::string& text);

}  // namespace tilewright::cli
