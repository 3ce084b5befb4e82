#include "explore/claim/claim.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_claims(const std::string& input) { (void)parse_claims(yaml_of(input)); }

}  // namespace tilewright::fuzz
