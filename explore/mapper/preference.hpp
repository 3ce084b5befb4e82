// Which preferences the best mappings can keep to, taken one after another in the order of their importance.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "explore/mapper/objective.hpp"

namespace tilewright {

struct Preference {
  enum class Verdict {
    kept,
    worse,       ///< every mapping that keeps to it, too, is worse
    impossible,  ///< there is none
    unknown,     ///< the search for one ended early
    not_looked_at
  };
  std::string name;  ///< see mappings/space/mapspace_keys.hpp
  Verdict verdict = Verdict::not_looked_at;
  /// Of the best mapping that was found that keeps to it, over the best of all; nothing: none was found.
  std::optional<double> ratio = {};
  std::string why = {};  ///< it was not looked at
};

/// What a search for mappings that keep to some preferences found.
struct PreferredValue {
  std::optional<double> value = {};  ///< of what is minimised; nothing: there is none
  bool ended = true;                 ///< none is better
  std::string skipped = {};          ///< why there was no search; empty: there was one
};

/// Equal to rounding.
bool is_as_good(double value, double best);

/// Each is taken where some mapping that is as good as the best one keeps to it and to those taken before it.
/// `search`: the best mapping that keeps to all of these, by position.
std::vector<Preference> take_preferences(
    const std::vector<std::string>& names, double best,
    const std::function<PreferredValue(const std::vector<std::size_t>& taken)>& search);

/// A line for each; `measure` is what is minimised.
std::vector<std::string> lines_of(const std::vector<Preference>& preferences, Metric measure);

}  // namespace tilewright
