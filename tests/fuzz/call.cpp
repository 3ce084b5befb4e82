#include "mappings/kernel/call.hpp"
#include "common/file.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_call(const std::string& input) {
  static const Yaml cascade = Yaml::parse("attention-1pass", "");
  static const Yaml kernel = Yaml::load(find_config("kernels", "flash-attention-3"));
  (void)with_call({}, yaml_of(input), kernel, shipped_cascade(cascade), shipped_arch("gpu/h100-sxm5"));
}

}  // namespace tilewright::fuzz
