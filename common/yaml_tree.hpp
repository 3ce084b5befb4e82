// YAML text to an immutable tree with places; everything that is refused on loading is refused here.
// Private to common/: the rest of the program reads a tree through Yaml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

struct YamlNode {
  enum class Kind : char { nothing, scalar, list, map };
  Kind kind = Kind::nothing;
  int line = 1;
  int column = 1;
  int text_column = 0;  ///< of a scalar: where its text begins, or 0 if the file spells it differently
  int key_line = 0;     ///< of a value in a map: where its key is
  int key_column = 0;
  std::string key;   ///< of a value in a map
  std::string text;  ///< of a scalar
  std::vector<YamlNode> children;
};

/// Throws InputError, with `name` as the file. The root is never `nothing`.
YamlNode parse_yaml_tree(std::string_view text, const std::string& name);

}  // namespace tilewright
