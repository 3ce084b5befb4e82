// All that may be chosen of one kernel on one problem.
//
// Tiles: those that its file has; of several dimensions also every other shape of as many queries and keys, for
// which the same products are computed of other tokens. KV tiling: what its file allows. Stages: up to
// `most_stages_tried`, where its block says what they take. Splits: any number up to a KV tile each, where
// something adds them up. Any order in which the blocks start.
#pragma once

#include <vector>

#include "explore/mapper/searched_kernels.hpp"
#include "mappings/space/kernel_mapspace.hpp"

namespace tilewright {

inline constexpr Count most_stages_tried = 8;

/// All but the order of blocks, which does not change how much work there is.
struct KernelCell {
  KernelChoice choice;
  bool has_tiles = true;  ///< the kernel's file does
};

struct KernelOrder {
  std::optional<QueryOrder> queries;
  std::optional<bool> outer;
};

struct KernelSpace {
  std::vector<KernelCell> cells;  ///< the kernel as it is first
  std::vector<KernelOrder> orders;

  [[nodiscard]] double size() const { return static_cast<double>(cells.size() * orders.size()); }
};

KernelSpace space_of(const SearchedKernel& kernel, const KernelMapspace& demands);

KernelChoice with(KernelChoice choice, const KernelOrder& order);

/// What of a choice, besides its tiles, is another kernel than its file describes, in words.
std::vector<std::string> changes_of(const KernelChoice& choice, const Kernel& kernel);

/// Why no kernel has a mapping that keeps to the demands, of which there is one of a sort: the first one that alone
/// excludes all, or all together.
InfeasibleError excluded(const std::vector<SearchedKernel>& kernels, const KernelMapspace& demands);

}  // namespace tilewright
