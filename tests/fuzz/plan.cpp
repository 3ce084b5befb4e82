#include "kernels/plan/mask.hpp"
#include "kernels/plan/measurement.hpp"
#include "kernels/plan/row.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

// A plan, or its results.
void read_plan(const std::string& input) {
  try {
    (void)plan::read_plan(input, input_name);
  } catch (const plan::Error&) {
    (void)plan::read_measurements(input, input_name);
  }
}

}  // namespace tilewright::fuzz
