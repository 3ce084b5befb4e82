#include "explore/claim/answer.hpp"

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"
#include "explore/claim/designs.hpp"
#include "explore/claim/memory.hpp"
#include "explore/claim/needed.hpp"
#include "explore/claim/ring.hpp"
#include "explore/claim/speedup.hpp"

namespace tilewright {

namespace {

// What can be said without a mask: the method's own overhead is a limit at any density.
std::string by_overhead(const Claim& claim) {
  if (claim.overhead == 0) return "";
  return fmt::format("; its overhead alone allows at most {:.2f}x", most_of_whole(claim));
}

Answer by_what_is_stated(const Claim& claim) {
  if (!claim.not_modelled.empty())
    return {Verdict::not_answerable, fmt::format("not modelled: {}", fmt::join(claim.not_modelled, "; "))};
  if (!claim.unknown.empty())
    return {Verdict::not_enough,
            fmt::format("not stated: {}{}", fmt::join(claim.unknown, "; "), by_overhead(claim))};
  if (claim.designs) return answer_on_designs(claim);
  switch (claim.claimed->kind) {
    case StatedQuantity::Kind::fits:
      return answer_on_memory(claim);
    case StatedQuantity::Kind::share_of_ideal:
      return answer_on_ring(claim);
    default:
      return answer_on_speedup(claim);
  }
}

}  // namespace

Answer answer(const Claim& claim) {
  try {
    Answer answer = by_what_is_stated(claim);
    for (const auto& [key, reason] : claim.assumed)
      answer.notes.push_back(fmt::format("assumed {}: {}", key, reason));
    return answer;
  } catch (const InfeasibleError& error) {
    throw InputError(claim.place, claim.name, error.what());
  } catch (const InputError& error) {
    throw InputError(claim.place, claim.name, error.what());
  }
}

bool is_expected(const Claim& claim, const Answer& answer) {
  return !claim.expected || claim.expected->ours == answer.verdict;
}

std::vector<Answer> answer(const std::vector<Claim>& claims, int jobs) {
  std::vector<Answer> answers(claims.size());
  parallel_for(claims.size(), jobs, [&](std::size_t i) { answers[i] = answer(claims[i]); });
  stop_if_interrupted();
  return answers;
}

}  // namespace tilewright
