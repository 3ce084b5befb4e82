// The command that computes a stored point again, from what its record says of it.
#pragma once

#include <map>
#include <string>

#include "explore/library.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// As a shell takes it: in quotes where it must be.
std::string shell_quoted(const std::string& text);

/// Reads the files that records name, once each.
class Commands {
 public:
  explicit Commands(Library& library) : library_(library) {}

  /// As one types it in the folder of the study. Nothing for a record that is of no one point: the sum of a
  /// sequence, one whose mapping or architecture has no file, or whose files are no longer there.
  std::string of(const Record& record);

 private:
  std::string settings_of(const Record& record);

  Library& library_;
  std::map<std::string, std::string> settings_;  // by files and what is set
};

}  // namespace tilewright
