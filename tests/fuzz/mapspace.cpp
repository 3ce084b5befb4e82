#include "mappings/space/kernel_mapspace.hpp"
#include "mappings/space/parse_mapspace.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// Of nests of loops, and of kernels.
void read_mapspace(const std::string& input) {
  static const Yaml cascade = Yaml::parse("attention-3pass", "");
  const Yaml root = yaml_of(input);
  try {
    (void)parse_mapspace(root, shipped_cascade(cascade), shipped_arch("fusemax/proposal"));
  } catch (const InputError&) {
    (void)parse_kernel_mapspace(root);
    throw;
  }
}

}  // namespace tilewright::fuzz
