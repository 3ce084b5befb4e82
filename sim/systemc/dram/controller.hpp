// What gives one DRAM channel its commands, in a stated and simple way:
//
// - Bursts are served in the order in which they are asked for. Their addresses go round the bank groups burst by
//   burst, then along the rows of one bank of each group, then to the next bank of each group, then to the next
//   rows. So 64 B of a standard with bursts of 32 B, as HBM has, are of two groups and open two rows.
// - Open page: a row stays open until another one of its bank is asked for, or a refresh. A bank that needs another
//   row is closed and activated as soon as it may be and the request has come, while other banks still transfer:
//   the rows of a stream are activated ahead, and activations too are in order.
// - Every tREFI all banks are closed and refreshed. A command that cannot be given before a refresh is due follows
//   it.
//
// The time to serve a stream is in proportion to the rows that it touches, and the memory is that of the banks.
#pragma once

#include <cstdint>

#include "sim/systemc/dram/channel.hpp"
#include "sim/systemc/dram/divisor.hpp"

namespace tilewright {

struct DramCounts {
  double bytes = 0;  ///< asked for; bursts may move more
  std::uint64_t bursts = 0;
  std::uint64_t activations = 0;
  std::uint64_t row_hits = 0;     ///< bursts whose row was open
  std::uint64_t conflicts = 0;    ///< activations that had to close another row first
  std::uint64_t refreshes = 0;    ///< that were due when something was asked for
  std::uint64_t turnarounds = 0;  ///< of the data bus, between reads and writes
  double bus_busy_s = 0;          ///< with data, of all channels together

  DramCounts& operator+=(const DramCounts& other);
};

class DramController {
 public:
  explicit DramController(const DramStandard& standard);

  /// Bursts of the channel from `first` on, one after the other, asked for at a clock: that at which the last byte
  /// is there, or written. Less than one burst is not served: std::logic_error.
  DramClock serve(DramClock now, std::uint64_t first, std::uint64_t count, bool write);

  [[nodiscard]] DramCounts counts() const;

 private:
  // Bursts of one bank of each group: those of a row, in turn.
  struct Rows {
    std::size_t group;   // of the first burst
    std::size_t number;  // of the bank in its group
    std::int64_t row;
    std::int64_t bursts;  // that are left of these rows
  };
  [[nodiscard]] Rows rows_of(std::uint64_t burst) const;
  void serve(DramClock now, Rows rows, bool write);
  // Whether a refresh came before it.
  bool serve_one(DramClock now, std::size_t bank, std::int64_t row, bool write);
  // Whether the bank has the row now; not if a refresh is due before.
  bool open(DramClock now, std::size_t bank, std::int64_t row);
  void refresh(DramClock now);

  DramStandard standard_;
  Divisor by_groups_;
  Divisor by_banks_;
  Divisor by_rows_;  // bursts of a row of each group
  DramChannel channel_;
  DramClock due_;            // of the next refresh
  DramClock refreshed_ = 0;  // the end of the last one
  bool wrote_ = false;
  std::uint64_t next_ = 0;   // the burst after the last one
  std::size_t in_turn_ = 0;  // the last bursts that were of the same rows, one after the other
  DramCounts counts_;
};

}  // namespace tilewright
