#include "cli/command.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_settings(const std::string& input) { (void)cli::parse_settings({input}); }

}  // namespace tilewright::fuzz
