#include "kernels/runner/device_state.hpp"

#include <dlfcn.h>

#include <array>

namespace tilewright::kernels::runner {
namespace {

// nvml.h: every function returns 0 on success; a device is an opaque pointer.
using Device = void*;
constexpr int success = 0;
constexpr int clock_sm = 1;            // NVML_CLOCK_SM
constexpr int clock_memory = 2;        // NVML_CLOCK_MEM
constexpr int temperature_of_die = 0;  // NVML_TEMPERATURE_GPU

}  // namespace

struct DeviceMonitor::Library {
  void* handle = nullptr;
  Device device = nullptr;
  bool started = false;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*device_by_bus_id)(const char*, Device*) = nullptr;
  int (*clock_MHz)(Device, int, unsigned*) = nullptr;
  int (*power_mW)(Device, unsigned*) = nullptr;
  int (*temperature_C)(Device, int, unsigned*) = nullptr;
  int (*driver_version)(char*, unsigned) = nullptr;

  template <class Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }

  bool open(const std::string& file, const std::string& bus_id) {
    handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    return handle != nullptr && find("nvmlInit_v2", init) && find("nvmlShutdown", shutdown) &&
           find("nvmlDeviceGetHandleByPciBusId_v2", device_by_bus_id) &&
           find("nvmlDeviceGetClockInfo", clock_MHz) && find("nvmlDeviceGetPowerUsage", power_mW) &&
           find("nvmlDeviceGetTemperature", temperature_C) && find("nvmlSystemGetDriverVersion", driver_version) &&
           (started = init() == success) && device_by_bus_id(bus_id.c_str(), &device) == success;
  }

  /// A reading in SI units, or nothing.
  template <class Read>
  static std::optional<double> scaled(const Read& read, double unit) {
    unsigned value = 0;
    if (read(&value) != success) return std::nullopt;
    return value * unit;
  }
};

DeviceMonitor::DeviceMonitor(const std::string& bus_id, const std::string& library)
    : library_(std::make_unique<Library>()) {
  if (!library_->open(library, bus_id)) library_->device = nullptr;
}

DeviceMonitor::~DeviceMonitor() {
  if (library_->started) library_->shutdown();
  if (library_->handle != nullptr) dlclose(library_->handle);
}

bool DeviceMonitor::available() const { return library_->device != nullptr; }

DeviceState DeviceMonitor::read() const {
  if (!available()) return {};
  const Library& of = *library_;
  return {
      Library::scaled([&](unsigned* value) { return of.clock_MHz(of.device, clock_sm, value); }, 1e6),
      Library::scaled([&](unsigned* value) { return of.clock_MHz(of.device, clock_memory, value); }, 1e6),
      Library::scaled([&](unsigned* value) { return of.power_mW(of.device, value); }, 1e-3),
      Library::scaled([&](unsigned* value) { return of.temperature_C(of.device, temperature_of_die, value); }, 1)};
}

std::string DeviceMonitor::driver_version() const {
  std::array<char, 96> version{};  // NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE is 80
  if (!available() || library_->driver_version(version.data(), version.size() - 1) != success) return "";
  return version.data();
}

}  // namespace tilewright::kernels::runner
