#include "explore/claim/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

Cell number(const std::optional<double>& value) { return value ? Cell(*value) : Cell(); }

}  // namespace

Table table_of(const Answer& answer) {
  const bool timed = std::ranges::any_of(answer.lines, [](const Explanation& line) { return !line.time.empty(); });
  const bool held =
      std::ranges::any_of(answer.lines, [](const Explanation& line) { return !line.holds_for.empty(); });
  Table table{{{""}, {"at most"}}, {}};
  if (timed) table.columns.push_back({"time"});
  if (held) table.columns.push_back({"for kernels that"});
  table.columns.push_back({"why"});
  for (const Explanation& line : answer.lines) {
    std::vector<Cell> row{line.name, line.value};
    if (timed) row.emplace_back(line.time);
    if (held) row.emplace_back(line.holds_for);
    row.emplace_back(line.why);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table table_of(const std::vector<Claim>& claims, const std::vector<Answer>& answers) {
  Table table{{{"claim"},
               {"system"},
               {"source"},
               {"claimed"},
               {"claimed_speedup"},
               {"needed_speedup"},
               {"possible_speedup"},
               {"verdict"},
               {"expected"},
               {"sentence"}},
              {}};
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Claim& claim = claims[i];
    const Answer& answer = answers[i];
    table.rows.push_back({claim.name, claim.system, claim.source,
                          claim.claimed ? claim.claimed->text : std::string(), number(answer.claimed),
                          number(answer.needed), number(answer.possible), to_word(answer.verdict),
                          claim.expected ? to_word(claim.expected->ours) : std::string(), answer.sentence});
  }
  return table;
}

nlohmann::ordered_json json_of(const Claim& claim, const Answer& answer) {
  nlohmann::ordered_json json{{"name", claim.name}};
  if (!claim.system.empty()) json["system"] = claim.system;
  if (!claim.source.empty()) json["source"] = claim.source;
  json["verdict"] = to_word(answer.verdict);
  json["sentence"] = answer.sentence;
  if (claim.claimed) json["claimed"] = claim.claimed->text;
  if (answer.claimed) json["claimed_speedup"] = *answer.claimed;
  if (answer.needed) json["needed_speedup"] = *answer.needed;
  if (answer.possible) json["possible_speedup"] = *answer.possible;
  for (const Explanation& line : answer.lines) {
    nlohmann::ordered_json each{{"name", line.name}, {"at_most", line.value}};
    if (!line.time.empty()) each["time"] = line.time;
    if (!line.holds_for.empty()) each["holds_for"] = "kernels that " + line.holds_for;
    each["why"] = line.why;
    json["lines"].push_back(std::move(each));
  }
  json["notes"] = answer.notes;
  if (claim.expected) {
    json["expected"] = to_word(claim.expected->ours);
    json["expected_by_hand"] = to_word(claim.expected->verdict);
    if (!claim.expected->by_hand.empty()) json["by_hand"] = claim.expected->by_hand;
    if (!claim.expected->reason.empty()) json["reason"] = claim.expected->reason;
  }
  return json;
}

std::string difference_of(const Claim& claim, const Answer& answer) {
  if (is_expected(claim, answer)) return "";
  return fmt::format("{}: '{}' was expected, and it is '{}'", claim.name, to_text(claim.expected->ours),
                     to_text(answer.verdict));
}

}  // namespace tilewright
