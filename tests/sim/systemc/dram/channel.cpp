#include "sim/systemc/dram/channel.hpp"

#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/sim/systemc/dram/standards.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using enum DramCommand;

constexpr DramClock start = 10000;
// Of four banks a group.
constexpr std::size_t bank = 0, same_group = 1, other_group = 4, third_group = 8, fourth_group = 12;

/// Blocked a clock before, ready then.
void ready(const DramChannel& channel, DramCommand command, DramClock at, std::size_t of = bank) {
  CHECK(channel.earliest(command, of) == at);
  DramChannel early = channel;
  CHECK_THROWS_AS(early.issue(command, at - 1, of, 1), std::logic_error);
  DramChannel late = channel;
  CHECK_NOTHROW(late.issue(command, at, of, 1));
}

/// Rows 0 open in one bank of each of two groups, and in another of the first, for long.
DramChannel opened() {
  DramChannel channel(made_up_dram());
  channel.issue(activate, 0, bank);
  channel.issue(activate, 100, same_group);
  channel.issue(activate, 200, other_group);
  return channel;
}

DramChannel after(DramChannel channel, DramCommand command, DramClock at, std::size_t of = bank) {
  channel.issue(command, at, of);
  return channel;
}

}  // namespace

TEST_CASE("a bank is read or written tRCD, and closed tRAS, after its activation") {
  const DramChannel channel = after(DramChannel(made_up_dram()), activate, start);
  ready(channel, read, start + 13);
  ready(channel, write, start + 13);
  ready(channel, precharge, start + 41);
  ready(channel, precharge_all, start + 41);
}

TEST_CASE("a bank is activated tRP after its precharge, and all are refreshed then") {
  DramChannel channel = after(DramChannel(made_up_dram()), activate, start);
  channel.issue(precharge, start + 50, bank);
  ready(channel, activate, start + 67);
  ready(channel, refresh, start + 67);
  ready(channel, activate, start + 3, other_group);
}

TEST_CASE("activations keep tRRD_S, within a group tRRD_L, and tFAW to the fourth after") {
  DramChannel channel = after(DramChannel(made_up_dram()), activate, start);
  ready(channel, activate, start + 3, other_group);
  ready(channel, activate, start + 5, same_group);
  channel.issue(activate, start + 3, other_group);
  channel.issue(activate, start + 6, third_group);
  ready(channel, activate, start + 9, fourth_group);
  channel.issue(activate, start + 10, fourth_group);
  ready(channel, activate, start + 29, same_group);
  channel.issue(activate, start + 29, same_group);
  ready(channel, activate, start + 3 + 29, other_group + 1);
}

TEST_CASE("reads keep tCCD_S, within a group tCCD_L") {
  const DramChannel channel = after(opened(), read, start);
  ready(channel, read, start + 2, other_group);
  ready(channel, read, start + 4, same_group);
  ready(channel, read, start + 4, bank);
  // Not only to the last one.
  ready(after(channel, read, start + 2, other_group), read, start + 4, same_group);
}

TEST_CASE("writes keep tCCD_S, within a group tCCD_L_WR") {
  const DramChannel channel = after(opened(), write, start);
  ready(channel, write, start + 2, other_group);
  ready(channel, write, start + 6, same_group);
  ready(channel, write, start + 6, bank);
}

TEST_CASE("a write follows a read by tRTW, a read a write's data by tWTR_S, within a group by tWTR_L") {
  const DramChannel reading = after(opened(), read, start);
  ready(reading, write, start + 10, bank);
  ready(reading, write, start + 10, other_group);
  const DramChannel writing = after(opened(), write, start);
  ready(writing, read, start + 7 + 2 + 9, other_group);
  ready(writing, read, start + 7 + 2 + 12, same_group);
}

TEST_CASE("a bank is closed tRTP after its last read, and tWR after its last write's data") {
  ready(after(opened(), read, start), precharge, start + 8);
  ready(after(opened(), write, start), precharge, start + 7 + 2 + 19);
  ready(after(opened(), read, start, other_group), precharge, 0 + 41, bank);
  ready(after(after(opened(), read, start), write, start + 10, other_group), precharge_all, start + 10 + 28);
  // tRAS still holds for what was read soon.
  const DramChannel soon = after(DramChannel(made_up_dram()), activate, start);
  ready(after(soon, read, start + 13), precharge, start + 41);
}

TEST_CASE("nothing comes for tRFC after a refresh") {
  const DramChannel channel = after(DramChannel(made_up_dram()), refresh, start);
  for (const std::size_t each : {bank, same_group, fourth_group}) ready(channel, activate, start + 100, each);
  ready(channel, refresh, start + 100);
}

TEST_CASE("commands want their bank open or closed") {
  CHECK_THROWS_AS(opened().issue(activate, start, bank), std::logic_error);
  CHECK_THROWS_AS(opened().issue(read, start, fourth_group), std::logic_error);
  CHECK_THROWS_AS(opened().issue(write, start, fourth_group), std::logic_error);
  CHECK_THROWS_AS(opened().issue(refresh, start), std::logic_error);
  DramChannel channel = after(opened(), precharge_all, start);
  CHECK(channel.row(bank) == DramChannel::no_row);
  CHECK(channel.earliest(precharge, bank) == 0);
  channel.issue(activate, start + 17, bank, 7);
  CHECK(channel.row(bank) == 7);
}

}  // namespace tilewright::test::TEST_FILE
