// What the driver says about the device before and after a point: clocks, power, temperature.
//
// Read through the NVIDIA Management Library, opened at run time: a machine without it measures as well, and leaves
// these fields empty. Functions and constants: "NVML API Reference Guide" (vR580), device queries.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace tilewright::kernels::runner {

/// Absent where the library or the device does not say.
struct DeviceState {
  std::optional<double> sm_clock_Hz, memory_clock_Hz, power_W, temperature_C;
};

class DeviceMonitor {
 public:
  /// `bus_id` as cudaDeviceGetPCIBusId writes it. Without the library or the device every reading is absent.
  explicit DeviceMonitor(const std::string& bus_id, const std::string& library = "libnvidia-ml.so.1");
  ~DeviceMonitor();
  DeviceMonitor(const DeviceMonitor&) = delete;
  DeviceMonitor& operator=(const DeviceMonitor&) = delete;

  [[nodiscard]] bool available() const;
  [[nodiscard]] DeviceState read() const;
  [[nodiscard]] std::string driver_version() const;  ///< empty where unknown

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace tilewright::kernels::runner
