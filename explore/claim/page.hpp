// A page of claims and what was found of them, in Markdown.
#pragma once

#include <string>
#include <vector>

#include "explore/claim/answer.hpp"

namespace tilewright {

/// What was asked and how, a table of all claims, what they teach together, where the verdict is another than the
/// one that was worked out by hand, and a section for each. Numbers and names are those of the claims, which are in
/// configs/claims/FILE.yaml.
std::string claims_page(const std::vector<Claim>& claims, const std::vector<Answer>& answers,
                        const std::string& file);

}  // namespace tilewright
