#include "mappings/kernel/kernel_choice.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_choice(const std::string& input) { (void)parse_choice(yaml_of(input)); }

}  // namespace tilewright::fuzz
