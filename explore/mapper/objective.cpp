#include "explore/mapper/objective.hpp"

#include <algorithm>
#include <cmath>

#include "common/error.hpp"

namespace tilewright {

namespace {

constexpr std::array names{"time", "energy", "traffic", "buffer", "edp"};

// Sums of the same terms in another order are the same value: 2^-40 apart at most.
double rounded(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  return std::ldexp(std::round(std::ldexp(mantissa, 40)), exponent - 40);
}

std::array<double, 5> ordered(const std::vector<Measure>& measures, const Score& score) {
  double product = 1;
  for (const Measure measure : measures) product *= score.of(measure);
  return {rounded(product), rounded(score.time_s), rounded(score.energy_J), rounded(score.traffic_B),
          rounded(score.buffer_B)};
}

}  // namespace

double Score::of(Measure measure) const {
  switch (measure) {
    case Measure::time:
      return time_s;
    case Measure::energy:
      return energy_J;
    case Measure::traffic:
      return traffic_B;
    case Measure::buffer:
      return buffer_B;
    case Measure::edp:
      return time_s * energy_J;
  }
  return 0;
}

Score Score::then(const Score& next) const {
  return {time_s + next.time_s, energy_J + next.energy_J, traffic_B + next.traffic_B,
          std::max(buffer_B, next.buffer_B)};
}

Objective Objective::parse(const std::string& text) {
  Objective objective;
  std::size_t from = 0;
  do {
    const std::size_t to = std::min(text.find(',', from), text.size());
    const std::string word = text.substr(from, to - from);
    const auto known = std::ranges::find(names, word);
    if (known == names.end())
      throw InputError("no objective '" + word + "'" +
                       did_you_mean(word, std::vector<std::string>(names.begin(), names.end())));
    const auto measure = static_cast<Measure>(known - names.begin());
    if (std::ranges::find(objective.measures_, measure) != objective.measures_.end())
      throw InputError("objective '" + word + "' is there twice");
    objective.measures_.push_back(measure);
    from = to + 1;
  } while (from <= text.size());
  const auto add = [&](Measure part) {
    if (std::ranges::find(objective.parts_, part) == objective.parts_.end()) objective.parts_.push_back(part);
  };
  for (const Measure measure : objective.measures_) {
    if (measure != Measure::edp) {
      add(measure);
    } else {
      add(Measure::time);
      add(Measure::energy);
    }
  }
  return objective;
}

bool Objective::needs_energy() const { return std::ranges::find(parts_, Measure::energy) != parts_.end(); }

bool Objective::covers(const Score& a, const Score& b) const {
  if (!keeps_front()) return !before(b, a);
  return std::ranges::all_of(parts_, [&](Measure part) { return rounded(a.of(part)) <= rounded(b.of(part)); });
}

bool Objective::before(const Score& a, const Score& b) const {
  return ordered(measures_, a) < ordered(measures_, b);
}

std::string to_text(Measure measure) { return names[static_cast<std::size_t>(measure)]; }

}  // namespace tilewright
