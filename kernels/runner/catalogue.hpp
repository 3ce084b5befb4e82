// What is compiled into this program, and what of it a point of a plan asks for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernels/plan/row.hpp"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

class DeviceMonitor;
class Gpu;
struct Compiled;

/// What a trial runs on.
struct Device {
  Gpu& gpu;
  const DeviceMonitor& monitor;
};

/// Measures a point that asks for `of`. Throws Unsupported, or std::invalid_argument, for a point that the kernel
/// cannot take.
using Run = Outcome (*)(const plan::Row& point, const Compiled& of, const Device& device);

/// A kernel for one choice of what is fixed when it is compiled; 0 or empty: takes any. Each trial states its own,
/// beside its code.
struct Compiled {
  std::string operation = "", kernel = "", dtype = "";
  int head_dim = 0;
  int q_tile = 0, kv_tile = 0;        ///< tokens
  std::string needs = "sm_80";        ///< the first architecture that runs it; with an "a", the only one
  std::string unit = "", about = "";  ///< of a microbenchmark
  Run run = nullptr;
};

/// As CSV.
std::string catalogue_csv(std::span<const Compiled> catalogue);

/// The entry of the catalogue for a point. Throws Unsupported with the nearest entries, or kernels, where there is
/// none, and where a device of this compute capability (90 for 9.0) cannot run it.
const Compiled& compiled_for(const plan::Row& point, std::span<const Compiled> catalogue, int capability);

}  // namespace tilewright::kernels::runner
