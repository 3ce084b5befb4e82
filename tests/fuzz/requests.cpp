#include "einsum/requests.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_requests(const std::string& input) { (void)find_requests(input); }

}  // namespace tilewright::fuzz
