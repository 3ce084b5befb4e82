// What a search minimises, and how what it finds compares.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace tilewright {

/// What may be minimised; the first four are what mappings are compared by.
enum class Metric { time, energy, traffic, buffer, edp };

/// Values of a mapping, of a part of it, or bounds of them.
struct Score {
  double time_s = 0;
  double energy_J = 0;
  double traffic_B = 0;  ///< read from and written to the outermost level
  double buffer_B = 0;   ///< held in the level that all units share

  [[nodiscard]] double of(Metric measure) const;
  /// Of two parts that run one after another.
  [[nodiscard]] Score then(const Score& next) const;
};

class Objective {
 public:
  /// "time", "energy", "edp", "traffic", "buffer", or several with commas between. Throws InputError.
  static Objective parse(const std::string& text);

  [[nodiscard]] const std::vector<Metric>& measures() const { return measures_; }
  [[nodiscard]] bool needs_energy() const;
  /// These two and nothing else.
  [[nodiscard]] bool is_traffic_by_buffer() const;
  /// Several measures, or one that is no sum over parts: then parts are compared by several values.
  [[nodiscard]] bool keeps_front() const { return parts_.size() > 1; }
  /// By what parts are compared.
  [[nodiscard]] const std::vector<Metric>& parts() const { return parts_; }

  /// Whether every mapping of `a` is at least as good as one of `b`, where b may be a bound. Of parts with a front:
  /// in every value; else by the one that is minimised, then by time, energy, traffic and buffer.
  [[nodiscard]] bool covers(const Score& a, const Score& b) const;
  /// A total order, best first.
  [[nodiscard]] bool before(const Score& a, const Score& b) const;

 private:
  std::vector<Metric> measures_;
  std::vector<Metric> parts_;
};

std::string to_text(Metric measure);

}  // namespace tilewright
