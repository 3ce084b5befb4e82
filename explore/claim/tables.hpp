// Answers for terminals, programs and spreadsheets.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/table.hpp"
#include "explore/claim/answer.hpp"

namespace tilewright {

/// The lines of an answer.
Table table_of(const Answer& answer);
/// A row for each claim.
Table table_of(const std::vector<Claim>& claims, const std::vector<Answer>& answers);
nlohmann::ordered_json json_of(const Claim& claim, const Answer& answer);

/// What was expected, where it is not what was found; else empty.
std::string difference_of(const Claim& claim, const Answer& answer);

}  // namespace tilewright
