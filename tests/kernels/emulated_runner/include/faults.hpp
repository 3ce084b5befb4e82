// Faults that a test asks for by the environment: EMULATED_FAULTS="hang:Tiled wrong:Naive", each of a kind and a
// part of the name of a kernel's type.
#pragma once

#include <cstdlib>
#include <string>
#include <thread>
#include <typeinfo>

#include <cuda_runtime.h>

namespace tilewright::kernels {

/// Whether the kernel has a fault of this kind.
template <class Kernel>
bool has_fault(const std::string& kind) {
  static const char* const asked = std::getenv("EMULATED_FAULTS");
  if (asked == nullptr) return false;
  const std::string faults = asked;
  for (std::size_t at = faults.find(kind + ":"); at != std::string::npos; at = faults.find(kind + ":", at + 1)) {
    const std::size_t begin = at + kind.size() + 1;
    const std::string part = faults.substr(begin, faults.find(' ', begin) - begin);
    if (std::string(typeid(Kernel).name()).find(part) != std::string::npos) return true;
  }
  return false;
}

/// Whether a launch does nothing: its kernel never ends, breaks the device or leaves its output out. Or the process
/// ends here, or stops for good.
template <class Kernel>
bool fails() {
  if (emulated_state != cudaSuccess) return true;
  if (has_fault<Kernel>("hang")) emulated_state = cudaErrorNotReady;
  if (has_fault<Kernel>("break")) emulated_state = cudaErrorIllegalAddress;
  if (has_fault<Kernel>("crash")) std::abort();
  if (has_fault<Kernel>("stop")) std::this_thread::sleep_for(std::chrono::hours(1));
  return emulated_state != cudaSuccess || has_fault<Kernel>("wrong");
}

}  // namespace tilewright::kernels
