#include "report/html.hpp"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #222; background: #fff;
       max-width: 1080px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.7em; line-height: 1.2; margin: 0.4em 0 0.2em; }
h2 { font-size: 1.3em; margin: 2.2em 0 0.4em; padding-bottom: 0.2em; border-bottom: 1px solid #ccc; }
p { max-width: 46em; }
.source { color: #555; font-size: 0.9em; margin-top: 0; }
figure { margin: 1.6em 0 2em; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { color: #444; font-size: 0.92em; max-width: 52em; margin: 0.3em 0 0.5em; }
figcaption b { color: #222; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85em; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35em 0.55em; text-align: right; }
thead th { font-weight: 600; vertical-align: bottom; max-width: 6.5em; }
thead tr:last-child th { border-bottom: 2px solid #444; }
th.group { text-align: center; border-bottom: 1px solid #999; }
tbody th { text-align: left; font-weight: 600; white-space: nowrap; }
tbody tr:nth-child(even) { background: #f5f6f8; }
tbody tr:last-child > * { border-bottom: 1px solid #444; }
td.first, th.first { border-left: 1px solid #bbb; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; margin-right: 0.5em; }
@media print { figure, table { break-inside: avoid; } }
)";

}  // namespace

std::string escape_html(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string html_page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escape_html(title), style, body);
}

}  // namespace tilewright
