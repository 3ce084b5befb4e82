#include "explore/model/model.hpp"
#include "explore/model/import.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_model(const std::string& input) { (void)parse_model(yaml_of(input)); }

// What is made of a configuration is a model, too.
void read_configuration(const std::string& input) {
  (void)parse_model(yaml_of(to_yaml(import_model(input, input_name), "made", "a configuration")));
}

}  // namespace tilewright::fuzz
