#include "einsum/workload.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_workload(const std::string& input) { (void)parse_workload(yaml_of(input)); }

}  // namespace tilewright::fuzz
