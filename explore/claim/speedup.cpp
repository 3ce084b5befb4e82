#include "explore/claim/speedup.hpp"

#include "explore/claim/speedup_case.hpp"
#include "explore/claim/speedup_words.hpp"

namespace tilewright {

Answer answer_on_speedup(const Claim& claim) {
  const SpeedupCase of(claim);
  Answer answer{of.verdict(), sentence_of(of), lines_of(of), notes_of(of)};
  answer.claimed = of.claimed();
  if (of.asks_more()) answer.needed = of.needed();
  if (const auto stated_s = of.baseline_time_s(); stated_s && of.baseline().time_s > 0)
    answer.baseline_slower = *stated_s / of.baseline().time_s;
  answer.possible = of.deciding().rungs.back().speedup;
  return answer;
}

}  // namespace tilewright
