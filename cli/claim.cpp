#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/short_lists.hpp"
#include "explore/claim/tables.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string file;
  std::string name;
  bool check = false;
};

std::vector<Claim> read_claims(const Arguments& arguments) {
  std::vector<Claim> claims = parse_claims(Yaml::load(find_config("claims", arguments.file)));
  if (arguments.name.empty()) return claims;
  std::vector<std::string> names;
  for (const Claim& claim : claims) names.push_back(claim.name);
  std::erase_if(claims, [&](const Claim& claim) { return claim.name != arguments.name; });
  if (claims.empty())
    throw InputError(fmt::format("no claim '{}'{}", arguments.name, did_you_mean(arguments.name, names)));
  return claims;
}

void print_lines(const Claim& claim, const Answer& answer, const Options& options) {
  fmt::print("{}{}\n{}: {}\n", claim.name, claim.system.empty() ? "" : " (" + claim.system + ")",
             to_text(answer.verdict), answer.sentence);
  if (!answer.lines.empty()) print(with_short_lists(table_of(answer)), options);
  for (const std::string& note : answer.notes) fmt::print("- {}\n", note);
  fmt::print("\n");
}

void print_all(const std::vector<Claim>& claims, const std::vector<Answer>& answers, const Options& options) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  switch (Table::format(options.format)) {
    case Table::Format::table:
      for (std::size_t i = 0; i < claims.size(); ++i) print_lines(claims[i], answers[i], options);
      break;
    case Table::Format::csv:
      print(table_of(claims, answers), options);
      break;
    case Table::Format::json:
      for (std::size_t i = 0; i < claims.size(); ++i) json.push_back(json_of(claims[i], answers[i]));
      fmt::print("{}\n", json.dump(1));
  }
}

// Whether all are what was expected.
bool check(const std::vector<Claim>& claims, const std::vector<Answer>& answers) {
  bool all = true;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::string difference = difference_of(claims[i], answers[i]);
    if (difference.empty()) continue;
    log_error(difference);
    all = false;
  }
  return all;
}

void require_expected(const std::vector<Claim>& claims) {
  for (const Claim& claim : claims)
    if (!claim.expected)
      throw InputError(claim.place, claim.name, "--check: expected a verdict that is 'expected'");
}

}  // namespace

Action add_claim(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("claims", arguments->file, "name below configs/claims, or a file")->required();
  verb.add_option("--name", arguments->name, "one of its claims; all where left out");
  verb.add_flag("--check", arguments->check, "exit with 1 unless every verdict is the one that the file expects");
  return [arguments](const Options& options) {
    const std::vector<Claim> claims = read_claims(*arguments);
    if (arguments->check) require_expected(claims);
    const std::vector<Answer> answers = answer(claims, options.jobs);
    print_all(claims, answers, options);
    return static_cast<int>(arguments->check && !check(claims, answers) ? check_failed : done);
  };
}

}  // namespace tilewright::cli
