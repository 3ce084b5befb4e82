// The warps beside the producer of the backward kernel for warpgroup products: they work out, ahead of the
// consumers, what is to be known of every row of a visiting Q tile, so that consumers divide nothing and wait for
// no memory but that of the block.
#pragma once

#include <cstdint>

#include "kernels/attention/row_table.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/backward/specialized_params.hpp"
#include "kernels/backward/specialized_shared.hpp"
#include "kernels/device/mbarrier.hpp"
#include "kernels/device/numbers.hpp"
#include "kernels/mask/mask_rule.hpp"
#include "kernels/mask/mask_set.hpp"
#include "kernels/mask/row_bits.hpp"
#include "kernels/mask/token_grid.hpp"
#include "kernels/mask/visitors.hpp"

namespace tilewright::kernels {

/// `thread` of `Kernel::row_threads`.
template <class Kernel>
class RowKeeper {
 public:
  using Shared = typename Kernel::Shared;
  using Params = typename Kernel::Params;

  TILEWRIGHT_DEVICE RowKeeper(const Params& params, Shared& shared, int thread)
      : params_(params), shared_(shared), thread_(thread) {}

  TILEWRIGHT_DEVICE void run() {
    const auto& forward = params_.backward.forward;
    MaskScene scene = scene_of(forward.queries, forward.keys, forward.masks, 0, shared_.of.group);
    kv_tile_ = tile_coordinates(scene.keys, shared_.of.kv_tile);
    TILEWRIGHT_UNROLL
    for (int i = 0; i < mine; ++i) {
      const Coordinates at = row_coordinates(scene.queries, row(i));
      places_[i] = {row_offset(scene.queries, at), PackedRow::of(at.at[0], at.at[1], at.at[2])};
    }
    each_visit(params_, shared_.of, [&](int head, const Visitors& visitors, const QTile& tile) {
      await_room();
      const bool full = visitors.full(tile);
      const int in_all = shared_.of.batch * forward.heads + head;
      keep(in_all, TilePlace::of(scene.queries, tile.tile));
      if (!full) {
        scene.rule = forward.masks.rules[rule_of(forward.masks, head)];
        keep_masks(scene, tile.tile);
      }
      announce({in_all, full});
    });
    await_room();
    announce({-1, false});
  }

 private:
  static constexpr int mine = ceil_divide(Kernel::q_tile, Kernel::row_threads);  ///< rows of a thread
  struct Place {
    int offset;  ///< tokens from the tile's first row
    PackedRow at;
  };

  TILEWRIGHT_DEVICE void await_room() { device::mbarrier_wait(&shared_.empty[ring_.stage], ring_.parity ^ 1); }

  /// The i-th of this thread, if it is below the tile's rows.
  [[nodiscard]] TILEWRIGHT_DEVICE int row(int i) const { return thread_ + i * Kernel::row_threads; }

  TILEWRIGHT_DEVICE void keep(int head, const TilePlace& tile) {
    const std::int64_t first = std::int64_t{head} * params_.backward.forward.queries.memory_tokens;
    auto& rows = shared_.rows[ring_.stage];
    TILEWRIGHT_UNROLL
    for (int i = 0; i < mine; ++i) {
      if (row(i) >= Kernel::q_tile) continue;
      const bool real = places_[i].at.within(tile.last);
      const int token = tile.token + places_[i].offset;
      rows.tokens[row(i)] = real ? token : -1;
      rows.log_sums[row(i)] = real ? params_.backward.log_sums[first + token] : -device::negative_infinity;
      rows.deltas[row(i)] = real ? params_.backward.deltas[first + token] : 0;
    }
  }

  TILEWRIGHT_DEVICE void keep_masks(const MaskScene& scene, const Coordinates& tile) {
    for (int i = 0; i < mine && row(i) < Kernel::q_tile; ++i) {
      const RowWindow window = row_window(scene, tile, row_coordinates(scene.queries, row(i)));
      for (int half = 0; half < Kernel::kv_tile / 32; ++half) {
        const std::uint64_t word = row_word(window, params_.bits, kv_tile_, half / 2);
        shared_.rows[ring_.stage].seen[half][row(i)] = static_cast<std::uint32_t>(word >> half % 2 * 32);
      }
    }
  }

  TILEWRIGHT_DEVICE void announce(const VisitNote& note) {
    if (thread_ == 0) shared_.notes[ring_.stage] = note;
    device::mbarrier_arrive(&shared_.rows_full[ring_.stage]);
    ring_.advance();
  }

  const Params& params_;
  Shared& shared_;
  int thread_;
  Coordinates kv_tile_{};
  Place places_[mine];
  Ring<Kernel::stages> ring_;
};

}  // namespace tilewright::kernels
