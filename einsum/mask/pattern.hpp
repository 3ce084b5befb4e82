// A pattern: a named rule with parameters that says which (query, key) pairs exist. One file of patterns/ each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "einsum/mask/arguments.hpp"
#include "einsum/mask/mask.hpp"

namespace tilewright {

/// What a rule is applied to.
struct Scene {
  Layout layout;
  int head = 0;  ///< its number: among all, or among those that the arguments are about
};

struct Parameter {
  std::string name;
  std::string meaning;
  std::string standard = {};  ///< the text that stands for it where it is left out
  bool required = true;       ///< if it has no standard
  bool is_path = false;       ///< if it names a file; relative ones are taken from the folder of who says so
};

struct Pattern {
  std::string name;     ///< "sliding"
  std::string summary;  ///< one line, with the pairs
  std::string source;   ///< the paper that a reader knows it from
  std::vector<Parameter> parameters;
  bool more_queries_than_keys = false;  ///< whether that makes sense
  std::string example;                  ///< arguments for a layout of `example_layout`, as docs and tests draw it
  std::string example_layout;  ///< empty where the example needs a file of the user's, so that nothing is drawn
  /// How many heads the arguments are about; nullptr: one, for all heads. Throws InputError.
  Count (*heads)(const Arguments& arguments) = nullptr;
  /// Every head has its own mask, by its number among all. Else heads share out what the arguments are about.
  bool by_number = false;
  /// Of these: so many heads in a row have the mask of the first; nullptr: 1.
  Count (*alike)(const Arguments& arguments) = nullptr;
  /// Throws InputError for arguments that make no sense. Arguments have been checked to be among the parameters.
  Mask (*make)(const Arguments& arguments, const Scene& scene);
};

/// All of them, in the order in which a reader should meet them.
std::span<const Pattern* const> patterns();

/// Whether its windows and strides can be chosen, and so where windows stand.
bool has_window_and_stride(const Pattern& pattern);

/// By name; throws InputError with the nearest.
const Pattern& pattern(const std::string& name);

/// Applies a rule. Throws InputError for an argument that the pattern has not, one that is missing, and for what
/// `make` refuses.
Mask make_mask(const Pattern& pattern, Arguments arguments, const Scene& scene);

}  // namespace tilewright
