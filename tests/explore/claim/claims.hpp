// Claims as texts, for tests.
#pragma once

#include <string>
#include <vector>

#include "explore/claim/answer.hpp"

namespace tilewright::test {

/// Of one claim, whose keys are given as they stand in a file, a line each.
inline Claim claim_of(const std::string& keys) {
  std::string text = "claims:\n  - name: one\n";
  for (std::size_t at = 0; at < keys.size();) {
    const std::size_t end = std::min(keys.find('\n', at), keys.size());
    text += "    " + keys.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return parse_claims(Yaml::parse(text, "mine.yaml")).front();
}

inline Answer answer_of(const std::string& keys) { return answer(claim_of(keys)); }

}  // namespace tilewright::test
