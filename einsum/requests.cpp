#include "einsum/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "common/error.hpp"
#include "common/file.hpp"
#include "common/position.hpp"
#include "common/table.hpp"

namespace tilewright {

namespace {

constexpr Count most_times = 1 << 20;

void append(std::vector<RequestLengths>& requests, RequestLengths next) {
  if (!requests.empty() && requests.back().queries == next.queries && requests.back().keys == next.keys)
    requests.back().times += next.times;
  else
    requests.push_back(next);
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// A whole number from 1 to `most`; nothing for any other text.
std::optional<Count> read_count(std::string_view text, Count most) {
  Count value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && stop == text.data() + text.size() && value >= 1 && value <= most;
  return good ? std::optional(value) : std::nullopt;
}

std::string not_from_1_to(Count most, std::string_view text) {
  return fmt::format("expected a whole number from 1 to {}, got '{}'", most, text);
}

// One of the requests of a text.
class RequestText {
 public:
  RequestText(std::string_view one, std::string_view all) : one_(one), all_(all) {}

  [[nodiscard]] RequestLengths read() const {
    const std::size_t star = one_.find('*');
    const bool repeated = star != std::string_view::npos;
    const std::string_view lengths = repeated ? one_.substr(star + 1) : one_;
    const std::size_t by = lengths.find('x');
    if (by == std::string_view::npos) fail();
    RequestLengths request;
    request.queries = count("queries", lengths.substr(0, by), most_tokens);
    request.keys = count("keys", lengths.substr(by + 1), most_tokens);
    if (repeated) request.times = count("times", one_.substr(0, star), most_times);
    return request;
  }

 private:
  [[nodiscard]] Count count(const char* what, std::string_view text, Count most) const {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) fail();
    if (const auto value = read_count(text, most)) return *value;
    throw InputError(fmt::format("requests: {} of '{}': {}", what, one_, not_from_1_to(most, text)));
  }

  [[noreturn]] void fail() const {
    throw InputError(
        fmt::format("requests: expected QUERIESxKEYS of each with commas between them, as in "
                    "300x900,40x40 or 64*1x4096, or a file, as in requests.csv; got {}",
                    one_.empty() ? fmt::format("an empty one in '{}'", all_) : fmt::format("'{}'", one_)));
  }

  std::string_view one_;
  std::string_view all_;
};

std::vector<RequestLengths> read_text(std::string_view text) {
  std::vector<RequestLengths> requests;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    append(requests, RequestText(trimmed(text.substr(at, end - at)), text).read());
    at = end + 1;
  }
  return requests;
}

std::string without_empty_end(std::string text) {
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text;
}

class RequestFile {
 public:
  explicit RequestFile(const std::string& file)
      : file_(file), table_(parse_csv(without_empty_end(read_file(file)), file)) {
    std::vector<std::string> names;
    for (const Column& column : table_.columns) names.emplace_back(trimmed(column.name));
    const std::vector<std::string> known{"queries", "keys", "times"};
    for (const std::string& name : names) {
      if (std::ranges::find(known, name) == known.end())
        throw InputError({file_, 1, 0}, "", "no column '" + name + "' of requests" + did_you_mean(name, known));
      if (std::ranges::count(names, name) > 1)
        throw InputError({file_, 1, 0}, "", "duplicate column '" + name + "'");
    }
    for (const std::string& name : known) {
      const auto found = std::ranges::find(names, name);
      if (found == names.end() && name != "times")
        throw InputError({file_, 1, 0}, "", "missing column '" + name + "'; requests have queries, keys and times");
      columns_.push_back(position_of(found, names));
    }
    if (table_.rows.empty()) throw InputError({file_, 1, 0}, "", "expected at least one request, a line each");
  }

  [[nodiscard]] std::vector<RequestLengths> read() const {
    std::vector<RequestLengths> requests;
    for (std::size_t row = 0; row < table_.rows.size(); ++row)
      append(requests, {count(row, 0, "queries", most_tokens), count(row, 1, "keys", most_tokens),
                        columns_[2] == table_.columns.size() ? 1 : count(row, 2, "times", most_times)});
    return requests;
  }

 private:
  [[nodiscard]] Count count(std::size_t row, std::size_t column, const char* name, Count most) const {
    const std::string& text = std::get<std::string>(table_.rows[row][columns_[column]]);
    if (const auto value = read_count(trimmed(text), most)) return *value;
    throw InputError({file_, static_cast<int>(row) + 2, 0}, name, not_from_1_to(most, text));
  }

  std::string file_;
  Table table_;
  std::vector<std::size_t> columns_;  // of queries, keys and times; as many as there are: it has none
};

std::vector<Count> read_counts(const Yaml& yaml, Count most) {
  std::vector<Count> counts;
  for (const Yaml& item : yaml.items()) counts.push_back(item.integer(1, most));
  return counts;
}

std::string in_words(const RequestLengths& request) {
  return fmt::format("the request of {} queries and {} keys", request.queries, request.keys);
}

}  // namespace

std::vector<RequestLengths> find_requests(const std::string& text_or_file) {
  return text_or_file.ends_with(".csv") ? RequestFile(text_or_file).read() : read_text(text_or_file);
}

std::vector<RequestLengths> parse_requests(const Yaml& yaml) {
  if (const auto file = yaml.find("file")) {
    yaml.only({"file"});
    const std::string name = beside(file->text(), yaml.place().file);
    if (!name.ends_with(".csv")) file->fail("expected a CSV file, as in requests.csv, got '" + file->text() + "'");
    return find_requests(name);
  }
  yaml.only({"queries", "keys", "times", "file"});
  const std::vector<Count> queries = read_counts(yaml.at("queries"), most_tokens);
  if (queries.empty()) yaml.at("queries").fail("expected at least one request");
  const auto counts = [&](const char* name, Count most) {
    const Yaml list = yaml.at(name);
    const std::vector<Count> of = read_counts(list, most);
    if (of.size() != queries.size())
      list.fail(fmt::format("expected as many as there are queries, {}, got {}", queries.size(), of.size()));
    return of;
  };
  const std::vector<Count> keys = counts("keys", most_tokens);
  const std::vector<Count> times =
      yaml.find("times") ? counts("times", most_times) : std::vector<Count>(queries.size(), 1);
  std::vector<RequestLengths> requests;
  for (std::size_t i = 0; i < queries.size(); ++i) append(requests, {queries[i], keys[i], times[i]});
  return requests;
}

std::string to_text(const std::vector<RequestLengths>& requests) {
  std::string text;
  for (const auto& [queries, keys, times] : requests)
    text += fmt::format("{}{}{}x{}", text.empty() ? "" : ",", times == 1 ? "" : fmt::format("{}*", times), queries,
                        keys);
  return text;
}

std::vector<Request> make_requests(const std::vector<RequestLengths>& lengths, const MaskSpec& mask, Count heads) {
  if (!mask.keys.empty() || !mask.queries.empty())
    throw InputError(fmt::format("mask '{}': it has a layout of its own, {}, but each request has its own lengths",
                                 mask.text, to_text(mask.keys.empty() ? mask.queries : mask.keys)));
  Count named = 0;
  for (const HeadRun& run : mask.runs) named += run.heads;
  std::vector<Request> requests;
  std::map<std::pair<Count, Count>, std::vector<HeadMask>> made;
  for (const RequestLengths& each : lengths) {
    const Layout layout{{each.queries}, {each.keys}};
    std::vector<HeadMask>& masks = made[{each.queries, each.keys}];
    try {
      if (masks.empty()) masks = make_masks(mask.runs, layout, heads == 0 ? named : heads);
    } catch (const InputError& error) {
      throw InputError(in_words(each) + ": " + error.what());
    }
    requests.push_back({static_cast<double>(each.times), layout, masks});
  }
  return requests;
}

}  // namespace tilewright
