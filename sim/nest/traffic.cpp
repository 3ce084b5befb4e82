#include "sim/nest/traffic.hpp"

#include <algorithm>

#include "sim/nest/transfer_account.hpp"
#include "sim/nest/transfer_skips.hpp"

namespace tilewright {

namespace {

// What a mask leaves of the counts of a transfer.
struct Left {
  double at_parent = 1;
  double at_child = 1;
  double first = 1;  ///< of the elements that are touched at all
};

Left left_by(MaskShare& mask, const Transfer& transfer, Trips trips, double sharing) {
  const TransferSkips skips = skips_of(transfer, trips, mask);
  const double child = mask.share(transfer.einsum, skips.at_child);
  const double first = mask.share(transfer.einsum, skips.touching);
  if (!transfer.once) return {child, child, first};
  // One for all instances is never more than one for each, wherever their tokens are.
  return {std::min(mask.share(transfer.einsum, skips.at_parent), child * sharing), child, first};
}

MovedElements masked(const Transfer& transfer, const Counted& counted, MaskShare& mask) {
  MovedElements moved = count_moved(transfer, counted.sized, counted.imperfect);
  const Left left = left_by(mask, transfer, moving(transfer, counted.sized), moved.sharing);
  moved.at_parent *= left.at_parent;
  moved.at_child *= left.at_child;
  moved.first *= left.first;
  // Of what comes to a child, the same share comes again as at the parent.
  moved.first_at_child = moved.at_parent > 0 ? moved.at_child * (moved.first / moved.at_parent) : 0;
  return moved;
}

// Without the transfers that a mask leaves out.
MovedElements moved_by(const Transfer& transfer, const Counted& counted) {
  MaskShare* mask = counted.mask;
  if (mask != nullptr && mask->masked(transfer.einsum)) return masked(transfer, counted, *mask);
  return count_moved(transfer, counted.sized, counted.imperfect);
}

// By group and level.
struct TotalLedger {
  ByGroup<GroupResult>& groups;

  [[nodiscard]] LevelBytes& at(const Transfer& transfer, LevelId level) const {
    return groups[transfer.group].level_bytes[level];
  }
  void move(const Transfer& transfer, LevelId level, double moved_B, bool write) const {
    LevelBytes& moved = at(transfer, level);
    (write ? moved.write_B : moved.read_B) += moved_B;
  }
  void fill(const Transfer& transfer, double moved_B) const { at(transfer, transfer.child).write_B += moved_B; }
};

// By level, tensor and Einsum.
struct DetailLedger {
  Result& result;

  void move(const Transfer& transfer, LevelId level, double bytes, bool write) const {
    (write ? result.write_B : result.read_B)[result.index(level, transfer.tensor, transfer.einsum)] += bytes;
  }
  void fill(const Transfer& transfer, double bytes) const {
    const std::size_t at = result.index(transfer.child, transfer.tensor, transfer.einsum);
    result.write_B[at] += bytes;
    result.fill_B[at] += bytes;
  }
};

}  // namespace

void count_traffic(const Counted& counted, const ByLevel<Footprint>& footprints, ByGroup<GroupResult>& groups) {
  for (GroupResult& group : groups) group.level_bytes.assign(counted.arch.levels.size(), {});
  const TransferAccount account{counted.arch, counted.sized, footprints};
  for (const Transfer& transfer : counted.sized.flat().transfers)
    account.add(transfer, moved_by(transfer, counted), TotalLedger{groups});
}

std::vector<MovedElements> all_moved(const Counted& counted) {
  std::vector<MovedElements> all;
  for (const Transfer& transfer : counted.sized.flat().transfers) all.push_back(moved_by(transfer, counted));
  return all;
}

void detail_traffic(const Counted& counted, std::span<const MovedElements> moved, Result& result) {
  const std::size_t size = counted.arch.levels.size() * result.tensors.size() * result.einsums.size();
  for (auto* bytes : {&result.read_B, &result.write_B, &result.fill_B}) bytes->assign(size, 0);
  const TransferAccount account{counted.arch, counted.sized, result.footprints};
  for (std::size_t i = 0; i < moved.size(); ++i)
    account.add(counted.sized.flat().transfers[i], moved[i], DetailLedger{result});
}

}  // namespace tilewright
