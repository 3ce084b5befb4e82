// The page: one file with everything in it, and nothing from a network.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

/// & < > " and ' as entities; safe in text and in attributes.
std::string escape_html(const std::string& text);

/// The caption of a figure or table: its title, with a full stop unless it ends a sentence itself, and more.
std::string html_caption(const std::string& title, const std::string& more);

struct SvgElement {
  std::string title;                             ///< for who does not see it
  std::string attributes = "class=\"drawing\"";  ///< of the <svg>; as wide as the page where nothing else is said
  std::string above = {};                        ///< elements on top of the drawing
};

/// An SVG file as an element of a page: without prolog, tool tips and shapes of markers that nothing uses, its ids
/// (and references to them) beginning with `name`, as ids of two figures must differ.
std::string inline_svg(const std::string& file, const std::string& name, const SvgElement& element);

/// Links to files, each by its extension; nothing without files.
std::string html_links(const std::vector<std::string>& files);

/// A whole document around the content of its body, with the script that sorts tables and shows points.
std::string html_page(const std::string& title, const std::string& body);

/// What sorts tables of the class "sortable" and shows the points of figures.
const char* page_script();

}  // namespace tilewright
