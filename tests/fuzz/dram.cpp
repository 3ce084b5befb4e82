#include "arch/parse_dram.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_dram(const std::string& input) { (void)parse_dram_standard(yaml_of(input), "standard"); }

}  // namespace tilewright::fuzz
