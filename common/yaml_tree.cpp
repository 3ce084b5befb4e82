#include "common/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "common/error.hpp"

namespace tilewright {
namespace {

constexpr std::size_t deepest_nesting = 64;
constexpr std::size_t longest_key = 256;
constexpr std::size_t most_nodes = 1'000'000;
constexpr int most_open_brackets = 1000;

/// Lines of the text by their number, for what yaml-cpp's events do not tell.
class Source {
 public:
  Source(std::string_view text, const std::string& name) : text_(text), name_(name) {
    for (std::size_t at = 0; at != std::string_view::npos && at <= text.size();) {
      starts_.push_back(at);
      at = text.find('\n', at);
      if (at != std::string_view::npos) ++at;
    }
  }

  /// From a place that counts from 1 to the end of the text.
  [[nodiscard]] std::string_view from(int line, int column) const {
    const auto index = static_cast<std::size_t>(line - 1);
    if (line < 1 || index >= starts_.size()) return {};
    return text_.substr(std::min(text_.size(), starts_[index] + static_cast<std::size_t>(column - 1)));
  }

  [[noreturn]] void fail(int line, int column, std::string_view message) const {
    throw InputError(Place{name_, line, column}, {}, message);
  }

  /// At a byte of the text.
  [[noreturn]] void fail(std::size_t offset, std::string_view message) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto line = static_cast<int>(after - starts_.begin());
    fail(line, static_cast<int>(offset - *(after - 1)) + 1, message);
  }

 private:
  std::string_view text_;
  const std::string& name_;
  std::vector<std::size_t> starts_;
};

/// Bytes of the UTF-8 sequence that begins at `at`, or 0 if there is none (RFC 3629, section 4).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(at);
  const unsigned second = byte(at + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues(at + 1)) return 0;
  if (first < 0xE0) return 2;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool too_large = first == 0xF4 && second > 0x8F;
  if (overlong || surrogate || too_large || !continues(at + 2)) return 0;
  if (first < 0xF0) return 3;
  return continues(at + 3) ? 4 : 0;
}

void require_text(std::string_view text, const Source& source) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
    const std::size_t length = control ? 0 : utf8_length(text, at);
    if (length == 0) source.fail(at, fmt::format("is not text (byte 0x{:02x})", byte));
    at += length;
  }
}

/// A carriage return alone ends a line too (YAML 1.2, section 5.4), which yaml-cpp does not know.
std::string with_line_feeds(std::string_view text) {
  std::string lines(text);
  for (std::size_t at = lines.find('\r'); at != std::string::npos; at = lines.find('\r', at + 1))
    if (at + 1 == lines.size() || lines[at + 1] != '\n') lines[at] = '\n';
  return lines;
}

/// yaml-cpp keeps a token per open bracket before it reports the first, so a flood of them is stopped
/// here. Brackets in comments and strings count as well, which only an absurd file can notice.
void require_shallow(std::string_view text, const Source& source) {
  int open = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[' || text[at] == '{') ++open;
    if (text[at] == ']' || text[at] == '}') open = std::max(0, open - 1);
    if (open > most_open_brackets)
      source.fail(at, fmt::format("is nested more than {} levels deep", deepest_nesting));
  }
}

/// yaml-cpp takes the end of the file for the end of a quoted text.
bool is_closed(std::string_view spelled) {
  const char quote = spelled.empty() ? '\0' : spelled[0];
  if (quote != '"' && quote != '\'') return true;
  const std::string_view special = quote == '"' ? "\"\\" : "'";
  for (std::size_t at = spelled.find_first_of(special, 1); at < spelled.size();) {
    const bool doubled = quote == '\'' && spelled.substr(at + 1).starts_with(quote);
    if (spelled[at] == quote && !doubled) return true;
    at = spelled.find_first_of(special, at + 2);
  }
  return false;
}

/// yaml-cpp takes a lone word for a key without a value.
bool has_colon(std::string_view spelled, const std::string& key) {
  if (spelled.starts_with('"') || spelled.starts_with('\'')) return true;
  if (!spelled.starts_with(key)) return false;
  const std::size_t after = spelled.find_first_not_of(' ', key.size());
  return after < spelled.size() && spelled[after] == ':';
}

/// Builds the tree from yaml-cpp's events.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const Source& source) : source_(source) {}

  /// The list or map that was open at last, where one was.
  [[nodiscard]] const YamlNode* innermost() const { return open_.empty() ? nullptr : open_.back().node; }
  YamlNode take_root() { return std::move(root_); }
  [[nodiscard]] bool has_root() const { return root_.kind != YamlNode::Kind::nothing; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ < 2) return;
    const bool marked = source_.from(mark.line + 1, 1).starts_with("---");
    fail(mark, marked ? "a second YAML document; one is expected" : "text after the end of the document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(mark, YamlNode::Kind::nothing, "?", anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { fail(mark, no_anchors); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (awaits_key()) return set_key(mark, tag, anchor, value);
    YamlNode& node = add(mark, YamlNode::Kind::scalar, tag, anchor);
    node.text = value;
    const std::string_view spelled = source_.from(node.line, node.column);
    const bool quoted = tag == "!" && (spelled.starts_with('"') || spelled.starts_with('\''));
    if (!is_closed(spelled)) fail(mark, "a quote is not closed");
    if (spelled.substr(quoted ? 1 : 0).starts_with(value)) node.text_column = node.column + (quoted ? 1 : 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::list, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, YamlNode::Kind::map, tag, anchor);
    open_.back().in_brackets = style == YAML::EmitterStyle::Flow;
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  /// A list or map whose end is yet to come.
  struct Open {
    YamlNode* node;
    std::map<std::string, int> keys = {};  ///< and their lines
    bool has_key = false;                  ///< the last child is a key that waits for its value
    bool in_brackets = false;              ///< of a map
  };

  static constexpr const char* bad_key = "a key must be plain text, or a bracket is not closed";
  static constexpr const char* no_anchors = "anchors and aliases ('&', '*') are not supported";

  [[noreturn]] void fail(const YAML::Mark& mark, std::string_view message) const {
    source_.fail(mark.line + 1, mark.column + 1, message);
  }

  [[nodiscard]] bool awaits_key() const {
    return !open_.empty() && open_.back().node->kind == YamlNode::Kind::map && !open_.back().has_key;
  }

  void require_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) fail(mark, no_anchors);
    // yaml-cpp's names for "no tag": of plain text and collections, and of quoted text.
    if (!tag.empty() && tag != "?" && tag != "!") fail(mark, "tags ('!') are not supported");
  }

  void require_colon(const YAML::Mark& mark, const std::string& key) const {
    const std::string_view spelled = source_.from(mark.line + 1, mark.column + 1);
    if (has_colon(spelled, key)) return;
    // Of an open bracket at the end of the file yaml-cpp makes a map with the last value as its key.
    const bool is_last = spelled.find_first_not_of(" \t\r\n", key.size()) == std::string_view::npos;
    if (is_last && open_.back().in_brackets) fail(mark, "a bracket is not closed");
    fail(mark, fmt::format("expected ':' after key '{}'", key.substr(0, longest_key)));
  }

  void set_key(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& key) {
    require_plain(mark, tag, anchor);
    if (key.empty()) fail(mark, "a key is empty");
    require_colon(mark, key);
    if (key.size() > longest_key) fail(mark, fmt::format("a key is longer than {} characters", longest_key));
    Open& map = open_.back();
    const auto [first, is_new] = map.keys.emplace(key, mark.line + 1);
    if (!is_new) fail(mark, fmt::format("duplicate key '{}' (first at line {})", key, first->second));
    YamlNode& value = map.node->children.emplace_back();
    value.key = key;
    value.key_line = mark.line + 1;
    value.key_column = mark.column + 1;
    map.has_key = true;
  }

  YamlNode& add(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& tag, YAML::anchor_t anchor) {
    require_plain(mark, tag, anchor);
    if (awaits_key()) fail(mark, kind == YamlNode::Kind::nothing ? "a key is empty" : bad_key);
    if (++nodes_ > most_nodes) fail(mark, fmt::format("has more than {} values", most_nodes));
    YamlNode& node = slot();
    node.kind = kind;
    // The mark of an absent value is that of whatever comes next.
    const bool absent = kind == YamlNode::Kind::nothing && node.key_line > 0;
    node.line = absent ? node.key_line : mark.line + 1;
    node.column = absent ? node.key_column : mark.column + 1;
    return node;
  }

  YamlNode& slot() {
    if (open_.empty()) return root_;
    Open& parent = open_.back();
    if (parent.node->kind == YamlNode::Kind::list) return parent.node->children.emplace_back();
    parent.has_key = false;
    return parent.node->children.back();
  }

  /// Only the innermost open node grows, so the pointers to the others stay good.
  void open(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& tag, YAML::anchor_t anchor) {
    if (open_.size() == deepest_nesting) {
      fail(mark, fmt::format("is nested more than {} levels deep", deepest_nesting));
    }
    YamlNode& node = add(mark, kind, tag, anchor);
    open_.push_back({&node});
  }

  const Source& source_;
  YamlNode root_;
  std::vector<Open> open_;
  int documents_ = 0;
  std::size_t nodes_ = 0;
};

/// yaml-cpp's words for the commonest mistakes say what its scanner met, not what is wrong.
std::string in_plain_words(const std::string& message, bool never_ends) {
  const bool map = message == "end of map flow not found";
  if (map || message == "end of sequence flow not found")
    return never_ends ? fmt::format("a '{}' is not closed", map ? '{' : '[')
                      : fmt::format("expected ',' or '{}'", map ? '}' : ']');
  if (message == "end of map not found") return "expected 'key: value'; check indentation and quotes";
  if (message == "end of sequence not found") return "expected '- value'; check indentation and quotes";
  if (message == "illegal map value")
    return "unexpected ':'; the line before may lack its ':' or be indented otherwise";
  return message;
}

[[noreturn]] void fail(const Source& source, const Builder& builder, const YAML::Exception& error) {
  const YamlNode* open = builder.innermost();
  const bool never_ends = error.msg.starts_with("end of") && error.mark.column == 0;
  const std::string message = in_plain_words(error.msg, never_ends);
  if (never_ends && open != nullptr) source.fail(open->line, open->column, message);
  const std::string_view line = source.from(error.mark.line + 1, 1);
  const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
  if (tab != std::string_view::npos)
    source.fail(error.mark.line + 1, static_cast<int>(tab) + 1, "a tab; indent with spaces");
  source.fail(error.mark.line + 1, error.mark.column + 1, message);
}

}  // namespace

YamlNode parse_yaml_tree(std::string_view text, const std::string& name) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const std::string lines = with_line_feeds(text);
  const Source source(lines, name);
  require_text(lines, source);
  require_shallow(lines, source);
  Builder builder(source);
  try {
    std::istringstream stream{lines};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    fail(source, builder, error);
  }
  if (!builder.has_root()) throw InputError(Place{name}, {}, "is empty");
  return builder.take_root();
}

}  // namespace tilewright
