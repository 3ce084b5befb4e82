#include "arch/parse_dram.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "common/file.hpp"

namespace tilewright {

namespace {

constexpr std::int64_t most = 1 << 20;  // of counts, bytes of a row and clocks; far beyond any standard

struct TimingKey {
  const char* name;
  DramClock DramTiming::*time;
};

constexpr TimingKey timing_keys[] = {
    {"CL", &DramTiming::CL},         {"CWL", &DramTiming::CWL},       {"tRCD", &DramTiming::tRCD},
    {"tRP", &DramTiming::tRP},       {"tRAS", &DramTiming::tRAS},     {"tRRD_S", &DramTiming::tRRD_S},
    {"tRRD_L", &DramTiming::tRRD_L}, {"tFAW", &DramTiming::tFAW},     {"tCCD_S", &DramTiming::tCCD_S},
    {"tCCD_L", &DramTiming::tCCD_L}, {"tWR", &DramTiming::tWR},       {"tRTP", &DramTiming::tRTP},
    {"tWTR_S", &DramTiming::tWTR_S}, {"tWTR_L", &DramTiming::tWTR_L}, {"tRTW", &DramTiming::tRTW},
    {"tREFI", &DramTiming::tREFI},   {"tRFC", &DramTiming::tRFC},
};

std::int64_t whole(const Yaml& yaml, const Dimension& dimension = dimension::number) {
  const double value = yaml.number(dimension, 1, most);
  if (value != std::floor(value)) yaml.fail(fmt::format("expected a whole number, got {}", value));
  return static_cast<std::int64_t>(value);
}

// The time of `longer` is of the same bank group, that of `shorter` of any.
void require_no_shorter(const Yaml& yaml, const char* longer, const char* shorter) {
  const std::int64_t least = whole(yaml.at(shorter));
  if (whole(yaml.at(longer)) < least) yaml.at(longer).fail(fmt::format("is less than {} of {}", shorter, least));
}

DramTiming read_timing(const Yaml& yaml) {
  std::vector<std::string> known{"tCCD_L_WR"};
  for (const TimingKey& key : timing_keys) known.emplace_back(key.name);
  yaml.only(known);
  DramTiming timing;
  for (const TimingKey& key : timing_keys) timing.*key.time = whole(yaml.at(key.name));
  const auto of_writes = yaml.find("tCCD_L_WR");
  timing.tCCD_L_WR = of_writes ? whole(*of_writes) : timing.tCCD_L;
  require_no_shorter(yaml, "tRRD_L", "tRRD_S");
  require_no_shorter(yaml, "tCCD_L", "tCCD_S");
  require_no_shorter(yaml, "tWTR_L", "tWTR_S");
  if (of_writes) require_no_shorter(yaml, "tCCD_L_WR", "tCCD_S");
  return timing;
}

void require_possible(const Yaml& yaml, const DramStandard& dram) {
  const Yaml timing = yaml.at("timing");
  if (dram.burst_transfers % dram.transfers_per_clock != 0)
    yaml.at("burst_transfers").fail(fmt::format("expected whole clocks of {} transfers", dram.transfers_per_clock));
  if (Dram::interleave_B % dram.burst_B() != 0)
    yaml.at("burst_transfers")
        .fail(fmt::format("bursts of {} B do not fill the {} B that a channel takes at a time", dram.burst_B(),
                          Dram::interleave_B));
  if (dram.row_B % dram.burst_B() != 0)
    yaml.at("row_B").fail(fmt::format("expected whole bursts of {} B", dram.burst_B()));
  if (dram.timing.tCCD_S < dram.burst_clocks())
    timing.at("tCCD_S").fail(fmt::format("bursts of {} clocks would overlap", dram.burst_clocks()));
  if (dram.timing.tRTW + dram.timing.CWL < dram.timing.CL + dram.burst_clocks())
    timing.at("tRTW").fail("the data of a write would overlap that of the read before it");
  if (dram.timing.tREFI <= dram.timing.tRFC + dram.timing.tRP)
    timing.at("tREFI").fail("refreshes, with the precharge before them, leave no time");
}

}  // namespace

DramStandard parse_dram_standard(const Yaml& root, const std::string& name) {
  root.only({"dram"});
  const Yaml yaml = root.at("dram");
  yaml.only({"description", "source", "clock_Hz", "transfers_per_clock", "width_B", "burst_transfers",
             "pseudo_channels", "bank_groups", "banks_per_group", "row_B", "timing"});
  DramStandard dram;
  dram.name = name;
  dram.clock_Hz = yaml.at("clock_Hz").number(dimension::hertz, 1, 1e12);
  dram.transfers_per_clock = whole(yaml.at("transfers_per_clock"));
  dram.width_B = whole(yaml.at("width_B"), dimension::bytes);
  dram.burst_transfers = whole(yaml.at("burst_transfers"));
  dram.pseudo_channels = whole(yaml.at("pseudo_channels"));
  dram.bank_groups = whole(yaml.at("bank_groups"));
  dram.banks_per_group = whole(yaml.at("banks_per_group"));
  dram.row_B = whole(yaml.at("row_B"), dimension::bytes);
  dram.timing = read_timing(yaml.at("timing"));
  require_possible(yaml, dram);
  yaml.note("description");
  yaml.note("source");
  root.require_used();
  return dram;
}

Dram read_dram(const Yaml& yaml, const ArchValues& values) {
  yaml.only({"standard", "channels"});
  const Yaml standard = yaml.at("standard");
  Dram dram;
  try {
    const auto file = find_config("drams", beside(standard.text(), standard.place().file));
    dram.standard = parse_dram_standard(Yaml::load(file), file.stem().string());
  } catch (const InputError& error) {
    standard.fail(error.what());
  }
  const Yaml channels = yaml.at("channels");
  const double count = values.positive(channels);
  if (count != std::floor(count) || count > most)
    channels.fail(fmt::format("expected a whole number of at most {}, got {}", most, count));
  dram.channels = static_cast<std::int64_t>(count);
  return dram;
}

}  // namespace tilewright
