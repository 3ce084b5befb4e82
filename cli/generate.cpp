#include "cli/generate.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "common/file.hpp"
#include "common/version.hpp"
#include "einsum/parse.hpp"
#include "einsum/taxonomy.hpp"
#include "explore/claim/page.hpp"

namespace tilewright::cli {

namespace {

using Verbs = std::vector<const CLI::App*>;

Verbs verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// A word that does not start with '-' is a file, a verb's name, or one of the names that `list` prints.
constexpr const char* bash_text = R"bash(# bash completion of tilewright; made by 'tilewright generate bash'.
_tilewright() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} verb= options= each
  for each in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case $each in
{verb_cases}    esac
  done
  if [[ $word == -* ]]; then
    case $verb in
{option_cases}    esac
    COMPREPLY=($(compgen -W "$options {global}" -- "$word"))
  elif [[ -z $verb ]]; then
    COMPREPLY=($(compgen -W "{verbs}" -- "$word"))
  else
    COMPREPLY=($(compgen -f -W "$("${{COMP_WORDS[0]}}" list --format csv 2>/dev/null | sed 1d | cut -d, -f2)" -- "$word"))
  fi
}}
complete -o filenames -F _tilewright tilewright
)bash";

// zsh runs the completion of bash.
constexpr const char* zsh_head = "#compdef tilewright\nautoload -U +X bashcompinit && bashcompinit\n";

std::string bash(const CLI::App& app) {
  std::string verb_cases;
  std::string option_cases;
  std::vector<std::string> verbs;
  for (const CLI::App* verb : verbs_of(app)) {
    verbs.push_back(verb->get_name());
    verb_cases += fmt::format("      {0}) verb=${{verb:-{0}}} ;;\n", verb->get_name());
    option_cases +=
        fmt::format("      {}) options=\"{}\" ;;\n", verb->get_name(), fmt::join(option_names(*verb), " "));
  }
  return fmt::format(fmt::runtime(bash_text), fmt::arg("verb_cases", verb_cases),
                     fmt::arg("option_cases", option_cases), fmt::arg("verbs", fmt::join(verbs, " ")),
                     fmt::arg("global", fmt::join(option_names(app), " ")));
}

// A line that is text for roff, whatever it starts with; its hyphens are those of options.
std::string roff(std::string_view text) {
  std::string line;
  for (const char c : text) line += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

std::string verbatim(const std::string& text) {
  std::string lines = ".nf\n";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines += roff(std::string_view(text).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return lines + ".fi\n";
}

constexpr const char* man_text = R"man(.\" made by 'tilewright generate man'
.TH TILEWRIGHT 1 "" "tilewright {version}" "User Commands"
.SH NAME
tilewright \- hardware simulator and design\-space explorer for attention
.SH SYNOPSIS
.B tilewright
.I verb
[\fIargument\fR ...] [\fIoption\fR ...]
.SH OPTIONS
{global}.SH VERBS
{verbs}.SH EXIT STATUS
0 done; 1 a check that was asked for failed; 2 the input is wrong; 3 something needed is not there; 70 internal error;
130 interrupted.
.SH ENVIRONMENT
{environment}.SH FILES
.I share/tilewright/configs
of the folder that the program is installed in: what names on the command line stand for; 'tilewright list' prints them.
.br
.I share/doc/tilewright
has one page per task.
)man";

std::string man(const CLI::App& app) {
  std::string verbs;
  for (const CLI::App* verb : verbs_of(app))
    verbs += fmt::format(".SS {}\n{}\n{}", verb->get_name(), roff(verb->get_description()),
                         verbatim(verb->help("tilewright")));
  return fmt::format(fmt::runtime(man_text), fmt::arg("version", version()), fmt::arg("verbs", verbs),
                     fmt::arg("global", verbatim(app.help())), fmt::arg("environment", verbatim(app.get_footer())));
}

// Of those that are shipped.
std::string cascades() {
  std::vector<Cascade> all;
  for (const std::string& name : list_configs("cascades"))
    all.push_back(load_cascade(find_config("cascades", name)));
  return taxonomy_page(all);
}

// Of all claims of the file.
std::string claims(const std::string& file) {
  const std::vector<Claim> all = parse_claims(Yaml::load(find_config("claims", file)));
  return claims_page(all, answer(all, 0), file);
}

}  // namespace

const std::vector<std::string>& generated_kinds() {
  static const std::vector<std::string> kinds{"bash", "zsh", "man", "cascades", "claims"};
  return kinds;
}

std::string generate(const CLI::App& app, const std::string& kind) {
  if (kind == "cascades") return cascades();
  if (kind == "claims") return claims("published");
  return kind == "man" ? man(app) : (kind == "zsh" ? zsh_head : "") + bash(app);
}

}  // namespace tilewright::cli
