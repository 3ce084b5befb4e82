#include "validation/gpu/timing_row.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "common/file.hpp"
#include "common/table.hpp"
#include "measure/measurement.hpp"
#include "sim/kernel/shape.hpp"

namespace tilewright {

namespace {

std::string as_name(std::string column) {
  for (char& c : column)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return column;
}

bool any_matches(const std::vector<std::string>& patterns, const std::string& text) {
  if (patterns.empty()) return text.empty();
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), text.c_str(), FNM_NOESCAPE | FNM_EXTMATCH | FNM_CASEFOLD) == 0;
  });
}

}  // namespace

TimingRow::TimingRow(Place place, const std::map<std::string, std::string>& cells) : place_(std::move(place)) {
  for (const auto& [column, text] : cells) cells_[as_name(column)] = text;
}

const std::string& TimingRow::text(const std::string& column) const {
  static const std::string none;
  const auto cell = cells_.find(as_name(column));
  return cell == cells_.end() ? none : cell->second;
}

bool TimingRow::matches(const TextPatterns& patterns) const {
  return std::ranges::all_of(patterns,
                             [&](const auto& each) { return any_matches(each.second, text(each.first)); });
}

std::optional<double> TimingRow::cell_number(const std::string& name) const {
  const auto cell = cells_.find(name);
  if (cell == cells_.end()) {
    std::vector<std::string> known;
    for (const auto& [column, text] : cells_) known.push_back(column);
    throw InputError(place_, "", "no column or number '" + name + "'" + did_you_mean(name, known));
  }
  const std::string& text = cell->second;
  if (text.empty()) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    throw UnreadableRow(place_, name, "expected a number, got '" + text + "'");
  return value;
}

std::optional<double> TimingRow::number(const Expression& expression, const RowNumbers& more) const {
  Symbols symbols;
  std::vector<double> values;
  for (const std::string& name : expression.names()) {
    const auto given = more.find(name);
    const std::optional<double> value = given != more.end() ? given->second : cell_number(name);
    if (!value) return {};
    symbols.add(name);
    values.push_back(*value);
  }
  Expression bound = expression;
  bound.bind(symbols);
  return bound.evaluate(values);
}

bool TimingRow::holds(const RowCondition& condition, const RowNumbers& more) const {
  const double number = matches(condition.texts) ? this->number(condition.numbers, more).value_or(0) : 0;
  return number != 0 && !std::isnan(number);
}

std::optional<std::string> TimingRow::fill(const std::string& text) const {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find('{', at), text.size());
    const std::size_t close = std::min(text.find('}', open), text.size());
    filled += text.substr(at, open - at);
    if (open < text.size()) {
      const std::string inner = text.substr(open + 1, close - open - 1);
      if (const auto cell = cells_.find(as_name(inner)); cell != cells_.end()) {
        filled += cell->second;
      } else {
        const std::optional<double> value = number(Expression::parse(inner, place_));
        if (!value) return {};
        filled += fmt::format("{}", *value);
      }
    }
    at = std::min(close + 1, text.size());
  }
  return filled;
}

namespace {

constexpr double half_byte = 0.5;  // an element of 4 bits

// Reads one file against the suite.
class TimingReader {
 public:
  TimingReader(const TimingSuite& suite, const std::filesystem::path& file)
      : suite_(suite), file_(file.string()), csv_(parse_csv(read_file(file, largest_results_B), file_)) {}

  void read(TimedRows& into) {
    const std::vector<const TimingTable*> tables = find_tables();
    for (std::size_t r = 0; r < csv_.rows.size(); ++r) {
      TimingRow next = row(r);
      const auto table =
          std::ranges::find_if(tables, [&](const TimingTable* each) { return next.matches(each->only); });
      try {
        read_row(table == tables.end() ? *tables.back() : **table, std::move(next), into);
      } catch (const UnreadableRow& error) {
        into.notes.emplace_back(error.what());
      }
    }
    for (const auto& [what, rows] : left_out_)
      into.notes.push_back(fmt::format("{}: {} rows {}", file_, rows, what));
  }

 private:
  // All whose columns the file has; a row belongs to the first whose `only` it matches.
  std::vector<const TimingTable*> find_tables() const {
    std::vector<std::string> names;
    for (const Column& column : csv_.columns) names.push_back(column.name);
    const auto has = [&](const std::string& column) { return std::ranges::find(names, column) != names.end(); };
    std::vector<const TimingTable*> tables;
    for (const TimingTable& table : suite_.tables)
      if (std::ranges::all_of(table.columns, has)) tables.push_back(&table);
    if (!tables.empty()) return tables;
    const auto& wanted = suite_.tables.front().columns;
    const auto missing = std::ranges::find_if_not(wanted, has);
    throw InputError({file_, 1, 0}, "",
                     fmt::format("has the columns of no table of suite '{}'; of '{}' it misses '{}'", suite_.name,
                                 suite_.tables.front().name, *missing));
  }

  TimingRow row(std::size_t r) const {
    std::map<std::string, std::string> cells;
    for (std::size_t c = 0; c < csv_.columns.size(); ++c)
      cells[csv_.columns[c].name] = std::get<std::string>(csv_.rows[r][c]);
    return {{file_, static_cast<int>(r) + 2, 0}, cells};
  }

  void read_row(const TimingTable& table, TimingRow row, TimedRows& into) {
    if (!row.matches(table.only)) {
      ++left_out_[fmt::format("are not '{}'", to_text(table.only))];
      return;
    }
    const auto no_model = std::ranges::find_if(suite_.not_predicted,
                                               [&](const UnpredictedRows& each) { return row.holds(each.rows); });
    if (no_model != suite_.not_predicted.end()) {
      ++left_out_["not predicted: " + row.fill(no_model->why).value_or(no_model->why)];
      return;
    }
    const auto source =
        std::ranges::find_if(suite_.sources, [&](const TimingSource& each) { return row.holds(each.rows); });
    if (source == suite_.sources.end()) {
      const std::string& library = row.text("library");
      ++left_out_[fmt::format("of '{}' on '{}': not a shipped source",
                              library.empty() ? row.text("kernel") : library, row.text("device"))];
      return;
    }
    TimedRow timed{std::move(row), &table, &*source, {}, {}, {}, {}, {}, {}};
    const std::string missing = fill_in(timed);
    require_times(timed);
    if (missing.empty()) {
      into.rows.push_back(std::move(timed));
    } else {
      ++left_out_[fmt::format("of '{}' do not say {}", source->name, missing)];
    }
  }

  // What was measured is a number, and its first value more than nothing. (A baseline is another row's.)
  static void require_times(const TimedRow& timed) {
    RowNumbers numbers = timed.numbers;
    numbers["baseline_s"] = 1;
    for (const TimingValue& value : timed.table->values) {
      if (!timed.row.holds(value.rows, numbers)) continue;
      const auto measured = timed.row.number(value.measured, numbers);
      if (measured && !(*measured > 0) && &value == &timed.table->values.front())
        throw UnreadableRow(timed.row.place(), value.name,
                            fmt::format("expected more than 0, measured {}", *measured));
    }
  }

  static std::string to_text(const TextPatterns& patterns) {
    std::string text;
    for (const auto& [column, texts] : patterns)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column,
                          texts.empty() ? "empty" : fmt::format("{}", fmt::join(texts, " or ")));
    return text;
  }

  // What was timed; or the name of what the row does not say.
  static std::string fill_in(TimedRow& timed) {
    const TimingProblem& from = timed.table->problem;
    const TimingRow& row = timed.row;
    std::string missing;
    const auto number = [&](const char* name, const TimingNumber& choices, double least, double most) {
      const auto choice = std::ranges::find_if(choices, [&](const auto& each) { return row.holds(each.first); });
      const auto value = choice == choices.end() ? std::nullopt : row.number(choice->second);
      if (!value && missing.empty()) missing = name;
      if (value && !(*value >= least && *value <= most && std::fmod(*value, std::min(1.0, least)) == 0))
        throw UnreadableRow(row.place(), name,
                            fmt::format("expected a {} from {} to {}, got {}",
                                        least < 1 ? "multiple of 0.5" : "whole number", least, most, *value));
      timed.numbers[name] = value.value_or(0);
      return value.value_or(0);
    };
    Attention& problem = timed.problem;
    Request& request = problem.requests.front();
    request.times = number("batch", from.batch, 1, 1 << 20);
    const double heads = number("heads", from.heads, 1, 1 << 20);
    problem.kv_heads = number("kv_heads", from.kv_heads, 1, 1 << 20);
    problem.head_dim = number("head_dim", from.head_dim, 1, 1 << 16);
    problem.value_dim = number("value_dim", from.value_dim, 1, 1 << 16);
    problem.words = AttentionWords::all(number("element_B", from.element_B, half_byte, 64));
    if (!from.cache_B.empty())
      problem.words.key_B = problem.words.value_B = number("cache_B", from.cache_B, half_byte, 64);
    problem.values_in_keys = from.values_in_keys;
    const auto queries = row.fill(from.queries);
    const auto keys = row.fill(from.keys);
    if (missing.empty() && (!queries || !keys || queries->empty() || keys->empty())) missing = "tokens";
    if (!missing.empty()) return missing;
    in_row(row, [&] {
      request.layout = {parse_extents(*queries, "queries"), parse_extents(*keys, "keys")};
      set_tiles(timed);
    });
    return set_mask(timed, static_cast<Count>(heads)) ? "" : "mask";
  }

  // What is wrong is said at the row's place: with its own texts, or with the suite's.
  template <typename Action, typename Error = UnreadableRow>
  static void in_row(const TimingRow& row, const Action& action) {
    try {
      action();
    } catch (const InputError& error) {
      throw Error(row.place(), "", error.what());
    }
  }
  template <typename Action>
  static void in_suite(const TimingRow& row, const Action& action) {
    in_row<Action, InputError>(row, action);
  }

  static void set_tiles(TimedRow& timed) {
    const TimingProblem& from = timed.table->problem;
    const std::string query_tile = timed.row.fill(from.query_tile).value_or("");
    const std::string key_tile = timed.row.fill(from.key_tile).value_or("");
    if (!query_tile.empty()) timed.tiling.query_tile = parse_extents(query_tile, "q_tile");
    if (!key_tile.empty()) timed.tiling.key_tile = parse_extents(key_tile, "kv_tile");
  }

  static bool set_mask(TimedRow& timed, Count heads) {
    const auto rule = std::ranges::find_if(timed.table->masks,
                                           [&](const TimingMask& each) { return timed.row.holds(each.rows); });
    if (rule == timed.table->masks.end()) return false;
    const auto text = timed.row.fill(rule->text);
    if (!text) return false;
    const Attention& problem = timed.problem;
    Request& request = timed.problem.requests.front();
    timed.mask = *text;
    const auto make = [&] { request.masks = make_masks(parse_mask(timed.mask), request.layout, heads); };
    if (*text == rule->text) {
      in_suite(timed.row, make);
    } else {
      in_row(timed.row, make);
    }
    timed.numbers["queries"] = request.queries();
    timed.numbers["keys"] = request.keys();
    timed.numbers["dimensions"] = static_cast<double>(request.layout.dimensions());
    timed.numbers["dense"] = timed.mask == "dense" ? 1 : 0;
    timed.numbers["causal"] = shape_of(problem).mask.causal ? 1 : 0;
    const std::string keys =
        request.layout.keys == request.layout.queries ? "" : " of " + tilewright::to_text(request.layout.keys);
    timed.label = fmt::format("batch {}, heads {}, {}{} tokens, D {}, {}", request.times, heads,
                              tilewright::to_text(request.layout.queries), keys, problem.head_dim, timed.mask);
    return true;
  }

  const TimingSuite& suite_;
  std::string file_;
  Table csv_;
  std::map<std::string, int> left_out_;
};

// The file of that name, or those that it is a pattern of.
std::vector<std::filesystem::path> files_like(const std::filesystem::path& folder, const std::string& name) {
  if (std::filesystem::exists(folder / name)) return {folder / name};
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator each(folder, error), end; !error && each != end;
       each.increment(error)) {
    const std::string relative = each->path().lexically_relative(folder).string();
    const bool is_deep = name.find('/') != std::string::npos;  // "*" of a pattern stands for a slash, too
    if ((is_deep || relative.find('/') == std::string::npos) && any_matches({name}, relative))
      files.push_back(each->path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

TimedRows read_timings(const TimingSuite& suite, const std::filesystem::path& file) {
  TimedRows rows;
  TimingReader(suite, file).read(rows);
  return rows;
}

namespace {

// Four quarters of all shapes (by FNV-1a, Fowler, Noll and Vo), so that the same shape on another device, or by
// another kernel, is in the same one.
std::uint64_t quarter_of(const std::string& shape) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : shape) hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return (hash >> 32U) % 4;
}

std::string shape_of(const TimedRow& row, const TimingSuite& suite) {
  if (!suite.joint) return row.label;
  std::string shape;
  for (const std::string& column : suite.joint->half) shape += row.row.text(column) + ",";
  return shape;
}

// What calibrates, what gives intervals, and what is left to judge both. Where one fit is of all sources, a half of
// the shapes calibrates it.
void divide(TimedRow& row, const TimingSuite& suite) {
  row.shape = shape_of(row, suite);
  const std::uint64_t quarter = quarter_of(row.shape);
  const auto calibrates = [&](const auto& group) { return row.row.holds(group.second, row.numbers); };
  const bool half = suite.joint && quarter % 2 == 0;
  row.calibrates = half && row.source->groups.empty();
  row.calibrates_power = half && suite.joint->power && row.row.holds(suite.joint->power->rows, row.numbers);
  row.gives_interval = !row.calibrates && quarter / 2 == 0 && std::ranges::none_of(row.source->groups, calibrates);
}

}  // namespace

TimedRows read_timings(const TimingSuite& suite) {
  TimedRows rows;
  bool any = false;
  for (const TimingTable& table : suite.tables)
    for (const std::string& name : table.files) {
      const auto files = files_like(suite.reference, name);
      if (files.empty()) rows.notes.push_back("no " + (suite.reference / name).string());
      any = any || !files.empty();
      for (const std::filesystem::path& file : files) TimingReader(suite, file).read(rows);
    }
  if (!any)
    throw InputError({suite.reference.string(), 0, 0}, "", "has none of the files of suite '" + suite.name + "'");
  for (TimedRow& row : rows.rows) divide(row, suite);
  return rows;
}

}  // namespace tilewright
