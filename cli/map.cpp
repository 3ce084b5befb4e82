#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <memory>

#include "cli/command.hpp"
#include "cli/kernel_ranking.hpp"
#include "cli/log.hpp"
#include "cli/summary.hpp"
#include "common/expression.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "common/with_commas.hpp"
#include "explore/mapper/explain.hpp"
#include "explore/mapper/kernel_mapper.hpp"
#include "explore/mapper/preferred.hpp"
#include "explore/mapper/runner_up.hpp"
#include "explore/mapper/traffic_curve.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  Point point;
  std::vector<std::string> set;
  std::vector<std::string> arch_set;
  std::vector<std::string> cascades;
  std::string space;
  std::vector<std::string> kernels;
  bool pad = false;
  std::string objective;
  double time_limit_s = 0;
  std::string memory_limit;
  std::string explained;
};

std::vector<Record> records_of(const MapResult& result) {
  std::vector<Record> records;
  for (const FoundMapping& found : result.found) records.push_back(found.record);
  return records;
}

double bytes_of(const std::string& option, const std::string& text) {
  const Expression value = Expression::parse(text, {}, option);
  const bool bytes = value.is_constant() && value.dimension() == dimension::bytes && value.evaluate({}) > 0;
  if (!bytes) value.fail("expected bytes, as in 2 GiB, got '" + value.text() + "'");
  return value.evaluate({});
}

// How far from the best of the space the first mapping can be.
std::string proof_of(const MapResult& result, const Objective& objective) {
  const SearchCount& count = result.count;
  const std::string space =
      result.kernels ? space_of(*result.kernels)
                     : fmt::format("{} choices of shared loops, {} of them opened, {} ways of Einsums priced",
                                   with_commas(count.blocks), with_commas(count.opened), with_commas(count.priced));
  if (count.ended) return "proven: no mapping of the space is better\n" + space;
  if (objective.measures().size() != 1) return "not proven: the search ended early\n" + space;
  return fmt::format("not proven: the search ended early; {} is at most {:.3g} times the least possible\n{}",
                     to_text(objective.measures().front()), *gap_of(result, objective), space);
}

// As long as the search took, five seconds at least, within what is left of a limit: what the best is compared with
// is worth no more.
std::string runner_up_of(const MapRequest& request, MapResult& result, double searched_s, Library& library) {
  if (request.objective.measures().size() != 1 || result.kernels) return "";
  if (!result.count.ended) return "not looked for: the search itself ended early";
  if (result.interrupted) return "not looked for: interrupted";
  const double limit_s = std::min(std::max(5.0, searched_s), request.time_limit_s - searched_s);
  if (limit_s <= 0) return "not looked for: no time is left";
  try {
    return to_text(find_runner_up(request, result, limit_s, library), request.objective.measures().front());
  } catch (const Interrupted&) {
    accept_interrupt();
    result.interrupted = true;
    return "not looked for: interrupted";
  }
}

// Empty where the mapspace prefers nothing.
std::string preferred_of(const MapResult& result, const Objective& objective) {
  return fmt::format("{}", fmt::join(lines_of(result.preferences, objective.measures().front()), "\n"));
}

using Head = std::vector<std::pair<std::string, std::string>>;

Head head_of(const MapResult& result, const Objective& objective, const std::string& runner_up) {
  Head head{{"proof", proof_of(result, objective)}};
  if (!result.preferences.empty()) head.emplace_back("preferred", preferred_of(result, objective));
  if (!runner_up.empty()) head.emplace_back("runner_up", runner_up);
  if (result.kernels) head.emplace_back("why", why_of(result, objective));
  return head;
}

void print(const MapResult& result, const Objective& objective, const std::string& runner_up,
           const Options& options) {
  switch (Table::format(options.format)) {
    case Table::Format::json:
      fmt::print("{}", to_json(records_of(result), head_of(result, objective, runner_up)));
      break;
    case Table::Format::csv:
      fmt::print("{}", to_table(records_of(result)).str(Table::Format::csv));
      if (options.quiet) break;
      fmt::print(stderr, "{}\n", proof_of(result, objective));
      if (!result.preferences.empty()) fmt::print(stderr, "{}\n", preferred_of(result, objective));
      break;
    case Table::Format::table:
      for (const FoundMapping& found : result.found) fmt::print("{}\n{}\n", found.nest, summary_of(found.record));
      if (result.kernels) fmt::print("{}\n", why_of(result, objective));
      fmt::print("{}\n", proof_of(result, objective));
      if (!result.preferences.empty()) fmt::print("{}\n", preferred_of(result, objective));
      if (!runner_up.empty()) fmt::print("runner-up: {}\n", runner_up);
  }
}

void warn_of_skipped(const MapResult& result) {
  for (const std::string& cascade : result.skipped)
    log_warning(fmt::format("cascade '{}' of the workload has other results and is not mapped; --cascade names it",
                            cascade));
}

void print_explained(const MappingExplanation& explanation, const Objective& objective, const Options& options) {
  const MapResult& best = explanation.best;
  std::vector<Record> records{explanation.record};
  for (const FoundMapping& found : best.found) records.push_back(found.record);
  Head head = head_of(best, objective, "");
  head.emplace_back("explained", to_text(explanation, objective));
  switch (Table::format(options.format)) {
    case Table::Format::json:
      fmt::print("{}", to_json(records, head));
      break;
    case Table::Format::csv:
      fmt::print("{}", to_table(records).str(Table::Format::csv));
      break;
    case Table::Format::table:
      fmt::print("{}", to_text(explanation, objective));
      if (!best.preferences.empty()) fmt::print("{}\n", preferred_of(best, objective));
  }
}

void write(const MapResult& result, const Objective& objective, const std::string& runner_up,
           const Options& options) {
  if (options.output.empty()) return;
  const std::filesystem::path folder = options.output;
  for (std::size_t i = 0; i < result.found.size(); ++i) {
    const std::filesystem::path file = folder / (i == 0 ? "best.yaml" : fmt::format("best-{}.yaml", i + 1));
    write_file(file, result.found[i].text);
    announce(file, options);
  }
  Head head = head_of(result, objective, runner_up);
  const bool curve = objective.is_traffic_by_buffer() && !result.kernels;
  if (curve) head.insert(head.begin(), {"study", "traffic-by-buffer"});
  write_file(folder / "records.json", to_json(curve ? traffic_curve(result) : records_of(result), head));
  announce(folder / "records.json", options);
}

}  // namespace

Action add_map(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("workload", arguments->point.workload, "name below configs/workloads, or a file")->required();
  verb.add_option("arch", arguments->point.arch, "name below configs/archs, or a file")->required();
  verb.add_option("space", arguments->space,
                  "a mapspace file, which says what mappings must be like; all where left out");
  verb.add_option("--cascade", arguments->cascades,
                  "cascades to map; all of the workload that have the results of its first one where left out");
  verb.add_option("--kernel", arguments->kernels,
                  "on an architecture that runs thread blocks: kernels to compare, names below configs/kernels or "
                  "files; all that serve architecture and mask where left out");
  verb.add_flag("--pad", arguments->pad,
                "of kernels: dimensions of the layout of a mask with a window and a stride may be padded to whole "
                "tiles");
  verb.add_option("--objective", arguments->objective,
                  "what to minimise: time, energy, edp, traffic of the outermost level, buffer, or several with "
                  "commas between; edp where left out, time of kernels");
  verb.add_option("--time-limit", arguments->time_limit_s,
                  "seconds after which it ends with the best so far, and says how far from the least that can be")
      ->check(in_range(1e-6, 1e9));
  verb.add_option("--memory-limit", arguments->memory_limit,
                  "bytes of the whole program, as in 2GiB, after which it ends like that, too");
  verb.add_option(
      "--explain", arguments->explained,
      "a mapping, by name or file, that is compared with the best one, and what of it would have to change");
  verb.add_option("--set", arguments->set, "shapes of the workload, as in --set S=4096");
  verb.add_option("--mask", arguments->point.mask, "a pattern in place of the workload's; see 'mask --help'");
  verb.add_option("--selection", arguments->point.selection,
                  "of kernels: how the keys of the mask are chosen, as in keys=64,every=4 (docs/choose-keys.md)");
  verb.add_option("--arch-set", arguments->arch_set, "parameters of the architecture, as in --arch-set N=128");
  return [arguments](const Options& options) {
    MapRequest request{arguments->point, arguments->cascades, arguments->space, {}, options.output, options.jobs};
    request.kernels = arguments->kernels;
    request.pad = arguments->pad;
    request.progress = options.quiet     ? StatusLine::Shown::never
                       : options.verbose ? StatusLine::Shown::always
                                         : StatusLine::Shown::on_terminal;
    if (!arguments->memory_limit.empty())
      request.memory_limit_B = bytes_of("--memory-limit", arguments->memory_limit);
    if (arguments->time_limit_s > 0) request.time_limit_s = arguments->time_limit_s;
    request.point.set = parse_settings(arguments->set);
    request.point.arch_set = parse_settings(arguments->arch_set);
    if (!options.output.empty()) require_writable(options.output);
    Library library;
    const bool kernels = maps_kernels(request, library);
    const std::string usual = kernels ? "time" : "edp";
    request.objective = Objective::parse(arguments->objective.empty() ? usual : arguments->objective);
    if (kernels && !arguments->explained.empty())
      throw InputError(
          fmt::format("--explain: expected an architecture of levels and lanes, got '{}', which runs "
                      "kernels",
                      arguments->point.arch));
    if (!arguments->explained.empty()) {
      const MappingExplanation explanation = explain(request, arguments->explained, library);
      warn_of_skipped(explanation.best);
      print_explained(explanation, request.objective, options);
      write(explanation.best, request.objective, "", options);
      return static_cast<int>(explanation.best.interrupted ? stopped : done);
    }
    const auto start = std::chrono::steady_clock::now();
    MapResult result = find_preferred(request, library);
    const std::chrono::duration<double> searched = std::chrono::steady_clock::now() - start;
    warn_of_skipped(result);
    if (result.kernels)
      for (const std::string& warning : result.kernels->warnings) log_warning(warning);
    const bool shows = Table::format(options.format) != Table::Format::csv || !options.output.empty();
    const std::string runner_up = shows ? runner_up_of(request, result, searched.count(), library) : "";
    print(result, request.objective, runner_up, options);
    write(result, request.objective, runner_up, options);
    return static_cast<int>(result.interrupted ? stopped : done);
  };
}

}  // namespace tilewright::cli
