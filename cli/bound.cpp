#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "arch/parse.hpp"
#include "cli/advice.hpp"
#include "cli/attention_options.hpp"
#include "cli/claim_options.hpp"
#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/file.hpp"
#include "common/short_lists.hpp"
#include "common/units.hpp"
#include "einsum/workload.hpp"
#include "explore/bounded_problem.hpp"
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
  Input<std::string> selection;
  TilingOptions tiling;
  Input<std::string> arch;
  Input<std::vector<std::string>> arch_set;
  ClaimOptions claim;
  AdviceOptions advice;
};

BoundedProblem read_asked(const Arguments& arguments) {
  if (!arguments.workload.given()) arguments.attention.require_lengths_once();
  if (!arguments.workload.given() && !arguments.mask.given())
    throw InputError("bound: expected a workload, or --mask and --layout or --requests in its place");
  if (!arguments.workload.given()) {
    const MaskSpec mask = find_mask(arguments.mask.use());
    Attention problem = arguments.attention.problem(mask);
    if (arguments.selection.given()) problem.selection = parse_selection(arguments.selection.use(), "--selection");
    if (!arguments.arch.given()) arguments.attention.warn_without_machine(arguments.advice.of_kernel());
    return {mask, std::move(problem)};
  }
  const auto set = parse_settings(arguments.set.use());
  Workload workload = load_workload(find_config("workloads", arguments.workload.use()), set);
  if (arguments.mask.given()) workload.set_mask(arguments.mask.use());
  if (arguments.attention.has_requests()) workload.set_requests(arguments.attention.requests(), set);
  if (arguments.selection.given()) workload.set_selection(arguments.selection.use(), "--selection");
  Library library;
  return bounded_problem(workload, set, library);
}

std::string times(double speedup) { return fmt::format("{:.2f}x", speedup); }

// The rungs, and what costs more.
Table ladder_table(const std::vector<Explanation>& lines) {
  const bool timed = !lines.front().time.empty();
  Table table{{{"rung"}, {"at most"}, {"for kernels that"}, {"why"}}, {}};
  if (timed) table.columns.insert(table.columns.begin() + 2, {"time at least"});
  for (const Explanation& line : lines) {
    std::vector<Cell> row{line.name, line.value, line.holds_for, line.why};
    if (timed) row.insert(row.begin() + 2, line.time);
    table.rows.push_back(std::move(row));
  }
  return table;
}

// How tiles of another size change the bound, and the time of a kernel.
struct OtherTiles {
  TileChoice tiles;
  std::optional<Ladder> ladder = {};  ///< nothing where no level holds them
  std::optional<double> time_s = {};  ///< nothing without a kernel, and where it does not hold them
};

// Everything that one call asks for.
class Bound {
 public:
  Bound(const Arguments& arguments, const Options& options)
      : arguments_(arguments), options_(options), asked_(read_asked(arguments)) {
    tiling_ = arguments.tiling.tiling(asked_.problem);
    tiles_hint_ = arguments.tiling.hint(tiling_, asked_.problem);
    if (arguments.arch.given()) {
      const ArchFile file = ArchFile::load(find_config("archs", arguments.arch.use()));
      const auto parameters = parse_settings(arguments.arch_set.use());
      arch_ = file.with(parameters);
      const std::set<std::string> used = file.used_parameters(parameters);
      for (const auto& [name, value] : parameters)
        if (!used.contains(name))
          log_warning(fmt::format("--arch-set {}={}: it has no effect here: '{}' does not use it", name, value,
                                  arch_->name));
      machine_ = tile_machine_of(*arch_, asked_.problem, tiling_);
    }
    if (asked_.problem.selection && !arch_) warn_of_selection();
    baseline_ =
        arguments.claim.baseline(without_selection(asked_.problem), arch_ ? &*arch_ : nullptr, asked_.ranks);
    measured_ = arguments.claim.measured(baseline_);
    ladder_ = climb(asked_.problem, tiling_, machine(), baseline_);
    request_ = advice_request(asked_.mask, asked_.problem, tiling_, arch_ ? &*arch_ : nullptr);
    if (request_) request_->baseline = &baseline_;
    if (arguments.advice.wanted()) advise();
    arguments.inputs.require_used();
  }

  void print_lines() const {
    fmt::print("{} over {}, Q tile {}, KV tile {} ({}){}\n", with_short_lists(asked_.mask.text), tokens(),
               to_text(tiling_.query_tile), to_text(tiling_.key_tile), to_text(tiling_.key_tiles),
               tiling_.order == TileOrder::flat ? ", flat" : "");
    if (!tiles_hint_.empty()) fmt::print("{}\n", tiles_hint_);
    fmt::print("speedup over {}\n", with_short_lists(text_of(baseline_, asked_.problem, machine())));
    print(with_short_lists(measured_ ? measured_table() : table_of_rungs()), options_);
    for (const std::string& line : gaps_in_machine()) fmt::print("{}\n", line);
    if (advice_) print_advice(*advice_, kernel_ ? kernel_->name() : "", options_);
  }

  [[nodiscard]] nlohmann::ordered_json json() const {
    nlohmann::ordered_json json{{"mask", asked_.mask.text}};
    json.update(ladder_json(asked_.problem, tiling_, ladder_, machine()));
    if (measured_) {
      json["measured"] = measured_->speedup;
      json["verdict"] = verdict_on(ladder_, tiling_, measured_->speedup);
      for (const GapPart& part : explain_gap(ladder_, measured_->speedup))
        json["gap"].push_back({{"name", part.name}, {"factor", part.factor}, {"share", part.share}});
    }
    for (const OtherTiles& other : other_tiles_) {
      nlohmann::ordered_json of_tiles{{"q_tile", other.tiles.query[0]}, {"kv_tile", other.tiles.key[0]}};
      if (other.ladder) {
        of_tiles["speedup_tile"] = other.ladder->rungs[1].speedup;
        of_tiles["speedup_last_rung"] = other.ladder->rungs.back().speedup;
      }
      if (other.time_s) of_tiles["time_s"] = *other.time_s;
      json["other_tiles"].push_back(std::move(of_tiles));
    }
    if (advice_) json["advice"] = advice_json(*advice_);
    return json;
  }

 private:
  void warn_of_selection() const {
    log_warning(fmt::format("{} has no effect here: without --arch, bounds count pairs and tiles",
                            arguments_.selection.given() ? "--selection" : "the selection of the workload"));
  }

  [[nodiscard]] const TileMachine* machine() const { return machine_ ? &*machine_ : nullptr; }

  [[nodiscard]] std::string tokens() const {
    const auto& requests = asked_.problem.requests;
    if (requests.size() == 1) return to_text(requests.front().layout.keys) + " tokens";
    return fmt::format("{} requests", asked_.problem.sequences());
  }

  void advise() {
    (void)asked_.problem.only_request("--advise");
    if (arch_) kernel_ = arguments_.advice.kernel(*arch_, asked_.ranks);
    if (!request_)
      if (const auto runs = arguments_.advice.runs(asked_.problem); !runs.empty()) return compare_tiles(runs);
    if (tiling_.key_tiles == KeyTiles::gathered)
      throw InputError("--advise: searches tiles of neighbouring keys; leave out --kv-tiling gathered");
    if (!request_ && tiling_.order == TileOrder::flat)
      throw InputError("--advise: searches multi-dimensional tiles; leave out --tiling flat");
    if (!request_)
      throw InputError(
          "--advise: expected one pattern with a window and a stride ('mask --patterns' lists them), or "
          "--tile-sizes or --tiles to compare, got '" +
          asked_.mask.text + "'");
    if (kernel_)
      request_->time_s = [this](const Attention& problem, const Tiling& tiling) {
        return kernel_->estimated(kernel_->prepared(problem, tiling)).time_s;
      };
    advice_ = tilewright::advise(*request_, arguments_.advice.space(asked_.problem, tiling_, options_.jobs));
    if (!advice_) throw MissingError("interrupted");
  }

  void compare_tiles(const std::vector<TileChoice>& runs) {
    if (asked_.problem.requests.front().layout.dimensions() > 1 && tiling_.order != TileOrder::flat)
      throw InputError("--advise: of this mask, only runs of tokens are compared; add --tiling flat");
    for (const TileChoice& tiles : runs) {
      Tiling tiling = tiling_;
      tiling.query_tile = tiles.query;
      tiling.key_tile = tiles.key;
      other_tiles_.push_back({tiles, ladder_under(tiling), time_under(tiling)});
    }
    std::ranges::stable_sort(other_tiles_, {}, [this](const OtherTiles& other) {
      constexpr double none = std::numeric_limits<double>::infinity();
      if (kernel_) return other.time_s.value_or(none);
      return other.ladder ? 1 / other.ladder->rungs.back().speedup : none;
    });
  }

  [[nodiscard]] std::optional<double> time_under(const Tiling& tiling) const {
    if (!kernel_) return {};
    try {
      return kernel_->estimated(kernel_->prepared(asked_.problem, tiling)).time_s;
    } catch (const InfeasibleError&) {
      return {};
    }
  }

  [[nodiscard]] std::optional<Ladder> ladder_under(const Tiling& tiling) const {
    try {
      return climb_on(arch_ ? &*arch_ : nullptr, asked_.problem, tiling, baseline_);
    } catch (const InfeasibleError&) {
      return {};
    }
  }

  [[nodiscard]] Table table_of_rungs() const {
    Table table = ladder_table(explained());
    add_other_tiles(table);
    return table;
  }

  // What is lost from rung to rung, down to the measurement.
  [[nodiscard]] Table measured_table() const {
    Table table{{{"rung"}, {"at most"}, {"lost"}, {"for kernels that"}, {"why"}}, {}};
    const std::vector<Explanation> gap = explain_measured(ladder_, tiling_, measured_->speedup);
    for (const Explanation& line : rungs_that_add(asked_.problem, ladder_)) {
      const std::string first = line.name.substr(0, line.name.find(','));
      const auto part = std::ranges::find(gap, first, &Explanation::name);
      table.rows.push_back({line.name, line.value, part == gap.end() ? "" : lost(*part), line.holds_for, line.why});
    }
    table.rows.push_back({"measured", measured_->text, gap.back().value, "", gap.back().why});
    add_other_tiles(table);
    return table;
  }
  [[nodiscard]] static std::string lost(const Explanation& part) {
    return part.why.empty() ? part.value : fmt::format("{} ({})", part.value, part.why);
  }

  // Columns of both tables: the first, the second and the last.
  void add_other_tiles(Table& table) const {
    for (const OtherTiles& other : other_tiles_) {
      std::vector<Cell> row(table.columns.size(), "");
      row[0] = fmt::format("{}x{} tiles", other.tiles.query[0], other.tiles.key[0]);
      row[1] = other.ladder ? times(other.ladder->rungs.back().speedup) : "-";
      const std::string why = other.ladder ? difference(*other.ladder) : "do not fit";
      row.back() = other.time_s ? fmt::format("{} by {}; {}", pretty(*other.time_s, dimension::seconds),
                                              kernel_->name(), why)
                                : why;
      table.rows.push_back(std::move(row));
    }
  }
  // Of the last rung and of the tiles.
  [[nodiscard]] std::string difference(const Ladder& other) const {
    const Rung& rung = other.rungs.back();
    return fmt::format("would be the last rung, limited by {}: {:.3g} % of the pairs computed are outside the mask",
                       rung.limit, 100 * (1 - other.speedup_tile_mean / other.speedup_flop));
  }

  // The rungs, and what the stride alone could change.
  [[nodiscard]] std::vector<std::string> gaps_in_machine() const {
    std::vector<std::string> lines;
    if (machine_)
      for (const std::string& name : machine_->unlimited_memories)
        lines.push_back(fmt::format("{} has no bandwidth in '{}': no rung counts its bytes", name, machine_->name));
    return lines;
  }

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
  BoundedProblem asked_;
  Tiling tiling_;
  std::string tiles_hint_;
  std::optional<Arch> arch_;
  std::optional<TileMachine> machine_;
  Baseline baseline_;
  std::optional<StatedSpeedup> measured_;
  Ladder ladder_;
  std::vector<OtherTiles> other_tiles_;
  std::optional<AdviceRequest> request_;
  std::optional<KernelTimes> kernel_;
  std::optional<Advice> advice_;
};

// What of the JSON is one value, or values with names, as a row.
void add_cells(const nlohmann::ordered_json& json, const std::string& prefix, Table& table) {
  for (const auto& [name, value] : json.items()) {
    if (value.is_object()) add_cells(value, prefix + name + ".", table);
    if (value.is_structured()) continue;
    table.columns.push_back({prefix + name});
    table.rows[0].push_back(value.is_number()    ? Cell(value.get<double>())
                            : value.is_boolean() ? Cell(value.get<bool>() ? 1.0 : 0.0)
                            : value.is_string()  ? Cell(value.get<std::string>())
                                                 : Cell());
  }
}

Table row_of(const nlohmann::ordered_json& json) {
  Table table{{}, {{}}};
  add_cells(json, "", table);
  return table;
}

void add_options(Arguments& arguments) {
  Inputs& inputs = arguments.inputs;
  inputs.add("workload", arguments.workload, "name below configs/workloads, or a file", "it has no effect here");
  inputs.add("--set", arguments.set, "shapes of the workload, as in --set S=4096",
             "sets shapes of a workload; with --mask alone, give --layout");
  inputs.add("--mask", arguments.mask,
             "a pattern, or a mask file, in place of the workload's, or of a workload; see 'mask --help'",
             "it has no effect here");
  arguments.attention.add(inputs);
  inputs.add(
      "--selection", arguments.selection,
      "how the keys of the mask are chosen, as in keys=64,every=4 (docs/choose-keys.md); adds a rung with --arch",
      "it has no effect here");
  arguments.tiling.add(inputs);
  inputs.add("--arch", arguments.arch, "a machine: adds the rungs of traffic and waves", "it has no effect here");
  inputs.add("--arch-set", arguments.arch_set, "parameters of the machine, as in --arch-set N=128",
             "expected --arch as well");
  arguments.claim.add(inputs);
  arguments.advice.add(inputs);
}

}  // namespace

Action add_bound(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>(verb);
  add_options(*arguments);
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
