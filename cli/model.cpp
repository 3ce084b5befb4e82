#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/file.hpp"
#include "einsum/mask/spec.hpp"
#include "explore/model/run.hpp"
#include "sim/record/record.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> set;
  std::string arch;
  std::vector<std::string> arch_set;
  std::string mask;
  std::string baseline;
};

Column seconds(const std::string& name) { return {name, dimension::seconds}; }
Column share(const std::string& name) { return {name, {}, true}; }
Column bytes(const std::string& name) { return {name, dimension::bytes}; }

Table model_table(const Model& model, const ModelRun& run) {
  return {{{"model"}, {"description"}, {"source"}, {"arch"}, {"baseline"}},
          {{model.name, model.description, model.source, run.arch, model.baseline}}};
}

Table phases_table(const ModelRun& run) {
  Table table{{{"phase"}, {"times"}, seconds("time_s"), seconds("all_s"), share("of_whole"), {"tokens_per_s"}}, {}};
  for (const PhaseRun& phase : run.phases) {
    const double all_s = phase.times * phase.time_s;
    table.rows.push_back({phase.name, phase.times, phase.time_s, all_s, all_s / run.time_s,
                          phase.tokens_per_s ? Cell(*phase.tokens_per_s) : Cell()});
  }
  table.rows.push_back({"end to end", Cell(), run.time_s, run.time_s, 1.0, Cell()});
  return table;
}

// The command that has the record of a part.
std::string command_of(const PartRun& part) {
  const Point& point = part.point;
  std::string text = point.mapping.empty()
                         ? fmt::format("tilewright map {} {}", point.workload, point.arch)
                         : fmt::format("tilewright evaluate {} {} {}", point.workload, point.arch, point.mapping);
  for (const auto& [name, value] : point.set) text += fmt::format(" --set {}={}", name, value);
  for (const auto& [name, value] : point.arch_set) text += fmt::format(" --arch-set {}={}", name, value);
  if (!point.mask.empty()) text += fmt::format(" --mask '{}'", point.mask);
  if (!point.selection.empty()) text += fmt::format(" --selection '{}'", point.selection);
  if (!point.call.empty()) text += fmt::format(" --call {}", point.call);
  return text;
}

// What a part is of a run of its phase, and what the whole gains from a faster kernel of it: one at its bound, one
// that takes half, one that takes nothing.
Table parts_table(const ModelRun& run, bool for_people) {
  Table table{{{"phase"},
               {"part"},
               {"mapping"},
               {"times"},
               seconds("time_s"),
               share("of_phase"),
               share("of_whole"),
               {"binding"},
               {"if_at_bound"},
               {"if_half"},
               {"if_nothing"}},
              {}};
  if (!for_people) table.columns.push_back({"command"});
  const auto gain = [&](double value) { return for_people ? Cell(fmt::format("{:.3f}x", value)) : Cell(value); };
  for (const PhaseRun& phase : run.phases)
    for (const PartRun& part : phase.parts) {
      const double of_whole = phase.times * part.time_s / run.time_s;
      const auto ratio = part.record.number("bound.ratio");
      std::vector<Cell> row{phase.name,
                            part.name,
                            part.record.text("mapping"),
                            part.times,
                            part.time_s / part.times,
                            part.time_s / phase.time_s,
                            of_whole,
                            part.record.text("binding"),
                            ratio ? gain(gain_of(of_whole, std::max(1.0, *ratio))) : Cell(),
                            gain(gain_of(of_whole, 2)),
                            gain(1 / (1 - of_whole))};
      if (!for_people) row.emplace_back(command_of(part));
      table.rows.push_back(std::move(row));
    }
  return table;
}

Table groups_table(const ModelRun& run) {
  Table table{{{"group"}, seconds("time_s"), share("of_whole")}, {}};
  for (const auto& [name, time_s] : run.groups()) table.rows.push_back({name, time_s, time_s / run.time_s});
  return table;
}

Table ladder_table(const ModelRun& run, bool for_people) {
  Table table{{{"rung"}, {"attention"}, {"whole"}, {"for kernels that"}}, {}};
  const auto times = [&](double value) { return for_people ? Cell(fmt::format("{:.2f}x", value)) : Cell(value); };
  for (const WholeRung& rung : run.ladder)
    table.rows.push_back({rung.name, times(rung.attention), times(rung.whole), rung.holds_for});
  table.rows.push_back({"estimate", Cell(), times(run.baseline_s / run.time_s), "are those of the parts"});
  return table;
}

Table memory_table(const ModelRun& run) {
  Table table{{{"stored"}, bytes("bytes_B"), share("of_memory")}, {}};
  const auto add = [&](const std::string& name, double sum_B) {
    table.rows.push_back(
        {name, sum_B, run.memory_B > 0 && std::isfinite(run.memory_B) ? Cell(sum_B / run.memory_B) : Cell()});
  };
  for (const Stored& each : run.stored) add(each.group, each.bytes);
  if (run.stored.size() > 1) add("all", run.stored_B());
  return table;
}

// Of all parts, each once.
std::vector<Record> records_of(const ModelRun& run) {
  std::vector<Record> records;
  for (const PhaseRun& phase : run.phases)
    for (const PartRun& part : phase.parts) {
      Record record;
      record.add("series", part.name);
      record.add("point.phase", phase.name);
      for (const auto& [name, value] : part.record.fields()) record.add(name, value);
      records.push_back(std::move(record));
    }
  return records;
}

// Where the model is from says the file, to people.
std::string heading(const Model& model, const ModelRun& run) {
  return fmt::format("{} on {}: {}", model.name, run.arch, model.description);
}

void put_out(const Model& model, const ModelRun& run, const Options& options) {
  const bool for_people = Table::format(options.format) == Table::Format::table;
  std::vector<std::pair<std::string, Table>> sections{
      {"phases", phases_table(run)}, {"parts", parts_table(run, for_people)}, {"groups", groups_table(run)}};
  if (for_people)
    fmt::print("{}\n\n", heading(model, run));
  else
    sections.insert(sections.begin(), {"model", model_table(model, run)});
  if (!run.ladder.empty()) sections.emplace_back("ladder", ladder_table(run, for_people));
  if (!run.stored.empty()) sections.emplace_back("memory", memory_table(run));
  print_sections(sections, options);
  if (options.output.empty()) return;
  const auto file = std::filesystem::path(options.output) / "records.json";
  write_file(file, to_json(records_of(run), {}));
  announce(file, options);
}

}  // namespace

Action add_model(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("model", arguments->model, "name below configs/models, or a file")->required();
  verb.add_option("arch", arguments->arch, "name below configs/archs, or a file")->required();
  verb.add_option("--set", arguments->set, "shapes of the model, as in --set S=65536");
  verb.add_option("--arch-set", arguments->arch_set, "parameters of the architecture, as in --arch-set N=128");
  verb.add_option("--mask", arguments->mask,
                  "a pattern, or a mask file, in place of the masks of all parts that say one; see 'mask --help'");
  verb.add_option("--baseline", arguments->baseline,
                  "the mask that masks of parts are compared with, in place of the model's, as in causal");
  return [arguments](const Options& options) {
    if (!options.output.empty()) require_writable(options.output);
    Model model = load_model(arguments->model);
    if (!arguments->baseline.empty()) {
      (void)find_mask(arguments->baseline);
      model.baseline = arguments->baseline;
    }
    Library library;
    const OnArch on{arguments->arch, parse_settings(arguments->arch_set)};
    const ModelRun run = run_model(model, on, parse_settings(arguments->set), arguments->mask, library);
    for (const std::string& warning : run.warnings) log_warning(warning);
    if (!arguments->baseline.empty() && run.ladder.empty())
      log_warning("--baseline: no mask of the model differs from it");
    put_out(model, run, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
