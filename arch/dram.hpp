// A DRAM by its standard, as numbers: what one channel has and which times its commands must keep apart. Times are
// whole clocks of the command clock, by the names that JEDEC standards give them; configs/drams/ has them with
// sources.
#pragma once

#include <cstdint>
#include <string>

namespace tilewright {

using DramClock = std::int64_t;

struct DramTiming {
  DramClock CL = 0;         ///< from a read to its first data
  DramClock CWL = 0;        ///< from a write to its first data
  DramClock tRCD = 0;       ///< from an activation to a read or write of the bank
  DramClock tRP = 0;        ///< from a precharge to an activation of the bank, or to a refresh
  DramClock tRAS = 0;       ///< from an activation to a precharge of the bank
  DramClock tRRD_S = 0;     ///< between activations, of other bank groups
  DramClock tRRD_L = 0;     ///< between activations of one bank group
  DramClock tFAW = 0;       ///< from an activation to the fourth after it
  DramClock tCCD_S = 0;     ///< between reads, or writes, of other bank groups
  DramClock tCCD_L = 0;     ///< between reads of one bank group
  DramClock tCCD_L_WR = 0;  ///< between writes of one bank group
  DramClock tWR = 0;        ///< from the end of a write's data to a precharge of the bank
  DramClock tRTP = 0;       ///< from a read to a precharge of the bank
  DramClock tWTR_S = 0;     ///< from the end of a write's data to a read, of another bank group
  DramClock tWTR_L = 0;     ///< from the end of a write's data to a read of its bank group
  DramClock tRTW = 0;       ///< from a read to a write
  DramClock tREFI = 0;      ///< between refreshes of all banks
  DramClock tRFC = 0;       ///< from a refresh to whatever comes next
};

/// One rank. A pseudo channel has commands, banks and a data bus of its own; where a standard has none, it is the
/// channel.
struct DramStandard {
  std::string name;
  double clock_Hz = 0;  ///< of commands
  std::int64_t transfers_per_clock = 0;
  std::int64_t width_B = 0;  ///< of the data bus of a pseudo channel
  std::int64_t burst_transfers = 0;
  std::int64_t pseudo_channels = 0;  ///< of a channel
  std::int64_t bank_groups = 0;
  std::int64_t banks_per_group = 0;
  std::int64_t row_B = 0;  ///< of a bank of a pseudo channel
  DramTiming timing;

  [[nodiscard]] std::int64_t burst_B() const { return width_B * burst_transfers; }
  [[nodiscard]] DramClock burst_clocks() const { return burst_transfers / transfers_per_clock; }
  [[nodiscard]] std::int64_t bursts_per_row() const { return row_B / burst_B(); }
};

/// What a memory level consists of.
struct Dram {
  /// What one pseudo channel takes before the next one has its turn.
  static constexpr std::int64_t interleave_B = 256;

  DramStandard standard;
  std::int64_t channels = 0;

  [[nodiscard]] std::int64_t pseudo_channels() const { return channels * standard.pseudo_channels; }
  /// Of all data buses together.
  [[nodiscard]] double peak_B_per_s() const {
    return static_cast<double>(pseudo_channels() * standard.width_B * standard.transfers_per_clock) *
           standard.clock_Hz;
  }
};

}  // namespace tilewright
