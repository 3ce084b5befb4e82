#include "sim/kernel/intervals.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_intervals(const std::string& input) { (void)parse_intervals(yaml_of(input)); }

}  // namespace tilewright::fuzz
