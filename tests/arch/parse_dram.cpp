#include "arch/parse_dram.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "tests/arch/arch_text.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A file with one of its values written in another way.
std::string text(const std::string& key = "", const std::string& value = "") {
  std::string text = "dram:\n";
  for (const std::string line : {"clock_Hz: 1 GHz",
                                 "transfers_per_clock: 2",
                                 "width_B: 8 B",
                                 "burst_transfers: 4",
                                 "pseudo_channels: 2",
                                 "bank_groups: 4",
                                 "banks_per_group: 4",
                                 "row_B: 1 KiB",
                                 "timing:",
                                 "  CL: 14",
                                 "  CWL: 5",
                                 "  tRCD: 13",
                                 "  tRP: 15",
                                 "  tRAS: 34",
                                 "  tRRD_S: 4",
                                 "  tRRD_L: 6",
                                 "  tFAW: 20",
                                 "  tCCD_S: 2",
                                 "  tCCD_L: 3",
                                 "  tWR: 16",
                                 "  tRTP: 7",
                                 "  tWTR_S: 8",
                                 "  tWTR_L: 9",
                                 "  tRTW: 12",
                                 "  tREFI: 3900",
                                 "  tRFC: 260"}) {
    const bool other = !key.empty() && line.find(key + ":") == line.find_first_not_of(' ');
    text += "  " + (other ? line.substr(0, line.find(':')) + ": " + value : line) + "\n";
  }
  return text;
}

DramStandard read(const std::string& text) { return parse_dram_standard(Yaml::parse(text, "d.yaml"), "d"); }

std::string error(const std::string& key, const std::string& value) {
  return message_of([&] { read(text(key, value)); });
}

Arch arch(const std::string& level) {
  return ArchFile(Yaml::parse(ArchText{.outermost = level}.str(), "a.yaml")).with();
}

std::string arch_error(const std::string& level) {
  return message_of([&] { arch(level); });
}

}  // namespace

TEST_CASE("every value of a DRAM is read") {
  const DramStandard dram = read(text());
  CHECK(dram.name == "d");
  CHECK(dram.clock_Hz == 1e9);
  CHECK(dram.burst_B() == 32);
  CHECK(dram.burst_clocks() == 2);
  CHECK(dram.bursts_per_row() == 32);
  CHECK(dram.pseudo_channels == 2);
  CHECK(dram.bank_groups == 4);
  CHECK(dram.banks_per_group == 4);
  const DramTiming& t = dram.timing;
  const std::vector<DramClock> times{t.CL,     t.CWL,    t.tRCD,   t.tRP,    t.tRAS,      t.tRRD_S,
                                     t.tRRD_L, t.tFAW,   t.tCCD_S, t.tCCD_L, t.tCCD_L_WR, t.tWR,
                                     t.tRTP,   t.tWTR_S, t.tWTR_L, t.tRTW,   t.tREFI,     t.tRFC};
  CHECK(times == std::vector<DramClock>{14, 5, 13, 15, 34, 4, 6, 20, 2, 3, 3, 16, 7, 8, 9, 12, 3900, 260});
  CHECK(read(text("tCCD_L", "3\n    tCCD_L_WR: 12")).timing.tCCD_L_WR == 12);
  CHECK(Dram{dram, 8}.pseudo_channels() == 16);
  CHECK(Dram{dram, 8}.peak_B_per_s() == 256e9);
}

TEST_CASE("a DRAM that cannot be is refused") {
  CHECK(error("tRCD", "1.5") == "d.yaml:13:11: dram.timing.tRCD: expected a whole number, got 1.5");
  CHECK(error("tRCD", "0") == "d.yaml:13:11: dram.timing.tRCD: expected a number from 1 to 1048576, got '0'");
  CHECK(error("tRCD", "14 ns") == "d.yaml:13:11: dram.timing.tRCD: expected a plain number, got '14 ns' (in s)");
  CHECK(error("tRCD", "13\n    tRDC: 1") == "d.yaml:14:5: dram.timing.tRDC: unknown key; did you mean 'tRCD'?");
  CHECK(error("clock_Hz", "1 ns") == "d.yaml:2:13: dram.clock_Hz: expected a value in Hz, got '1 ns' (in s)");
  CHECK(error("tRRD_L", "3") == "d.yaml:17:13: dram.timing.tRRD_L: is less than tRRD_S of 4");
  CHECK(error("tCCD_L", "1") == "d.yaml:20:13: dram.timing.tCCD_L: is less than tCCD_S of 2");
  CHECK(error("tWTR_L", "7") == "d.yaml:24:13: dram.timing.tWTR_L: is less than tWTR_S of 8");
  CHECK(error("tCCD_L", "3\n    tCCD_L_WR: 1") == "d.yaml:21:16: dram.timing.tCCD_L_WR: is less than tCCD_S of 2");
  CHECK(error("tCCD_S", "1") == "d.yaml:19:13: dram.timing.tCCD_S: bursts of 2 clocks would overlap");
  CHECK(error("tRTW", "10") ==
        "d.yaml:25:11: dram.timing.tRTW: the data of a write would overlap that of the read before it");
  CHECK(error("tRTW", "11") == "no error");
  CHECK(error("tREFI", "275") ==
        "d.yaml:26:12: dram.timing.tREFI: refreshes, with the precharge before them, leave no time");
  CHECK(error("burst_transfers", "5") == "d.yaml:5:20: dram.burst_transfers: expected whole clocks of 2 transfers");
  CHECK(error("burst_transfers", "6") ==
        "d.yaml:5:20: dram.burst_transfers: bursts of 48 B do not fill the 256 B that a channel takes at a time");
  CHECK(error("row_B", "1000") == "d.yaml:9:10: dram.row_B: expected whole bursts of 32 B");
  CHECK(error("row_B", "1 KiB\n  rows: 1") == "d.yaml:10:3: dram.rows: unknown key; did you mean 'row_B'?");
}

TEST_CASE("shipped DRAMs have the peak that their names say") {
  const auto peak_GB_per_s = [](const std::string& name, std::int64_t channels) {
    const auto file = find_config("drams", name);
    return Dram{parse_dram_standard(Yaml::load(file), name), channels}.peak_B_per_s() / 1e9;
  };
  CHECK(list_configs("drams").size() == 6);
  CHECK(peak_GB_per_s("hbm2", 8) == Approx(256));
  CHECK(peak_GB_per_s("hbm2e", 8) == Approx(409.6));
  CHECK(peak_GB_per_s("hbm3", 16) == Approx(819.2));
  CHECK(peak_GB_per_s("lpddr5", 4) == Approx(51.2));
  CHECK(peak_GB_per_s("ddr4", 2) == Approx(51.2));
  CHECK(peak_GB_per_s("ddr5", 2) == Approx(38.4));
}

TEST_CASE("a level may be a DRAM by its standard") {
  const Level level = arch("{name: DRAM, dram: {standard: hbm2e, channels: 2 * N}}").levels.front();
  REQUIRE(level.dram);
  CHECK(level.dram->standard.name == "hbm2e");
  CHECK(level.dram->channels == 8);
  CHECK(level.bandwidth_B_per_s == Approx(409.6e9));
  CHECK(level.achievable_B_per_s == level.bandwidth_B_per_s);
  CHECK_FALSE(arch("{name: DRAM}").levels.front().dram);
  CHECK(arch("{name: DRAM, bandwidth_B_per_s: 409.6 GB/s, dram: {standard: hbm2e, channels: 8}}")
            .levels.front()
            .dram);
}

TEST_CASE("a DRAM that does not fit its level is refused") {
  const std::string dram = "dram: {standard: ddr4, channels: 2}";
  CHECK(arch_error("{name: DRAM, bandwidth_B_per_s: 50 GB/s, " + dram + "}") ==
        "a.yaml:6:39: arch.levels[0].bandwidth_B_per_s: 50000000000 B/s is not the peak of 'dram', which is "
        "51200000000 B/s");
  CHECK(arch_error("{name: DRAM, instances: 2, " + dram + "}") ==
        "a.yaml:6:31: arch.levels[0].instances: expected one memory: the channels of 'dram' are its parts");
  CHECK(arch_error("{name: DRAM}\n    - {name: L1, parent: DRAM, " + dram + "}") ==
        "a.yaml:7:38: arch.levels[1].dram: only the outermost level is a DRAM");
  CHECK(arch_error("{name: DRAM, dram: {standard: hbm2f, channels: 2}}") ==
        "a.yaml:6:37: arch.levels[0].dram.standard: no 'hbm2f' in configs/drams, nor is it a file; "
        "did you mean 'hbm2'?");
  CHECK(arch_error("{name: DRAM, dram: {standard: ddr4}}") ==
        "a.yaml:6:26: arch.levels[0].dram: missing key 'channels'");
  CHECK(arch_error("{name: DRAM, dram: {standard: ddr4, channels: 1.5}}") ==
        "a.yaml:6:53: arch.levels[0].dram.channels: expected a whole number of at most 1048576, got 1.5");
  CHECK(arch_error("{name: DRAM, dram: {standard: ddr4, channels: 2, ranks: 2}}") ==
        "a.yaml:6:56: arch.levels[0].dram.ranks: unknown key; known: standard, channels");
}

}  // namespace tilewright::test::TEST_FILE
