// Strict YAML reading. Every node knows its place and its key path, and every refusal names both.
//
// What is refused on loading: a file that is missing, a directory, empty, larger than 16 MiB, not
// UTF-8 text, not well-formed, nested more than 64 levels deep, with duplicate keys, anchors, aliases or tags,
// or with several documents. yaml-cpp stays behind this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.hpp"
#include "common/expression.hpp"

namespace tilewright {

class Yaml {
 public:
  static Yaml load(const std::filesystem::path& file);
  /// `name` stands for the file in messages.
  static Yaml parse(const std::string& text, const std::string& name);

  [[nodiscard]] bool is_map() const;
  [[nodiscard]] bool is_list() const;
  [[nodiscard]] bool is_scalar() const;
  /// "a map", "a list", "a value", "nothing".
  [[nodiscard]] std::string kind() const;

  /// The value of a required key of a map.
  [[nodiscard]] Yaml at(std::string_view key) const;
  [[nodiscard]] std::optional<Yaml> find(std::string_view key) const;
  /// Refuses every key of this map that is not among `known`, naming the nearest.
  void only(const std::vector<std::string>& known) const;
  /// A key that only people read, such as a description: it counts as used.
  void note(std::string_view key) const;
  /// Refuses the first value of this node that nothing has read since the file was loaded: what is in a file has an
  /// effect, or is an error. A loader calls it once it has read all that it knows.
  void require_used() const;
  /// Keys and values of a map, in the order of the file.
  [[nodiscard]] std::vector<std::pair<std::string, Yaml>> entries() const;
  /// Elements of a list; `of` what, for the message where it is none.
  [[nodiscard]] std::vector<Yaml> items(std::string_view of = {}) const;

  [[nodiscard]] std::string text() const;                ///< any scalar that is not empty, as it is written
  [[nodiscard]] bool boolean() const;                    ///< `true` or `false`, no other spelling
  [[nodiscard]] std::vector<std::string> texts() const;  ///< a list of scalars
  /// An expression whose unit, if it has one, must be `dimension`.
  [[nodiscard]] Expression expression(const Dimension& dimension = dimension::number) const;
  /// A finite number: an expression without names. Range bounds are inclusive.
  [[nodiscard]] double number(const Dimension& dimension = dimension::number, double least = -1e300,
                              double most = 1e300) const;
  [[nodiscard]] std::int64_t integer(std::int64_t least, std::int64_t most) const;

  [[nodiscard]] Place place() const;
  /// "arch.levels[2].bandwidth_B_per_s"; empty at the root.
  [[nodiscard]] const std::string& path() const;
  [[noreturn]] void fail(std::string_view message) const;

 private:
  struct Impl;
  explicit Yaml(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// Throws InputError at `at` for a name that no expression can use (is_name).
void require_name(const Yaml& at, const std::string& name);

}  // namespace tilewright
