#include "einsum/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "common/file.hpp"

namespace tilewright {

namespace {

constexpr double usual_score_B = 4;
constexpr double most_word_B = 1024;
constexpr double most_steps = 1 << 20;
constexpr std::array choices{std::pair("top-k", KeyChoice::top_k), std::pair("threshold", KeyChoice::threshold),
                             std::pair("sort", KeyChoice::sort), std::pair("hash", KeyChoice::hash)};

// A key as it was given, in a file or in text.
struct Given {
  std::string key;
  std::string value;
  Place place;
  std::string key_path;

  [[noreturn]] void fail(const std::string& message) const { throw InputError(place, key_path, message); }

  [[nodiscard]] double number(double least, double most, const Dimension& dimension = dimension::number) const {
    const Expression expression = Expression::parse(value, place, key_path);
    if (!expression.is_constant()) fail("expected a number, got '" + value + "'");
    if (!expression.dimension().plain() && expression.dimension() != dimension)
      fail(fmt::format("expected {}, got '{}'",
                       dimension.plain() ? "a plain number" : "a number in " + dimension.unit(), value));
    const double number = expression.evaluate({});
    if (!(number >= least && number <= most))
      fail(fmt::format("expected a number from {:.10g} to {:.10g}, got '{}'", least, most, value));
    return number;
  }
  [[nodiscard]] Count count(Count most = most_tokens) const {
    const double whole = number(1, static_cast<double>(most));
    if (whole != std::floor(whole)) fail("expected a whole number, got '" + value + "'");
    return static_cast<Count>(whole);
  }
  template <class Value, std::size_t N>
  [[nodiscard]] Value one_of(const std::array<std::pair<const char*, Value>, N>& values) const {
    std::vector<std::string> known;
    for (const auto& [name, each] : values) {
      if (value == name) return each;
      known.emplace_back(name);
    }
    fail("expected one of them, got '" + value + "'" + did_you_mean(value, known));
  }
};

class SelectionReader {
 public:
  SelectionReader(const std::vector<Given>& given, Selection& into) : given_(given), into_(into) {}

  void read() {
    std::vector<std::string> known;
    for (const auto& [key, reader] : readers) known.emplace_back(key);
    for (const Given& each : given_) {
      const auto reader = std::ranges::find(readers, each.key, [](const auto& entry) { return entry.first; });
      if (reader == readers.end()) each.fail("unknown key" + did_you_mean(each.key, known));
      if (find(each.key) != &each) each.fail("it is there twice");
      reader->second(each, into_);
      into_.text += fmt::format("{}{}={}", into_.text.empty() ? "" : ",", each.key, each.value);
    }
    refuse_without_effect();
    name_kernels();
  }

 private:
  using Reader = void (*)(const Given&, Selection&);
  static constexpr std::array<std::pair<const char*, Reader>, 16> readers{{
      {"keys", [](const Given& each, Selection& to) { to.keys = each.count(); }},
      {"queries", [](const Given& each, Selection& to) { to.queries = each.count(); }},
      {"last_queries", [](const Given& each, Selection& to) { to.last_queries = each.count(); }},
      {"heads", [](const Given& each, Selection& to) { to.heads = each.count(1 << 20); }},
      {"key_heads", [](const Given& each, Selection& to) { to.key_heads = each.count(1 << 20); }},
      {"dim", [](const Given& each, Selection& to) { to.dim = each.count(1 << 20); }},
      {"word_B",
       [](const Given& each, Selection& to) { to.word_B = each.number(0.125, most_word_B, dimension::bytes); }},
      {"made",
       [](const Given& each, Selection& to) {
         to.made = each.one_of(std::array{std::pair("true", true), std::pair("false", false)});
       }},
      {"choose", [](const Given& each, Selection& to) { to.choose = each.one_of(choices); }},
      {"scores",
       [](const Given& each, Selection&) {
         (void)each.one_of(std::array{std::pair("stored", true), std::pair("fused", false)});
       }},
      {"score_B",
       [](const Given& each, Selection& to) { to.score_B = each.number(0.125, most_word_B, dimension::bytes); }},
      {"keep", [](const Given& each, Selection& to) { to.keep = static_cast<double>(each.count()); }},
      {"every", [](const Given& each,
                   Selection& to) { to.every = static_cast<double>(each.count(static_cast<Count>(most_steps))); }},
      {"layers", [](const Given& each, Selection& to) { to.layers = each.number(1e-6, 1); }},
      {"score_by", [](const Given& each, Selection& to) { to.score_by = beside(each.value, each.place.file); }},
      {"choose_by", [](const Given& each, Selection& to) { to.choose_by = beside(each.value, each.place.file); }},
  }};

  [[nodiscard]] const Given* find(const std::string& key) const {
    const auto found = std::ranges::find(given_, key, &Given::key);
    return found == given_.end() ? nullptr : &*found;
  }

  void refuse(const char* key, const std::string& why) const {
    if (const Given* given = find(key)) given->fail(fmt::format("'{}' has no effect: {}", given->value, why));
  }

  // What is stored is read by something, and nothing reads what is not.
  void refuse_without_effect() {
    if (into_.last_queries > 0)
      refuse("queries", fmt::format("the last {} queries are scored, each by itself", into_.last_queries));
    if (!into_.multiplies()) {
      for (const char* key : {"scores", "score_B", "choose_by"}) refuse(key, "a choice by hash has no scores");
      return;
    }
    const Given* scores = find("scores");
    const bool stored = scores != nullptr ? scores->value == "stored" : into_.choose.has_value();
    if (!stored)
      for (const char* key : {"choose", "score_B", "choose_by"})
        refuse(key,
               scores != nullptr ? "scores are fused" : "scores are fused where 'choose' says nothing of them");
    if (stored && !into_.choose) into_.choose = KeyChoice::top_k;
    if (stored && into_.score_B == 0) into_.score_B = usual_score_B;
  }

  void name_kernels() {
    if (into_.score_by.empty()) into_.score_by = "score-keys";
    if (into_.choose && into_.multiplies() && into_.choose_by.empty())
      into_.choose_by = "choose-" + to_text(*into_.choose);
  }

  const std::vector<Given>& given_;
  Selection& into_;
};

std::string trimmed(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

Selection read(const std::vector<Given>& given, const Place& place, const std::string& key_path) {
  Selection selection;
  selection.place = place;
  selection.key_path = key_path;
  SelectionReader(given, selection).read();
  return selection;
}

}  // namespace

std::string to_text(KeyChoice choice) {
  return std::ranges::find(choices, choice, [](const auto& entry) { return entry.second; })->first;
}

void Selection::fail(const std::string& message) const { throw InputError(place, key_path, message); }

Selection parse_selection(const Yaml& yaml) {
  std::vector<Given> given;
  for (const auto& [key, value] : yaml.entries()) given.push_back({key, value.text(), value.place(), value.path()});
  return read(given, yaml.place(), yaml.path());
}

Selection parse_selection(const std::string& text, const std::string& option) {
  std::vector<Given> given;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string one = trimmed(text.substr(at, end - at));
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == one.size())
      throw InputError({}, option,
                       "expected KEY=VALUE with commas between, as in keys=64,every=4, got '" + one + "'");
    const std::string key = trimmed(one.substr(0, equals));
    given.push_back({key, trimmed(one.substr(equals + 1)), {}, option + ": " + key});
    at = end + 1;
  }
  return read(given, {}, option);
}

}  // namespace tilewright
