#include "sim/systemc/dram/memory.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "tests/sim/systemc/dram/standards.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr std::uint64_t tile = 32 << 10;

/// The time of a stream of tiles that are all asked for at once.
double stream_s(DramMemory& memory, std::uint64_t bytes, bool write) {
  double done_s = 0;
  for (std::uint64_t at = 0; at < bytes; at += tile)
    done_s = std::max(done_s, memory.transfer(0, at, static_cast<double>(tile), write));
  return done_s;
}

/// Of the time, after refreshes alone.
double left_by_refresh(const DramStandard& dram) {
  return 1 - static_cast<double>(dram.timing.tRFC) / static_cast<double>(dram.timing.tREFI);
}

/// Of the time, where a stream also waits for the bank's last column command, closes it, and opens it again, with
/// all groups one after the other.
double left_with_restart(const DramStandard& dram, bool write) {
  const DramTiming& t = dram.timing;
  const DramClock close = write ? t.CWL + dram.burst_clocks() + t.tWR : t.tRTP;
  const DramClock lost = close + t.tRP + t.tRFC + t.tRCD + dram.bank_groups * t.tRRD_L + t.tFAW;
  return 1 - static_cast<double>(lost) / static_cast<double>(t.tREFI);
}

/// Activations of one row after the other, by the constraints among activations alone.
class Activations {
 public:
  explicit Activations(const DramStandard& dram) : dram_(dram) {}

  /// From an activation of a bank to the next of it, with one read in between.
  [[nodiscard]] DramClock row_cycle() const {
    return std::max(dram_.timing.tRAS, dram_.timing.tRCD + dram_.timing.tRTP) + dram_.timing.tRP;
  }

  void next(std::size_t group, std::size_t bank) {
    DramClock at = times_.empty() ? 0 : times_.back() + dram_.timing.tRRD_S;
    if (times_.size() >= 4) at = std::max(at, times_[times_.size() - 4] + dram_.timing.tFAW);
    if (const auto last = of_group_.find(group); last != of_group_.end())
      at = std::max(at, last->second + dram_.timing.tRRD_L);
    if (const auto last = of_bank_.find(bank); last != of_bank_.end())
      at = std::max(at, last->second + row_cycle());
    times_.push_back(at);
    of_group_[group] = of_bank_[bank] = at;
  }

  [[nodiscard]] double seconds() const {
    return static_cast<double>(times_.back()) / left_by_refresh(dram_) / dram_.clock_Hz;
  }

 private:
  DramStandard dram_;
  std::vector<DramClock> times_;
  std::map<std::size_t, DramClock> of_group_, of_bank_;
};

}  // namespace

TEST_CASE("streams reach what refreshes leave of the peak, and reads 90 %") {
  for (const DramStandard& dram : shipped_drams())
    for (const bool write : {false, true})
      for (const std::int64_t channels : {1, 3, 8}) {
        const Dram level{dram, channels};
        DramMemory memory(level);
        const std::uint64_t bytes = static_cast<std::uint64_t>(channels) * (64 << 20);
        const double reached = static_cast<double>(bytes) / stream_s(memory, bytes, write) / level.peak_B_per_s();
        CAPTURE(dram.name, write, channels, reached);
        CHECK(reached >= (write ? 0.88 : 0.90));
        CHECK(reached >= left_with_restart(dram, write));
        CHECK(reached <= left_by_refresh(dram) + 1e-3);
        const DramCounts counts = memory.counts();
        CHECK(counts.bytes == static_cast<double>(bytes));
        CHECK(counts.bursts * static_cast<std::uint64_t>(dram.burst_B()) == bytes);
        CHECK(counts.bus_busy_s == Approx(static_cast<double>(bytes) / level.peak_B_per_s() *
                                          static_cast<double>(level.pseudo_channels())));
        CHECK(counts.turnarounds == 0);
        // Each row once, and those that a refresh closed again.
        const double rows = static_cast<double>(bytes) / static_cast<double>(dram.row_B);
        const double again = static_cast<double>(counts.refreshes) * static_cast<double>(2 * dram.bank_groups);
        CHECK(static_cast<double>(counts.activations) >= rows);
        CHECK(static_cast<double>(counts.activations) <= rows + again);
      }
}

TEST_CASE("random reads of 64 B get what activations of their banks allow") {
  constexpr int reads = 20000;
  for (const DramStandard& dram : shipped_drams()) {
    const Dram level{dram, 1};
    DramMemory memory(level);
    const auto buses = static_cast<std::size_t>(level.pseudo_channels());
    std::vector<Activations> expected(buses, Activations(dram));
    std::mt19937_64 random(5);
    double done_s = 0;
    for (int i = 0; i < reads; ++i) {
      const std::uint64_t address = random() % (std::uint64_t{1} << 37) / 64 * 64;
      done_s = std::max(done_s, memory.transfer(0, address, 64, false));
      const std::uint64_t block = address / 256;
      const std::uint64_t in_bus = block / buses * 256 + address % 256;
      const auto burst_B = static_cast<std::uint64_t>(dram.burst_B());
      const auto groups = static_cast<std::uint64_t>(dram.bank_groups);
      for (std::uint64_t at = in_bus; at < in_bus + 64; at += burst_B) {
        const std::size_t group = at / burst_B % groups;
        const std::size_t bank = at / (groups * static_cast<std::uint64_t>(dram.row_B)) % 4;
        expected[block % buses].next(group, group * 4 + bank);
      }
    }
    double expected_s = 0;
    for (const Activations& bus : expected) expected_s = std::max(expected_s, bus.seconds());
    CAPTURE(dram.name, 64 * reads / done_s / level.peak_B_per_s());
    CHECK(done_s == Approx(expected_s).epsilon(0.03));
    CHECK(memory.counts().row_hits < reads / 100);
  }
}

TEST_CASE("reads of rows at random, but of all banks in turn, get the least of tRC, tFAW and tRRD") {
  for (const DramStandard& dram : shipped_drams()) {
    DramController channel(dram);
    std::mt19937_64 random(6);
    const auto groups = static_cast<std::uint64_t>(dram.bank_groups);
    const auto banks = static_cast<std::uint64_t>(dram.banks_per_group);
    const auto in_row = groups * static_cast<std::uint64_t>(dram.bursts_per_row());
    constexpr std::uint64_t reads = 20000;
    DramClock done = 0;
    for (std::uint64_t i = 0; i < reads; ++i) {
      const std::uint64_t rows = random() % 10000 * banks + i / groups % banks;
      done = channel.serve(0, rows * in_row + i % groups, 1, false);
    }
    const DramTiming& t = dram.timing;
    const auto least = [](DramClock clocks, std::uint64_t of) {
      return static_cast<double>(clocks) / static_cast<double>(of);
    };
    const double each = std::max({least(t.tRRD_S, 1), least(t.tRRD_L, groups), least(t.tFAW, 4), least(t.tCCD_S, 1),
                                  least(Activations(dram).row_cycle(), groups * banks)});
    CAPTURE(dram.name, each);
    CHECK(least(done, reads) == Approx(each / left_by_refresh(dram)).epsilon(0.03));
  }
}

TEST_CASE("channels take 256 B in turn, and a request ends with its last byte") {
  const Dram level{made_up_dram(), 3};
  DramMemory memory(level);
  const double first_s = 26e-9;  // tRCD, CL and a burst
  CHECK(memory.transfer(0, 0, 1, false) == Approx(first_s));
  CHECK(memory.counts().bursts == 1);
  // The other two channels have done nothing yet: bytes 256 and 512.
  // 8 bursts of four rows, which are opened at 0, 3, 6 and 9: read at 13, 16, 19, 22, and then every 2.
  CHECK(memory.transfer(0, 256, 257, false) == Approx((30 + 11 + 2) * 1e-9));
  CHECK(memory.counts().bursts == 1 + 8 + 1);
  CHECK(memory.counts().activations == 1 + 4 + 1);
  // Byte 768 is the ninth burst of the first channel: a row hit of the group of byte 0.
  CHECK(memory.transfer(500e-9, 768, 32, false) == Approx(500e-9 + 13e-9));
  CHECK(memory.counts().row_hits == 4 + 1);
  // Across bursts: two of them for two bytes.
  CHECK(memory.transfer(600e-9, 31, 2, true) == Approx(600e-9 + 13e-9 + 7e-9 + 2e-9));
  CHECK(memory.counts().bytes == 1 + 257 + 32 + 2);
  CHECK(memory.transfer(700e-9, 31, 0, true) == 700e-9);
  CHECK(memory.counts().bytes == 1 + 257 + 32 + 2);
}

TEST_CASE("a request is seen from the next clock on") {
  const Dram level{made_up_dram(), 1};
  DramMemory memory(level);
  memory.transfer(0, 0, 32, false);
  CHECK(memory.transfer(200.2e-9, 0, 32, false) == Approx(214e-9));
  CHECK(memory.transfer(300e-9, 0, 32, false) == Approx(313e-9));
}

}  // namespace tilewright::test::TEST_FILE
