#include <fmt/format.h>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <system_error>
#include <vector>

#include "cli/command.hpp"
#include "cli/generate.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/one_line.hpp"
#include "common/parallel.hpp"
#include "common/version.hpp"

namespace tilewright::cli {

namespace {

enum class Gives { tables, files, tables_and_files, named_file };

struct VerbEntry {
  const char* name;
  const char* answers;
  Action (*add)(Verb&);
  const char* example;
  Gives gives = Gives::tables_and_files;
};

constexpr VerbEntry verbs[] = {
    {"list",
     "which cascades, masks, archs, kernels, calls, mappings, calibrations, workloads, models, claims, studies, "
     "suites and "
     "reports "
     "are "
     "there",
     add_list, "list archs", Gives::tables},
    {"analyze", "operations, footprints, passes and the critical path of a cascade", add_analyze,
     "analyze attention-3pass --workload BERT --set S=4096", Gives::tables},
    {"rewrite", "another cascade that computes the same: fewer passes, partial results, gradients", add_rewrite,
     "rewrite attention-naive --passes 1"},
    {"mask", "which tiles a mask visits: the census, and a picture", add_mask,
     "mask gna,window=18x24x24 --layout 30x48x80 --q-tile 2x8x8 --kv-tile 2x8x8"},
    {"evaluate", "the analytic estimate of a workload on an architecture under a mapping", add_evaluate,
     "evaluate my-workload.yaml my-arch.yaml my-mapping.yaml --set L=65536"},
    {"simulate",
     "the cycle simulation of a kernel or a nest of loops: waits, queues and waves, and a trace of them",
     add_simulate, "simulate my-workload.yaml my-arch.yaml my-kernel.yaml --trace trace.json"},
    {"compare", "two records side by side, what differs most on top", add_compare,
     "compare estimate.json simulation.json"},
    {"map", "the best mappings of a workload on an architecture, as files that evaluate reads", add_map,
     "map my-workload.yaml my-arch.yaml --set S=4096 --objective edp -o mapped"},
    {"model",
     "a whole model: times of phases and parts, the share of attention, what masks and kernels give the whole",
     add_model, "model my-model.yaml my-arch.yaml --set S=8192"},
    {"import", "a model file from the config.json of a language model", add_import,
     "import config.json --name mine -o models"},
    {"bound", "how much faster attention under a mask can be at most, rung by rung, and what would help", add_bound,
     "bound --layout 30x48x80 --mask gna,window=18x24x24 --q-tile 2x8x8 --kv-tile 2x8x8", Gives::tables},
    {"claim", "is a published speedup possible, for which kernels, and over which baseline", add_claim,
     "claim my-claims.yaml", Gives::tables},
    {"sweep", "the estimates of all points of a study", add_sweep, "sweep my-study.yaml -o results/mine"},
    {"summarize", "Pareto sets, the best of each group, means and sensitivities of the results of a sweep",
     add_summarize, "summarize results/mine --pareto time_s,area_m2", Gives::tables},
    {"query", "SQL over the results of sweeps, that reads and nothing else", add_query,
     "query results/mine \"SELECT series, min(time_s) FROM results GROUP BY series\"", Gives::tables},
    {"export", "the results of a study as CSV or JSON, for other tools", add_export,
     "export results/mine --to mine.csv", Gives::named_file},
    {"merge", "the results of several sweeps, or machines, in one store", add_merge,
     "merge all.sqlite results/mine results/theirs", Gives::tables},
    {"report", "figures and a self-contained HTML page from the results of a sweep", add_report,
     "report results/mine --spec my-report.yaml", Gives::files},
    {"measure", "times the CUDA kernels on the GPU of this machine", add_measure, "measure smoke --plan plan.csv"},
    {"validate", "predictions against published numbers and measurements, with signed errors", add_validate,
     "validate my-suite.yaml --rows --format csv"},
    {"calibrate", "fits the parameters of kernels to published timings", add_calibrate,
     "calibrate my-timings.yaml -o my-calibrations"},
};

void add_global_options(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output, "folder for the files that the command writes");
  app.add_option("--format", options.format, "table for people, json for programs, csv for spreadsheets")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  app.add_option("-j,--jobs", options.jobs, "threads; 0 for all cores")->check(CLI::Range(0, 1024));
  app.add_flag("-q,--quiet", options.quiet, "nothing on stderr but errors")->disable_flag_override();
  app.add_flag("-v,--verbose", options.verbose, "more on stderr")->disable_flag_override();
}

// Help of options: which values they take, without the type that these restate.
class Formatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return CLI::Formatter::make_option_opts(option);
    const std::string type = option->get_type_name();  // as in TEXT, or UINT:INT in [1 - 9]
    std::string text = " " + type.substr(type.find(':') + 1);
    if (!option->get_default_str().empty()) text += ", default " + option->get_default_str();
    if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += " ...";
    if (option->get_required()) text += " REQUIRED";
    for (const CLI::Option* needed : option->get_needs()) text += ", with " + needed->get_name();
    return text;
  }
};

int refuse(std::string_view message, Exit status) {
  spdlog::error("{}", one_line(message));
  return status;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// The library's words for a value of a flag are not those of a user.
std::string in_plain_words(const std::string& what) {
  const std::size_t name = what.find(" was given a disallowed flag override");
  return name == std::string::npos ? what : fmt::format("--{} takes no value", what.substr(0, name));
}

// A wrong command line gets the nearest verb or option, where that is what is wrong.
std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> extras = app.remaining(true);
  const auto parsed = app.get_subcommands();
  for (const std::string& extra : extras) {
    if (!extra.starts_with('-')) continue;
    std::vector<std::string> known = option_names(app);
    if (!parsed.empty()) std::ranges::copy(option_names(*parsed.front()), std::back_inserter(known));
    return fmt::format("no option '{}'{}", extra, did_you_mean(extra.substr(0, extra.find('=')), known));
  }
  if (!parsed.empty())
    return fmt::format(
        "{}: {}", parsed.front()->get_name(),
        extras.empty() ? in_plain_words(error.what()) : "unexpected argument '" + extras.front() + "'");
  if (extras.empty()) return "expected a verb; 'tilewright --help' lists them";
  std::vector<std::string> known;
  for (const VerbEntry& entry : verbs) known.emplace_back(entry.name);
  return fmt::format("no verb '{}'{}", extras.front(), did_you_mean(extras.front(), known));
}

// A verb of the table above, with its options, as part of the program.
struct AddedVerb {
  AddedVerb(CLI::App& program, const VerbEntry& entry)
      : app(program.add_subcommand(entry.name, entry.answers)), verb(*app), action(entry.add(verb)) {
    const std::string note = app->get_footer();
    app->footer(
        fmt::format("{}{}Example: tilewright {}\nEvery verb takes -o, --format, -j, -q and -v: "
                    "tilewright --help",
                    note, note.empty() ? "" : "\n", entry.example));
  }

  CLI::App* app;
  Verb verb;
  Action action;
};

void refuse_what_is_not_given(const CLI::App& app, const VerbEntry& verb) {
  if (verb.gives == Gives::tables && app.count("--output") > 0)
    throw InputError(fmt::format("{}: --output: it writes no files", verb.name));
  if (verb.gives == Gives::named_file && app.count("--output") > 0)
    throw InputError(fmt::format("{}: --output: --to says which file it writes", verb.name));
  if ((verb.gives == Gives::files || verb.gives == Gives::named_file) && app.count("--format") > 0)
    throw InputError(fmt::format("{}: --format: it prints no tables", verb.name));
}

int run_verb(const CLI::App& app, const VerbEntry& verb, const Action& action, const Options& options) {
  refuse_what_is_not_given(app, verb);
  const auto start = std::chrono::steady_clock::now();
  const int status = action(options);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  spdlog::debug("{} took {:.3f} s", verb.name, took.count());
  return status;
}

int run(int argc, char** argv) {
  CLI::App app("Hardware simulator and design-space explorer for attention.", "tilewright");
  app.set_version_flag("--version", fmt::format("tilewright {} ({})", version(), commit()));
  app.formatter(std::make_shared<Formatter>());
  app.require_subcommand(1);
  app.fallthrough();
  Options options;
  add_global_options(app, options);
  std::deque<AddedVerb> added;
  for (const VerbEntry& entry : verbs) added.emplace_back(app, entry);
  app.footer(
      "TILEWRIGHT_CONFIGS=FOLDER in the environment: names are looked up there, not in the configs/ of this "
      "program.");
  std::string kind;
  CLI::App* packaging =
      app.add_subcommand("generate", "completion for shells, the manual page, or the page of cascades")->group("");
  packaging->add_option("kind", kind)->required()->check(CLI::IsMember(generated_kinds()));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return refuse(what_is_wrong(app, error), wrong_input);
  }
  spdlog::set_level(options.quiet     ? spdlog::level::err
                    : options.verbose ? spdlog::level::debug
                                      : spdlog::level::info);
  if (packaging->parsed()) {
    if (!options.output.empty()) throw InputError("generate: -o has no effect here; it writes to standard output");
    fmt::print("{}", generate(app, kind));
    return done;
  }
  configs_folder();  // a setting that cannot be used is refused, whether the verb looks there or not
  for (std::size_t i = 0; i < added.size(); ++i)
    if (added[i].app->parsed()) return run_verb(app, verbs[i], added[i].action, options);
  return internal;
}

// What is still in the buffer of stdout could otherwise be lost without a word; help and the version are written by
// others, who do not look.
int run_and_flush(int argc, char** argv) {
  errno = 0;
  const int status = run(argc, argv);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout)
    throw std::system_error(errno == 0 ? EIO : errno, std::generic_category());
  return status;
}

}  // namespace

}  // namespace tilewright::cli

int main(int argc, char** argv) {
  using namespace tilewright;
  spdlog::set_default_logger(spdlog::stderr_color_st("tilewright"));
  spdlog::set_pattern("%^%n: %l:%$ %v");
  catch_interrupts();
  try {
    return cli::run_and_flush(argc, argv);
  } catch (const Interrupted& error) {
    return cli::refuse(error.what(), cli::stopped);
  } catch (const InputError& error) {
    return cli::refuse(error.what(), cli::wrong_input);
  } catch (const MissingError& error) {
    return cli::refuse(error.what(), cli::missing);
  } catch (const std::filesystem::filesystem_error& error) {
    return cli::refuse(fmt::format("{}: {}", error.path1().string(), error.code().message()), cli::wrong_input);
  } catch (const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    if (system != nullptr && (std::ferror(stdout) != 0 || !std::cout))
      return cli::refuse("standard output cannot be written: " + system->code().message(), cli::wrong_input);
    return cli::refuse(fmt::format("internal error: {}", error.what()), cli::internal);
  }
}
