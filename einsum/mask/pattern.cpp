#include "einsum/mask/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"
#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

bool has_window_and_stride(const Pattern& pattern) {
  return std::ranges::count_if(pattern.parameters, [](const Parameter& parameter) {
           return parameter.name == "window" || parameter.name == "stride";
         }) == 2;
}

const Pattern& pattern(const std::string& name) {
  std::vector<std::string> known;
  for (const Pattern* each : patterns()) {
    if (each->name == name) return *each;
    known.push_back(each->name);
  }
  throw InputError("no mask pattern '" + name + "'" + did_you_mean(name, known));
}

Mask make_mask(const Pattern& pattern, Arguments arguments, const Scene& scene) {
  std::vector<std::string> known;
  for (const Parameter& parameter : pattern.parameters) known.push_back(parameter.name);
  for (const std::string& name : arguments.names())
    if (std::ranges::find(known, name) == known.end())
      throw InputError(fmt::format("{}: no parameter '{}'{}", pattern.name, name,
                                   known.empty() ? "; it has none" : did_you_mean(name, known)));
  for (const Parameter& parameter : pattern.parameters)
    if (!parameter.required && !arguments.has(parameter.name)) arguments.set(parameter.name, parameter.standard);
  for (std::size_t d = 0; d < scene.layout.dimensions(); ++d)
    if (scene.layout.queries[d] > scene.layout.keys[d] && !pattern.more_queries_than_keys)
      throw InputError(fmt::format("{}: defined for at most as many queries as keys, got {} queries of {} keys",
                                   pattern.name, to_text(scene.layout.queries), to_text(scene.layout.keys)));
  return pattern.make(arguments, scene);
}

}  // namespace tilewright
