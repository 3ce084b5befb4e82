#include "einsum/shapes.hpp"

#include <algorithm>

#include <charconv>
#include <cmath>

#include "einsum/sum_view.hpp"

namespace tilewright {

namespace {

constexpr double largest_exact = 9007199254740992.0;  // 2^53: above it doubles skip integers

std::string text_of(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

/// Finds shapes one by one, each once all that its expression names is known.
class ShapeSolver {
 public:
  ShapeSolver(const Cascade& cascade, const std::map<std::string, double>& given) : cascade_(cascade) {
    for (const Rank& rank : cascade.ranks) symbols_.add(rank.name);
    for (const auto& [name, value] : given) symbols_.add(name);
    values_.assign(symbols_.size(), 0);
    known_.assign(symbols_.size(), false);
    for (const auto& [name, value] : given) set(symbols_.find(name), value);
  }

  ByRank<double> solve() {
    bool progress = true;
    while (progress) {
      progress = false;
      for (const Rank& rank : cascade_.ranks) progress |= derive(rank);
    }
    for (const Rank& rank : cascade_.ranks) refuse_unknown_names(rank);
    for (const Rank& rank : cascade_.ranks) check(rank);
    for (const Partition& partition : cascade_.partitions) check(partition);
    values_.resize(cascade_.ranks.size());
    return {values_.begin(), values_.end()};
  }

 private:
  void set(int slot, double value) {
    values_[slot] = value;
    known_[slot] = true;
  }

  /// Whether it found a shape that was not known.
  bool derive(const Rank& rank) {
    const int slot = symbols_.find(rank.name);
    if (known_[slot] || !rank.shape || missing(*rank.shape) != nullptr) return false;
    set(slot, evaluate(*rank.shape));
    return true;
  }

  double evaluate(Expression shape) const {
    shape.bind(symbols_);
    return shape.evaluate(values_);
  }

  /// The first name that has no value (yet), or nullptr.
  const std::string* missing(const Expression& shape) const {
    for (const std::string& name : shape.names()) {
      const int slot = symbols_.find(name);
      if (slot < 0 || !known_[slot]) return &name;
    }
    return nullptr;
  }

  /// Before any rank is said to lack a shape only because another one does.
  void refuse_unknown_names(const Rank& rank) const {
    if (!known_[symbols_.find(rank.name)] && rank.shape) Expression(*rank.shape).bind(symbols_);
  }

  void check(const Rank& rank) const {
    const int slot = symbols_.find(rank.name);
    if (!known_[slot]) fail_unknown(rank);
    const double value = values_[slot];
    const bool integer = value >= 1 && value < largest_exact && value == std::floor(value);
    if (!integer) {
      fail(rank, "rank '" + rank.name + "' has shape " + text_of(value) + ", not a positive integer below 2^53");
    }
    if (!rank.shape || missing(*rank.shape) != nullptr) return;
    const double derived = evaluate(*rank.shape);
    if (derived == value) return;
    fail(rank, "rank '" + rank.name + "' is given shape " + text_of(value) + ", but '" + rank.shape->text() +
                   "' is " + text_of(derived));
  }

  void check(const Partition& partition) const {
    double product = 1;
    std::string parts;
    for (const RankId part : partition.parts) {
      product *= values_[part.index()];
      parts += (parts.empty() ? "" : " * ") + cascade_.ranks[part].name;
    }
    const Rank& whole = cascade_.ranks[partition.whole];
    if (product == values_[partition.whole.index()]) return;
    throw InputError(whole.place, "cascade.partitions." + whole.name,
                     parts + " is " + text_of(product) + ", but " + whole.name + " is " +
                         text_of(values_[partition.whole.index()]));
  }

  [[noreturn]] void fail_unknown(const Rank& rank) const {
    if (!rank.shape) fail(rank, "rank '" + rank.name + "' has no shape");
    rank.shape->fail("rank '" + rank.name + "' has no shape: it needs '" + *missing(*rank.shape) +
                     "', which has none");
  }

  [[noreturn]] static void fail(const Rank& rank, const std::string& message) {
    if (rank.shape) rank.shape->fail(message);
    throw InputError(rank.place, "", message);
  }

  const Cascade& cascade_;
  Symbols symbols_;
  std::vector<double> values_;  // by slot: ranks first, by RankId
  std::vector<bool> known_;
};

}  // namespace

ByRank<double> rank_shapes(const Cascade& cascade, const std::map<std::string, double>& given) {
  return ShapeSolver(cascade, given).solve();
}

double elements(const Cascade&, const Tensor& tensor, const ByRank<double>& shapes) {
  double product = 1;
  for (const RankId rank : tensor.ranks) product *= shapes[rank] + (rank == tensor.iterated ? 1 : 0);
  return product;
}

double read_elements(const Cascade& cascade, TensorId input, const ByRank<double>& shapes) {
  double most = 0;
  const auto add = [&](const Access& access) {
    const Tensor& tensor = cascade.tensors[access.tensor];
    if (access.tensor != input && !(tensor.view_of && tensor.view_of->tensor == input)) return;
    double count = 1;
    if (is_sum_view(tensor)) {
      for (const Index& index : tensor.view_of->indices)
        count *= shown(sum_of(cascade, index, shapes), shapes, shapes[index.rank]);
      return void(most = std::max(most, count));
    }
    for (const Index& index : access.indices)
      if (!index.fixed) count *= shapes[index.rank];
    most = std::max(most, count);
  };
  for (const Einsum& einsum : cascade.einsums) {
    for (const Access* access : accesses(einsum.body)) add(*access);
    if (einsum.filter) add(*einsum.filter);
  }
  return most;
}

}  // namespace tilewright
