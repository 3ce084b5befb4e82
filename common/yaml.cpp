#include "common/yaml.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <unordered_set>

#include <fmt/format.h>

#include "common/file.hpp"
#include "common/yaml_tree.hpp"

namespace tilewright {
namespace {

constexpr std::uintmax_t most_bytes = 16u << 20;
constexpr std::int64_t most_whole = (std::int64_t{1} << 53) - 1;  // a double holds all up to here
constexpr double unbounded = 1e300;

struct Document {
  std::string name;
  YamlNode root;
  // What was read of it. A file may be read by several threads.
  mutable std::mutex mutex = {};
  mutable std::unordered_set<const YamlNode*> used = {};

  void use(const YamlNode* node) const {
    const std::lock_guard lock(mutex);
    used.insert(node);
  }
  [[nodiscard]] bool is_used(const YamlNode* node) const {
    const std::lock_guard lock(mutex);
    return used.contains(node);
  }
};

/// Values in messages stay on one line of bearable length.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string shown(text.substr(0, longest));
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  return fmt::format("'{}{}'", shown, text.size() > longest ? "..." : "");
}

std::string in_words(double least, double most) {
  if (least <= -unbounded && most >= unbounded) return "";
  if (most >= unbounded) return fmt::format(" of at least {}", least);
  if (least <= -unbounded) return fmt::format(" of at most {}", most);
  return fmt::format(" from {} to {}", least, most);
}

std::string in_words(std::int64_t least, std::int64_t most) {
  if (least <= -most_whole && most >= most_whole) return "";
  if (most >= most_whole) return fmt::format(" of at least {}", least);
  if (least <= -most_whole) return fmt::format(" of at most {}", most);
  return fmt::format(" from {} to {}", least, most);
}

}  // namespace

struct Yaml::Impl {
  std::shared_ptr<const Document> document;  ///< keeps node alive
  const YamlNode* node;
  std::string path;

  void use() const { document->use(node); }
  // Scalars by their text; lists and maps by what is in them, and where nothing is, by having been looked into.
  void require_used() const {
    if (node->children.empty()) {
      if (!document->is_used(node)) fail("nothing here uses this value; leave it out");
      return;
    }
    for (std::size_t i = 0; i < node->children.size(); ++i)
      (node->kind == YamlNode::Kind::list ? item(i) : child(node->children[i])).impl_->require_used();
  }

  [[nodiscard]] Yaml child(const YamlNode& of) const {
    const std::string below = path.empty() ? of.key : fmt::format("{}.{}", path, of.key);
    return Yaml(std::make_shared<const Impl>(Impl{document, &of, below}));
  }
  [[nodiscard]] Yaml item(std::size_t index) const {
    const YamlNode& of = node->children[index];
    return Yaml(std::make_shared<const Impl>(Impl{document, &of, fmt::format("{}[{}]", path, index)}));
  }

  void expect(YamlNode::Kind kind, std::string_view words) const {
    if (node->kind != kind) fail(fmt::format("expected {}, got {}", words, found()));
  }
  [[nodiscard]] std::string found() const {
    switch (node->kind) {
      case YamlNode::Kind::map:
        return "a map";
      case YamlNode::Kind::list:
        return "a list";
      case YamlNode::Kind::scalar:
        return in_quotes(node->text);
      default:
        return "nothing";
    }
  }

  [[nodiscard]] Place place() const { return {document->name, node->line, node->column}; }
  [[noreturn]] void fail(std::string_view message) const { throw InputError(place(), path, message); }
};

Yaml::Yaml(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Yaml Yaml::load(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (!error && size > most_bytes) {
    throw InputError(Place{file.string()}, {},
                     fmt::format("is {} B, more than the {} B that a YAML file may have", size, most_bytes));
  }
  return parse(read_file(file, most_bytes), file.string());
}

Yaml Yaml::parse(const std::string& text, const std::string& name) {
  const auto document = std::make_shared<Document>();
  document->name = name;
  document->root = parse_yaml_tree(text, name);
  return Yaml(std::make_shared<const Impl>(Impl{document, &document->root, {}}));
}

bool Yaml::is_map() const { return impl_->node->kind == YamlNode::Kind::map; }
bool Yaml::is_list() const { return impl_->node->kind == YamlNode::Kind::list; }
bool Yaml::is_scalar() const { return impl_->node->kind == YamlNode::Kind::scalar; }
std::string Yaml::kind() const { return is_scalar() ? "a value" : impl_->found(); }

Yaml Yaml::at(std::string_view key) const {
  if (std::optional<Yaml> value = find(key)) return *value;
  fail(fmt::format("missing key '{}'", key));
}

std::optional<Yaml> Yaml::find(std::string_view key) const {
  impl_->expect(YamlNode::Kind::map, "a map");
  impl_->use();
  for (const YamlNode& value : impl_->node->children) {
    if (value.key == key) return impl_->child(value);
  }
  return std::nullopt;
}

void Yaml::note(std::string_view key) const {
  if (const auto value = find(key)) (void)value->text();
}

void Yaml::require_used() const { impl_->require_used(); }

void Yaml::only(const std::vector<std::string>& known) const {
  impl_->expect(YamlNode::Kind::map, "a map");
  for (const YamlNode& value : impl_->node->children) {
    if (std::find(known.begin(), known.end(), value.key) != known.end()) continue;
    const Place place{impl_->document->name, value.key_line, value.key_column};
    throw InputError(place, impl_->child(value).path(), "unknown key" + did_you_mean(value.key, known));
  }
}

std::vector<std::pair<std::string, Yaml>> Yaml::entries() const {
  impl_->expect(YamlNode::Kind::map, "a map");
  impl_->use();
  std::vector<std::pair<std::string, Yaml>> result;
  result.reserve(impl_->node->children.size());
  for (const YamlNode& value : impl_->node->children) result.emplace_back(value.key, impl_->child(value));
  return result;
}

std::vector<Yaml> Yaml::items(std::string_view of) const {
  impl_->expect(YamlNode::Kind::list, of.empty() ? "a list" : fmt::format("a list of {}", of));
  impl_->use();
  std::vector<Yaml> result;
  result.reserve(impl_->node->children.size());
  for (std::size_t i = 0; i < impl_->node->children.size(); ++i) result.push_back(impl_->item(i));
  return result;
}

std::string Yaml::text() const {
  impl_->expect(YamlNode::Kind::scalar, "a value");
  if (impl_->node->text.empty()) fail("expected a value, got ''");
  impl_->use();
  return impl_->node->text;
}

bool Yaml::boolean() const {
  const bool holds = is_scalar() && impl_->node->text == "true";
  impl_->use();
  if (!holds && !(is_scalar() && impl_->node->text == "false")) {
    fail("expected true or false, got " + impl_->found());
  }
  return holds;
}

std::vector<std::string> Yaml::texts() const {
  std::vector<std::string> result;
  for (const Yaml& item : items()) result.push_back(item.text());
  return result;
}

Expression Yaml::expression(const Dimension& dimension) const {
  Place start = place();
  start.column = impl_->node->text_column;
  Expression result = Expression::parse(text(), start, path());
  const Dimension& actual = result.dimension();
  if (actual.plain() || actual == dimension) return result;
  const std::string wanted = dimension.plain() ? "a plain number" : "a value in " + dimension.unit();
  fail(fmt::format("expected {}, got {} (in {})", wanted, impl_->found(), actual.unit()));
}

double Yaml::number(const Dimension& dimension, double least, double most) const {
  impl_->expect(YamlNode::Kind::scalar, "a number");
  const Expression value = expression(dimension);
  if (!value.is_constant()) fail("expected a number, got " + impl_->found());
  const double result = value.evaluate({});
  if (!std::isfinite(result)) fail("expected a finite number, got " + impl_->found());
  if (result >= least && result <= most) return result;
  const std::string unit = dimension.plain() ? "" : " " + dimension.unit();
  fail(fmt::format("expected a number{}{}, got {}", in_words(least, most), unit, impl_->found()));
}

std::int64_t Yaml::integer(std::int64_t least, std::int64_t most) const {
  least = std::max(least, -most_whole);
  most = std::min(most, most_whole);
  impl_->expect(YamlNode::Kind::scalar, "a whole number" + in_words(least, most));
  const Expression value = expression();
  const double result = value.is_constant() ? value.evaluate({}) : NAN;
  const bool fits =
      result == std::floor(result) && result >= static_cast<double>(least) && result <= static_cast<double>(most);
  if (!fits) fail(fmt::format("expected a whole number{}, got {}", in_words(least, most), impl_->found()));
  return static_cast<std::int64_t>(result);
}

Place Yaml::place() const { return impl_->place(); }
const std::string& Yaml::path() const { return impl_->path; }
void Yaml::fail(std::string_view message) const { impl_->fail(message); }

void require_name(const Yaml& at, const std::string& name) {
  if (!is_name(name))
    at.fail(fmt::format("a name is a letter or '_', then letters, digits and '_', got {}", in_quotes(name)));
}

}  // namespace tilewright
