#include "einsum/rewrite/rewrite.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string cascade;
  std::vector<std::string> rules;
  int passes = 0;
  std::string rank;
  std::string name;
  bool explain = false;
};

std::string rules_text() {
  std::string text = "Rules, each applied only where its law holds, and checked on random inputs:\n";
  for (const RewriteRule& rule : rewrite_rules())
    text += fmt::format("  {:22} {}\n", rule.name + (rule.along_rank ? ":RANK" : ""), rule.law);
  return text;
}

Rewriting rewritten(const Arguments& arguments, const Cascade& cascade) {
  if (arguments.passes > 0) return rewrite_to_passes(cascade, arguments.passes, arguments.rank);
  return rewrite(cascade, arguments.rules);
}

/// `yaml`: empty where people read it.
Table cascade_table(const Cascade& cascade, const std::string& yaml) {
  Table table{{{"cascade", {}, false}, {"description", {}, false}}, {{cascade.name, cascade.description}}};
  if (yaml.empty()) return table;
  table.columns.push_back({"yaml", {}, false});
  table.rows.front().emplace_back(yaml);
  return table;
}

std::string difference_text(const RewriteStep& step) {
  if (!step.difference) return "other results";
  return step.difference->compared == 0 ? "no numbers" : fmt::format("{:.1e}", step.difference->largest);
}

Table steps_table(const Rewriting& rewriting) {
  Table table{{{"rule", {}, false},
               {"rank", {}, false},
               {"passes", {}, false},
               {"largest difference", {}, false},
               {"law", {}, false}},
              {}};
  for (const RewriteStep& step : rewriting.steps)
    table.rows.push_back({step.rule, step.rank, static_cast<double>(step.passes), difference_text(step), step.law});
  return table;
}

Table einsums_table(const Rewriting& rewriting) {
  Table table{{{"rule", {}, false}, {"new einsum", {}, false}}, {}};
  for (const RewriteStep& step : rewriting.steps)
    for (const std::string& added : step.added) table.rows.push_back({step.rule, added});
  return table;
}

std::string file_text(const Cascade& original, const Rewriting& rewriting) {
  std::string text = fmt::format("# Made from {} by tilewright rewrite:\n", original.name);
  for (const RewriteStep& step : rewriting.steps)
    text += fmt::format("#   {}{}{}: {}\n", step.rule, step.rank.empty() ? "" : ":", step.rank, step.law);
  return text + print_cascade(rewriting.cascade);
}

void write(const std::string& text, const std::string& name, const Options& options) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (name.find_first_not_of(plain) != std::string::npos)
    throw InputError(fmt::format(
        "cascade '{}': expected a name of letters, digits, '_' and '-' for its file; --name gives one", name));
  const auto file = std::filesystem::path(options.output) / (name + ".yaml");
  write_file(file, text);
  announce(file, options);
}

}  // namespace

Action add_rewrite(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("cascade", arguments->cascade, "name below configs/cascades, or a file")->required();
  verb.add_option("--rule", arguments->rules,
                  "apply a rule, as in --rule split:M; may be given several times, and is applied in that order")
      ->allow_extra_args(false);
  verb.add_option("--passes", arguments->passes,
                  "in place of rules: those that leave at most so many passes over a rank")
      ->check(in_range(1, 1000));
  verb.add_option("--rank", arguments->rank,
                  "with --passes: over this rank; default: the one with the most passes");
  verb.add_option("--name", arguments->name, "of the new cascade; default: the old one's");
  verb.add_flag("--explain", arguments->explain,
                "print the steps, their laws and what they add in place of the cascade");
  verb.footer(rules_text());
  return [arguments](const Options& options) {
    if (arguments->rules.empty() == (arguments->passes == 0))
      throw InputError("expected --rule or --passes, one of them");
    if (!arguments->rank.empty() && arguments->passes == 0)
      throw InputError("--rank goes with --passes; rules have theirs, as in split:M");
    const Cascade cascade = load_cascade(find_config("cascades", arguments->cascade));
    Rewriting rewriting = rewritten(*arguments, cascade);
    for (const std::string& rule : rewriting.idle)
      log_warning(fmt::format("rule '{}' changes nothing in {}", rule, cascade.name));
    if (!arguments->name.empty()) rewriting.cascade.name = arguments->name;
    const bool as_text = options.format == "table";
    if (arguments->explain && !as_text)
      throw InputError(
          fmt::format("--explain has no effect beside --format {}, which prints all of it", options.format));
    const std::string text = file_text(cascade, rewriting);
    if (arguments->explain || !as_text)
      print_sections({{"cascade", cascade_table(rewriting.cascade, as_text ? "" : text)},
                      {"steps", steps_table(rewriting)},
                      {"einsums", einsums_table(rewriting)}},
                     options);
    if (!options.output.empty())
      write(text, rewriting.cascade.name, options);
    else if (!arguments->explain && as_text)
      fmt::print("{}", text);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
