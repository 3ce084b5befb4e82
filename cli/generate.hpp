// What is installed beside the program and says what it can be asked: completion for shells, the manual
// page, the pages of cascades and of claims.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace tilewright::cli {

/// What generate() knows: "bash", "zsh", "man", "cascades", "claims".
const std::vector<std::string>& generated_kinds();

/// The text of a kind, from the verbs and options of `app`.
std::string generate(const CLI::App& app, const std::string& kind);

}  // namespace tilewright::cli
