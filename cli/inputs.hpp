// Options that know whether they were used. What a user gives reaches the result, or is refused by name: a verb
// reads the options that it needs on its way, and before it prints asks which of those given were never read.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/verb.hpp"
#include "common/error.hpp"

namespace tilewright::cli {

template <class T>
class Input {
 public:
  Input() = default;
  explicit Input(T otherwise) : value_(std::move(otherwise)) {}
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  /// The value, which counts as used from now on.
  [[nodiscard]] const T& use() const {
    used_ = true;
    return value_;
  }
  [[nodiscard]] bool given() const { return option_ != nullptr && option_->count() > 0; }

 private:
  friend class Inputs;
  T value_{};
  Option* option_ = nullptr;
  mutable bool used_ = false;
};

/// The inputs of a verb, which must stay where they are.
class Inputs {
 public:
  explicit Inputs(Verb& verb) : verb_(verb) {}

  /// `otherwise`: what to do where it has no effect, as in "expected --arch as well".
  template <class T>
  Option* add(const std::string& name, Input<T>& input, const std::string& help, const std::string& otherwise) {
    return track(name, input, verb_.add_option(name, input.value_, help), otherwise);
  }
  Option* add_flag(const std::string& name, Input<bool>& input, const std::string& help,
                   const std::string& otherwise) {
    return track(name, input, verb_.add_flag(name, input.value_, help), otherwise);
  }

  /// Throws InputError for the first that was given and not used.
  void require_used() const {
    for (const Tracked& each : tracked_)
      if (each.is_left()) throw InputError(each.name + ": " + each.otherwise);
  }

 private:
  struct Tracked {
    std::string name;
    std::string otherwise;
    std::function<bool()> is_left;
  };

  template <class T>
  Option* track(const std::string& name, Input<T>& input, Option* option, const std::string& otherwise) {
    input.option_ = option;
    tracked_.push_back({name, otherwise, [&input] { return input.given() && !input.used_; }});
    return option;
  }

  Verb& verb_;
  std::vector<Tracked> tracked_;
};

}  // namespace tilewright::cli
