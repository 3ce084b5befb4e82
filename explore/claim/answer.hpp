// Is a published speedup possible, and over which baseline?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explore/claim/claim.hpp"
#include "sim/bound/explain.hpp"

namespace tilewright {

struct Answer {
  Verdict verdict = Verdict::not_enough;
  std::string sentence;                 ///< the verdict in words, for which kernels and over what
  std::vector<Explanation> lines = {};  ///< what is claimed, what it asks of attention, the baseline, the rungs
  std::vector<std::string> notes =
      {};  ///< what the verdict rests on: what is assumed, what was stated and how it compares

  std::optional<double> claimed = {};          ///< as a speedup over the baseline
  std::optional<double> needed = {};           ///< of attention, where the claim is of more than that
  std::optional<double> possible = {};         ///< at most, by the last rung that the verdict is about
  std::optional<double> baseline_slower = {};  ///< its stated time over that of the baseline as it is modelled
};

/// Throws InputError, at the claim's place, where the problem is none, names are not known or tiles do not fit.
Answer answer(const Claim& claim);

/// Whether the verdict is the expected one, or nothing was expected.
bool is_expected(const Claim& claim, const Answer& answer);

/// Of several, side by side on the cores of this machine.
std::vector<Answer> answer(const std::vector<Claim>& claims, int jobs);

}  // namespace tilewright
