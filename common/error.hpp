// What goes wrong, said once: a place in a file, the key path, and one line that a person can act on.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tilewright {

/// A position in an input file. Lines and columns count from 1; 0 means "not known".
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column", without the parts that are not known; empty if nothing is known.
  [[nodiscard]] std::string str() const;
};

/// The input is wrong (exit status 2). what() is the one line to print:
/// `file:line:column: key.path: message`.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const std::string& message);
  InputError(const Place& place, std::string_view key_path, std::string_view message);
};

/// An input that is right in itself but does not fit the machine: a sweep notes it and goes on.
class InfeasibleError : public InputError {
 public:
  using InputError::InputError;
};

/// Something that the command needs is not there, such as a program or a device (exit status 3).
class MissingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "; did you mean 'x'?" with the nearest of `known`, or "; known: a, b, c" if none is near.
/// Empty if `known` is empty.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

}  // namespace tilewright
