// A published speedup, as a file states it: what was computed, on what, over which baseline, and what was claimed.
//
//   claims:
//     - name: blocks-64k
//       system: Some sparse attention
//       source: README of some/repository, table 2
//       arch: gpu/h100-sxm5              # below configs/archs, or a file; or `peak: 125 TFLOP/s`, of a data sheet
//       mask: random-blocks,keep=64,block=64,causal=1    # this and what follows: as the options of `bound` say it
//       layout: 65536                    # also: queries, requests, batch, heads, kv_heads, head_dim, value_dim,
//       heads: 32                        #   values_in_keys, dtype, kv_dtype; q_tile, kv_tile, kv_tiling,
//                                        #   gather, tiling
//       baseline: causal by flash-attention-2            # as --baseline says it; dense where left out
//       baseline_problem: {kv_heads: 32}                 # what the baseline's problem has otherwise
//       claimed: 2.88x                   # or a time, `225 TFLOP/s`, `73 % of peak`, `fits`, `52 % of ideal`
//       times: {baseline: 409.29 ms, method: 142.31 ms}  # of which the speedup is, where `claimed` is left out
//       overhead: 0.11                   # of the baseline's time, which the method spends besides
//       whole: {share: 0.9, applies: 0.76}               # of a whole model: attention's share of the time, and the
//                                                        # share of attention that the mask is of
//       layers: 32                       # that `times` of a whole model are of, and that must fit
//       beside_B: 8 GB                   # of memory that something else takes, where `fits` is claimed
//       ring: {devices: 8, chunks: contiguous}           # of which `% of ideal` is claimed; or zigzag
//       study: {name: fusemax, baseline: attention-flat, method: attention-binding}    # in place of all of the
//                                        # problem: two series of a study, the one over the other
//       cascade: {name: linear-attention, shapes: {B: 4, H: 32, ..}}    # what the method computes in place of the
//                                                                       # pairs of the mask, which the baseline has
//       assumed: {heads: not in the abstract}            # what the source does not state, and why it is taken
//       unknown: [the patterns of the heads]             # what nothing can be taken for
//       not_modelled: [a second tier of memory]          # what the answer would need
//       expected: {verdict: within, by_hand: "FLOP 8.27x"}    # and where ours is another: ours, reason
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/stated_attention.hpp"
#include "explore/claim/quantity.hpp"

namespace tilewright {

enum class Verdict {
  within,         ///< of the tiles that are stated
  packed,         ///< only of gathered KV tiles
  other_kernels,  ///< only of kernels that do not meet the condition of some rung
  reused,         ///< only where a selection serves several steps
  baseline,       ///< only because the baseline is slower than a kernel that computes the same
  impossible,
  not_enough,      ///< is stated
  not_answerable,  ///< by what is modelled here
};

/// "within", "packed", "other-kernels", .. as files say it.
const std::string& to_word(Verdict verdict);
/// "only if keys are packed", ..
const std::string& to_text(Verdict verdict);

/// Of a speedup of a whole model.
struct WholeModel {
  std::optional<double> share;  ///< of the baseline's time that is attention; none: not known
  double applies = 1;           ///< of attention's time that the method changes
};

/// Devices that pass K and V on to each other, each with its own queries.
struct Ring {
  Count devices = 1;
  bool zigzag = false;  ///< each has a chunk from the beginning and one from the end, rather than neighbours
};

/// Series of a study, of which the method's is over the baseline's.
struct Designs {
  std::string study;
  std::string baseline;
  std::string method;
};

/// A cascade that is no attention over pairs.
struct OtherCascade {
  std::string name;
  std::map<std::string, double> shapes;  ///< of its ranks
};

struct Expected {
  Verdict verdict = Verdict::within;  ///< that was worked out by hand
  std::string by_hand;                ///< in words; may be empty
  Verdict ours = Verdict::within;     ///< the same, unless there is a reason
  std::string reason;
};

struct Claim {
  std::string name;
  std::string system;
  std::string source;
  Place place;

  std::string arch;                  ///< empty: none
  std::optional<double> peak_per_s;  ///< multiplications and additions, in place of an architecture
  std::string mask;                  ///< empty: not known, and there is `unknown`
  StatedAttention attention;
  std::optional<Selection> selection;  ///< of the method
  StatedAttention baseline_attention;
  bool has_baseline_problem = false;
  StatedTiling tiling;
  std::string baseline = "dense";

  std::optional<StatedQuantity> claimed;  ///< none: nothing but what is unknown
  std::optional<double> baseline_time_s;
  std::optional<double> method_time_s;
  double overhead = 0;
  std::optional<WholeModel> whole;
  double layers = 1;
  double beside_B = 0;
  std::optional<Ring> ring;
  std::optional<Designs> designs;
  std::optional<OtherCascade> cascade;

  std::vector<std::pair<std::string, std::string>> assumed;  ///< key and reason
  std::vector<std::string> unknown;
  std::vector<std::string> not_modelled;
  std::optional<Expected> expected;

  [[nodiscard]] bool assumes(const std::string& key) const;
  /// Whether nothing is missing for an answer in numbers.
  [[nodiscard]] bool is_whole() const { return unknown.empty() && not_modelled.empty(); }
};

/// Throws InputError, with the place, for what is no claim, and for keys that would have no effect.
std::vector<Claim> parse_claims(const Yaml& file);

}  // namespace tilewright
