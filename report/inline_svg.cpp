#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "report/html.hpp"

namespace tilewright {

namespace {

/// A tag with the prefix before every id, and before every reference to one.
std::string with_prefix(std::string_view tag, const std::string& prefix) {
  static constexpr std::array<std::string_view, 5> before = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};
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

// gnuplot defines every shape that a marker can have, and some by others. Lines of those that nothing refers to go,
// from the last one on, as a shape may be of one before it.
std::string without_unused_markers(const std::string& text) {
  std::string result = text;
  for (int shape = 20; shape >= 0; --shape) {
    const std::string id = fmt::format("id='gpPt{}'", shape);
    const std::size_t at = result.find(id);
    if (at == std::string::npos || result.find(fmt::format("#gpPt{}'", shape)) != std::string::npos) continue;
    const std::size_t begin = result.rfind('\n', at);
    const std::size_t end = result.find('\n', at);
    if (begin != std::string::npos && end != std::string::npos) result.erase(begin, end - begin);
  }
  return result;
}

}  // namespace

std::string inline_svg(const std::string& file, const std::string& name, const SvgElement& element) {
  const std::string used = without_unused_markers(file);
  const std::string_view text = used;
  std::string result;
  std::size_t at = text.find("<svg");
  while (at != std::string_view::npos && at < text.size()) {
    if (text.substr(at).starts_with("<title>") || text.substr(at).starts_with("<desc>")) {
      const std::string_view close = text.substr(at).starts_with("<title>") ? "</title>" : "</desc>";
      at = text.find(close, at);
      at = at == std::string_view::npos ? at : at + close.size();
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
    if (tag.starts_with("</svg")) result += element.above;
    result += tag.starts_with("<svg") ? fmt::format("<svg role=\"img\" aria-label=\"{}\" {}",
                                                    escape_html(element.title), element.attributes) +
                                            with_prefix(tag.substr(4), name + "-")
                                      : with_prefix(tag, name + "-");
    at = end + 1;
  }
  return result;
}

}  // namespace tilewright
