#include "validation/published_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "common/file.hpp"
#include "common/table.hpp"

namespace tilewright {

namespace {

using Header = std::map<std::string, std::size_t>;

Header read_header(const Table& csv, const SuiteTable& table, const std::string& file) {
  std::vector<std::string> known = table.keys;
  for (const SuiteColumn& column : table.columns) known.push_back(column.name);
  const std::vector<std::string> wanted = known;
  known.insert(known.end(), table.ignored.begin(), table.ignored.end());
  Header header;
  for (std::size_t c = 0; c < csv.columns.size(); ++c) {
    const std::string& name = csv.columns[c].name;
    if (std::ranges::find(known, name) == known.end())
      throw InputError({file, 1, 0}, "", "unknown column '" + name + "'" + did_you_mean(name, known));
    header.emplace(name, c);
  }
  for (const std::string& name : wanted)
    if (!header.contains(name)) throw InputError({file, 1, 0}, "", "missing column '" + name + "'");
  return header;
}

double number_in(const std::string& text, const Place& place, const std::string& column) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value == 0)
    throw InputError(place, column, "expected a number other than 0, got '" + text + "'");
  return value;
}

}  // namespace

PublishedTable read_published(const std::filesystem::path& file, const SuiteTable& table, const Study& study) {
  const std::string name = file.string();
  const Table csv = parse_csv(read_file(file), name);
  const Header header = read_header(csv, table, name);
  const Series& series = study.series[table.series];
  PublishedTable published;
  for (std::size_t r = 0; r < csv.rows.size(); ++r) {
    const Place place{name, static_cast<int>(r) + 2, 0};
    PublishedRow row{place, {}, {}, {}};
    for (std::size_t i = 0; i < table.keys.size(); ++i) {
      const std::string& key = table.keys[i];
      const AxisValue value = axis_value(std::get<std::string>(csv.rows[r][header.at(key)]));
      if (value.number.has_value() != study.axes[series.axes[i]].values.front().number.has_value())
        throw InputError(
            place, key,
            "expected " + std::string(value.number ? "a name" : "a number") + ", got '" + value.text + "'");
      row.label += (row.label.empty() ? "" : " ") + key + "=" + value.text;
      row.keys.push_back(value);
    }
    for (const SuiteColumn& column : table.columns)
      row.values[column.name] =
          number_in(std::get<std::string>(csv.rows[r][header.at(column.name)]), place, column.name);
    published.rows.push_back(std::move(row));
  }
  if (published.rows.empty()) throw InputError({name, 0, 0}, "", "has no rows");
  return published;
}

}  // namespace tilewright
