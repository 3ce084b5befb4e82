#include "einsum/mask/spec.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_mask_file(const std::string& input) {
  const Yaml root = yaml_of(input);
  root.only({"mask"});
  const Yaml mask = root.at("mask");
  (void)parse_mask_spec(mask.at("pattern"), mask.find("layout"), mask.find("queries"));
}

}  // namespace tilewright::fuzz
