// What the verbs that model one point share: its options, and its record as output.
#pragma once

#include "cli/command.hpp"
#include "explore/evaluate.hpp"

namespace tilewright::cli {

struct PointOptions {
  Point point;
  std::vector<std::string> set;
  std::vector<std::string> arch_set;
};

void add_point_options(Verb& verb, PointOptions& options);

/// The point, complete. Throws InputError for settings without a number, and where files are asked for that cannot
/// be written.
Point point_of(const PointOptions& arguments, const Options& options);

/// Prints it, and writes records.json where -o says so.
void put_out(const Record& record, const Options& options);

}  // namespace tilewright::cli
