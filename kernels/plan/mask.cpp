#include "kernels/plan/mask.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

namespace tilewright::plan {
namespace {

constexpr std::int64_t digit_bits = 4;  // of a hexadecimal digit

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

std::vector<std::string> split(const std::string& text, const std::string& by) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(by, start)) != std::string::npos; start = end + by.size()) {
    parts.push_back(text.substr(start, end - start));
  }
  parts.push_back(text.substr(start));
  return parts;
}

Shape numbers_of(const std::string& text, const std::string& name, const Shape& keys, int least) {
  const auto shape = read_shape(text, least);
  if (!shape || shape->size() != keys.size()) {
    fail("'" + name + "=" + text + "' is not " + std::to_string(keys.size()) + " whole numbers of at least " +
         std::to_string(least));
  }
  return *shape;
}

void check_rule(const Rule& rule, const Shape& queries, const Shape& keys) {
  const auto most_queries = axes_of(queries);
  const auto lengths = axes_of(keys);
  for (std::size_t axis = 0; axis < most_axes; ++axis) {
    const int length = lengths[axis];
    if (rule.stride[axis] > rule.window[axis]) fail("a stride is longer than its window");
    if (std::int64_t{rule.window[axis]} * rule.dilation[axis] > length) {
      fail("dilation * window = " + std::to_string(std::int64_t{rule.window[axis]} * rule.dilation[axis]) +
           " is longer than the axis of " + std::to_string(length));
    }
    const bool dense = rule.window[axis] == length && !rule.causal[axis];
    if (dense || most_queries[axis] == length) continue;
    if (most_queries[axis] > length || rule.dilation[axis] > 1) {
      fail("a causal or windowed axis needs no more queries than keys, and as many with dilation");
    }
  }
}

Rule read_window(const std::string& text, const Shape& keys) {
  Rule rule;
  bool has_window = false;
  for (const std::string& part : split(text, ",")) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    if (name == "window") {
      rule.window = axes_of(numbers_of(value, name, keys, 1));
      has_window = true;
    } else if (name == "stride") {
      rule.stride = axes_of(numbers_of(value, name, keys, 1));
    } else if (name == "dilation") {
      rule.dilation = axes_of(numbers_of(value, name, keys, 1));
    } else if (name == "causal") {
      const Shape flags = numbers_of(value, name, keys, 0);
      for (std::size_t axis = 0; axis < flags.size(); ++axis) {
        rule.causal.at(most_axes - flags.size() + axis) = flags[axis] != 0;
      }
    } else {
      fail("'" + part + "' is no dense, causal, window=, stride=, dilation= or causal=");
    }
  }
  if (!has_window) fail("'" + text + "' has no window=");
  return rule;
}

Rule read_rule(const std::string& text, const Shape& queries, const Shape& keys) {
  Rule rule;
  if (text == "dense") {
    rule.window = axes_of(keys);
  } else if (text == "causal") {
    if (keys.size() != 1) fail("'causal' is for layouts of one axis; write window= and causal= for each axis");
    rule.window = axes_of(keys);
    rule.causal[2] = true;
  } else {
    rule = read_window(text, keys);
  }
  check_rule(rule, queries, keys);
  return rule;
}

std::uint8_t index_of(const Rule& rule, std::vector<Rule>& rules) {
  const auto found = std::find(rules.begin(), rules.end(), rule);
  const auto index = static_cast<std::uint8_t>(found - rules.begin());
  if (found == rules.end()) rules.push_back(rule);
  if (rules.size() > most_rules) fail("more than " + std::to_string(most_rules) + " distinct rules");
  return index;
}

template <class Number>
std::string joined(const std::array<Number, most_axes>& numbers, std::size_t axes) {
  return to_text(Shape(numbers.end() - static_cast<std::ptrdiff_t>(axes), numbers.end()));
}

std::optional<int> value_of_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return std::nullopt;
}

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

std::string to_text(const Rule& rule, std::size_t axes) {
  std::string text = "window=" + joined(rule.window, axes);
  const std::array<int, most_axes> ones{1, 1, 1};
  if (rule.stride != ones) text += ",stride=" + joined(rule.stride, axes);
  if (rule.dilation != ones) text += ",dilation=" + joined(rule.dilation, axes);
  if (rule.causal != std::array<bool, most_axes>{}) text += ",causal=" + joined(rule.causal, axes);
  return text;
}

std::vector<RuleRun> read_runs(const std::string& text, int heads) {
  std::vector<RuleRun> all;
  std::int64_t covered = 0;
  const std::vector<std::string> runs = split(text, " + ");
  for (const std::string& run : runs) {
    const std::size_t times = run.find(" * ");
    const bool counted = times != std::string::npos;
    if (!counted && runs.size() > 1) fail("'" + run + "' has no number of heads, as in '4 * dense'");
    const auto count = counted ? read_whole(run.substr(0, times)) : std::optional<std::int64_t>(heads);
    if (!count || *count < 1 || *count > heads) fail("'" + run + "' has no number of heads from 1 to all of them");
    all.push_back({*count, counted ? run.substr(times + 3) : run});
    covered += *count;
  }
  if (covered != heads) {
    fail("the rules are for " + std::to_string(covered) + " heads of " + std::to_string(heads));
  }
  return all;
}

std::string to_text(const std::vector<RuleRun>& runs) {
  const auto same = [&](const RuleRun& run) { return run.rule == runs.front().rule; };
  if (!runs.empty() && std::all_of(runs.begin(), runs.end(), same)) return runs.front().rule;
  std::string text;
  for (const RuleRun& run : runs) {
    text += (text.empty() ? "" : " + ") + std::to_string(run.heads) + " * " + run.rule;
  }
  return text;
}

bool HeadRules::dense(const Shape& keys) const {
  return std::all_of(rules.begin(), rules.end(), [whole = axes_of(keys)](const Rule& rule) {
    return rule.window == whole && rule.causal == std::array<bool, most_axes>{};
  });
}

HeadRules read_mask(const std::string& text, const Shape& queries, const Shape& keys, int heads) {
  HeadRules mask;
  for (const RuleRun& run : read_runs(text, heads)) {
    const std::uint8_t index = index_of(read_rule(run.rule, queries, keys), mask.rules);
    mask.rule_of_head.insert(mask.rule_of_head.end(), static_cast<std::size_t>(run.heads), index);
  }
  return mask;
}

Blocks no_blocks_seen(std::int64_t query_block, std::int64_t key_block, std::int64_t queries, std::int64_t keys) {
  Blocks blocks{query_block, key_block, ceil_divide(queries, query_block), ceil_divide(keys, key_block), {}};
  blocks.seen.resize(static_cast<std::size_t>(blocks.rows * blocks.columns));
  return blocks;
}

Blocks read_blocks(const std::string& text, const Shape& queries, const Shape& keys) {
  if (text.empty()) return {};
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto sizes = read_shape(text.substr(0, colon));
  if (!sizes || sizes->size() != 2 || colon == text.size()) fail("expected QxK:HEX");
  Blocks blocks = no_blocks_seen(sizes->front(), sizes->back(), tokens_in(queries), tokens_in(keys));
  const std::int64_t row_digits = ceil_divide(blocks.columns, digit_bits);
  const std::string digits = text.substr(colon + 1);
  if (static_cast<std::int64_t>(digits.size()) != blocks.rows * row_digits) {
    fail("expected " + std::to_string(blocks.rows) + " rows of " + std::to_string(row_digits) +
         " hexadecimal digits, got " + std::to_string(digits.size()) + " digits");
  }
  for (std::int64_t block = 0; block < blocks.rows * blocks.columns; ++block) {
    const std::int64_t column = block % blocks.columns;
    const char digit = digits[static_cast<std::size_t>(block / blocks.columns * row_digits + column / digit_bits)];
    const auto value = value_of_digit(digit);
    if (!value) fail(std::string("'") + digit + "' is no hexadecimal digit");
    blocks.seen[static_cast<std::size_t>(block)] = (*value >> (digit_bits - 1 - column % digit_bits) & 1) != 0;
  }
  return blocks;
}

std::string to_text(const Blocks& blocks) {
  if (blocks.rows == 0) return "";
  std::string text = to_text(Shape{blocks.query_block, blocks.key_block}) + ":";
  for (std::int64_t row = 0; row < blocks.rows; ++row) {
    for (std::int64_t column = 0; column < blocks.columns; column += digit_bits) {
      unsigned digit = 0;
      for (std::int64_t bit = column; bit < column + digit_bits; ++bit) {
        const bool seen = bit < blocks.columns && blocks.seen[static_cast<std::size_t>(row * blocks.columns + bit)];
        digit = 2 * digit + (seen ? 1 : 0);
      }
      text += "0123456789abcdef"[digit];
    }
  }
  return text;
}

}  // namespace tilewright::plan
