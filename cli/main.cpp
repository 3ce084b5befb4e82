#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <vector>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/parallel.hpp"
#include "common/version.hpp"

namespace tilewright::cli {

namespace {

struct Verb {
  const char* name;
  const char* answers;
  Action (*add)(CLI::App&);
};

constexpr Verb verbs[] = {
    {"list", "which cascades, archs, mappings, workloads, studies, suites and reports are there", add_list},
    {"analyze", "operations, footprints, passes and the critical path of a cascade", add_analyze},
    {"evaluate", "the analytic estimate of a workload on an architecture under a mapping", add_evaluate},
    {"sweep", "the estimates of all points of a study", add_sweep},
    {"report", "figures and a self-contained HTML page from the results of a sweep", add_report},
    {"validate", "predictions against published numbers, with signed errors", add_validate},
};

void add_global_options(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output, "folder for the files that the command writes");
  app.add_option("--format", options.format, "table for people, json for programs, csv for spreadsheets")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  app.add_option("-j,--jobs", options.jobs, "threads; 0 for all cores")->check(CLI::Range(0, 1024));
  app.add_flag("-q,--quiet", options.quiet, "nothing on stderr but errors");
  app.add_flag("-v,--verbose", options.verbose, "more on stderr");
}

int refuse(const std::string& message, Exit status) {
  spdlog::error("{}", message);
  return status;
}

// A wrong command line gets the nearest verb, where a verb is what is wrong.
int refuse_command_line(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);
  std::string message = error.what();
  std::vector<std::string> known;
  for (const Verb& verb : verbs) known.emplace_back(verb.name);
  if (app.get_subcommands().empty())
    message = argc < 2 ? "expected a verb; 'tilewright --help' lists them"
                       : fmt::format("no verb '{}'{}", argv[1], did_you_mean(argv[1], known));
  return refuse(message, wrong_input);
}

int run(int argc, char** argv) {
  CLI::App app("Hardware simulator and design-space explorer for attention.", "tilewright");
  app.set_version_flag("--version", fmt::format("tilewright {} ({})", version(), commit()));
  app.require_subcommand(1);
  app.fallthrough();
  Options options;
  add_global_options(app, options);
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Verb& verb : verbs) {
    CLI::App* subcommand = app.add_subcommand(verb.name, verb.answers);
    actions.emplace_back(subcommand, verb.add(*subcommand));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return refuse_command_line(app, error, argc, argv);
  }
  spdlog::set_level(options.quiet     ? spdlog::level::err
                    : options.verbose ? spdlog::level::debug
                                      : spdlog::level::info);
  for (const auto& [subcommand, action] : actions)
    if (subcommand->parsed()) return action(options);
  return internal;
}

}  // namespace

}  // namespace tilewright::cli

int main(int argc, char** argv) {
  using namespace tilewright;
  spdlog::set_default_logger(spdlog::stderr_color_st("tilewright"));
  spdlog::set_pattern("%^%n: %l:%$ %v");
  catch_interrupts();
  try {
    return cli::run(argc, argv);
  } catch (const InputError& error) {
    return cli::refuse(error.what(), cli::wrong_input);
  } catch (const MissingError& error) {
    return cli::refuse(error.what(), cli::missing);
  } catch (const std::exception& error) {
    return cli::refuse(fmt::format("internal error: {}", error.what()), cli::internal);
  }
}
