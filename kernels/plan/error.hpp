// What is wrong with a plan or a results file. This folder knows the standard library alone, so it has its own
// exception; the program turns it into its InputError, the runner prints it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace tilewright::plan {

/// A line of a file, counted from 1; 0: not known.
struct Place {
  std::string file;
  int line = 0;
};

/// A word that is none of those known.
struct UnknownWord {
  std::string word;
  std::vector<std::string> known;  ///< empty: the fault is another one
};

/// what() is one line, `file:line: column: message`, with the words that are known where there are such.
class Error : public std::runtime_error {
 public:
  Error(const Place& where, const std::string& of_column, const std::string& what_is_wrong,
        UnknownWord unknown = {});

  Place place;
  std::string column;   ///< empty: the whole line, or the whole file
  std::string message;  ///< without the words that are known
  UnknownWord unknown;
};

}  // namespace tilewright::plan
