#include "common/table.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_csv(const std::string& input) { (void)parse_csv(input, input_name); }

}  // namespace tilewright::fuzz
