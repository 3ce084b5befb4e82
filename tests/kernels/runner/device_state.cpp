#include "kernels/runner/device_state.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::runner::TEST_FILE {

TEST_CASE("without the library every reading is absent") {
  for (const char* library : {"no-such-library.so.1", "libm.so.6"}) {
    const DeviceMonitor monitor("0000:00:00.0", library);
    CHECK_FALSE(monitor.available());
    CHECK(monitor.driver_version().empty());
    const DeviceState state = monitor.read();
    CHECK_FALSE(state.sm_clock_Hz);
    CHECK_FALSE(state.memory_clock_Hz);
    CHECK_FALSE(state.power_W);
    CHECK_FALSE(state.temperature_C);
  }
}

}  // namespace tilewright::kernels::runner::TEST_FILE
