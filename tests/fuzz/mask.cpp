#include "einsum/mask/spec.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// What is read makes masks of few tokens.
void read_mask(const std::string& input) {
  const auto runs = parse_mask(input);
  (void)make_masks(runs, Layout{{4, 6}, {4, 6}}, 12);
}

}  // namespace tilewright::fuzz
