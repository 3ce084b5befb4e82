#include "sim/record/compare.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "cli/command.hpp"
#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string first;
  std::string second;
};

// "records.json@3": the third of its records.
Record record_of(const std::string& argument) {
  const std::size_t at = argument.rfind('@');
  const std::string file = argument.substr(0, at);
  const std::vector<Record> records = records_from_json(read_file(file), file);
  if (at == std::string::npos) {
    if (records.size() == 1) return records.front();
    throw InputError(fmt::format("{}: {} records; expected FILE@N, as in {}@1", file, records.size(), file));
  }
  std::size_t number = 0;
  const char* end = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data() + at + 1, end, number);
  if (error != std::errc() || stop != end || number < 1 || number > records.size())
    throw InputError(fmt::format("{}: expected a record from 1 to {} after '@', got '{}'", file, records.size(),
                                 argument.substr(at + 1)));
  return records[number - 1];
}

}  // namespace

Action add_compare(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  const char* what = "a file of records, as 'evaluate --format json' prints and 'sweep' writes; FILE@3: its third";
  verb.add_option("first", arguments->first, what)->required();
  verb.add_option("second", arguments->second, what)->required();
  return [arguments](const Options& options) {
    const auto changed = differences(record_of(arguments->first), record_of(arguments->second));
    const Table table = table_of(changed, Table::format(options.format) != Table::Format::table);
    print(table, options);
    if (!options.output.empty()) {
      const auto file = std::filesystem::path(options.output) / "compare.csv";
      write_file(file, table_of(changed, true).str(Table::Format::csv));
      announce(file, options);
    }
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli
