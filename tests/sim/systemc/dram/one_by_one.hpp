// Shared by the tests: what DramController says that it does, said command by command, each checked by the channel.
#pragma once

#include <algorithm>

#include "sim/systemc/dram/controller.hpp"

namespace tilewright::test {

class OneByOne {
 public:
  explicit OneByOne(const DramStandard& standard)
      : dram_(standard), channel_(standard), due_(standard.timing.tREFI) {}

  DramClock serve(DramClock now, std::uint64_t first, std::uint64_t count, bool write) {
    if (bursts_++ > 0 && wrote_ != write) ++counts.turnarounds;
    wrote_ = write;
    DramClock last = 0;
    for (std::uint64_t burst = first; burst < first + count; ++burst) last = serve(now, burst, write);
    counts.bursts += count;
    return last + (write ? dram_.timing.CWL : dram_.timing.CL) + dram_.burst_clocks();
  }

  DramCounts counts;

 private:
  DramClock serve(DramClock now, std::uint64_t burst, bool write) {
    const auto groups = static_cast<std::uint64_t>(dram_.bank_groups);
    const std::uint64_t in_group = burst / groups / static_cast<std::uint64_t>(dram_.bursts_per_row());
    const auto banks = static_cast<std::uint64_t>(dram_.banks_per_group);
    const std::size_t bank = burst % groups * banks + in_group % banks;
    const auto row = static_cast<std::int64_t>(in_group / banks);
    DramClock at = 0;
    if (channel_.row(bank) == row) ++counts.row_hits;
    bool hit = channel_.row(bank) == row;
    for (;;) {
      if (channel_.row(bank) == row) {
        if (!give(write ? DramCommand::write : DramCommand::read, now, bank, row, at)) {
          counts.row_hits -= hit ? 1 : 0;
          hit = false;
          continue;
        }
        return at;
      }
      if (channel_.row(bank) != DramChannel::no_row) {
        if (!give(DramCommand::precharge, now, bank, row, at)) continue;
        ++counts.conflicts;
      }
      if (give(DramCommand::activate, now, bank, row, at)) ++counts.activations;
    }
  }

  // As early as it can, but a refresh instead where that is due by then.
  bool give(DramCommand command, DramClock now, std::size_t bank, std::int64_t row, DramClock& at) {
    at = std::max(now, channel_.earliest(command, bank));
    if (at < due_) {
      channel_.issue(command, at, bank, row);
      return true;
    }
    channel_.issue(DramCommand::precharge_all, std::max(due_, channel_.earliest(DramCommand::precharge_all)));
    channel_.issue(DramCommand::refresh, std::max(due_, channel_.earliest(DramCommand::refresh)));
    due_ += dram_.timing.tREFI;
    ++counts.refreshes;
    return false;
  }

  DramStandard dram_;
  DramChannel channel_;
  DramClock due_;
  std::uint64_t bursts_ = 0;
  bool wrote_ = false;
};

}  // namespace tilewright::test
