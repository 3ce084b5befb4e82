// A mask as a user names it: text (einsum/mask/expression.hpp), or a file.
//
//   mask:
//     description: video tokens, window of a fifth
//     layout: 30x48x80                     # of the keys, and of the queries too where nothing else is said
//     queries: 1x48x80
//     pattern: gna,window=18x24x24
#pragma once

#include <optional>

#include "common/yaml.hpp"
#include "einsum/mask/expression.hpp"

namespace tilewright {

struct MaskSpec {
  std::string text;           ///< as the user wrote it
  std::vector<HeadRun> runs;  ///< heads, in order
  Extents keys;               ///< empty: not said
  Extents queries;            ///< empty: not said

  /// The layout, with what the spec leaves out given. Throws InputError where it has none, or another one.
  [[nodiscard]] Layout layout(const Extents& given_keys, const Extents& given_queries) const;
};

/// From a file's values: the pattern (text, or the name of a mask file), and the layouts where it gives them.
MaskSpec parse_mask_spec(const Yaml& pattern, const std::optional<Yaml>& keys, const std::optional<Yaml>& queries);

/// Text of a pattern; or, where its first word is no pattern, a name below configs/masks or a path.
/// Relative paths are taken from `folder`, or from where the program runs.
MaskSpec find_mask(const std::string& text_or_name, const std::string& folder = {});

}  // namespace tilewright
