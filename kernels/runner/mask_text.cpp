#include "kernels/runner/mask_text.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stdexcept>

namespace tilewright::kernels::runner {
namespace {

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

Shape axes_of(const std::string& text, const std::string& name, const Shape& keys, int least) {
  const auto shape = read_shape(text, least);
  if (!shape || shape->dimensions != keys.dimensions) {
    fail("'" + name + "=" + text + "' is not " + std::to_string(keys.dimensions) + " whole numbers of at least " +
         std::to_string(least));
  }
  return *shape;
}

void check_rule(const RuleText& rule, const Shape& queries, const Shape& keys) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const int length = keys.extent[axis];
    if (rule.stride[axis] > rule.window[axis]) fail("a stride is longer than its window");
    if (std::int64_t{rule.window[axis]} * rule.dilation[axis] > length) {
      fail("dilation * window = " + std::to_string(std::int64_t{rule.window[axis]} * rule.dilation[axis]) +
           " is longer than the axis of " + std::to_string(length));
    }
    const bool dense = rule.window[axis] == length && !rule.causal[axis];
    if (dense || queries.extent[axis] == length) continue;
    if (queries.extent[axis] > length || rule.dilation[axis] > 1) {
      fail("a causal or windowed axis needs no more queries than keys, and as many with dilation");
    }
  }
}

RuleText read_window(const std::string& text, const Shape& keys) {
  RuleText rule;
  bool has_window = false;
  for (const std::string& part : split(text, ",")) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    if (name == "window") {
      rule.window = axes_of(value, name, keys, 1).extent;
      has_window = true;
    } else if (name == "stride") {
      rule.stride = axes_of(value, name, keys, 1).extent;
    } else if (name == "dilation") {
      rule.dilation = axes_of(value, name, keys, 1).extent;
    } else if (name == "causal") {
      const Shape flags = axes_of(value, name, keys, 0);
      const auto first = static_cast<std::size_t>(3 - keys.dimensions);
      for (std::size_t axis = first; axis < 3; ++axis) rule.causal[axis] = flags.extent[axis] != 0;
    } else {
      fail("'" + part + "' is no dense, causal, window=, stride=, dilation= or causal=");
    }
  }
  if (!has_window) fail("'" + text + "' has no window=");
  return rule;
}

RuleText read_rule(const std::string& text, const Shape& queries, const Shape& keys) {
  RuleText rule;
  if (text == "dense") {
    rule.window = keys.extent;
  } else if (text == "causal") {
    if (keys.dimensions != 1) fail("'causal' is for layouts of one axis; write window= and causal= for each axis");
    rule.window = keys.extent;
    rule.causal[2] = true;
  } else {
    rule = read_window(text, keys);
  }
  check_rule(rule, queries, keys);
  return rule;
}

std::uint8_t index_of(const RuleText& rule, std::vector<RuleText>& rules) {
  const auto found = std::find(rules.begin(), rules.end(), rule);
  const auto index = static_cast<std::uint8_t>(found - rules.begin());
  if (found == rules.end()) rules.push_back(rule);
  if (rules.size() > 4) fail("more than 4 distinct rules");
  return index;
}

std::optional<int> value_of_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return std::nullopt;
}

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

bool MaskText::dense(const Shape& keys) const {
  return std::all_of(rules.begin(), rules.end(), [&](const RuleText& rule) {
    return rule.window == keys.extent && rule.causal == std::array<bool, 3>{};
  });
}

MaskText read_mask(const std::string& text, const Shape& queries, const Shape& keys, int heads) {
  MaskText mask;
  const std::vector<std::string> runs = split(text, " + ");
  for (const std::string& run : runs) {
    const std::size_t times = run.find(" * ");
    const bool counted = times != std::string::npos;
    if (!counted && runs.size() > 1) fail("'" + run + "' has no number of heads, as in '4 * dense'");
    const auto count = counted ? read_whole(run.substr(0, times)) : std::optional<std::int64_t>(heads);
    if (!count || *count < 1 || *count > heads) fail("'" + run + "' has no number of heads from 1 to all of them");
    const std::string rule = counted ? run.substr(times + 3) : run;
    const std::uint8_t index = index_of(read_rule(rule, queries, keys), mask.rules);
    mask.rule_of_head.insert(mask.rule_of_head.end(), static_cast<std::size_t>(*count), index);
  }
  if (mask.rule_of_head.size() != static_cast<std::size_t>(heads)) {
    fail("the rules are for " + std::to_string(mask.rule_of_head.size()) + " heads of " + std::to_string(heads));
  }
  return mask;
}

BlockText read_blocks(const std::string& text, const Shape& queries, const Shape& keys) {
  if (text.empty()) return {};
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto sizes = read_shape(text.substr(0, colon));
  if (!sizes || sizes->dimensions != 2 || colon == text.size()) fail("expected QxK:HEX");
  BlockText blocks{sizes->extent[1], sizes->extent[2], 0, 0, {}};
  blocks.rows = ceil_divide(queries.product(), blocks.query_block);
  blocks.columns = ceil_divide(keys.product(), blocks.key_block);
  const std::int64_t row_digits = ceil_divide(blocks.columns, 4);
  const std::string digits = text.substr(colon + 1);
  if (static_cast<std::int64_t>(digits.size()) != blocks.rows * row_digits) {
    fail("expected " + std::to_string(blocks.rows) + " rows of " + std::to_string(row_digits) +
         " hexadecimal digits, got " + std::to_string(digits.size()) + " digits");
  }
  for (std::int64_t block = 0; block < blocks.rows * blocks.columns; ++block) {
    const std::int64_t column = block % blocks.columns;
    const char digit = digits[static_cast<std::size_t>(block / blocks.columns * row_digits + column / 4)];
    const auto value = value_of_digit(digit);
    if (!value) fail(std::string("'") + digit + "' is no hexadecimal digit");
    blocks.seen.push_back((*value >> (3 - column % 4) & 1) != 0);
  }
  return blocks;
}

}  // namespace tilewright::kernels::runner
