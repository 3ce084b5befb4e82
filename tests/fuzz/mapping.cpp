#include "mappings/parse.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_mapping(const std::string& input) {
  const Yaml root = yaml_of(input);
  (void)mapped_cascade(root);
  const bool on_gpu = input.find("HBM") != std::string::npos;
  (void)parse_mapping(root, shipped_cascade(root.at("mapping").at("cascade")),
                      shipped_arch(on_gpu ? "gpu/h100-sxm5" : "fusemax/proposal"),
                      {"B", "H", "E", "F", "S", "M", "P", "D", "G"});
}

}  // namespace tilewright::fuzz
