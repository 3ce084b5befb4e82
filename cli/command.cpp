#include "cli/command.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "common/error.hpp"
#include "common/expression.hpp"

namespace tilewright::cli {

std::map<std::string, double> parse_settings(const std::vector<std::string>& pairs) {
  std::map<std::string, double> settings;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw InputError("--set " + pair + ": expected NAME=VALUE, as in S=4096");
    const std::string name = pair.substr(0, equals);
    const Expression value = Expression::parse(pair.substr(equals + 1), {}, name);
    if (!value.is_constant()) value.fail("expected a number, got '" + value.text() + "'");
    if (!settings.emplace(name, value.evaluate({})).second) throw InputError("'" + name + "' is set twice");
  }
  return settings;
}

void print(const Table& table, const Options& options, const std::string& title) {
  const Table::Format format = Table::format(options.format);
  if (format == Table::Format::table && !title.empty()) fmt::print("{}\n", title);
  const std::string text = table.str(format);
  fmt::print("{}{}", text, text.ends_with('\n') ? "" : "\n");
}

void announce(const std::filesystem::path& file, const Options& options) {
  if (!options.quiet) fmt::print(stderr, "wrote {}\n", file.string());
}

}  // namespace tilewright::cli
