// A state that is carried along a rank, and what is done to it: S[t+1] = d[t] S[t] + u[t], linear in the state.
// What decides is where the state stands, not what tensors are called.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"

namespace tilewright {

/// The factors of a product, left to right; of another term, that one.
std::vector<Term> factors(const Term& term);

struct Recurrence {
  TensorId state;
  std::vector<Term> decay;    ///< factors of d, none of which needs the state; none: d = 1
  std::vector<Term> update;   ///< factors of u, the same
  std::vector<EinsumId> own;  ///< what makes the state, which its chunked form does not need
};

/// What reads a state behind its step, as a product with it that may be summed over ranks.
struct StateReader {
  EinsumId einsum;
  std::vector<Term> others;  ///< the other factors
};

/// All that are iterated over the rank, in the order of the cascade. Throws InputError for one that is no such
/// recurrence: whose update needs the state, whose step is none of multiplication and addition, and that begins
/// with another value than 0.
std::vector<Recurrence> find_recurrences(const Cascade& cascade, RankId along);

/// Throws InputError for an Einsum that reads the state in another way.
std::vector<StateReader> find_readers(const Cascade& cascade, RankId along, const Recurrence& recurrence);

}  // namespace tilewright
