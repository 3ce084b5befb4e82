#include "sim/nest/traffic.hpp"

#include <algorithm>
#include <span>

namespace tilewright {

namespace {

double factor(const Frame& frame, int loop) { return frame.factors[static_cast<std::size_t>(loop)]; }

// The trips whose loops move the tile: all above it, without the innermost run that selects the same one.
std::span<const Transfer::Trip> moving(const Transfer& transfer, const Frame& frame) {
  std::span<const Transfer::Trip> trips = transfer.trips;
  const auto stays = [&](const Transfer::Trip& trip) {
    return !trip.relevant || selected(transfer.tile, trip.loop, frame) == 1;
  };
  while (transfer.child >= 0 && !trips.empty() && stays(trips.back())) trips = trips.first(trips.size() - 1);
  return trips;
}

// So many times in a row does a loop select the same tile of the tensor, of each that it selects.
double again(const Transfer& transfer, int loop, const Frame& frame) {
  return factor(frame, loop) / selected(transfer.tile, loop, frame);
}

// Instances below one of the parent that want the same tile.
double sharing_instances(const Transfer& transfer, const Frame& frame) {
  double instances = product(transfer.shared, frame);
  for (const int loop : transfer.distinct) instances *= again(transfer, loop, frame);
  return instances;
}

struct Moved {
  double at_parent;  ///< elements over all instances of the parent
  double at_child;   ///< elements over all instances of the child
  double again;      ///< of at_parent, those that were there before
};

// What a mask leaves of the counts of a transfer.
struct Left {
  double at_parent = 1;
  double at_child = 1;
  double first = 1;  ///< of the elements that are touched at all
};

Left left_by(MaskShare* mask, const Transfer& transfer, const Frame& frame, std::span<const Transfer::Trip> trips,
             bool once) {
  if (mask == nullptr || !mask->masked(transfer.einsum)) return {};
  SkippingLoops loops;
  SkippingLoops touching;
  // What a loop that selects nothing passes over is there for all loops below it.
  for (std::size_t i = 0; i < transfer.trips.size(); ++i) {
    const Transfer::Trip& trip = transfer.trips[i];
    (i < trips.size() ? loops.skipping : loops.in_step).push_back(trip.loop);
    if (i < trips.size() && trip.relevant) touching.skipping.push_back(trip.loop);
  }
  for (const auto* spatial : {&transfer.parent_instances, &transfer.distinct})
    for (const int loop : *spatial) {
      mask->add_lanes(loops, loop);
      mask->add_lanes(touching, loop);
    }
  SkippingLoops apart = loops;
  for (const int loop : transfer.shared) {
    mask->add_lanes(apart, loop);
    loops.in_step.push_back(loop);
    touching.in_step.push_back(loop);
  }
  const double child = mask->share(transfer.einsum, apart);
  const double first = mask->share(transfer.einsum, touching);
  if (!once) return {child, child, first};
  // One for all instances is never more than one for each, wherever their tokens are.
  return {std::min(mask->share(transfer.einsum, loops), child * sharing_instances(transfer, frame)), child, first};
}

Moved count(const Transfer& transfer, const Arch& arch, const Frame& frame, MaskShare* mask) {
  const Level& parent = arch.levels[static_cast<std::size_t>(transfer.parent)];
  const auto trips = moving(transfer, frame);
  double each = tile_elements(transfer.tile, frame) * product(transfer.parent_instances, frame) *
                product(transfer.distinct, frame);
  for (const Transfer::Trip& trip : trips) each *= factor(frame, trip.loop);
  if (transfer.child >= 0 && !trips.empty()) each /= again(transfer, trips.back().loop, frame);
  const double shared = sharing_instances(transfer, frame);
  each /= shared / product(transfer.shared, frame);
  const bool once = transfer.up ? parent.reduction : parent.multicast;
  const Left left = left_by(mask, transfer, frame, trips, once);
  const double first = left.first * tensor_elements(transfer.tile, frame) * product(transfer.parent_copies, frame);
  const double at_parent = left.at_parent * (once ? each : each * shared);
  return {at_parent, left.at_child * each * shared, transfer.accumulates ? std::max(0.0, at_parent - first) : 0.0};
}

class Accounts {
 public:
  Accounts(const Arch& arch, const std::vector<double>& element_B, Result& result)
      : arch_(arch), element_B_(element_B), result_(result) {}

  void add(const Transfer& transfer, const Moved& moved) {
    const double scale = element_B_[static_cast<std::size_t>(transfer.tensor)] * (1 - spilled(transfer.child));
    if (transfer.up) {
      const double refills = moved.at_parent > 0 ? moved.again / moved.at_parent : 0;
      at_parent(transfer, result_.write_B, moved.at_parent * scale);
      at_parent(transfer, result_.read_B, moved.again * scale);
      fill(transfer, moved.at_child * refills * scale);
    } else {
      at_parent(transfer, result_.read_B, moved.at_parent * scale);
      fill(transfer, moved.at_child * scale);
    }
  }

 private:
  [[nodiscard]] double spilled(LevelId level) const {
    return level < 0 ? 0 : result_.footprints[static_cast<std::size_t>(level)].spilled;
  }
  // What does not fit a level is read and written at its parent as often as at the level itself.
  void at_parent(const Transfer& transfer, std::vector<double>& counts, double bytes) {
    const LevelId level = transfer.parent;
    counts[result_.index(level, transfer.tensor, transfer.einsum)] += bytes;
    if (spilled(level) > 0)
      counts[result_.index(arch_.levels[static_cast<std::size_t>(level)].parent, transfer.tensor,
                           transfer.einsum)] += bytes * spilled(level);
  }
  void fill(const Transfer& transfer, double bytes) {
    if (transfer.child < 0) return;
    const std::size_t at = result_.index(transfer.child, transfer.tensor, transfer.einsum);
    result_.write_B[at] += bytes;
    result_.fill_B[at] += bytes;
  }

  const Arch& arch_;
  const std::vector<double>& element_B_;
  Result& result_;
};

}  // namespace

void count_traffic(const Arch& arch, const Plan& plan, const Frame& frame, const std::vector<double>& element_B,
                   MaskShare* mask, Result& result) {
  const std::size_t size =
      arch.levels.size() * static_cast<std::size_t>(result.tensors) * static_cast<std::size_t>(result.einsums);
  result.read_B.assign(size, 0);
  result.write_B.assign(size, 0);
  result.fill_B.assign(size, 0);
  Accounts accounts(arch, element_B, result);
  for (const Transfer& transfer : plan.transfers) accounts.add(transfer, count(transfer, arch, frame, mask));
}

}  // namespace tilewright
