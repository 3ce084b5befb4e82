// The attention problem as options of a verb, and the tiles that it is looked at with.
#pragma once

#include <string>

#include "cli/inputs.hpp"
#include "einsum/attention.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/mask/tiling.hpp"
#include "einsum/stated_attention.hpp"

namespace tilewright::cli {

/// --layout, --queries, or --requests in their place, and --heads: what a census needs of a problem. The mask
/// itself is the verb's own option.
class MaskOptions {
 public:
  void add(Inputs& inputs);
  /// Throws InputError where --requests stand beside what they are in place of.
  [[nodiscard]] StatedAttention stated() const;
  /// Of a problem whose rows and words are not known.
  [[nodiscard]] Attention problem(const MaskSpec& mask) const { return masked_problem(stated(), mask); }
  /// Throws as stated() does.
  void require_lengths_once() const;
  [[nodiscard]] bool has_requests() const { return requests_.given(); }
  [[nodiscard]] const std::string& requests() const { return requests_.use(); }

 private:
  Input<std::string> layout_;
  Input<std::string> queries_;
  Input<std::string> requests_;
  Input<Count> heads_;
};

/// And --batch, --kv-heads, --head-dim, --value-dim, --values-in-keys, --dtype and --kv-dtype: the whole problem.
class AttentionOptions {
 public:
  void add(Inputs& inputs);
  /// Throws InputError as MaskOptions do, and for --batch beside --requests.
  [[nodiscard]] StatedAttention stated() const;
  [[nodiscard]] Attention problem(const MaskSpec& mask) const { return whole_problem(stated(), mask); }
  /// As MaskOptions have it, and of --batch.
  void require_lengths_once() const;
  /// What a workload takes in place of its shapes.
  [[nodiscard]] bool has_requests() const { return masked_.has_requests(); }
  [[nodiscard]] const std::string& requests() const { return masked_.requests(); }
  /// Warns of what is given of sequences and rows, which only machines tell, and of rows the tiles of a kernel too.
  void warn_without_machine(bool kernel_tiles) const;

 private:
  MaskOptions masked_;
  Input<int> batch_{1};
  Input<int> kv_heads_;
  Input<int> head_dim_{128};
  Input<int> value_dim_;
  Input<bool> values_in_keys_;
  Input<std::string> dtype_{"bf16"};
  Input<std::string> kv_dtype_;
};

/// --q-tile, --kv-tile, --kv-tiling, --gather and --tiling.
class TilingOptions {
 public:
  void add(Inputs& inputs);
  /// As tiling_of() has it.
  [[nodiscard]] Tiling tiling(const Attention& problem) const;
  /// Of tiles that are not given, where blocks of the mask are no whole number of them: which would be. Else empty.
  [[nodiscard]] std::string hint(const Tiling& tiling, const Attention& problem) const;

  /// One-dimensional layouts of up to so many tokens have tiles of one token where none is given.
  Count single_token_tiles_up_to = 0;

 private:
  Input<std::string> query_tile_;
  Input<std::string> key_tile_;
  Input<std::string> key_tiling_{"static"};
  Input<Count> gather_{1};
  Input<std::string> tiling_{"multi"};
};

}  // namespace tilewright::cli
