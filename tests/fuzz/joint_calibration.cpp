#include "sim/kernel/joint_calibration.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

void read_joint_calibration(const std::string& input) { (void)parse_joint_calibration(yaml_of(input)); }

}  // namespace tilewright::fuzz
