// The device as the runner's bench.
#pragma once

#include "kernels/runner/device_state.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/run_plan.hpp"

namespace tilewright::kernels::runner {

class GpuBench : public Bench {
 public:
  /// As Gpu.
  explicit GpuBench(double hang_s);

  [[nodiscard]] Machine machine() const override { return machine_; }
  [[nodiscard]] DeviceState state() const override { return monitor_.read(); }
  Outcome measure(const plan::Row& point) override;
  Outcome profile(const plan::Row& point) override;
  [[nodiscard]] bool lost() const { return gpu_.lost(); }

 private:
  Outcome run(const plan::Row& point);

  Gpu gpu_;
  DeviceMonitor monitor_;
  Machine machine_;
};

}  // namespace tilewright::kernels::runner
