#include "einsum/parse.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// What is read is printed as text that reads back.
void read_cascade(const std::string& input) {
  const std::string text = print_cascade(parse_cascade(yaml_of(input)));
  (void)parse_cascade(Yaml::parse(text, "printed.yaml"));
}

}  // namespace tilewright::fuzz
