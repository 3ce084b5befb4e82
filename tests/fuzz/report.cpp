#include "report/spec.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_report(const std::string& input) { (void)parse_report(yaml_of(input)); }

}  // namespace tilewright::fuzz
