#include "arch/parse.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_arch(const std::string& input) { (void)ArchFile(yaml_of(input)).with(); }

}  // namespace tilewright::fuzz
