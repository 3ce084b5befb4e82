#include "explore/mapper/objective.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "common/error.hpp"

namespace tilewright {

namespace {

constexpr std::array names{"time", "energy", "traffic", "buffer", "edp"};

// Sums of the same terms in another order are the same value: 2^-40 apart at most. Of the 53 bits of a mantissa the
// last 13 are rounded off; a carry goes into the exponent, as it should.
double rounded(double value) {
  constexpr std::uint64_t rest = std::uint64_t{1} << 13;
  if (!std::isfinite(value)) return value;
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(value) + rest / 2) & ~(rest - 1));
}

std::array<double, 5> ordered(const std::vector<Metric>& measures, const Score& score) {
  double product = 1;
  for (const Metric measure : measures) product *= score.of(measure);
  return {rounded(product), rounded(score.time_s), rounded(score.energy_J), rounded(score.traffic_B),
          rounded(score.buffer_B)};
}

}  // namespace

double Score::of(Metric measure) const {
  switch (measure) {
    case Metric::time:
      return time_s;
    case Metric::energy:
      return energy_J;
    case Metric::traffic:
      return traffic_B;
    case Metric::buffer:
      return buffer_B;
    case Metric::edp:
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
    const auto measure = static_cast<Metric>(known - names.begin());
    if (std::ranges::find(objective.measures_, measure) != objective.measures_.end())
      throw InputError("objective '" + word + "' is there twice");
    objective.measures_.push_back(measure);
    from = to + 1;
  } while (from <= text.size());
  const auto add = [&](Metric part) {
    if (std::ranges::find(objective.parts_, part) == objective.parts_.end()) objective.parts_.push_back(part);
  };
  for (const Metric measure : objective.measures_) {
    if (measure != Metric::edp) {
      add(measure);
    } else {
      add(Metric::time);
      add(Metric::energy);
    }
  }
  return objective;
}

bool Objective::is_traffic_by_buffer() const {
  const auto has = [&](Metric measure) { return std::ranges::find(measures_, measure) != measures_.end(); };
  return measures_.size() == 2 && has(Metric::traffic) && has(Metric::buffer);
}

bool Objective::needs_energy() const { return std::ranges::find(parts_, Metric::energy) != parts_.end(); }

bool Objective::covers(const Score& a, const Score& b) const {
  if (!keeps_front()) return !before(b, a);
  return std::ranges::all_of(parts_, [&](Metric part) { return rounded(a.of(part)) <= rounded(b.of(part)); });
}

bool Objective::before(const Score& a, const Score& b) const {
  return ordered(measures_, a) < ordered(measures_, b);
}

std::string to_text(Metric measure) { return names[static_cast<std::size_t>(measure)]; }

}  // namespace tilewright
