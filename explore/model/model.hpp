// A whole model: parts that run one after another, each a workload under a mapping, so often in each phase. A file
// of configs/models. By example (configs/models/ has more):
//
//   model:
//     name: small
//     description: one line
//     source: where its shapes are from
//     shapes: {S: 4096, new: 64, L: 12, D: 768, H: 12, P: S, M: S}     # in order; later ones may use earlier ones
//     baseline: causal                          # what masks of parts are compared with; dense where left out
//     phases:                                   # at least one
//       prefill: {set: {P: S, M: S}, tokens: S}              # tokens that a run of it reads or writes
//       decode: {set: {P: 1, M: S + new / 2}, times: new, tokens: 1}
//     parts:
//       - name: attention
//         group: attention                      # parts that are added up; the name where it is left out
//         phases: [prefill]                     # all where left out
//         workload: layer
//         set: {P: P, M: M, H: H, D: D}
//         mask: "sliding,left={left}"           # shapes in braces; the workload's own where left out
//         selection: "keys=64,keep={kept}"      # how the keys of the mask are chosen; the workload's own where it
//                                               # is left out
//         call: vllm-prefill                    # of kernels: what is around them
//         mapping:                              # one, or a list: the first whose condition holds and that is for
//           - flash-attention-3                 # the architecture, and fits
//           - {use: flash-attention-2, when: S > 512}
//           - {map: {objective: time, time_limit: 5 s}}
//         times: L                              # in a run of the phase; 0: it is left out
//         stored: [K, V]                        # tensors that stay in memory from run to run; or, with other
//                                               # shapes, {tensors: [W], set: {J: X}}
//
// A file may be another model with other shapes, and say nothing else of its own but the baseline:
//
//   model: {name: large, description: one line, source: where from, from: small, shapes: {L: 48}}
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/expression.hpp"
#include "common/yaml.hpp"
#include "explore/study/study.hpp"

namespace tilewright {

using NamedExpressions = std::vector<std::pair<std::string, Expression>>;

struct ModelPhase {
  std::string name;
  NamedExpressions set = {};  ///< shapes of the model
  Expression times = Expression::constant(1);
  std::optional<Expression> tokens = {};
};

struct ModelPart {
  std::string name;
  std::string group;
  std::vector<std::string> phases = {};  ///< none: all
  std::string workload;
  NamedExpressions set = {};
  std::string mask = {};       ///< empty: the workload's own
  std::string selection = {};  ///< likewise
  std::string call = {};
  std::vector<Choice> mappings;
  Expression times = Expression::constant(1);
  std::vector<std::string> stored = {};
  NamedExpressions stored_set = {};  ///< shapes that these have in place of the part's
  Place place;
  std::string key_path;

  [[nodiscard]] bool is_in(const ModelPhase& phase) const;
};

struct Model {
  std::string name;
  std::string description;
  std::string source;
  std::string file;
  std::string parts_file;  ///< what names in it are beside: its own, or that of the model that it is from
  NamedExpressions shapes;
  std::string baseline = "dense";
  std::vector<ModelPhase> phases;
  std::vector<ModelPart> parts;
};

/// Throws InputError for everything that is wrong in the file.
Model parse_model(const Yaml& root);
/// A name below configs/models, or a path.
Model load_model(const std::string& name);

}  // namespace tilewright
