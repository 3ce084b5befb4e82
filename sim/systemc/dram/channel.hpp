// The banks and the data bus of one DRAM channel (or pseudo channel) of one rank: which commands may be given when.
// Each constraint of DramTiming holds between any two commands that it is of; in whole clocks. The command bus is
// not modelled: commands of one clock do not keep each other waiting.
//
// A bank is `group * banks_per_group + number`. A bank has one row open, or none; it is closed by a precharge.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "arch/dram.hpp"
#include "sim/systemc/dram/divisor.hpp"

namespace tilewright {

enum class DramCommand { activate, precharge, precharge_all, read, write, refresh };

class DramChannel {
 public:
  static constexpr std::int64_t no_row = -1;

  explicit DramChannel(const DramStandard& standard);

  /// From which clock on a command may be given, after all that have been given. An activation wants the bank
  /// closed, a refresh all banks, a read or write a row open; else std::logic_error. A precharge of what is closed
  /// does nothing. The bank of what concerns all banks is none of interest.
  [[nodiscard]] DramClock earliest(DramCommand command, std::size_t bank = 0) const;
  /// Gives it; std::logic_error where that is before the earliest. `row` is that of an activation.
  void issue(DramCommand command, DramClock at, std::size_t bank = 0, std::int64_t row = 0);

  [[nodiscard]] std::int64_t row(std::size_t bank) const { return banks_[bank].row; }

  // The same without looking at the state of the bank, for those who know it.
  [[nodiscard]] DramClock earliest_activate(std::size_t bank) const;
  [[nodiscard]] DramClock earliest_precharge(std::size_t bank) const { return banks_[bank].precharge; }
  [[nodiscard]] DramClock earliest_column(std::size_t bank, bool write) const;
  void activate(std::size_t bank, std::int64_t row, DramClock at);
  void precharge(std::size_t bank, DramClock at);
  void column(std::size_t bank, bool write, DramClock at);

  /// Reads or writes of one bank of each group, `number`, all of them open, one group after the other from `group`
  /// on: `most` of them or those that can be given before the clock `end`, each as early as it can; none if the
  /// first could come before `now`. Says how many. What giving them one by one does, in a time that does not depend
  /// on how many they are. The last reads or writes of the channel must have been just such ones: one of each
  /// group, in the same order.
  std::int64_t more_columns(std::size_t group, std::size_t number, bool write, std::int64_t most, DramClock now,
                            DramClock end);

  /// Of the last read or write.
  [[nodiscard]] DramClock last_column(bool write) const { return last_[write]; }

 private:
  struct Bank {
    std::int64_t row = no_row;
    std::size_t group = 0;
    // From when on it may get what.
    DramClock activate = 0;
    DramClock column = 0;
    DramClock precharge = 0;
  };
  struct Group {
    DramClock activated;
    std::array<DramClock, 2> last;  // read, write
  };

  [[nodiscard]] DramClock earliest_of_all(DramCommand command) const;
  std::int64_t one_round(std::size_t group, std::size_t number, bool write, std::int64_t most, DramClock now,
                         DramClock end);
  [[nodiscard]] DramClock within_group(bool write) const { return write ? timing_.tCCD_L_WR : timing_.tCCD_L; }
  // From the last read or write of a bank to its precharge.
  [[nodiscard]] DramClock to_precharge(bool write) const { return write ? write_to_precharge_ : timing_.tRTP; }

  DramTiming timing_;
  std::size_t banks_per_group_;
  Divisor by_groups_;
  DramClock write_to_precharge_;
  DramClock write_to_read_S_;
  DramClock write_to_read_L_;
  std::vector<Bank> banks_;
  std::vector<Group> groups_;
  std::array<DramClock, 2> last_;       // read, write
  std::array<DramClock, 4> activated_;  // the last four activations; the oldest is the next to be replaced
  std::size_t oldest_ = 0;
};

// Here and not in a source file since they are nearly all that serving a stream consists of.

inline DramClock DramChannel::earliest_activate(std::size_t bank) const {
  return std::max({banks_[bank].activate, groups_[banks_[bank].group].activated + timing_.tRRD_L,
                   activated_[(oldest_ + 3) % 4] + timing_.tRRD_S, activated_[oldest_] + timing_.tFAW});
}

inline DramClock DramChannel::earliest_column(std::size_t bank, bool write) const {
  const auto& [read_of_group, write_of_group] = groups_[banks_[bank].group].last;
  if (write)
    return std::max({banks_[bank].column, last_[1] + timing_.tCCD_S, write_of_group + timing_.tCCD_L_WR,
                     last_[0] + timing_.tRTW});
  return std::max({banks_[bank].column, last_[0] + timing_.tCCD_S, read_of_group + timing_.tCCD_L,
                   last_[1] + write_to_read_S_, write_of_group + write_to_read_L_});
}

inline void DramChannel::activate(std::size_t bank, std::int64_t row, DramClock at) {
  Bank& each = banks_[bank];
  each.row = row;
  each.column = at + timing_.tRCD;
  each.precharge = at + timing_.tRAS;
  groups_[each.group].activated = at;
  activated_[oldest_] = at;
  oldest_ = (oldest_ + 1) % 4;
}

inline void DramChannel::precharge(std::size_t bank, DramClock at) {
  Bank& each = banks_[bank];
  if (each.row == no_row) return;
  each.row = no_row;
  each.activate = at + timing_.tRP;
}

inline void DramChannel::column(std::size_t bank, bool write, DramClock at) {
  Bank& each = banks_[bank];
  each.precharge = std::max(each.precharge, at + to_precharge(write));
  groups_[each.group].last[write] = at;
  last_[write] = at;
}

}  // namespace tilewright
