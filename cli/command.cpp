#include "cli/command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "common/error.hpp"
#include "common/expression.hpp"

namespace tilewright::cli {

std::map<std::string, double> parse_settings(const std::vector<std::string>& pairs) {
  std::map<std::string, double> settings;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw InputError("setting " + pair + ": expected NAME=VALUE, as in S=4096");
    const std::string name = pair.substr(0, equals);
    const Expression value = Expression::parse(pair.substr(equals + 1), {}, "setting " + pair);
    const bool number = value.is_constant() && value.dimension().plain() && std::isfinite(value.evaluate({}));
    if (!number) value.fail("expected a plain, finite number, got '" + value.text() + "'");
    if (!settings.emplace(name, value.evaluate({})).second)
      throw InputError("setting " + pair + ": '" + name + "' is set twice");
  }
  return settings;
}

void refuse_beside(const CLI::App& verb, const std::string& option, const std::vector<std::string>& used) {
  static const std::vector<std::string> of_every_verb{"--jobs", "--quiet", "--verbose"};
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  for (const CLI::App* app : {&verb, verb.get_parent()})
    for (const CLI::Option* given : app->get_options()) {
      const std::string name = given->get_lnames().empty() ? given->get_name() : "--" + given->get_lnames().front();
      if (given->count() == 0 || name == option || in(used, name) || in(of_every_verb, name)) continue;
      throw InputError(fmt::format("{}: {}: has no effect beside {}", verb.get_name(), name, option));
    }
}

void print(const Table& table, const Options& options, const std::string& title) {
  const Table::Format format = Table::format(options.format);
  if (format == Table::Format::table && !title.empty()) fmt::print("{}\n", title);
  const std::string text = table.str(format);
  fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
}

void print_sections(const std::vector<std::pair<std::string, Table>>& sections, const Options& options) {
  if (Table::format(options.format) == Table::Format::json) {
    nlohmann::ordered_json all;
    for (const auto& [title, table] : sections)
      all[title] = nlohmann::ordered_json::parse(table.str(Table::Format::json));
    fmt::print("{}\n", all.dump(1));
    return;
  }
  for (std::size_t i = 0; i < sections.size(); ++i) {
    if (i > 0) fmt::print("\n");
    print(sections[i].second, options);
  }
}

void require_writable(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  if (!std::filesystem::is_directory(there, error)) throw InputError({there.string(), 0, 0}, "", "is not a folder");
  if (access(there.c_str(), W_OK | X_OK) != 0)
    throw InputError({folder.string(), 0, 0}, "", fmt::format("cannot be written: {}", std::strerror(errno)));
}

void announce(const std::filesystem::path& file, const Options& options) {
  if (!options.quiet) fmt::print(stderr, "wrote {}\n", file.string());
}

}  // namespace tilewright::cli
