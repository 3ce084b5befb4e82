#include "sim/nest/cycle/transfer_flows.hpp"

#include <algorithm>
#include <cmath>

#include "sim/nest/cycle/dram_rate.hpp"
#include "sim/nest/transfer_account.hpp"
#include "sim/nest/transfer_skips.hpp"

namespace tilewright {

namespace {

// Notes the bytes of an event, which come in so many pieces, as flows.
struct FlowLedger {
  const Arch& arch;
  const ByResource<double>& capacity;
  const TransferEvent& event;
  double pieces;
  std::vector<Flow>& flows;

  void move(const Transfer& transfer, LevelId at, double bytes, bool write) const {
    const bool child = transfer.child && at == transfer.child;
    const Level& level = arch.levels[at];
    add(resource_of(at, arch), bytes * more_of(bytes, level, write), child);
    if (at == transfer.parent) add(network_of(at, write, arch), bytes, child);
  }
  void fill(const Transfer& transfer, double bytes) const { move(transfer, transfer.child, bytes, true); }

 private:
  // So many times as much of the level's bandwidth as its bytes would take.
  [[nodiscard]] double more_of(double bytes, const Level& level, bool write) const {
    if (level.dram && bytes > 0) return level.bandwidth_B_per_s / dram_rate(*level.dram, bytes, write).B_per_s;
    return level.counts_accesses() && bytes > 0 ? in_accesses(bytes, level) / bytes : 1;
  }
  // Each instance has its share of a piece.
  [[nodiscard]] double in_accesses(double bytes, const Level& level) const {
    const double all = level.access_B * pieces;
    return std::ceil(bytes / all - 1e-9) * all;
  }
  void add(ResourceId resource, double amount, bool child) const {
    if (amount > 0 && capacity[resource] < unlimited)
      flows.push_back({resource, amount, event.level, child ? event.child_granule : event.parent_granule});
  }
};

}  // namespace

TransferEvent TransferFlows::event_of(std::size_t transfer, bool masked, std::vector<TileSize>& granules) {
  const Transfer& of = context_.sized.flat().transfers[transfer];
  LoopSet moves = 0;
  for (const Trip& trip : moving(of, context_.sized)) moves |= nest_.position_of(trip.loop);
  TransferEvent event{transfer, innermost_of(moves), 1};
  for (std::size_t i = 0; i < nest_.loops.size(); ++i)
    if ((moves >> i & 1) != 0) event.events *= static_cast<double>(nest_.loops[i].times);
  if (masked) find_granules(of, event, granules);
  return event;
}

// Parts of a tile move on their own where loops below the point where Einsums part move them.
void TransferFlows::find_granules(const Transfer& transfer, TransferEvent& event, std::vector<TileSize>& granules) {
  const Trips trips = moving(transfer, context_.sized);
  if (trips.empty() || nest_.shared[trips.back().loop] != 0) return;
  const TransferSkips skips = skips_of(transfer, trips, *context_.mask);
  event.child_granule = granule_of(transfer.einsum, skips.at_child, granules);
  event.parent_granule =
      transfer.once ? granule_of(transfer.einsum, skips.at_parent, granules) : event.child_granule;
  event.sharing = transfer.once ? count_moved(transfer, context_.sized, imperfect_).sharing : 1;
}

int TransferFlows::granule_of(EinsumId einsum, const SkippingLoops& loops, std::vector<TileSize>& granules) const {
  const TileSize size = context_.mask->tile(einsum, loops);
  const auto known = std::ranges::find(granules, size);
  if (known != granules.end()) return static_cast<int>(known - granules.begin());
  granules.push_back(size);
  return static_cast<int>(granules.size()) - 1;
}

// A tile that loops below the point where Einsums part move comes in so many pieces, an operand at every step.
double TransferFlows::pieces_of(const Transfer& transfer) const {
  double pieces = 1;
  for (const Trip& trip : moving(transfer, context_.sized))
    if (nest_.shared[trip.loop] == 0) pieces *= context_.sized.factor(trip.loop);
  return pieces;
}

void TransferFlows::add(const Transfer& transfer, const TransferEvent& event, std::vector<Flow>& flows) {
  MovedElements moved = count_moved(transfer, context_.sized, imperfect_);
  for (double* elements : {&moved.at_parent, &moved.at_child, &moved.first, &moved.first_at_child})
    *elements /= event.events;
  TransferAccount{context_.arch, context_.sized, context_.footprints}.add(
      transfer, moved, FlowLedger{context_.arch, capacity_, event, pieces_of(transfer), flows});
}

double TransferFlows::latency_cycles(const Transfer& transfer) const {
  const Level& level = context_.arch.levels[transfer.parent];
  double latency_s = level.latency_s;
  if (!(latency_s >= 0) && level.dram)
    latency_s = dram_rate(*level.dram, static_cast<double>(level.dram->standard.burst_B()), transfer.up).latency_s;
  return latency_s > 0 ? latency_s * context_.arch.clock_Hz : 0;
}

}  // namespace tilewright
