#include "explore/study/study.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_study(const std::string& input) { (void)parse_study(yaml_of(input)); }

}  // namespace tilewright::fuzz
