#include "explore/mapper/preference.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tilewright {

namespace {

using Verdict = Preference::Verdict;

Verdict verdict_of(const PreferredValue& found, double best) {
  if (!found.skipped.empty()) return Verdict::not_looked_at;
  if (found.value && is_as_good(*found.value, best)) return Verdict::kept;
  if (!found.ended) return Verdict::unknown;
  return found.value ? Verdict::worse : Verdict::impossible;
}

std::string times(double ratio, Metric measure) {
  if (std::isinf(ratio)) return fmt::format("some {} where the best one has none", to_text(measure));
  std::string text = fmt::format("{:.6g}", ratio);
  if (text == "1") text = fmt::format("{:.10g}", ratio);
  return fmt::format("{} times the {}", text, to_text(measure));
}

std::string to_text(const Preference& preference, bool any_kept, Metric measure) {
  switch (preference.verdict) {
    case Verdict::kept:
      return "kept";
    case Verdict::worse:
      return "not kept, " + times(*preference.ratio, measure);
    case Verdict::impossible:
      return std::string("not kept, no mapping keeps to it") + (any_kept ? " and to those kept before it" : "");
    case Verdict::unknown:
      return "not kept, as the search for it ended early" +
             (preference.ratio ? " with " + times(*preference.ratio, measure) : "");
    case Verdict::not_looked_at:
      return "not looked at: " + preference.why;
  }
  return {};
}

}  // namespace

bool is_as_good(double value, double best) {
  constexpr double rounding = 1e-9;
  return value <= best * (1 + rounding);
}

std::vector<Preference> take_preferences(
    const std::vector<std::string>& names, double best,
    const std::function<PreferredValue(const std::vector<std::size_t>& taken)>& search) {
  std::vector<Preference> preferences;
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < names.size(); ++i) {
    taken.push_back(i);
    const PreferredValue found = search(taken);
    preferences.push_back({names[i], verdict_of(found, best), {}, found.skipped});
    if (found.value) preferences.back().ratio = is_as_good(*found.value, best) ? 1 : *found.value / best;
    if (preferences.back().verdict != Verdict::kept) taken.pop_back();
  }
  return preferences;
}

std::vector<std::string> lines_of(const std::vector<Preference>& preferences, Metric measure) {
  std::vector<std::string> lines;
  bool any_kept = false;
  for (const Preference& preference : preferences) {
    lines.push_back(preference.name + ": " + to_text(preference, any_kept, measure));
    any_kept |= preference.verdict == Verdict::kept;
  }
  return lines;
}

}  // namespace tilewright
