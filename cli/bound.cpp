#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "arch/parse.hpp"
#include "cli/advice.hpp"
#include "cli/attention_options.hpp"
#include "cli/command.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "explore/used_shapes.hpp"
#include "sim/bound/explain.hpp"
#include "sim/bound/ladder_json.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  explicit Arguments(Verb& verb) : inputs(verb) {}

  Inputs inputs;
  Input<std::string> workload;
  Input<std::vector<std::string>> set;
  Input<std::string> mask;
  AttentionOptions attention;
  TilingOptions tiling;
  Input<std::string> arch;
  Input<std::vector<std::string>> arch_set;
  double measured = 0;
  AdviceOptions advice;
};

struct Asked {
  MaskSpec mask;
  Attention problem;
};

// A workload may be computed by several cascades, whose tensors may have other names, and so other words.
Attention problem_of(const Workload& workload) {
  std::optional<Attention> problem;
  for (const std::string& name : workload.cascades) {
    const Cascade cascade = load_cascade(find_config("cascades", name));
    if (workload.ranks && !has_ranks(*workload.ranks, cascade)) continue;  // what comes before or after attention
    Attention found = attention_of(workload, cascade);
    if (problem && found.words != problem->words)
      throw InputError(
          fmt::format("{}: its cascades '{}' and '{}' have other words for Q, K, V or the output: "
                      "no one bound is of both",
                      workload.file, workload.cascades.front(), name));
    problem = std::move(found);
  }
  if (!problem)
    throw InputError(workload.file + ": none of its cascades has the queries and keys that 'ranks' names");
  return *problem;
}

Asked read_asked(const Arguments& arguments) {
  if (!arguments.workload.given() && !arguments.mask.given())
    throw InputError("bound: expected a workload, or --mask and --layout in its place");
  if (!arguments.workload.given()) {
    const MaskSpec mask = find_mask(arguments.mask.use());
    Attention problem = arguments.attention.problem(mask);
    if (!arguments.arch.given()) arguments.attention.warn_without_machine(arguments.advice.of_kernel());
    return {mask, std::move(problem)};
  }
  const auto set = parse_settings(arguments.set.use());
  Workload workload = load_workload(find_config("workloads", arguments.workload.use()), set);
  if (arguments.mask.given()) workload.set_mask(arguments.mask.use());
  Attention problem = problem_of(workload);
  require_used(set, workload, role_names_of(workload), "attention's bound");
  return {workload.mask ? workload.mask->spec : find_mask("dense"), std::move(problem)};
}

Table table_of(const std::string& what, const std::string& value, const std::vector<Explanation>& lines) {
  Table table{{{what}, {value}, {"why"}}, {}};
  for (const Explanation& line : lines) table.rows.push_back({line.name, line.value, line.why});
  return table;
}

// Everything that one call asks for.
class Bound {
 public:
  Bound(const Arguments& arguments, const Options& options)
      : arguments_(arguments), options_(options), asked_(read_asked(arguments)) {
    if (std::isnan(arguments.measured)) throw InputError("--measured: expected a number, got nan");
    tiling_ = arguments.tiling.tiling(asked_.problem);
    if (arguments.arch.given()) {
      const ArchFile file = ArchFile::load(find_config("archs", arguments.arch.use()));
      arch_ = file.with(parse_settings(arguments.arch_set.use()));
      machine_ = tile_machine_of(*arch_, asked_.problem, tiling_);
    }
    ladder_ = climb(asked_.problem, tiling_, machine());
    request_ = advice_request(asked_.mask, asked_.problem, tiling_, arch_ ? &*arch_ : nullptr);
    if (arguments.advice.wanted()) advise();
    arguments.inputs.require_used();
  }

  void print_lines() const {
    fmt::print("{} over {}, Q tile {}, KV tile {} ({}){}\n", asked_.mask.text, tokens(),
               to_text(tiling_.query_tile), to_text(tiling_.key_tile),
               tiling_.key_tiles == KeyTiles::fixed ? "static" : "dynamic",
               tiling_.order == TileOrder::flat ? ", flat" : "");
    fmt::print("speedup over {}\n\n", baseline_of(asked_.problem, ladder_, machine()));
    print(table_of("rung", "at most", explained()), options_);
    if (arguments_.measured > 0) {
      fmt::print("\nmeasured {:.2f}x; from one rung to the next:\n", arguments_.measured);
      print(table_of("rung", "lost", explain_measured(ladder_, arguments_.measured)), options_);
    }
    if (advice_) print_advice(*advice_, options_);
  }

  [[nodiscard]] nlohmann::ordered_json json() const {
    nlohmann::ordered_json json{{"mask", asked_.mask.text}};
    json.update(ladder_json(asked_.problem, tiling_, ladder_, machine()));
    if (arguments_.measured > 0) {
      json["measured"] = arguments_.measured;
      for (const GapPart& part : explain_gap(ladder_, arguments_.measured))
        json["gap"].push_back({{"name", part.name}, {"factor", part.factor}, {"share", part.share}});
    }
    if (advice_) json["advice"] = advice_json(*advice_);
    return json;
  }

 private:
  [[nodiscard]] const TileMachine* machine() const { return machine_ ? &*machine_ : nullptr; }

  [[nodiscard]] std::string tokens() const {
    const auto& requests = asked_.problem.requests;
    if (requests.size() == 1) return to_text(requests.front().layout.keys) + " tokens";
    return fmt::format("{} requests", asked_.problem.sequences());
  }

  void advise() {
    (void)asked_.problem.only_request("--advice");
    if (!request_ && tiling_.order == TileOrder::flat)
      throw InputError("--advise: searches multi-dimensional tiles; leave out --tiling flat");
    if (!request_)
      throw InputError(
          "--advise: expected one pattern with a window and a stride ('mask --patterns' lists them), got '" +
          asked_.mask.text + "'");
    advice_ = tilewright::advise(*request_, arguments_.advice.space(asked_.problem, tiling_, options_.jobs));
    if (!advice_) throw MissingError("interrupted");
  }

  // The rungs, and what the stride alone could change.
  [[nodiscard]] std::vector<Explanation> explained() const {
    std::vector<Explanation> lines = explain(asked_.problem, ladder_);
    if (!request_ || advice_) return lines;
    const auto better = best_stride(*request_);
    if (!better || better->speedup_tile <= ladder_.speedup_tile_mean) return lines;
    lines.push_back({"stride " + to_text(better->stride), fmt::format("{:.2f}x", better->speedup_tile),
                     fmt::format("would be the tile rung: {}; changes {:.3g} % of the pairs", better->reason,
                                 100 * better->deviation)});
    return lines;
  }

  const Arguments& arguments_;
  const Options& options_;
  Asked asked_;
  Tiling tiling_;
  std::optional<Arch> arch_;
  std::optional<TileMachine> machine_;
  Ladder ladder_;
  std::optional<AdviceRequest> request_;
  std::optional<Advice> advice_;
};

// What of the JSON is one value, as a row.
Table row_of(const nlohmann::ordered_json& json) {
  Table table{{}, {{}}};
  for (const auto& [name, value] : json.items()) {
    if (value.is_structured()) continue;
    table.columns.push_back({name});
    table.rows[0].push_back(value.is_number()    ? Cell(value.get<double>())
                            : value.is_boolean() ? Cell(value.get<bool>() ? 1.0 : 0.0)
                            : value.is_string()  ? Cell(value.get<std::string>())
                                                 : Cell());
  }
  return table;
}

void add_options(Verb& verb, Arguments& arguments) {
  Inputs& inputs = arguments.inputs;
  inputs.add("workload", arguments.workload, "name below configs/workloads, or a file", "it has no effect here");
  inputs.add("--set", arguments.set, "shapes of the workload, as in --set S=4096",
             "sets shapes of a workload; with --mask alone, give --layout");
  inputs.add("--mask", arguments.mask,
             "a pattern, or a mask file, in place of the workload's, or of a workload; see 'mask --help'",
             "it has no effect here");
  arguments.attention.add(inputs);
  arguments.tiling.add(inputs);
  inputs.add("--arch", arguments.arch, "a machine: adds the rungs of traffic and waves", "it has no effect here");
  inputs.add("--arch-set", arguments.arch_set, "parameters of the machine, as in --arch-set N=128",
             "expected --arch as well");
  verb.add_option("--measured", arguments.measured, "a measured speedup: which rung explains how much of the gap")
      ->check(in_range(1e-6, 1e6));
  arguments.advice.add(inputs);
}

}  // namespace

Action add_bound(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>(verb);
  add_options(verb, *arguments);
  return [arguments](const Options& options) {
    const Bound bound(*arguments, options);
    switch (Table::format(options.format)) {
      case Table::Format::table:
        bound.print_lines();
        break;
      case Table::Format::json:
        fmt::print("{}\n", bound.json().dump(1));
        break;
      case Table::Format::csv:
        print(row_of(bound.json()), options);
    }
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
