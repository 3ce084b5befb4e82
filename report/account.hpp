// What a reader of a report asks of its points, told from the records alone: what was studied and what failed,
// which points are best, what limits them and where that changes, how far from the bounds they are, how far the
// models can be trusted, and from what all of it is.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/shown_table.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

/// Paragraphs and tables under one heading. A text between backquotes is a command or a file.
struct AccountPart {
  std::string heading;
  std::vector<std::string> paragraphs;
  std::vector<ShownTable> tables;
};

/// `origin`: what else is known of where the records are from, as names and texts.
std::vector<AccountPart> account_of(const std::vector<Record>& records,
                                    const std::vector<std::pair<std::string, std::string>>& origin);

}  // namespace tilewright
