// A DRAM as a server of requests: all channels of a memory level. Addresses go round the pseudo channels, 256 B
// each (Dram::interleave_B); each channel serves its part of a request in order, as DramController says.
#pragma once

#include <cstdint>
#include <vector>

#include "arch/dram.hpp"
#include "sim/systemc/dram/controller.hpp"
#include "sim/systemc/dram/divisor.hpp"

namespace tilewright {

class DramMemory {
 public:
  explicit DramMemory(const Dram& dram);

  /// A request for `bytes` from `address` on, made at `now_s`: when the last byte is there, or written. Requests
  /// come in order of `now_s`; one that is made before the one before it queues behind that. A request is seen from
  /// the next clock on. Whole bursts are moved, of part of a byte a whole one; of no bytes nothing, at `now_s`.
  double transfer(double now_s, std::uint64_t address, double bytes, bool write);

  /// Of all requests until now.
  [[nodiscard]] DramCounts counts() const;

 private:
  Dram dram_;
  Divisor by_burst_;
  std::vector<DramController> channels_;
  double bytes_ = 0;
};

}  // namespace tilewright
