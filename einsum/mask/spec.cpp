#include "einsum/mask/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "common/file.hpp"

namespace tilewright {

namespace {

template <class Read>
auto at_place(const Yaml& yaml, Read read) {
  try {
    return read();
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

Extents read_extents(const Yaml& mask, const std::string& key) {
  const auto found = mask.find(key);
  if (!found) return {};
  return at_place(*found, [&] { return parse_extents(found->text(), key); });
}

bool names_file(const std::string& text) {
  if (text.ends_with(".yaml")) return true;
  const auto known = list_configs("masks");
  return std::ranges::find(known, text) != known.end();
}

}  // namespace

Layout MaskSpec::layout(const Extents& given_keys, const Extents& given_queries) const {
  const auto choose = [&](const Extents& own, const Extents& given, const char* what) {
    if (!own.empty() && !given.empty() && own != given)
      throw InputError(fmt::format("mask '{}': its {} are {}, not {}", text, what, to_text(own), to_text(given)));
    return own.empty() ? given : own;
  };
  Layout layout{choose(queries, given_queries, "queries"), choose(keys, given_keys, "keys")};
  if (layout.keys.empty())
    throw InputError("mask '" + text + "': it needs a layout of its tokens, as in --layout 30x48x80");
  if (layout.queries.empty()) layout.queries = layout.keys;
  if (layout.queries.size() != layout.keys.size())
    throw InputError(fmt::format("queries {} and keys {} have different numbers of dimensions",
                                 to_text(layout.queries), to_text(layout.keys)));
  return layout;
}

MaskSpec parse_mask_spec(const Yaml& mask) {
  mask.only({"description", "layout", "queries", "pattern"});
  MaskSpec spec;
  const Yaml pattern = mask.at("pattern");
  spec.text = pattern.text();
  const std::string folder = std::filesystem::path(mask.place().file).parent_path().string();
  spec.runs = at_place(pattern, [&] { return parse_mask(spec.text, folder); });
  spec.keys = read_extents(mask, "layout");
  spec.queries = read_extents(mask, "queries");
  return spec;
}

MaskSpec find_mask(const std::string& text_or_name) {
  if (!names_file(text_or_name)) return {text_or_name, parse_mask(text_or_name), {}, {}};
  const Yaml root = Yaml::load(find_config("masks", text_or_name));
  root.only({"mask"});
  return parse_mask_spec(root.at("mask"));
}

}  // namespace tilewright
