#include "sim/systemc/dram/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tilewright {

namespace {

constexpr DramClock long_ago = -(DramClock{1} << 40);  // before any constraint

}  // namespace

DramChannel::DramChannel(const DramStandard& standard)
    : timing_(standard.timing),
      banks_per_group_(static_cast<std::size_t>(standard.banks_per_group)),
      by_groups_(static_cast<std::uint64_t>(standard.bank_groups)),
      write_to_precharge_(timing_.CWL + standard.burst_clocks() + timing_.tWR),
      write_to_read_S_(timing_.CWL + standard.burst_clocks() + timing_.tWTR_S),
      write_to_read_L_(timing_.CWL + standard.burst_clocks() + timing_.tWTR_L),
      banks_(static_cast<std::size_t>(standard.bank_groups) * banks_per_group_),
      groups_(static_cast<std::size_t>(standard.bank_groups), Group{long_ago, {long_ago, long_ago}}),
      last_{long_ago, long_ago},
      activated_{long_ago, long_ago, long_ago, long_ago} {
  for (std::size_t bank = 0; bank < banks_.size(); ++bank) banks_[bank].group = bank / banks_per_group_;
}

DramClock DramChannel::earliest_of_all(DramCommand command) const {
  DramClock earliest = 0;
  for (const Bank& bank : banks_)
    if (command == DramCommand::refresh)
      earliest = std::max(earliest, bank.activate);
    else if (bank.row != no_row)
      earliest = std::max(earliest, bank.precharge);
  return earliest;
}

DramClock DramChannel::earliest(DramCommand command, std::size_t bank) const {
  const auto require = [](bool possible, const char* what) {
    if (!possible) throw std::logic_error(what);
  };
  const auto closed = [](const Bank& each) { return each.row == no_row; };
  switch (command) {
    case DramCommand::activate:
      require(closed(banks_[bank]), "an activation of an open bank");
      return std::max<DramClock>(0, earliest_activate(bank));
    case DramCommand::precharge:
      return closed(banks_[bank]) ? 0 : earliest_precharge(bank);
    case DramCommand::refresh:
      require(std::ranges::all_of(banks_, closed), "a refresh of open banks");
      [[fallthrough]];
    case DramCommand::precharge_all:
      return earliest_of_all(command);
    case DramCommand::read:
    case DramCommand::write:
      require(!closed(banks_[bank]), "a read or write of a closed bank");
      break;
  }
  return std::max<DramClock>(0, earliest_column(bank, command == DramCommand::write));
}

void DramChannel::issue(DramCommand command, DramClock at, std::size_t bank, std::int64_t row) {
  if (const DramClock from = earliest(command, bank); at < from)
    throw std::logic_error(fmt::format("a command at {}, which is possible from {} on", at, from));
  switch (command) {
    case DramCommand::activate:
      activate(bank, row, at);
      break;
    case DramCommand::precharge:
      precharge(bank, at);
      break;
    case DramCommand::read:
    case DramCommand::write:
      column(bank, command == DramCommand::write, at);
      break;
    case DramCommand::precharge_all:
      for (std::size_t each = 0; each < banks_.size(); ++each) precharge(each, at);
      break;
    case DramCommand::refresh:
      for (Bank& each : banks_) each.activate = at + timing_.tRFC;
      break;
  }
}

// With S from command to command and L within a group: t(i) = max(t(i-1) + S, t(i-G) + L).
std::int64_t DramChannel::one_round(std::size_t group, std::size_t number, bool write, std::int64_t most,
                                    DramClock now, DramClock end) {
  const std::int64_t groups = std::min(most, static_cast<std::int64_t>(groups_.size()));
  for (std::int64_t i = 0; i < groups; ++i) {
    const DramClock at = std::max(last_[write] + timing_.tCCD_S, groups_[group].last[write] + within_group(write));
    if (at >= end || (i == 0 && at < now)) return i;
    column(group * banks_per_group_ + number, write, at);
    group = group + 1 == groups_.size() ? 0 : group + 1;
  }
  return groups;
}

// From the third round of all G groups on t(i) is t(i-G) + max(L, G S), whatever the times of the first: in the
// second t(i) >= t(i-1) + S already, and t(i-1) + S <= t(i-G) + max(L, G S) follows by induction. The first has
// been given before; the times of the second are those that the groups keep.
std::int64_t DramChannel::more_columns(std::size_t group, std::size_t number, bool write, std::int64_t most,
                                       DramClock now, DramClock end) {
  const auto groups = static_cast<std::int64_t>(groups_.size());
  const std::int64_t second = one_round(group, number, write, most, now, end);
  if (second < groups || most == groups) return second;
  most -= groups;
  const DramClock round = std::max(within_group(write), groups * timing_.tCCD_S);
  // Of the command i of them: the group, and how many rounds after the last that it has kept.
  const auto place = [&](std::int64_t i) { return by_groups_.rest(group + static_cast<std::uint64_t>(i)); };
  const auto rounds = [&](std::int64_t i) {
    return static_cast<std::int64_t>(by_groups_.quotient(static_cast<std::uint64_t>(i))) + 1;
  };
  const auto time = [&](std::int64_t i) { return groups_[place(i)].last[write] + rounds(i) * round; };
  std::int64_t count = most;
  if (time(most - 1) >= end) {
    count = 0;
    for (const Group& each : groups_) count += std::max<DramClock>(0, (end - 1 - each.last[write]) / round);
  }
  for (std::int64_t i = std::max<std::int64_t>(0, count - groups); i < count; ++i) {
    const DramClock at = time(i);  // of a group that this loop has not changed yet
    column(place(i) * banks_per_group_ + number, write, at);
  }
  return second + count;
}

}  // namespace tilewright
