#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "arch/parse.hpp"
#include "cli/advice.hpp"
#include "cli/command.hpp"
#include "cli/mask_options.hpp"
#include "common/file.hpp"
#include "sim/bound/explain.hpp"
#include "sim/bound/ladder_json.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string workload;
  std::vector<std::string> set;
  MaskOptions mask;
  std::string arch;
  std::vector<std::string> arch_set;
  int batch = 1;
  int kv_heads = 0;
  int head_dim = 128;
  std::string dtype = "bf16";
  double measured = 0;
  AdviceOptions advice;
};

double bytes_of(const std::string& dtype) { return dtype == "fp32" ? 4 : dtype == "fp8" ? 1 : 2; }

MaskedProblem read_masked(const Arguments& arguments) {
  if (arguments.workload.empty() && arguments.mask.mask.empty())
    throw InputError("bound: expected a workload with a mask, or --mask and --layout in its place");
  if (arguments.workload.empty() && !arguments.set.empty())
    throw InputError("--set: sets shapes of a workload; with --mask alone, give --layout");
  if (arguments.arch.empty() && !arguments.arch_set.empty())
    throw InputError("--arch-set: expected --arch as well");
  if (std::isnan(arguments.measured)) throw InputError("--measured: expected a number, got nan");
  arguments.advice.require_wanted();
  if (arguments.workload.empty()) return arguments.mask.read();
  Workload workload = load_workload(find_config("workloads", arguments.workload), parse_settings(arguments.set));
  if (workload.mask && !arguments.mask.mask.empty()) workload.mask->set_pattern(arguments.mask.mask);
  return arguments.mask.read(workload);
}

AttentionProblem read_problem(const Arguments& arguments, const MaskedProblem& masked) {
  AttentionProblem problem{masked.layout, masked.masks, masked.tiling};
  problem.batch = arguments.batch;
  problem.kv_heads = arguments.kv_heads != 0 ? arguments.kv_heads
                     : masked.kv_heads != 0  ? masked.kv_heads
                                             : problem.heads();
  problem.head_dim = arguments.head_dim;
  problem.element_B = bytes_of(arguments.dtype);
  if (std::fmod(problem.heads(), problem.kv_heads) != 0)
    throw InputError(
        fmt::format("--kv-heads {}: expected a divisor of the {} query heads that --heads or the mask gives",
                    problem.kv_heads, problem.heads()));
  const Count queries = problem.layout.flattened().queries;
  if (!arguments.mask.says_query_tile() && queries < MaskOptions::usual_tile)
    problem.tiling.query_tile = {std::min(MaskOptions::usual_tile, problem.queries_of_tile())};
  return problem;
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
      : arguments_(arguments),
        options_(options),
        masked_(read_masked(arguments)),
        problem_(read_problem(arguments, masked_)) {
    if (!arguments.arch.empty()) {
      const ArchFile file = ArchFile::load(find_config("archs", arguments.arch));
      arch_ = file.with(parse_settings(arguments.arch_set));
      machine_ = machine_of(*arch_, problem_);
    }
    ladder_ = climb(problem_, machine());
    request_ = advice_request(masked_, problem_, arch_ ? &*arch_ : nullptr);
    if (arguments.advice.wanted()) advise();
  }

  void print_lines() const {
    fmt::print("{} over {} tokens, Q tile {}, KV tile {} ({}){}\n", masked_.text, to_text(problem_.layout.keys),
               to_text(problem_.tiling.query_tile), to_text(problem_.tiling.key_tile),
               problem_.tiling.key_tiles == KeyTiles::fixed ? "static" : "dynamic",
               problem_.tiling.order == TileOrder::flat ? ", flat" : "");
    fmt::print("speedup over {}\n\n", baseline_of(problem_, ladder_, machine()));
    print(table_of("rung", "at most", explained()), options_);
    if (arguments_.measured > 0) {
      fmt::print("\nmeasured {:.2f}x; from one rung to the next:\n", arguments_.measured);
      print(table_of("rung", "lost", explain_measured(ladder_, arguments_.measured)), options_);
    }
    if (advice_) print_advice(*advice_, options_);
  }

  [[nodiscard]] nlohmann::ordered_json json() const {
    nlohmann::ordered_json json{{"mask", masked_.text}};
    json.update(ladder_json(problem_, ladder_, machine()));
    if (arguments_.measured > 0) {
      json["measured"] = arguments_.measured;
      for (const GapPart& part : explain_gap(ladder_, arguments_.measured))
        json["gap"].push_back({{"name", part.name}, {"factor", part.factor}, {"share", part.share}});
    }
    if (advice_) json["advice"] = advice_json(*advice_);
    return json;
  }

 private:
  [[nodiscard]] const Machine* machine() const { return machine_ ? &*machine_ : nullptr; }

  void advise() {
    if (!request_ && problem_.tiling.order == TileOrder::flat)
      throw InputError("--advise: searches multi-dimensional tiles; leave out --tiling flat");
    if (!request_)
      throw InputError(
          "--advise: expected one pattern with a window and a stride ('mask --patterns' lists them), got '" +
          masked_.text + "'");
    advice_ = tilewright::advise(*request_, arguments_.advice.space(problem_, options_.jobs));
    if (!advice_) throw MissingError("interrupted");
  }

  // The rungs, and what the stride alone could change.
  [[nodiscard]] std::vector<Explanation> explained() const {
    std::vector<Explanation> lines = explain(problem_, ladder_);
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
  MaskedProblem masked_;
  AttentionProblem problem_;
  std::optional<Arch> arch_;
  std::optional<Machine> machine_;
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
  verb.add_option("workload", arguments.workload, "name below configs/workloads, or a file; one with a mask");
  verb.add_option("--set", arguments.set, "shapes of the workload, as in --set S=4096");
  arguments.mask.mask.clear();
  verb.add_option("--mask", arguments.mask.mask,
                  "a pattern, or a mask file, in place of the workload's, or of a workload; see 'mask --help'");
  arguments.mask.add(verb);
  verb.add_option("--kv-heads", arguments.kv_heads,
                  "heads of K and V (GQA); where left out, those of the workload, or as many as query heads")
      ->check(in_range(1, 1 << 20));
  verb.add_option("--head-dim", arguments.head_dim, "elements of a head")->check(in_range(1, 1 << 16));
  verb.add_option("--batch", arguments.batch, "sequences")->check(in_range(1, 1 << 20));
  verb.add_option("--dtype", arguments.dtype, "of Q, K, V and the output")
      ->check(one_of({"bf16", "fp16", "fp32", "fp8"}));
  verb.add_option("--arch", arguments.arch, "a machine: adds the rungs of traffic and waves");
  verb.add_option("--arch-set", arguments.arch_set, "parameters of the machine, as in --arch-set N=128");
  verb.add_option("--measured", arguments.measured, "a measured speedup: which rung explains how much of the gap")
      ->check(in_range(1e-6, 1e6));
  arguments.advice.add(verb);
}

}  // namespace

Action add_bound(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
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
