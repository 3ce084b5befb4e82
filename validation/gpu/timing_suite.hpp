// Published timings of fused kernels, and which model predicts which of their rows. By example
// (configs/suites/gpu-published.yaml has more):
//
//   timings:
//     name: gpu-published
//     workload: attention                        # whose ranks have the roles that those of the kernels' cascades
//     have reference: validation/published/gpu        # folder of the files: beside this, or where configs/ is
//     tables:                                    # what columns mean: the first table whose columns a file has
//       - name: attention
//         columns: [device, library, heads, seq, causal, direction, time_us]
//         files: [papers.csv, new_*.csv]         # names, or patterns of them; ?(*/)a.csv: in folders, too
//         only: {direction: fwd}                 # the others are counted, not predicted
//         problem: {batch: 1, heads: heads, kv_heads: heads, head_dim: 128, value_dim: 128, element_B: 2,
//                   queries: "{seq}", keys: "{seq}"}     # numbers over columns; texts with columns in braces;
//                                              # cache_B: of an element of K and V, where these have another size
//                                              # values_in_keys: true where V is in the first elements of K; a
//                                              # number may be [{rows: {library: FA3}, value: 1}, {value: 2}]
//         masks: [{rows: {causal: "no"}, mask: dense}, {rows: {causal: "yes"}, mask: causal}]
//         values:                                # what a row says, and the prediction that it is compared with
//           - {name: time_s, measured: time_us * 1e-6, predicted: time_s}
//         lines: [{value: relative, against: density, per: seq}]   # straight lines through values
//     not_predicted: [{rows: {op: scan}, why: "{op}: no attention"}]  # counted by the text, before sources are
//     asked groups:                                    # errors of a value by texts of columns, whatever the source
//       {value: time_s, by: [op, device], apart_below: 50 us,     # rows that take less are in groups of their own
//        held: [0.85, 0.95]}      # of all rows, how many intervals of 90 % (sim/kernel/intervals.hpp) have to hold
//     relative:                                 # how many times as fast rows are as others, which have the same
//     texts
//       - {name: window_speedup, value: time_s, rows: window > 0, over: {window: "0"}, same: [device, heads, seq]}
//     rows: {direction: fwd}                    # texts of the rows of each source that has none of that column
//     sources:                                  # a row belongs to the first that its texts match
//       - name: papers
//         rows: {device: "H100*", library: [FlashAttention-3, FA3]}    # without: all
//         kernel: flash-attention-3              # below configs/kernels, or a file
//         arch: gpu/h100-sxm5
//         calibration: flash-attention-3/h100-sxm5         # KERNEL/ARCH, or KERNEL/ARCH/SOURCE
//         parameters: {clock_Hz: 1830 MHz}       # known, so never fitted
//         fit: [exposed, tile_cycles]            # what `tilewright calibrate` fits; without: nothing
//         from: flash-attention-3/h100-sxm5      # calibration that the others of its parameters come from
//         calibrate: {long: seq_q >= 8192, causal: {causal: "yes"}}   # groups of rows; all others judge. Without
//                                              # `fit`: those that gave the numbers of the kernel's own file
//         baseline: {source: dense, mask: dense} # what baseline_s is: this source on the row's problem
//         after: forward                         # source of a kernel that runs before, on this problem: times of
//         both within: {time_s: {mean: 0.05, worst: 0.12}}    # of the rows that judge call: prefill # what is
//         around the kernel: a name below configs/calls
//
// Where one fit is of all sources, they have no calibrations of their own:
//
//     joint: {calibration: serving, half: [heads, seq], loss: 0.1, parameters: [exposed, launch_s],
//             power: {archs: [a, b], rows: {when: time_us >= 100}}}   # what devices draw, by half of these rows
//     # values are in configs/calibrations/serving.yaml; rows whose texts of these columns are of one half of all
//     # such texts give them, the others judge; residuals beyond `loss` count less
//     archs: {device: {a100*: {arch: gpu/a100, clock_Hz: 1410 MHz}, h100*: {arch: gpu/h100}}}   # by a column
//     sources: [{name: fused, rows: {library: FA3}, kernel: fused, archs: ["h100*"]}]    # one for each of these
//
// Patterns of texts, whose case does not matter: * is any text, ? any character, ?(a|b) nothing or a or b; [] is an
// empty cell. Columns without a legal name are called with _ for every character that no name can have. Names in
// `measured`: columns and baseline_s, the measured time of the baseline; in `predicted`: time_s, fused_s (without
// the passes before and after), passes_s, baseline_s, energy_J and power_W; in conditions: columns and batch,
// heads, kv_heads, head_dim, value_dim, queries, keys, dimensions, dense, causal (1 or 0).
//
// `timings` may stand beside `measure` and `predict` (validation/measured_suite.hpp). Its files are then those that
// the runner wrote.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/expression.hpp"
#include "common/yaml.hpp"
#include "einsum/attention_ranks.hpp"
#include "sim/kernel/calibration.hpp"

namespace tilewright {

/// Texts of a row, column by column; any of a column's patterns will do.
using TextPatterns = std::map<std::string, std::vector<std::string>>;

/// Both must hold.
struct RowCondition {
  TextPatterns texts;
  Expression numbers = Expression::constant(1);
};

/// The first whose condition holds.
using TimingNumber = std::vector<std::pair<RowCondition, Expression>>;

struct TimingProblem {
  TimingNumber batch, heads, kv_heads, head_dim, value_dim, element_B;
  TimingNumber cache_B;                        ///< of K and V; empty: element_B
  bool values_in_keys = false;                 ///< a row of V is the first elements of that of K
  std::string queries = {}, keys = {};         ///< templates of extents
  std::string query_tile = {}, key_tile = {};  ///< templates; an empty text: the kernel's default
};

struct TimingMask {
  RowCondition rows;
  std::string text;  ///< template
};

struct TimingValue {
  std::string name;
  Expression measured;
  Expression predicted;
  RowCondition rows = {};  ///< that have it
};

/// The straight line through a value of all rows with the same text of a column: its slope, and its value at 1.
struct TimingLine {
  std::string value;
  Expression against;
  std::string per;
};

struct TimingTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> files;
  TextPatterns only;
  TimingProblem problem;
  std::vector<TimingMask> masks;    ///< the first that holds
  std::vector<TimingValue> values;  ///< the first that a row has is the one that a fit looks at
  std::vector<TimingLine> lines;
};

struct Tolerance {
  std::optional<double> mean;
  std::optional<double> worst;
};

struct TimingSource {
  std::string name;
  Place place;
  RowCondition rows;
  std::string kernel;  ///< a name or a file
  std::string arch;
  std::string call = {};  ///< a name or a file; empty: the kernel alone
  std::optional<CalibrationName> calibration;
  std::vector<std::pair<double KernelParameters::*, double>> given;
  std::vector<std::size_t> fit;  ///< of parameter_fields()
  std::optional<CalibrationName> from;
  std::vector<std::pair<std::string, RowCondition>> groups;
  std::string baseline;       ///< a source; empty: none
  std::string baseline_mask;  ///< text
  std::string after;          ///< a source; empty: none
  std::map<std::string, Tolerance> within;
};

/// Rows that nothing here can predict.
struct UnpredictedRows {
  RowCondition rows;
  std::string why;  ///< template; rows with the same text are counted together
};

/// What errors are summed up by, besides sources.
struct TimingGrouping {
  std::string value;
  std::vector<std::string> by;                         ///< columns, from the coarsest
  std::optional<double> apart_below;                   ///< s
  std::optional<std::pair<double, double>> held = {};  ///< share of judged rows that intervals must hold, of all
};

/// A value of rows, how many times it goes into that of the row with the same texts of some columns.
struct TimingRelative {
  std::string name;
  std::string value;
  RowCondition rows;
  RowCondition over;
  std::vector<std::string> same;  ///< columns
};

/// The fit of what devices of one generation draw (validation/gpu/power_fit.hpp).
struct TimingPower {
  std::vector<std::string> archs;  ///< names of architectures, which have the same energies
  RowCondition rows;               ///< whose powers are looked at
};

/// One fit of all sources (validation/gpu/joint_fit.hpp).
struct TimingJoint {
  std::string calibration;              ///< a name below configs/calibrations, or a file
  std::vector<std::string> half;        ///< columns
  double loss = 0.1;                    ///< scale of the robust loss, of log(predicted / measured)
  std::vector<std::size_t> parameters;  ///< of parameter_fields()
  std::optional<TimingPower> power;
};

struct TimingSuite {
  std::string name;
  std::string file;
  AttentionRanks ranks;  ///< of the cascades of its kernels
  std::filesystem::path reference;
  std::filesystem::path calibrations;  ///< a folder of kernel files that have them; what it does not have is in the
                                       ///< kernels' own files. Empty: all
  std::vector<TimingTable> tables;
  std::vector<UnpredictedRows> not_predicted;  ///< the first that holds
  std::vector<TimingSource> sources;
  std::optional<TimingGrouping> groups;
  std::vector<TimingRelative> relative;
  std::optional<TimingJoint> joint;

  [[nodiscard]] const TimingSource& source(const std::string& name) const;
};

bool is_timing_suite(const Yaml& root);

/// Reads `timings`. Throws InputError, also for keys beside it that no such suite has.
TimingSuite parse_timing_suite(const Yaml& root);

}  // namespace tilewright
