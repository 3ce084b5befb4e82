#include "sim/systemc/dram/controller.hpp"

#include <algorithm>
#include <stdexcept>

namespace tilewright {

DramCounts& DramCounts::operator+=(const DramCounts& other) {
  bytes += other.bytes;
  bursts += other.bursts;
  activations += other.activations;
  row_hits += other.row_hits;
  conflicts += other.conflicts;
  refreshes += other.refreshes;
  turnarounds += other.turnarounds;
  bus_busy_s += other.bus_busy_s;
  return *this;
}

DramController::DramController(const DramStandard& standard)
    : standard_(standard),
      by_groups_(static_cast<std::uint64_t>(standard.bank_groups)),
      by_banks_(static_cast<std::uint64_t>(standard.banks_per_group)),
      by_rows_(static_cast<std::uint64_t>(standard.bank_groups * standard.bursts_per_row())),
      channel_(standard),
      due_(standard.timing.tREFI) {}

DramController::Rows DramController::rows_of(std::uint64_t burst) const {
  const std::uint64_t rows = by_rows_.quotient(burst);
  const std::uint64_t end =
      static_cast<std::uint64_t>(standard_.bank_groups * standard_.bursts_per_row()) * (rows + 1);
  return {by_groups_.rest(burst), by_banks_.rest(rows), static_cast<std::int64_t>(by_banks_.quotient(rows)),
          static_cast<std::int64_t>(end - burst)};
}

DramClock DramController::serve(DramClock now, std::uint64_t first, std::uint64_t count, bool write) {
  if (count == 0) throw std::logic_error("a request for no burst");
  if (wrote_ != write && counts_.bursts > 0) ++counts_.turnarounds;
  if (wrote_ != write || next_ != first) in_turn_ = 0;
  wrote_ = write;
  next_ = first + count;
  counts_.bursts += count;
  while (count > 0) {
    Rows rows = rows_of(first);
    rows.bursts = static_cast<std::int64_t>(std::min(static_cast<std::uint64_t>(rows.bursts), count));
    serve(now, rows, write);
    first += static_cast<std::uint64_t>(rows.bursts);
    count -= static_cast<std::uint64_t>(rows.bursts);
    if (by_rows_.rest(first) == 0) in_turn_ = 0;
  }
  const DramClock latency = write ? standard_.timing.CWL : standard_.timing.CL;
  return channel_.last_column(write) + latency + standard_.burst_clocks();
}

// The first burst of each group by itself; the rest, until a refresh is due, follows from them.
void DramController::serve(DramClock now, Rows rows, bool write) {
  const auto groups = static_cast<std::size_t>(standard_.bank_groups);
  const auto banks = static_cast<std::size_t>(standard_.banks_per_group);
  while (rows.bursts > 0) {
    if (in_turn_ >= groups) {
      const std::int64_t more = channel_.more_columns(rows.group, rows.number, write, rows.bursts, now, due_);
      counts_.row_hits += static_cast<std::uint64_t>(more);
      rows.group = by_groups_.rest(rows.group + static_cast<std::uint64_t>(more));
      rows.bursts -= more;
      if (rows.bursts == 0) return;
      in_turn_ = 0;  // the next one comes later than it could, or after a refresh
    }
    const bool refreshed = serve_one(now, rows.group * banks + rows.number, rows.row, write);
    in_turn_ = refreshed ? 1 : in_turn_ + 1;
    rows.group = rows.group + 1 == groups ? 0 : rows.group + 1;
    --rows.bursts;
  }
}

bool DramController::serve_one(DramClock now, std::size_t bank, std::int64_t row, bool write) {
  bool refreshed = false;
  for (bool hit = channel_.row(bank) == row;; hit = false) {
    if (open(now, bank, row)) {
      const DramClock at = std::max(now, channel_.earliest_column(bank, write));
      if (at < due_) {
        channel_.column(bank, write, at);
        if (hit) ++counts_.row_hits;
        return refreshed;
      }
    }
    refresh(now);
    refreshed = true;
  }
}

bool DramController::open(DramClock now, std::size_t bank, std::int64_t row) {
  const std::int64_t before = channel_.row(bank);
  if (before == row) return true;
  if (before != DramChannel::no_row) {
    const DramClock at = std::max(now, channel_.earliest_precharge(bank));
    if (at >= due_) return false;
    channel_.precharge(bank, at);
    ++counts_.conflicts;
  }
  const DramClock at = std::max(now, channel_.earliest_activate(bank));
  if (at >= due_) return false;
  channel_.activate(bank, row, at);
  ++counts_.activations;
  return true;
}

void DramController::refresh(DramClock now) {
  const DramTiming& timing = standard_.timing;
  const DramClock closed = std::max(due_, channel_.earliest(DramCommand::precharge_all));
  channel_.issue(DramCommand::precharge_all, closed);
  const DramClock at = std::max(due_, channel_.earliest(DramCommand::refresh));
  channel_.issue(DramCommand::refresh, at);
  refreshed_ = at + timing.tRFC;
  due_ += timing.tREFI;
  ++counts_.refreshes;
  // While nothing is asked for, each of them is at its time; the last before `now` says all of them.
  if (const DramClock idle = (now - due_) / timing.tREFI; refreshed_ <= due_ && idle > 0) {
    due_ += idle * timing.tREFI;
    counts_.refreshes += static_cast<std::uint64_t>(idle);
  }
}

DramCounts DramController::counts() const {
  DramCounts counts = counts_;
  counts.bus_busy_s =
      static_cast<double>(counts.bursts) * static_cast<double>(standard_.burst_clocks()) / standard_.clock_Hz;
  return counts;
}

}  // namespace tilewright
