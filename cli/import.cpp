#include "explore/model/import.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string file;
  std::string name;
};

void require_plain(const std::string& name) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  if (name.empty() || name.front() == '.' || name.find_first_not_of(plain) != std::string::npos)
    throw InputError(fmt::format("--name: expected letters, digits, '-', '_' and '.', got '{}'", name));
}

Table shapes_table(const ImportedModel& model) {
  Table table{{{"shape"}, {"value"}, {"key"}, {"from"}}, {}};
  for (const ImportedShape& shape : model.shapes)
    table.rows.push_back({shape.name, std::stod(shape.value), shape.key, model.from});
  return table;
}

}  // namespace

Action add_import(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("config", arguments->file, "config.json of a model of Hugging Face's transformers")->required();
  verb.add_option("--name", arguments->name, "of the model; 'imported' where left out");
  return [arguments](const Options& options) {
    const std::string name = arguments->name.empty() ? "imported" : arguments->name;
    require_plain(name);
    if (!options.output.empty()) require_writable(options.output);
    const ImportedModel model = import_model(read_file(arguments->file), arguments->file);
    for (const std::string& warning : model.warnings) log_warning(fmt::format("{}: {}", arguments->file, warning));
    const std::string text = to_yaml(model, name, arguments->file);
    if (Table::format(options.format) == Table::Format::table)
      fmt::print("{}", text);
    else
      print(shapes_table(model), options);
    if (!options.output.empty()) {
      const auto file = std::filesystem::path(options.output) / (name + ".yaml");
      write_file(file, text);
      announce(file, options);
    }
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
