// What a transfer's elements are at the levels: bytes read and written above and below. A ledger is told of each:
// move(transfer, level, bytes, write) and fill(transfer, bytes), what comes to a level from above.
#pragma once

#include "arch/arch.hpp"
#include "mappings/footprint.hpp"
#include "sim/nest/transfer_count.hpp"

namespace tilewright {

struct TransferAccount {
  const Arch& arch;
  const SizedTree& sized;
  const ByLevel<Footprint>& footprints;

  template <class Ledger>
  void add(const Transfer& transfer, const MovedElements& moved, const Ledger& ledger) const {
    const double scale = sized.element_B(transfer.tensor) * (1 - spilled(transfer.child));
    at_parent(transfer, moved.at_parent * scale, transfer.up, ledger);
    if (!transfer.up) {
      if (transfer.child) ledger.fill(transfer, moved.at_child * scale);
      return;
    }
    if (transfer.child && arch.drains_charged) ledger.move(transfer, transfer.child, moved.at_child * scale, false);
    if (!transfer.accumulates || moved.again() == 0) return;
    at_parent(transfer, moved.again() * scale, false, ledger);
    if (transfer.child) ledger.fill(transfer, moved.again_at_child() * scale);
  }

 private:
  [[nodiscard]] double spilled(LevelId level) const { return level ? footprints[level].spilled : 0; }
  // What does not fit a level is read and written at its parent as often as at the level itself.
  template <class Ledger>
  void at_parent(const Transfer& transfer, double bytes, bool write, const Ledger& ledger) const {
    ledger.move(transfer, transfer.parent, bytes, write);
    if (spilled(transfer.parent) > 0)
      ledger.move(transfer, arch.levels[transfer.parent].parent, bytes * spilled(transfer.parent), write);
  }
};

}  // namespace tilewright
