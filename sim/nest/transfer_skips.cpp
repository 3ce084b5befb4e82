#include "sim/nest/transfer_skips.hpp"

namespace tilewright {

TransferSkips skips_of(const Transfer& transfer, Trips trips, const MaskShare& mask) {
  TransferSkips skips;
  // What a loop that selects nothing passes over is there for all loops below it.
  for (std::size_t i = 0; i < transfer.trips.size(); ++i) {
    const Trip& trip = transfer.trips[i];
    (i < trips.size() ? skips.at_parent.skipping : skips.at_parent.in_step).push_back(trip.loop);
    if (i < trips.size() && trip.relevant) skips.touching.skipping.push_back(trip.loop);
  }
  for (const Loops spatial : {transfer.parent_instances, transfer.distinct})
    for (const NodeId loop : spatial) {
      mask.add_lanes(skips.at_parent, loop);
      mask.add_lanes(skips.touching, loop);
    }
  skips.at_child = skips.at_parent;
  for (const NodeId loop : transfer.shared) {
    mask.add_lanes(skips.at_child, loop);
    skips.at_parent.in_step.push_back(loop);
    skips.touching.in_step.push_back(loop);
  }
  return skips;
}

}  // namespace tilewright
