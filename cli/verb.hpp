// The options and arguments of a verb. CLI11 stays behind this header: a file that includes it, and uses it for one
// option, takes several times as long to compile.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace tilewright::cli {

/// What a value must be; the help says it.
class Check {
 public:
  explicit Check(std::shared_ptr<CLI::Validator> validator) : validator_(std::move(validator)) {}

 private:
  friend class Option;
  std::shared_ptr<CLI::Validator> validator_;
};

Check in_range(int least, int most);
Check in_range(double least, double most);
Check one_of(const std::vector<std::string>& words);
Check existing_folder();

class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option* check(const Check& check);
  Option* required();
  /// Refused unless the other one is given too.
  Option* needs(const Option* other);
  /// The help says the value that the variable has now.
  Option* capture_default_str();
  /// Whether one mention of an option with several values takes more than one.
  Option* allow_extra_args(bool allow);
  /// How many values were given; after parsing.
  [[nodiscard]] std::size_t count() const;

 private:
  CLI::Option* option_;
};

/// What a subcommand is asked with. The variables that its options fill must outlive it.
class Verb {
 public:
  explicit Verb(CLI::App& app) : app_(app) {}
  Verb(const Verb&) = delete;
  Verb& operator=(const Verb&) = delete;

  /// `name` as in "--set", or "suite" for a positional argument. T is one of the types that verb.cpp lists.
  template <class T>
  Option* add_option(const std::string& name, T& value, const std::string& help);
  Option* add_flag(const std::string& name, bool& value, const std::string& help);
  /// What is left of a verb beside an option that changes what the verb does: throws InputError for every other
  /// option or argument that is given, but those in `used`.
  void refuse_beside(const std::string& option, const std::vector<std::string>& used) const;
  /// What its help ends with.
  void footer(const std::string& text);

 private:
  CLI::App& app_;
  std::deque<Option> options_;  // callers hold on to them
};

}  // namespace tilewright::cli
