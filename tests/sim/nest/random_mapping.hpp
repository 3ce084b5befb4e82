// Random mappings of a cascade, as text: loop orders and factors, what each level keeps, fusion, groups.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test {

/// The same numbers on every machine, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  /// From 0 to `below` - 1.
  int below(int below) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(below)); }
  bool chance(int percent) { return below(100) < percent; }

 private:
  std::mt19937 engine_;
};

class RandomMapping {
 public:
  /// `levels` from the outermost inward, each the parent of the next; all Einsums run on `unit`.
  RandomMapping(Random& random, const Cascade& cascade, std::vector<std::string> levels, std::string unit,
                ByRank<int> shapes)
      : random_(random),
        cascade_(cascade),
        levels_(std::move(levels)),
        unit_(std::move(unit)),
        shapes_(std::move(shapes)) {}
  std::string text();

 private:
  using Einsums = std::vector<EinsumId>;
  struct State {
    ByEinsum<std::map<RankId, int>> left;  ///< factors that no loop above covers
    std::map<TensorId, int> kept;          ///< by tensor: the nearest level above
  };
  std::string group(const Einsums& einsums);
  std::string nest(const Einsums& einsums, State state);
  std::string leaf(EinsumId einsum, State state);
  std::string loop(const Einsums& einsums, State& state, RankId rank, int factor);
  std::string random_loop(const Einsums& einsums, State& state);
  std::string keeps(const Einsums& einsums, State& state, bool all);
  [[nodiscard]] bool uses(EinsumId einsum, TensorId tensor) const;
  [[nodiscard]] bool used_by(const Einsums& einsums, TensorId tensor) const;
  [[nodiscard]] bool only_used_by(const Einsums& einsums, TensorId tensor) const;
  int divisor_of(int whole);

  Random& random_;
  const Cascade& cascade_;
  std::vector<std::string> levels_;
  std::string unit_;
  ByRank<int> shapes_;
};

/// A random mapping of the cascade, for random small shapes, on four levels below one another that multicast and
/// reduce or not.
/// `level` are further keys of every level, such as "read_J: 1 pJ, ".
/// `cut`: some shapes are less than the loops cover, as far as each loop is still needed in most cases.
Model random_model(Random& random, const Cascade& cascade, const std::string& level = "", bool cut = false);

/// Softmax attention of one head in three passes.
Cascade small_attention();

}  // namespace tilewright::test
