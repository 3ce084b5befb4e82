// What every backward pass must get right.
#pragma once

#include <functional>
#include <string>

#include "kernels/attention/instances.hpp"
#include "tests/kernels/attention/attention_case.hpp"

namespace tilewright::kernels {

/// A kernel with what comes before and after it: runs a case of its tiles and says what is wrong, as
/// wrong_gradients().
struct BackwardCheck {
  Instance instance;
  std::function<std::string(const AttentionCase&)> run;

  void random_cases(int cases) const;

  /// Rows without a key, in a Q tile that visits none, and in one that visits tiles whose keys are not seen; and
  /// keys that no query sees, in a KV tile that none visits and in one that some do.
  void empty_rows() const;

  /// Heads of one KV head, the first of which does not visit all KV tiles that the others do.
  void heads_of_different_masks() const;

  /// Far beyond the range of any exponential; but not so far that a float cannot tell lse to the precision of
  /// weights.
  void extreme_scores() const;

 private:
  void check(const AttentionCase& of) const;
};

}  // namespace tilewright::kernels
