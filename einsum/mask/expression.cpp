#include "einsum/mask/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <numeric>

#include "common/error.hpp"
#include "einsum/mask/alignment.hpp"
#include "einsum/mask/files/named_file.hpp"

namespace tilewright {

namespace {

constexpr int most_operators = 1000;

// What the text says, which knows how its patterns place queries.
class Expression : public MaskExpression {
 public:
  [[nodiscard]] virtual Aligned aligned() const = 0;
};

using Node = std::shared_ptr<const Expression>;

class Rule final : public Expression {
 public:
  Rule(const Pattern& pattern, Arguments arguments) : pattern_(pattern), arguments_(std::move(arguments)) {}
  [[nodiscard]] Mask make(const Scene& scene) const override { return make_mask(pattern_, arguments_, scene); }
  [[nodiscard]] Aligned aligned() const override { return Aligned(pattern_); }
  [[nodiscard]] Count heads() const override { return pattern_.heads == nullptr ? 1 : pattern_.heads(arguments_); }
  [[nodiscard]] bool by_number() const override { return pattern_.by_number; }
  [[nodiscard]] Count alike() const override {
    if (!pattern_.by_number) return 0;
    return pattern_.alike == nullptr ? 1 : pattern_.alike(arguments_);
  }
  [[nodiscard]] bool is_of(const std::vector<std::string>& patterns) const override {
    return std::ranges::find(patterns, pattern_.name) != patterns.end();
  }
  [[nodiscard]] const Arguments* rule() const override { return &arguments_; }

 private:
  const Pattern& pattern_;
  Arguments arguments_;
};

class Pair final : public Expression {
 public:
  Pair(Node first, Node second, Combination how)
      : first_(std::move(first)), second_(std::move(second)), how_(how) {}
  [[nodiscard]] Mask make(const Scene& scene) const override {
    require_one_alignment(aligned(), scene.layout);
    return combined(first_->make(scene), second_->make(scene), how_);
  }
  [[nodiscard]] Aligned aligned() const override { return {first_->aligned(), second_->aligned()}; }
  [[nodiscard]] Count heads() const override { return std::lcm(first_->heads(), second_->heads()); }
  [[nodiscard]] bool by_number() const override { return first_->by_number() || second_->by_number(); }
  [[nodiscard]] Count alike() const override { return std::gcd(first_->alike(), second_->alike()); }
  [[nodiscard]] bool is_of(const std::vector<std::string>& patterns) const override {
    return how_ == Combination::both && first_->is_of(patterns) && second_->is_of(patterns);
  }

 private:
  Node first_;
  Node second_;
  Combination how_;
};

class Not final : public Expression {
 public:
  explicit Not(Node operand) : operand_(std::move(operand)) {}
  [[nodiscard]] Mask make(const Scene& scene) const override { return negated(operand_->make(scene)); }
  [[nodiscard]] Aligned aligned() const override { return operand_->aligned(); }
  [[nodiscard]] Count heads() const override { return operand_->heads(); }
  [[nodiscard]] bool by_number() const override { return operand_->by_number(); }
  [[nodiscard]] Count alike() const override { return operand_->alike(); }

 private:
  Node operand_;
};

class Moved final : public Expression {
 public:
  Moved(Node operand, Extents queries, Extents keys)
      : operand_(std::move(operand)), queries_(std::move(queries)), keys_(std::move(keys)) {}
  [[nodiscard]] Mask make(const Scene& scene) const override {
    return shifted(operand_->make(scene), queries_, keys_);
  }
  [[nodiscard]] Aligned aligned() const override { return operand_->aligned(); }
  [[nodiscard]] Count heads() const override { return operand_->heads(); }
  [[nodiscard]] bool by_number() const override { return operand_->by_number(); }
  [[nodiscard]] Count alike() const override { return operand_->alike(); }

 private:
  Node operand_;
  Extents queries_;
  Extents keys_;
};

class Parser {
 public:
  Parser(const std::string& text, std::string folder) : text_(text), folder_(std::move(folder)) {}

  std::vector<HeadRun> mixture() {
    std::vector<HeadRun> runs;
    do {
      runs.push_back(run());
    } while (take('+'));
    if (at_ < text_.size()) fail("expected an operator or the end");
    return runs;
  }

 private:
  HeadRun run() {
    skip();
    HeadRun run;
    const bool counted = at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0;
    if (counted) {
      run.heads = heads();
      if (!take('*')) fail("expected '*' between a number of heads and their mask");
      skip();
    }
    const std::size_t mask = at_;
    run.expression = either();
    if (!counted) run.heads = run.expression->heads();
    run.text = trimmed(text_.substr(mask, at_ - mask));
    return run;
  }

  static std::string trimmed(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  Count heads() {
    Count value = 0;
    const auto [stop, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 1 || value > (1 << 20)) fail("expected from 1 to 2^20 heads");
    at_ = static_cast<std::size_t>(stop - text_.data());
    return value;
  }

  Node either() {
    Node node = both();
    while (takes_operator('|')) node = std::make_shared<Pair>(node, both(), Combination::either);
    return node;
  }

  Node both() {
    Node node = moved();
    while (takes_operator('&')) node = std::make_shared<Pair>(node, moved(), Combination::both);
    return node;
  }

  Node moved() {
    Node node = single();
    skip();
    while (text_.compare(at_, 2, ">>") == 0) {
      at_ += 2;
      count_operator();
      const std::string by = value();
      const std::size_t slash = by.find('/');
      const Extents queries = parse_extents(by.substr(0, slash), "shift", -most_tokens);
      const Extents keys =
          slash == std::string::npos ? queries : parse_extents(by.substr(slash + 1), "shift", -most_tokens);
      node = std::make_shared<Moved>(node, queries, keys);
      skip();
    }
    return node;
  }

  bool takes_operator(char c) {
    if (!take(c)) return false;
    count_operator();
    return true;
  }

  // Each is a node above the one before it, and the nodes call each other.
  void count_operator() {
    if (++operators_ > most_operators) fail(fmt::format("more than {} operators", most_operators));
  }

  Node single() {
    if (++depth_ > 64) fail("nested more than 64 levels deep");
    Node node;
    if (take('!')) {
      node = std::make_shared<Not>(single());
    } else if (take('(')) {
      node = either();
      if (!take(')')) fail("expected ')'");
    } else {
      node = rule();
    }
    --depth_;
    return node;
  }

  Node rule() {
    refuse_file();
    const Pattern& rule = pattern(word());
    Arguments arguments(rule.name);
    while (take(',')) {
      const std::string name = word();
      if (!take('=')) fail("expected '=' after '" + name + "'");
      std::string given = value();
      if (is_path(rule, name)) given = (std::filesystem::path(folder_) / given).string();
      arguments.set(name, given);
    }
    return std::make_shared<Rule>(rule, std::move(arguments));
  }

  // A file in place of a pattern.
  void refuse_file() {
    skip();
    const std::string name = text_.substr(at_, text_.find_first_of(",=|&+*()> ", at_) - at_);
    if (std::ranges::find(patterns(), name, &Pattern::name) != patterns().end()) return;
    const std::string why = name.empty() ? "" : why_no_mask(name, folder_);
    if (!why.empty())
      throw InputError(fmt::format("mask '{}': {}{}", text_, name == text_ ? "" : "'" + name + "': ", why));
  }

  static bool is_path(const Pattern& rule, const std::string& name) {
    return std::ranges::any_of(rule.parameters,
                               [&](const Parameter& each) { return each.is_path && each.name == name; });
  }

  std::string word() {
    skip();
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '-' || text_[at_] == '_'))
      ++at_;
    if (at_ == begin) fail("expected a name");
    return text_.substr(begin, at_ - begin);
  }

  std::string value() {
    skip();
    if (take('\'')) {
      const std::size_t end = text_.find('\'', at_);
      if (end == std::string::npos) fail("expected a closing quote");
      const std::string quoted = text_.substr(at_, end - at_);
      at_ = end + 1;
      return quoted;
    }
    const std::size_t end = std::min(text_.find_first_of(",|&+*()> ", at_), text_.size());
    const std::string plain = text_.substr(at_, end - at_);
    if (plain.empty()) fail("expected a value");
    at_ = end;
    return plain;
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(fmt::format("mask '{}': character {}: {}{}", text_, at_ + 1, message,
                                 at_ < text_.size() ? fmt::format(", got '{}'", text_.substr(at_, 20)) : ""));
  }

  const std::string& text_;
  std::string folder_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int operators_ = 0;
};

}  // namespace

std::vector<HeadRun> parse_mask(const std::string& text, const std::string& folder) {
  return Parser(text, folder).mixture();
}

std::vector<HeadMask> make_masks(const std::vector<HeadRun>& runs, const Layout& layout, Count heads) {
  Count sum = 0;
  for (const HeadRun& run : runs) sum += run.heads;
  if (heads < sum || heads % sum != 0)
    throw InputError(fmt::format("{} heads do not share out among the {} that the mask names", heads, sum));
  std::vector<HeadMask> masks;
  Count head = 0;
  for (const HeadRun& run : runs) {
    const Count count = run.heads * (heads / sum);
    const Count about = run.expression->heads();
    const bool by_number = run.expression->by_number();
    const Count step = by_number ? run.expression->alike() : about > 1 ? heads / sum : count;
    if (count % step != 0)
      throw InputError(fmt::format("'{}' is of groups of {} heads, of which {} {} no whole number", run.text, step,
                                   count, count == 1 ? "head is" : "heads are"));
    for (Count i = 0; i * step < count; ++i, head += step)
      masks.push_back({step, static_cast<int>(head), run.text,
                       run.expression->make({layout, static_cast<int>(by_number ? head : i % about)})});
  }
  return masks;
}

}  // namespace tilewright
