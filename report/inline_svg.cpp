#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "report/html.hpp"

namespace tilewright {

namespace {

/// A tag with the prefix before every id, and before every reference to one.
std::string with_prefix(std::string_view tag, const std::string& prefix) {
  static constexpr std::array<std::string_view, 4> before = {" id='", " id=\"", "href='#", "href=\"#"};
  std::string result;
  for (std::size_t at = 0; at < tag.size();) {
    std::size_t step = 1;
    bool found = false;
    for (const std::string_view key : before) {
      if (!tag.substr(at).starts_with(key)) continue;
      step = key.size();
      found = true;
    }
    result += tag.substr(at, step);
    if (found) result += prefix;
    at += step;
  }
  return result;
}

}  // namespace

std::string inline_svg(const std::string& file, const std::string& name, const std::string& title) {
  const std::string_view text = file;
  std::string result;
  std::size_t at = text.find("<svg");
  while (at != std::string_view::npos && at < text.size()) {
    if (text.substr(at).starts_with("<title>")) {
      at = text.find("</title>", at);
      at = at == std::string_view::npos ? at : at + std::string_view("</title>").size();
      continue;
    }
    if (text[at] != '<') {
      const std::size_t end = std::min(text.find('<', at), text.size());
      result += text.substr(at, end - at);
      at = end;
      continue;
    }
    const std::size_t end = std::min(text.find('>', at), text.size() - 1);
    const std::string_view tag = text.substr(at, end + 1 - at);
    result += tag.starts_with("<svg") ? fmt::format("<svg role=\"img\" aria-label=\"{}\"", escape_html(title)) +
                                            with_prefix(tag.substr(4), name + "-")
                                      : with_prefix(tag, name + "-");
    at = end + 1;
  }
  return result;
}

}  // namespace tilewright
