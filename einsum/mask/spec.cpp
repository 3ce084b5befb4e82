#include "einsum/mask/spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "common/at_place.hpp"
#include "common/file.hpp"

namespace tilewright {

namespace {

Extents read_extents(const std::optional<Yaml>& yaml) {
  if (!yaml) return {};
  return at_place(*yaml, [&] { return parse_extents(yaml->text(), "layout"); });
}

std::string folder_of(const Yaml& yaml) { return std::filesystem::path(yaml.place().file).parent_path().string(); }

bool names_file(const std::string& text) {
  if (text.find_first_of("|&+*()>") != std::string::npos) return false;
  if (text.ends_with(".yaml")) return true;
  std::error_code ignored;
  return text.find_first_of("=,") == std::string::npos && text.find("..") == std::string::npos &&
         std::filesystem::is_regular_file(configs_folder() / "masks" / (text + ".yaml"), ignored);
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

MaskSpec parse_mask_spec(const Yaml& pattern, const std::optional<Yaml>& keys, const std::optional<Yaml>& queries) {
  MaskSpec spec = at_place(pattern, [&] { return find_mask(pattern.text(), folder_of(pattern)); });
  if (keys) spec.keys = read_extents(keys);
  if (queries) spec.queries = read_extents(queries);
  return spec;
}

MaskSpec find_mask(const std::string& text_or_name, const std::string& folder) {
  if (!names_file(text_or_name)) return {text_or_name, parse_mask(text_or_name, folder), {}, {}};
  const std::filesystem::path beside = std::filesystem::path(folder) / text_or_name;
  const Yaml root = Yaml::load(std::filesystem::exists(beside) ? beside : find_config("masks", text_or_name));
  root.only({"mask"});
  const Yaml mask = root.at("mask");
  mask.only({"description", "layout", "queries", "pattern"});
  const Yaml pattern = mask.at("pattern");
  const auto runs = at_place(pattern, [&] { return parse_mask(pattern.text(), folder_of(pattern)); });
  MaskSpec spec{text_or_name, runs, read_extents(mask.find("layout")), read_extents(mask.find("queries"))};
  mask.note("description");
  root.require_used();
  return spec;
}

}  // namespace tilewright
