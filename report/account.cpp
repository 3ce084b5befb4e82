#include "report/account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "explore/study/study_point.hpp"
#include "report/dataset.hpp"
#include "report/scale.hpp"

namespace tilewright {

namespace {

constexpr std::string_view point_prefix = "point.";

using Records = std::vector<const Record*>;

/// The records of each series, in the order of their first ones.
std::vector<std::pair<std::string, Records>> by_series(const std::vector<Record>& records) {
  std::vector<std::pair<std::string, Records>> all;
  std::map<std::string, std::size_t> place;
  for (const Record& record : records) {
    const std::string name = record.text("series");
    const auto [at, is_new] = place.emplace(name, all.size());
    if (is_new) all.emplace_back(name, Records());
    all[at->second].second.push_back(&record);
  }
  return all;
}

/// Texts by how often they are there, the most frequent first.
class Counts {
 public:
  void add(const std::string& text) { ++counts_[text]; }
  [[nodiscard]] bool empty() const { return counts_.empty(); }
  [[nodiscard]] std::vector<std::pair<std::string, int>> sorted() const {
    std::vector<std::pair<std::string, int>> all(counts_.begin(), counts_.end());
    std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.second > b.second; });
    return all;
  }

 private:
  std::map<std::string, int> counts_;
};

/// A row for each text and how often it is there, the rest of many as one.
ShownTable table_of(const Counts& counts, const std::string& title, const std::string& of_rows) {
  constexpr std::size_t most = 12;
  ShownTable table{"", title, "", of_rows, {}, {"Points"}, {}};
  int rest = 0;
  for (const auto& [text, count] : counts.sorted()) {
    if (table.rows.size() < most) {
      table.rows.push_back({text, "", {{fmt::format("{}", count), count}}});
    } else {
      rest += count;
    }
  }
  if (rest > 0) table.rows.push_back({"others", "", {{fmt::format("{}", rest), rest}}});
  return table;
}

std::vector<std::pair<std::string, RecordValue>> axes_of(const Record& record) {
  std::vector<std::pair<std::string, RecordValue>> axes;
  for (const auto& [name, value] : record.fields())
    if (name.starts_with(point_prefix)) axes.emplace_back(name.substr(point_prefix.size()), value);
  return axes;
}

std::string point_in_words(const Record& record) {
  std::string words;
  for (const auto& [axis, value] : axes_of(record))
    words += (words.empty() ? "" : ", ") + axis + "=" + text_of(value);
  return words.empty() ? "the only one" : words;
}

/// "seq_len: 6 from 1024 to 1048576; model: BERT, T5".
std::string axes_in_words(const Records& records) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<RecordValue>> values;
  std::map<std::string, std::set<std::string>> seen;
  for (const Record* record : records)
    for (const auto& [axis, value] : axes_of(*record)) {
      if (!values.contains(axis)) order.push_back(axis);
      std::vector<RecordValue>& all = values[axis];
      if (seen[axis].insert(text_of(value)).second) all.push_back(value);
    }
  std::string words;
  for (const std::string& axis : order) {
    const std::vector<RecordValue>& all = values[axis];
    words += (words.empty() ? "" : "; ") + axis + ": ";
    if (all.size() > 4 &&
        std::ranges::all_of(all, [](const auto& v) { return std::holds_alternative<double>(v); })) {
      const auto [least, most] = std::ranges::minmax(all);
      words += fmt::format("{} from {} to {}", all.size(), text_of(least), text_of(most));
      continue;
    }
    for (std::size_t i = 0; i < all.size() && i < 6; ++i) words += (i == 0 ? "" : ", ") + text_of(all[i]);
    if (all.size() > 6) words += fmt::format(" and {} more", all.size() - 6);
  }
  return words;
}

ShownCell cell(double number, const std::string& suffix = "") { return {short_number(number) + suffix, number}; }

AccountPart studied(const std::vector<std::pair<std::string, Records>>& series) {
  AccountPart part{"What was studied", {}, {}};
  ShownTable table{"points", "Points of each series", "", "Series", {}, {"Points", "Without result", "Axes"}, {}};
  Counts reasons;
  std::size_t all = 0;
  std::size_t failed = 0;
  for (const auto& [name, records] : series) {
    std::size_t here = 0;
    for (const Record* record : records)
      if (const std::string why = failure_of(*record); !why.empty()) {
        reasons.add(why);
        ++here;
      }
    table.rows.push_back({name,
                          "",
                          {cell(static_cast<double>(records.size())),
                           cell(static_cast<double>(here)),
                           {axes_in_words(records), {}}}});
    all += records.size();
    failed += here;
  }
  part.paragraphs.push_back(fmt::format("{} points in {} series. {}", all, series.size(),
                                        failed == 0
                                            ? "All of them have a result."
                                            : fmt::format("{} of them have none, for the reasons below.", failed)));
  part.tables.push_back(std::move(table));
  if (!reasons.empty()) {
    part.tables.push_back(table_of(reasons, "Why points have no result", "Reason"));
    part.tables.back().name = "failures";
  }
  return part;
}

// Numbers of a column stand together.
void write_alike(ShownTable& table, std::size_t column) {
  double least = 1;
  for (const ShownRow& row : table.rows)
    if (const auto& number = row.cells[column].number; number && *number > 0) least = std::min(least, *number);
  for (ShownRow& row : table.rows)
    if (ShownCell& cell = row.cells[column]; cell.number) cell.text = short_number(*cell.number, least);
}

AccountPart best(const std::vector<std::pair<std::string, Records>>& series) {
  AccountPart part{"Best points", {}, {}};
  ShownTable table{"best",
                   "The fastest point of each series",
                   "Points of a series differ in what they compute, too: an axis "
                   "of lengths, say.",
                   "Series",
                   {},
                   {"Time (s)", "Energy (J)", "Limited by", "Point"},
                   {}};
  for (const auto& [name, records] : series) {
    const Record* fastest = nullptr;
    for (const Record* record : records)
      if (record->number("time_s") &&
          (fastest == nullptr || *record->number("time_s") < *fastest->number("time_s")))
        fastest = record;
    if (fastest == nullptr) continue;
    const std::optional<double> energy = fastest->number("energy_J");
    table.rows.push_back({name,
                          "",
                          {cell(*fastest->number("time_s")),
                           energy ? cell(*energy) : ShownCell(),
                           {fastest->text("binding"), {}},
                           {point_in_words(*fastest), {}}}});
  }
  for (const std::size_t column : {0, 1}) write_alike(table, column);
  if (!table.rows.empty()) part.tables.push_back(std::move(table));
  return part;
}

/// Where what limits the time changes along an axis of numbers, the other axes being the same.
class Changes {
 public:
  explicit Changes(const Records& records) {
    for (const Record* record : records) {
      const std::string binding = record->text("binding");
      if (binding.empty()) continue;
      const auto axes = axes_of(*record);
      for (const auto& [axis, value] : axes) {
        const double* number = std::get_if<double>(&value);
        if (number == nullptr) continue;
        std::string others;
        for (const auto& [other, text] : axes)
          if (other != axis) others += other + "=" + text_of(text) + ",";
        lines_[axis][others].emplace(*number, binding);
      }
    }
  }

  /// "seq_len: from 4096 to 16384 DRAM gives way to array (3 of 12 lines)", the most frequent of each axis.
  [[nodiscard]] std::vector<std::string> in_words() const {
    std::vector<std::string> all;
    for (const auto& [axis, lines] : lines_) {
      Counts changes;
      for (const auto& [others, line] : lines)
        for (auto here = line.begin(); here != line.end(); ++here)
          if (const auto next = std::next(here); next != line.end() && next->second != here->second)
            changes.add(fmt::format("from {} to {} {} gives way to {}", text_of(here->first), text_of(next->first),
                                    here->second, next->second));
      if (changes.empty()) continue;
      const auto [change, times] = changes.sorted().front();
      all.push_back(fmt::format("{}: {} ({} of {} lines)", axis, change, times, lines.size()));
    }
    return all;
  }

 private:
  std::map<std::string, std::map<std::string, std::map<double, std::string>>> lines_;
};

AccountPart limits(const std::vector<std::pair<std::string, Records>>& series) {
  AccountPart part{"What limits the time", {}, {}};
  Counts all;
  for (const auto& [name, records] : series)
    for (const Record* record : records)
      if (const std::string binding = record->text("binding"); !binding.empty()) all.add(binding);
  if (all.empty()) {
    part.paragraphs.emplace_back("The records do not say what limits their times.");
    return part;
  }
  ShownTable table{"limits",
                   "Share of the points that each unit or level limits",
                   "In percent. The last column is where that changes along an axis, the others being the same.",
                   "Series",
                   {},
                   {},
                   {}};
  const auto bindings = all.sorted();
  for (const auto& [binding, count] : bindings) table.columns.push_back(binding);
  table.columns.emplace_back("Changes");
  for (const auto& [name, records] : series) {
    Counts here;
    for (const Record* record : records)
      if (const std::string binding = record->text("binding"); !binding.empty()) here.add(binding);
    if (here.empty()) continue;
    std::map<std::string, int> counts;
    int sum = 0;
    for (const auto& [binding, count] : here.sorted()) sum += counts[binding] = count;
    ShownRow row{name, "", {}};
    for (const auto& [binding, count] : bindings)
      row.cells.push_back(counts.contains(binding) ? cell(std::round(1000.0 * counts[binding] / sum) / 10)
                                                   : ShownCell());
    row.cells.push_back({fmt::format("{}", fmt::join(Changes(records).in_words(), "; ")), {}});
    table.rows.push_back(std::move(row));
  }
  part.tables.push_back(std::move(table));
  return part;
}

AccountPart bounds(const std::vector<std::pair<std::string, Records>>& series) {
  AccountPart part{"What the bounds say", {}, {}};
  ShownTable table{
      "bounds",
      "Time over the least time of any mapping",
      "The bound takes every unit and level of the architecture by itself: no mapping beats it, and none need "
      "reach it. The mean is geometric.",
      "Series",
      {},
      {"Points", "Least", "Mean", "Most", "Within 5 %"},
      {}};
  for (const auto& [name, records] : series) {
    std::vector<double> ratios;
    double sum_of_logs = 0;
    for (const Record* record : records)
      if (const auto ratio = record->number("bound.ratio"); ratio && *ratio > 0) {
        ratios.push_back(*ratio);
        sum_of_logs += std::log(*ratio);
      }
    if (ratios.empty()) continue;
    const auto [least, most] = std::ranges::minmax(ratios);
    const auto near = std::ranges::count_if(ratios, [](double ratio) { return ratio <= 1.05; });
    const auto count = static_cast<double>(ratios.size());
    table.rows.push_back({name,
                          "",
                          {cell(count), cell(least), cell(std::exp(sum_of_logs / count)), cell(most),
                           cell(static_cast<double>(near))}});
  }
  if (table.rows.empty()) {
    part.paragraphs.emplace_back("No record has a bound.");
  } else {
    part.tables.push_back(std::move(table));
  }
  return part;
}

AccountPart trust(const std::vector<Record>& records) {
  AccountPart part{"How far the models can be trusted", {}, {}};
  struct Kind {
    int points = 0;
    const Record* first = nullptr;
  };
  std::map<std::string, Kind> kinds;
  Counts calibrations;
  int without = 0;
  int simulated = 0;
  for (const Record& record : records) {
    if (!record.number("time_s")) continue;
    if (!record.text("simulation.schedule").empty()) ++simulated;
    if (const std::string of = record.text("kernel.calibration"); !of.empty()) calibrations.add(of);
    if (!record.number("interval.share")) {
      ++without;
      continue;
    }
    Kind& kind = kinds[record.text("interval.of")];
    ++kind.points;
    if (kind.first == nullptr) kind.first = &record;
  }
  if (simulated > 0)
    part.paragraphs.push_back(
        fmt::format("{} points are simulated, the others estimated in closed form.", simulated));
  if (kinds.empty()) {
    part.paragraphs.emplace_back(
        "No record has an interval: no measured times are known that would say how far these predictions are from "
        "them. "
        "What the models leave out is in the warnings, where there are any, and in the documentation.");
  } else {
    ShownTable table{
        "trust",
        "Intervals of predicted times",
        "Of measured times of the kind, which neither parameters nor intervals are from, the share that such "
        "intervals hold; and how far they reach from the predicted time.",
        "Kind",
        {},
        {"Points", "Share held (%)", "Rows of that kind", "From", "To"},
        {}};
    for (const auto& [of, kind] : kinds) {
      const double time = *kind.first->number("time_s");
      const auto ratio = [time, first = kind.first](const char* field) {
        const auto value = first->number(field);
        return value && time > 0 ? cell(std::round(1000 * *value / time) / 1000, "×") : ShownCell();
      };
      const auto rows = kind.first->number("interval.rows");
      table.rows.push_back({of.empty() ? "all" : of,
                            "",
                            {cell(kind.points), cell(std::round(1000 * *kind.first->number("interval.share")) / 10),
                             rows ? cell(*rows) : ShownCell(), ratio("time_low_s"), ratio("time_high_s")}});
    }
    part.tables.push_back(std::move(table));
    if (without > 0)
      part.paragraphs.push_back(
          fmt::format("{} points have no interval: no judged rows are of their kind.", without));
  }
  if (!calibrations.empty()) {
    part.tables.push_back(table_of(calibrations, "Calibrations of the kernels' parameters", "Calibration"));
    part.tables.back().name = "calibrations";
  }
  Counts warnings;
  for (const Record& record : records)
    if (const std::string text = record.text("warnings"); !text.empty()) warnings.add(text);
  if (!warnings.empty()) {
    part.tables.push_back(table_of(warnings, "Warnings", "Warning"));
    part.tables.back().name = "warnings";
  }
  return part;
}

/// The different texts of a field; a sequence joins those of its parts, which stand by themselves, too.
std::string texts_of(const std::vector<Record>& records, const std::string& field) {
  std::set<std::string> texts;
  for (const Record& record : records)
    if (const std::string text = record.text(field); !text.empty() && text.find(" + ") == std::string::npos)
      texts.insert(text);
  return fmt::format("{}", fmt::join(texts, ", "));
}

AccountPart provenance(const std::vector<Record>& records,
                       const std::vector<std::pair<std::string, std::string>>& origin) {
  AccountPart part{"Where the numbers are from", {}, {}};
  ShownTable table{"provenance", "Provenance", "", "What", {}, {"Value"}, {}};
  for (const auto& [what, text] : origin) table.rows.push_back({what, "", {{text, {}}}});
  static const std::vector<std::pair<const char*, const char*>> fields = {
      {"Version", "version"},  {"Commit", "commit"},           {"Workloads", "workload_file"},
      {"Cascades", "cascade"}, {"Architectures", "arch_file"}, {"Mappings", "mapping_file"},
      {"Calls", "call.name"},  {"Masks", "mask.pattern"}};
  constexpr std::size_t longest = 1500;
  for (const auto& [what, field] : fields) {
    std::string text = texts_of(records, field);
    if (text.size() > longest) text = text.substr(0, text.rfind(", ", longest)) + ", ...";
    if (!text.empty()) table.rows.push_back({what, "", {{text, {}}}});
  }
  part.tables.push_back(std::move(table));
  return part;
}

}  // namespace

std::vector<AccountPart> account_of(const std::vector<Record>& records,
                                    const std::vector<std::pair<std::string, std::string>>& origin) {
  const auto series = by_series(records);
  std::vector<AccountPart> parts = {studied(series), best(series),   limits(series),
                                    bounds(series),  trust(records), provenance(records, origin)};
  std::erase_if(parts, [](const AccountPart& part) { return part.paragraphs.empty() && part.tables.empty(); });
  return parts;
}

}  // namespace tilewright
