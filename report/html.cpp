#include "report/html.hpp"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #222; background: #fff;
       max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; overflow-wrap: break-word; }
h1 { font-size: 1.7em; line-height: 1.2; margin: 0.4em 0 0.2em; }
h2 { font-size: 1.3em; margin: 2.2em 0 0.4em; padding-bottom: 0.2em; border-bottom: 1px solid #ccc; }
p, li { max-width: 46em; }
code { font: 0.9em/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.source { color: #555; font-size: 0.9em; margin-top: 0; }
.files { font-size: 0.85em; margin: 0.3em 0; color: #555; }
figure { margin: 1.6em 0 2em; }
figcaption { color: #444; font-size: 0.92em; max-width: 52em; margin: 0.3em 0 0.5em; }
figcaption b { color: #222; }
.panels { display: flex; flex-wrap: wrap; gap: 6px; }
svg.panel { display: block; min-width: 0; height: auto; flex: 1 1 auto; }
.drawing { width: 100%; height: auto; display: block; }
.picture { display: block; width: 100%; max-width: 560px; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 0.3em 0; padding: 0; list-style: none;
          font-size: 0.85em; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { width: 34px; height: 16px; flex: none; }
[data-t] { fill: transparent; stroke: none; cursor: pointer; }
[data-t].shown { stroke: #000; stroke-width: 2; }
svg.panel:focus-visible { outline: 2px solid #0072B2; outline-offset: 2px; }
.tip { position: absolute; z-index: 9; max-width: min(34em, calc(100vw - 12px)); padding: 8px 10px; font-size: 13px;
       line-height: 1.4; white-space: pre-wrap; color: #222; background: #fffef6; border: 1px solid #777;
       border-radius: 4px; box-shadow: 0 2px 8px rgba(0, 0, 0, 0.2); }
.tip code { display: block; margin-top: 6px; padding-top: 6px; border-top: 1px solid #ccc; font-size: 12px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.85em; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35em 0.55em; text-align: right; overflow-wrap: normal; }
thead th { font-weight: 600; vertical-align: bottom; max-width: 9em; min-width: 4em; }
thead th.text, td.text { text-align: left; }
thead button { font: inherit; color: inherit; text-align: inherit; background: none; border: 0; padding: 0;
               cursor: pointer; }
thead button::after { content: " \2195"; color: #999; }
th[aria-sort=ascending] button::after { content: " \2191"; color: #222; }
th[aria-sort=descending] button::after { content: " \2193"; color: #222; }
thead tr:last-child th { border-bottom: 2px solid #444; }
th.group { text-align: center; border-bottom: 1px solid #999; max-width: none; }
tbody th { text-align: left; font-weight: 600; min-width: 7em; max-width: 36em; }
thead th:first-child { text-align: left; }
td.text { max-width: 40em; min-width: 6em; }
tbody tr:nth-child(even) { background: #f5f6f8; }
tbody tr:last-child > * { border-bottom: 1px solid #444; }
td.first, th.first { border-left: 1px solid #bbb; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; margin-right: 0.5em;
          print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, tr, svg.panel { break-inside: avoid; }
  h2, figcaption { break-after: avoid; }
  .files, .tip, thead button::after { display: none; }
  .scroll { overflow: visible; }
}
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

std::string html_caption(const std::string& title, const std::string& more) {
  const bool ends = title.ends_with('?') || title.ends_with('!') || title.ends_with('.');
  return fmt::format("<figcaption><b>{}{}</b> {}</figcaption>\n", escape_html(title), ends ? "" : ".",
                     escape_html(more));
}

std::string html_page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<style>{}</style>\n</head>\n<body>\n{}<script>\n{}</script>\n</body>\n</html>\n",
      escape_html(title), style, body, page_script());
}

}  // namespace tilewright
