// What the verbs that take a mask share: the mask, the layout of its tokens, and the tiles.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/verb.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/mask/tiling.hpp"
#include "einsum/workload.hpp"

namespace tilewright::cli {

/// What the options say, read and checked against each other.
struct MaskedProblem {
  Layout layout;
  std::vector<HeadMask> masks;
  Tiling tiling;
  std::string text;  ///< of the mask, as the user wrote it
  std::vector<HeadRun> runs;
  int kv_heads = 0;  ///< of a workload that says so; else 0
};

class MaskOptions {
 public:
  /// Adds --layout, --queries, --q-tile, --kv-tile, --kv-tiling, --tiling and --heads. The mask itself is `mask`,
  /// which the verb adds as it likes.
  void add(Verb& verb);
  [[nodiscard]] MaskedProblem read() const;
  /// Mask, layout and heads of the workload, tiles of the options; `mask` is not read.
  [[nodiscard]] MaskedProblem read(const Workload& workload) const;

  /// Otherwise a Q tile has the usual tokens, or all queries of a head where these are fewer.
  [[nodiscard]] bool says_query_tile() const { return !query_tile_.empty(); }

  static constexpr Count usual_tile = 128;
  std::string mask = "dense";
  /// One-dimensional layouts of up to so many tokens have tiles of one token where none is given.
  Count single_token_tiles_up_to = 0;

 private:
  [[nodiscard]] MaskedProblem read(const MaskSpec& spec, const Layout& layout, Count heads) const;
  [[nodiscard]] Extents tile(const std::string& text, const std::string& option, const Extents& tokens) const;

  std::string layout_;
  std::string queries_;
  std::string query_tile_;
  std::string key_tile_;
  std::string key_tiling_ = "static";
  std::string tiling_ = "multi";
  Count heads_ = 0;
};

}  // namespace tilewright::cli
