// What the subcommands share: global options, name=value lists and printing.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/verb.hpp"
#include "common/table.hpp"

namespace tilewright::cli {

/// Exit statuses of the program; 130 is what shells say of a program that Ctrl-C ended.
enum Exit : int { done = 0, check_failed = 1, wrong_input = 2, missing = 3, internal = 70, stopped = 130 };

struct Options {
  std::string output;  ///< -o; empty: the command's own default
  std::string format = "table";
  int jobs = 0;
  bool quiet = false;
  bool verbose = false;
};

/// What a subcommand does, run after parsing; returns the exit status.
using Action = std::function<int(const Options&)>;

/// Each adds one subcommand to the program and returns what it does. Its option values live in the action.
Action add_list(Verb& verb);
Action add_analyze(Verb& verb);
Action add_rewrite(Verb& verb);
Action add_mask(Verb& verb);
Action add_evaluate(Verb& verb);
Action add_simulate(Verb& verb);
Action add_compare(Verb& verb);
Action add_map(Verb& verb);
Action add_model(Verb& verb);
Action add_import(Verb& verb);
Action add_bound(Verb& verb);
Action add_claim(Verb& verb);
Action add_sweep(Verb& verb);
Action add_summarize(Verb& verb);
Action add_query(Verb& verb);
Action add_export(Verb& verb);
Action add_merge(Verb& verb);
Action add_report(Verb& verb);
Action add_measure(Verb& verb);
Action add_validate(Verb& verb);
Action add_calibrate(Verb& verb);

/// "M=4096" pairs to a map; a value is an expression without names. Throws InputError.
std::map<std::string, double> parse_settings(const std::vector<std::string>& pairs);

/// Prints to stdout in the chosen format; in `table` format under a title if there is one.
void print(const Table& table, const Options& options, const std::string& title = {});

/// Prints tables one after another, in `json` format as members of one object.
void print_sections(const std::vector<std::pair<std::string, Table>>& sections, const Options& options);

/// Throws InputError where files cannot be written below a folder, before the work that they would hold is done.
void require_writable(const std::filesystem::path& folder);

/// "wrote FILE" on stderr, unless quiet.
void announce(const std::filesystem::path& file, const Options& options);

}  // namespace tilewright::cli
