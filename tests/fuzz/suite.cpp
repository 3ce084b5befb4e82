#include "measure/suite.hpp"
#include "tests/fuzz/reader.hpp"
#include "validation/gpu/timing_suite.hpp"
#include "validation/measured_suite.hpp"
#include "validation/suite.hpp"

namespace tilewright::fuzz {

// Of its kind.
void read_suite(const std::string& input) {
  const Yaml root = yaml_of(input);
  if (is_timing_suite(root)) (void)parse_timing_suite(root);
  if (is_measure_suite(root))
    (void)(root.find("predict") ? parse_measured_suite(root).name : parse_measure_suite(root).name);
  if (!is_timing_suite(root) && !is_measure_suite(root)) (void)parse_suite(root);
}

}  // namespace tilewright::fuzz
