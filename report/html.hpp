// The page: one file with everything in it, no scripts and nothing from a network.
#pragma once

#include <string>

#include "report/dataset.hpp"
#include "report/spec.hpp"

namespace tilewright {

/// & < > " and ' as entities; safe in text and in attributes.
std::string escape_html(const std::string& text);

/// An SVG file as an element of a page: without prolog and tool tips, its ids (and references to them) beginning
/// with `name`, as ids of two figures must differ.
std::string inline_svg(const std::string& file, const std::string& name, const std::string& title);

/// The <table> with its caption and the count of points behind each mean. Throws InputError for names that the
/// records do not have.
std::string html_table(const ReportTable& table, const ReportSpec& report, const Dataset& data);

/// A whole document around the content of its body.
std::string html_page(const std::string& title, const std::string& body);

}  // namespace tilewright
