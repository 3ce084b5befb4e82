// A cascade that is being rewritten: its Einsums as a list that may be changed, and what builds new ones. Whatever
// is derived of the IR (iteration spaces, producers, roles) is stale until done().
#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

Term read(Access access);
Term number(double value);
Term operate(std::string_view operation, std::vector<Term> operands);
/// Whether the outermost operation of a term is this one.
bool is(const Term& term, std::string_view operation);

/// Every access of a term, left to right.
std::vector<Access*> accesses(Term& term);
/// Whether an access reads at the point where it stands: by the variables of all its ranks.
bool is_plain(const Access& access);
/// Whether an access of the term has the rank, running or fixed.
bool has_rank(const Cascade& cascade, const Term& term, RankId rank);

class Draft {
 public:
  explicit Draft(Cascade cascade)
      : cascade_(std::move(cascade)), einsums_(cascade_.einsums.begin(), cascade_.einsums.end()) {}

  [[nodiscard]] const Cascade& cascade() const { return cascade_; }
  [[nodiscard]] std::vector<Einsum>& einsums() { return einsums_; }

  /// `base`, or that with a number behind it, if it is taken.
  [[nodiscard]] std::string fresh(const std::string& base) const;
  /// `shape`: empty where the workload gives it.
  RankId add_rank(const std::string& base, const std::string& shape);
  TensorId add_tensor(const std::string& base, std::vector<RankId> ranks);
  TensorId add_input(const std::string& base, std::vector<RankId> ranks);
  TensorId add_iterated(const std::string& base, std::vector<RankId> ranks, RankId iterated, double initial);
  /// The name of a constant with that value.
  std::string add_constant(const std::string& base, double value);
  void split(RankId whole, std::vector<RankId> parts) { cascade_.partitions.push_back({whole, std::move(parts)}); }
  Tensor& tensor(TensorId id) { return cascade_.tensors[id]; }
  void describe(const std::string& name, const std::string& description);

  /// Over all its ranks.
  [[nodiscard]] Access all_of(TensorId tensor) const;
  /// With index m + `offset` for a rank, or its fixed coordinate behind the last step.
  [[nodiscard]] Access step_of(TensorId tensor, RankId rank, int offset) const;
  [[nodiscard]] Access last_of(TensorId tensor, RankId rank) const;
  /// `output = body`; what only the body has is summed up.
  [[nodiscard]] Einsum einsum(Access output, Term body) const;
  [[nodiscard]] Einsum reduction(Access output, std::string_view operation, std::vector<RankId> reduced,
                                 Term body) const;

  /// Without Einsums whose results nothing needs. Throws InputError where a rule has made what is no cascade.
  [[nodiscard]] Cascade done();

 private:
  TensorId add(Tensor tensor);
  void drop_unused();

  Cascade cascade_;
  std::vector<Einsum> einsums_;
};

}  // namespace tilewright
