#include "sim/systemc/dram/memory.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

constexpr std::uint64_t interleave = Dram::interleave_B;
constexpr double same_clock = 1e-4;  // clocks that the rounding of seconds may add

// The bytes below an address that lie in one channel.
struct Split {
  Split(std::uint64_t address, std::uint64_t channels)
      : whole(address / interleave / channels * interleave),
        channel(address / interleave % channels),
        rest(address % interleave) {}
  [[nodiscard]] std::uint64_t of(std::uint64_t each) const {
    if (each == channel) return whole + rest;
    return each < channel ? whole + interleave : whole;
  }

  std::uint64_t whole;
  std::uint64_t channel;
  std::uint64_t rest;
};

}  // namespace

DramMemory::DramMemory(const Dram& dram)
    : dram_(dram),
      by_burst_(static_cast<std::uint64_t>(dram.standard.burst_B())),
      channels_(static_cast<std::size_t>(dram.pseudo_channels()), DramController(dram.standard)) {}

double DramMemory::transfer(double now_s, std::uint64_t address, double bytes, bool write) {
  if (!(bytes > 0)) return now_s;
  bytes_ += bytes;
  const double Hz = dram_.standard.clock_Hz;
  const auto now = static_cast<DramClock>(std::ceil(now_s * Hz - same_clock));
  const auto burst = static_cast<std::uint64_t>(dram_.standard.burst_B());
  const Split begin(address, channels_.size());
  const Split end(address + static_cast<std::uint64_t>(std::ceil(bytes)), channels_.size());
  DramClock done = now;
  for (std::uint64_t channel = 0; channel < channels_.size(); ++channel) {
    if (begin.of(channel) == end.of(channel)) continue;
    const std::uint64_t first = by_burst_.quotient(begin.of(channel));
    const std::uint64_t bursts = by_burst_.quotient(end.of(channel) + burst - 1) - first;
    done = std::max(done, channels_[channel].serve(now, first, bursts, write));
  }
  return static_cast<double>(done) / Hz;
}

DramCounts DramMemory::counts() const {
  DramCounts sum;
  for (const DramController& channel : channels_) sum += channel.counts();
  sum.bytes = bytes_;
  return sum;
}

}  // namespace tilewright
